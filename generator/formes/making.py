"""The making of a forme: a template is probed, LibreOffice sets the probes, and the PDFs are cut.

Two starts of LibreOffice: the second probing is made by what the first tells of each line's room.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from pathlib import Path

from pypdf.errors import PyPdfError

from generator.docx.archive import faces
from generator.docx.render import Contents
from generator.docx.render import RenderError
from generator.docx.render import fill_docx
from generator.formes.cliche import coded_parts
from generator.formes.cliche import page_parts
from generator.formes.content import ContentError
from generator.formes.copy import Copy
from generator.formes.copy import NoFormeError
from generator.formes.cut import CutError
from generator.formes.cut import WidePdf
from generator.formes.cut import cut
from generator.formes.forme import Forme
from generator.formes.probe import FINE_PHASES
from generator.formes.probe import PHASES
from generator.formes.probe import Probed
from generator.formes.probe import Style
from generator.formes.probe import logo_probe
from generator.formes.probe import wide_text
from generator.formes.probed import ProbedPdf
from generator.formes.probed import read_probed
from generator.formes.rooms import fine_probes
from generator.formes.wrap import Lines
from generator.pdf.faces import compatible_families
from generator.pdf.fonts import used_fonts
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import convert


def make_forme(
    copy: Copy, office: LibreOffice, timeout: float, lines: Sequence[Lines] = (), *, logo_stays: bool = False
) -> Forme:
    """Make the forme that a document needs.

    Args:
        copy: one of the documents.
        office: the engine that sets the probes.
        timeout: seconds that it has for each.
        lines: the places whose values take several lines.
        logo_stays: make it of the document's own logo, not of any.

    Raises:
        NoFormeError: none can be made.
    """
    try:
        plain = copy.probed_as(Style.CODE)
        return _made(_Probing(copy, office, timeout, plain, _fillings(plain, lines), logo_stays))
    except (RenderError, CutError, ContentError, PyPdfError) as error:
        raise NoFormeError(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Probing:
    """What is probed, and by what; `plain` has the codes alone, `fillings` the probes of several lines."""

    copy: Copy
    office: LibreOffice
    timeout: float
    plain: Probed
    fillings: Mapping[int, Callable[[Style], str]]
    logo_stays: bool

    def docx(self, style: Style, wide: Callable[[int], str] | None = None) -> bytes:
        """Return the template with probes of a style."""
        probed = self.copy.probed_as(style, self.fillings, wide, logo_stays=self.logo_stays)
        return self._filled(probed.contents)

    def proof(self) -> dict[str, bytes]:
        """Return what proves a document: the parts of the template with codes; it says nothing of lines."""
        return page_parts(coded_parts(self._filled(self.plain.contents), self.plain))

    def _filled(self, contents: Contents) -> bytes:
        return fill_docx(self.copy.order, self.copy.document, self.copy.template, contents)

    def pdfs(self, docx: Sequence[bytes]) -> list[ProbedPdf]:
        """Return the PDFs of probed templates, set in one start of LibreOffice.

        Raises:
            NoFormeError: there is none of one of them.
        """
        with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
            sources = [Path(temporary) / f"{number}.docx" for number in range(len(docx))]
            for path, data in zip(sources, docx, strict=True):
                path.write_bytes(data)
            converted = convert(self.office, sources, Path(temporary), timeout=self.timeout)
            pdfs = [pdf for path in sources if isinstance(pdf := converted[path], Path)]
            if len(pdfs) < len(docx):
                raise NoFormeError("no PDF of the probes")
            return [read_probed(pdf.read_bytes()) for pdf in pdfs]


def _fillings(plain: Probed, lines: Sequence[Lines]) -> dict[int, Callable[[Style], str]]:
    """Return the probes of the values that take several lines: each its own code, and one for each break."""
    count = len(plain.places)
    fillings: dict[int, Callable[[Style], str]] = {}
    for each in lines:
        codes = (each.place, *range(count, count + len(each.filling)))
        count += len(each.filling)
        fillings[each.place] = partial(each.probe, codes)
    return fillings


def _made(probing: _Probing) -> Forme:
    coded = probing.docx(Style.CODE)
    texts = [partial(wide_text, phase=phase) for phase in range(PHASES)]
    by_code, narrow, *first = probing.pdfs(
        [coded, probing.docx(Style.NARROW), *(probing.docx(Style.WIDE, text_of) for text_of in texts)]
    )
    used, allowed = used_fonts(by_code.reader), compatible_families(faces(coded))
    if not all(font.embedded and font.family in allowed for font in used):
        raise NoFormeError("a face of the template is not on this machine")
    logo = None if probing.logo_stays else probing.copy.contents.logo
    cut_by = partial(
        cut,
        by_code,
        narrow,
        places=probing.plain.places,
        wraps={place: filling(Style.CODE) for place, filling in probing.fillings.items()},
        logos=(logo_probe(logo, Style.CODE), logo_probe(logo, Style.NARROW)) if logo else None,
    )
    wide = list(map(WidePdf, first, texts))
    fine_texts = [_text_of(probes) for probes in fine_probes(cut_by(wide), FINE_PHASES)]
    fine = probing.pdfs([probing.docx(Style.WIDE, text_of) for text_of in fine_texts])
    forme = cut_by([*wide, *map(WidePdf, fine, fine_texts)])
    return replace(forme, parts=probing.proof())


def _text_of(probes: Mapping[int, str]) -> Callable[[int], str]:
    return lambda number: probes.get(number) or wide_text(number)
