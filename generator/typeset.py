"""From DOCX to PDF: by a forme where one may stand for LibreOffice, else by LibreOffice, many in one start."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.docx.archive import faces
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.machine import OFFICE_PACKAGE
from generator.machine import MissingToolError
from generator.machine import faces_missing
from generator.machine import libreoffice_missing
from generator.pdf.faces import compatible_families
from generator.pdf.faces import installed_faces
from generator.pdf.faces import missing_faces
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import convert
from generator.rendered import WORTH
from generator.rendered import Engine
from generator.rendered import RenderOptions

if TYPE_CHECKING:
    from pypdf import PdfReader

    from generator.formes.copy import Copy

CONVERSION_ECHEC = define(
    "CONVERSION-ECHEC", ERROR,
    fr="LibreOffice n'a pas donné de PDF lisible : {said}", en="LibreOffice gave no readable PDF: {said}",
    fix_fr="relancer ; si cela persiste, ouvrir le modèle dans LibreOffice, et voir « segurdoc doctor »",
    fix_en="run again; if it persists, open the template in LibreOffice, and see “segurdoc doctor”",
)  # fmt: skip
CONVERSION_DELAI = define(
    "CONVERSION-DELAI", ERROR,
    fr="LibreOffice n'a pas fini en {seconds} s et a été arrêté",
    en="LibreOffice was not done in {seconds} s and was ended",
    fix_fr="relancer, ou donner plus de temps avec --timeout", fix_en="run again, or give more time with --timeout",
)  # fmt: skip
POLICE_NON_INCLUSE = define(
    "POLICE-NON-INCLUSE", ERROR,
    fr="la police {family} n'est pas incluse dans le PDF", en="the font {family} is not embedded in the PDF",
    fix_fr="choisir dans le modèle une police dont la licence permet l'inclusion",
    fix_en="choose a font in the template whose licence lets it be embedded",
    source="PDF/A-3, ISO 19005-3, 6.2.11.4",
)  # fmt: skip
POLICE_SUPPLEANTE = define(
    "POLICE-SUPPLEANTE", WARNING,
    fr="des caractères sont imprimés en {family}, une police que le modèle ne demande pas",
    en="characters are printed in {family}, a face the template does not ask for",
    fix_fr="relire ces caractères sur le document : les polices du modèle ne les ont pas",
    fix_en="check these characters on the document: the template's faces lack them",
)  # fmt: skip
FORME_IMPOSSIBLE = define(
    "FORME-IMPOSSIBLE", ERROR,
    fr="aucune forme ne peut faire ce PDF ({reason}), et LibreOffice n'est pas là pour le faire",
    en="no forme can make this PDF ({reason}), and LibreOffice is not there to make it",
    fix_fr="installer LibreOffice (Debian : apt-get install {package}), ou demander --format docx",
    fix_en="install LibreOffice (Debian: apt-get install {package}), or ask for --format docx",
)  # fmt: skip
FORME_EXIGEE = define(
    "FORME-EXIGEE", ERROR,
    fr="aucune forme ne peut faire ce PDF : {reason}", en="no forme can make this PDF: {reason}",
    fix_fr="demander --engine auto : LibreOffice le fera", fix_en="ask for --engine auto: LibreOffice will make it",
)  # fmt: skip

BY_FORME, BY_LIBREOFFICE = "forme", "libreoffice"


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF; None where `findings` says why there is none, or where it is left for later.

    `made_by` is what made it, and why.
    """

    data: bytes | None
    findings: tuple[Finding, ...]
    made_by: str = ""

    @property
    def is_deferred(self) -> bool:
        """Whether it is left for later."""
        return self.data is None and not self.findings


Offices = Callable[[], LibreOffice | None]


