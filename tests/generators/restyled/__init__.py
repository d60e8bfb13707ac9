"""Own templates as five programs write them: the contents of the built-in ones, with other looks and other idioms.

`python -m tests.generators.restyled FOLDER` writes them all, to be opened by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from generator.references import DocumentKind
from tests.generators.restyled.google import GoogleDocs
from tests.generators.restyled.layouts import LAYOUTS
from tests.generators.restyled.libreoffice import LibreOfficeWriter, saved_by_libreoffice
from tests.generators.restyled.looks import A4, LETTER, Look
from tests.generators.restyled.model import built_in
from tests.generators.restyled.onlyoffice import OnlyOffice
from tests.generators.restyled.word import Word
from tests.generators.restyled.wps import Wps
from tests.generators.restyled.writer import Writer

_PROGRAMS: dict[str, type[Writer]] = {
    "Word": Word,
    "Google Docs": GoogleDocs,
    "LibreOffice": LibreOfficeWriter,
    "OnlyOffice": OnlyOffice,
    "WPS": Wps,
}
_BDC, _VA, _PV = DocumentKind.BDC, DocumentKind.VA, DocumentKind.PV_PILOTE


@dataclass(frozen=True, slots=True)
class Restyled:
    """An own template.

    Attributes:
        name: what it is called in reports.
        producer: the program whose idioms it has.
        document: the document that it lays out.
        build: returns its DOCX.
    """

    name: str
    producer: str
    document: DocumentKind
    build: Callable[[], bytes]


def _build(producer: str, document: DocumentKind, look: Look) -> bytes:
    blocks = LAYOUTS[look.layout](built_in(document), look.width)
    return _PROGRAMS[producer](look).build(list(blocks))


def _saved(producer: str, document: DocumentKind, look: Look) -> bytes:
    return saved_by_libreoffice(_build(producer, document, look))


_NARROW = (1000, 900, 1000, 900, 500, 500)
_WIDE = (2268, 1701, 1701, 1701, 1134, 1134)
_GOOGLE = Look(spacing='w:line="276" w:lineRule="auto"', margins=(1440, 1440, 1440, 1440, 720, 720), header="lines")
_LIBRE = Look(
    spacing='w:after="140" w:line="276" w:lineRule="auto"', margins=(1134, 1134, 1134, 1134, 720, 720), size=11
)
_ONLY = Look(spacing='w:after="160" w:line="278" w:lineRule="auto"', margins=(1134, 850, 1134, 1701, 709, 709))
_WPS = Look(spacing='w:before="0" w:after="60"', align="both", margins=(1440, 1800, 1440, 1800, 851, 992), size=10.5)
_EXACT, _AT_LEAST = 'w:after="80" w:line="300" w:lineRule="exact"', 'w:after="60" w:line="320" w:lineRule="atLeast"'
_AIRY = 'w:before="60" w:after="100" w:line="360" w:lineRule="auto"'

_ENTRIES: tuple[tuple[str, DocumentKind, Look], ...] = (
    ("Word", _BDC, Look()),
    ("Word", _BDC, Look(layout="two columns", header="first", size=10, extras=frozenset({"percent"}))),
    ("Word", _VA, Look(layout="lists", font="DejaVu Sans", size=9.5, spacing=_AT_LEAST)),
    ("Word", _VA, Look(layout="aligned", heading="Noto Serif", header="even", extras=frozenset({"controls"}))),
    ("Word", _BDC, Look(layout="boxed", page=LETTER, margins=_NARROW, spacing=_EXACT)),
    ("Word", _PV, Look(layout="nested", font="Noto Serif", heading="Noto Sans", extras=frozenset({"alternate"}))),
    ("Word", _BDC, Look(layout="schedule", header="first", extras=frozenset({"table style"}))),
    ("Word", _VA, Look(layout="terms", font="DejaVu Serif", size=10, header="even")),
    ("Word", _PV, Look(layout="formats", header="none")),
    ("Word", _BDC, Look(layout="two columns", page=(A4[1], A4[0]), margins=_NARROW, extras=frozenset({"table style"}))),
    ("Google Docs", _BDC, _GOOGLE),
    ("Google Docs", _VA, replace(_GOOGLE, layout="two columns", header="table", extras=frozenset({"indented"}))),
    ("Google Docs", _PV, replace(_GOOGLE, layout="lists", page=LETTER, header="none")),
    ("Google Docs", _BDC, replace(_GOOGLE, layout="schedule", size=10, font="Noto Serif", heading="Noto Serif")),
    ("Google Docs", _VA, replace(_GOOGLE, layout="formats", header="first")),
    ("Google Docs", _BDC, replace(_GOOGLE, layout="aligned", align="both", font="DejaVu Sans", size=10)),
    ("LibreOffice", _BDC, _LIBRE),
    ("LibreOffice", _VA, replace(_LIBRE, layout="two columns", header="first", extras=frozenset({"start"}))),
    ("LibreOffice", _PV, replace(_LIBRE, layout="lists", extras=frozenset({"symbol"}), header="lines")),
    ("LibreOffice", _BDC, replace(_LIBRE, layout="terms", align="both", font="Noto Serif", heading="Noto Sans")),
    ("LibreOffice", _VA, replace(_LIBRE, layout="boxed", spacing=_EXACT, extras=frozenset({"indented"}))),
    ("LibreOffice", _BDC, replace(_LIBRE, layout="schedule", page=(A4[1], A4[0]), header="none")),
    ("LibreOffice", _PV, replace(_LIBRE, layout="formats", spacing=_AT_LEAST)),
    ("OnlyOffice", _BDC, _ONLY),
    ("OnlyOffice", _VA, replace(_ONLY, layout="two columns", header="first", size=10)),
    ("OnlyOffice", _PV, replace(_ONLY, layout="lists", spacing=_AIRY, size=10)),
    ("OnlyOffice", _BDC, replace(_ONLY, layout="aligned", page=LETTER, header="even")),
    ("OnlyOffice", _VA, replace(_ONLY, layout="nested", font="DejaVu Sans", heading="DejaVu Sans", size=10)),
    ("OnlyOffice", _BDC, replace(_ONLY, layout="terms", align="center", margins=_WIDE)),
    ("WPS", _BDC, _WPS),
    ("WPS", _VA, replace(_WPS, layout="two columns", extras=frozenset({"percent"}))),
    ("WPS", _PV, replace(_WPS, layout="lists", header="first", align="left")),
    ("WPS", _BDC, replace(_WPS, layout="schedule", extras=frozenset({"auto"}), margins=_NARROW)),
    ("WPS", _VA, replace(_WPS, layout="formats", font="Noto Serif", heading="DejaVu Serif")),
    ("WPS", _BDC, replace(_WPS, layout="boxed", spacing=_AIRY, header="even", align="left")),
)
# What the LibreOffice of the machine makes of the others, as somebody saves there what came from Word.
_SAVED = (("Word", _BDC, Look()), ("Google Docs", _VA, replace(_GOOGLE, layout="two columns")), ("WPS", _PV, _WPS))


def _named(number: int, producer: str, document: DocumentKind, look: Look) -> str:
    return f"{number:02}-{producer}-{document.value}-{look.layout}".lower().replace(" ", "-")


RESTYLED = tuple(
    Restyled(_named(number, *entry), entry[0], entry[1], partial(_build, *entry))
    for number, entry in enumerate(_ENTRIES, start=1)
) + tuple(
    Restyled(f"{_named(number, *entry)}-saved", "LibreOffice", entry[1], partial(_saved, *entry))
    for number, entry in enumerate(_SAVED, start=len(_ENTRIES) + 1)
)
