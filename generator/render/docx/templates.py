"""The templates of documents: built in, or the vendor's own file, opened within bounds and checked."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from generator.common.files import open_regular
from generator.common.findings import ERROR, FindingError, Place, define
from generator.common.language import os_reason
from generator.common.resources import TEMPLATES
from generator.references import DocumentKind
from generator.render.docx.active_content import find_active
from generator.render.docx.archive import read_parts
from generator.render.docx.media import find_damaged_picture
from generator.render.docx.package import MAX_BYTES, PackageProblem, sound_package

MODELE_ILLISIBLE = define("MODELE-ILLISIBLE", ERROR)
MODELE_CONTENU_ACTIF = define("MODELE-CONTENU-ACTIF", ERROR)
MODELE_IMAGE = define("MODELE-IMAGE", ERROR)


class ArchiveError(FindingError):
    """The archive is refused; `finding` says why."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template's name, for messages, and its bytes, within bounds."""

    name: str
    data: bytes


def load_template(document: DocumentKind, own: Path | None = None) -> Template:
    """Return the template of a kind of document.

    Args:
        document: the kind of document.
        own: the vendor's own template; by default the built-in one.

    Raises:
        ArchiveError: the file is not a DOCX within bounds.
    """
    path = own or TEMPLATES / f"{document.value}.docx"
    name = str(path) if own else path.name
    try:
        known = path.stat()
    except (OSError, ValueError):
        return Template(name, read_template(path))  # which says what is wrong
    return _loaded(path, name, known.st_mtime_ns, known.st_size)


# Read and checked once, however many orders it serves; one that has changed is read again.
@lru_cache(maxsize=16)
def _loaded(path: Path, name: str, _changed: int, _size: int) -> Template:
    return Template(name, read_template(path))


def read_template(path: Path) -> bytes:
    """Return the bytes of a template that is within bounds.

    Raises:
        ArchiveError: it cannot be read, is no DOCX, would unfold beyond the bounds, holds active content, or a
            picture in it cannot be decoded.
    """
    try:
        with open_regular(path) as stream:
            # A file of gigabytes is not read to its end.
            data = stream.read(MAX_BYTES + 1)
        sound = sound_package(data)
    except OSError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    except PackageProblem as problem:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=problem.reason)) from problem
    try:
        # As it came as well: a relationship that leads nowhere is dropped, and may say what was meant.
        active = find_active(read_parts(data)) or find_active(read_parts(sound))
    except etree.XMLSyntaxError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=str(error))) from error
    if active:
        raise ArchiveError(MODELE_CONTENU_ACTIF.at(Place(str(path)), found=active))
    # Documents would show an empty frame in its place, without a word.
    damaged = find_damaged_picture(read_parts(sound))
    if damaged:
        picture, reason = damaged
        raise ArchiveError(MODELE_IMAGE.at(Place(str(path)), picture=picture, reason=reason))
    return sound