def typeset(
    copies: Mapping[int, Copy], stems: Mapping[int, str], options: RenderOptions, office: Offices
) -> dict[int, Pdf]:
    """Make the PDFs of documents.

    Args:
        copies: the documents, by number.
        stems: their file names without ending.
        options: what makes them, and in what time.
        office: gives the engine, None where there is none; asked only where it is needed.

    Raises:
        MissingToolError: LibreOffice alone is to make them, and it or a face of the template is not on the machine.
    """
    made: dict[int, Pdf] = {}
    reasons: dict[int, str] = {}
    if options.engine is not Engine.LIBREOFFICE:
        # Late: who wants LibreOffice alone needs no fonts of ours.
        from generator.formes.press import press

        make = options.engine is Engine.FORME
        for number, pressed in press(copies, office, make=make, timeout=options.timeout).items():
            if isinstance(pressed, bytes):
                made[number] = Pdf(pressed, (), BY_FORME)
            else:
                reasons[number] = str(pressed)
    left = {number: copy for number, copy in copies.items() if number not in made}
    if options.defer and options.engine is Engine.AUTO and len(left) < WORTH:
        return made | dict.fromkeys(left, Pdf(None, ()))
    engine = office() if left and options.engine is not Engine.FORME else None
    if left and engine is None and options.engine is not Engine.LIBREOFFICE:
        kind = FORME_EXIGEE if options.engine is Engine.FORME else FORME_IMPOSSIBLE
        for number in left:
            place = _place(stems[number])
            made[number] = _without(kind.at(place, reason=reasons[number], package=OFFICE_PACKAGE))
        return made
    return made | (_converted(left, stems, options, engine, reasons) if left else {})


def _converted(
    copies: Mapping[int, Copy],
    stems: Mapping[int, str],
    options: RenderOptions,
    office: LibreOffice | None,
    reasons: Mapping[int, str],
) -> dict[int, Pdf]:
    if office is None:
        raise MissingToolError(libreoffice_missing())
    asked = {number: faces(copy.docx) for number, copy in copies.items()}
    missing = missing_faces(frozenset[str]().union(*asked.values()), installed_faces())
    if missing:
        raise MissingToolError(faces_missing(missing))
    made: dict[int, Pdf] = {}
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        sources = {number: Path(temporary) / f"{number}.docx" for number in copies}
        for number, source in sources.items():
            source.write_bytes(copies[number].docx)
        pdfs = convert(office, list(sources.values()), Path(temporary), timeout=options.timeout)
        for number, source in sources.items():
            place, pdf = _place(stems[number]), pdfs[source]
            if isinstance(pdf, Path):
                finished = _finished(copies[number], pdf, place, asked[number])
                made_by = f"{BY_LIBREOFFICE}: {reasons[number]}" if number in reasons else BY_LIBREOFFICE
                made[number] = replace(finished, made_by=made_by)
            elif pdf.timed_out:
                made[number] = _without(CONVERSION_DELAI.at(place, seconds=f"{options.timeout:g}"))
            else:
                made[number] = _without(CONVERSION_ECHEC.at(place, said=pdf.last_words))
    return made


def _finished(copy: Copy, converted: Path, place: Place, asked: frozenset[str]) -> Pdf:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    from generator.pdf.finish import finish_pdf

    try:
        reader = PdfReader(io.BytesIO(converted.read_bytes()))
        data = finish_pdf(reader, copy.properties, copy.attachment)
        return Pdf(data, tuple(_check_fonts(reader, asked, place)))
    except (PyPdfError, OSError, KeyError, ValueError) as error:
        return _without(CONVERSION_ECHEC.at(place, said=str(error)))


def _without(finding: Finding) -> Pdf:
    return Pdf(None, (finding,))


def _place(stem: str) -> Place:
    return Place(f"{stem}.pdf")


def _check_fonts(reader: PdfReader, asked: frozenset[str], place: Place) -> Iterator[Finding]:
    from generator.pdf.fonts import used_fonts

    allowed = compatible_families(asked)
    for font in sorted(used_fonts(reader), key=lambda used: used.family):
        if not font.embedded:
            yield POLICE_NON_INCLUSE.at(place, family=font.family)
        elif font.family not in allowed:
            yield POLICE_SUPPLEANTE.at(place, family=font.family)
