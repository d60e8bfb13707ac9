"""Assembling: the PDF of a forme, from that of a probed template: complete faces, empty pages, an empty QR code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from typing import cast

from pypdf import PdfReader
from pypdf.generic import ArrayObject
from pypdf.generic import DecodedStreamObject
from pypdf.generic import DictionaryObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject

from generator.formes.content import ContentError
from generator.formes.embed import embed_face
from generator.formes.faces import Face
from generator.pdf.finish import settle_colour_profile
from generator.pdf.objects import PdfBase
from generator.pdf.objects import PdfCopy


def assemble(reader: PdfReader, faces: Sequence[Face], logo: int | None) -> tuple[bytes, int]:
    """Return a PDF of what is fixed, and the number of the object that draws the QR code.

    Args:
        reader: the PDF of a probed template.
        faces: the faces that take the place of its fonts.
        logo: the number of the object that is a logo of any order.

    Raises:
        ContentError: it is not as LibreOffice writes it.
    """
    copy = PdfCopy(PdfBase(reader))
    settle_colour_profile(copy, reader)
    fonts = DictionaryObject({NameObject(f"/T{index}"): embed_face(copy, face) for index, face in enumerate(faces)})
    empty = DecodedStreamObject()
    empty.set_data(b"")
    pictures: dict[int, IndirectObject] = {}
    dropped: set[int] = set()
    for page in reader.pages:
        reference: Any = page.raw_get("/Resources")
        known: Any = page["/Resources"]
        if not isinstance(reference, IndirectObject):
            raise ContentError("resources in the page")
        dropped |= _reached(known.raw_get("/Font"))
        changed = DictionaryObject(known)
        changed[NameObject("/Font")] = fonts
        for name in known.get("/XObject", {}):
            picture = known["/XObject"].raw_get(name)
            if picture.get_object()["/Subtype"] != "/Image":
                raise ContentError("a drawing that is no picture, such as a transparent text")
            pictures[picture.idnum] = picture
        copy.replace(reference, changed)
        copy.replace(cast("IndirectObject", page.raw_get("/Contents")), empty)
    codes = [picture for picture in pictures.values() if _is_qr_code(picture.get_object())]
    if len(codes) != 1:
        raise ContentError("the QR code is not to be told from the other pictures")
    copy.replace(codes[0], empty)
    if logo is not None:
        shown: Any = pictures[logo].get_object()
        dropped |= _reached(shown.raw_get("/SMask")) if "/SMask" in shown else set()
        copy.replace(pictures[logo], empty)
    copy.drop(dropped)
    root, info = reader.trailer.raw_get("/Root"), reader.trailer.raw_get("/Info")
    return copy.write(cast("IndirectObject", root), cast("IndirectObject", info)), codes[0].idnum


def _is_qr_code(picture: Any) -> bool:
    """Tell whether a picture is a square of black and white, as ours is."""
    return bool(picture["/Width"] == picture["/Height"] and picture["/ColorSpace"] == "/DeviceGray")


def _reached(value: object) -> set[int]:
    """Return the numbers of the objects that a value leads to."""
    reached: set[int] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in reached:
                continue
            reached.add(each.idnum)
            each = each.get_object()
        if isinstance(each, DictionaryObject):
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(each)
    return reached
