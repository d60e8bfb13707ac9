"""From DOCX to PDF: by typst where it supports the DOCX, else by LibreOffice, many in one start."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.findings import ERROR, WARNING, Finding, Place, define
from generator.common.language import LANGS, Text, text
from generator.common.missing_tools import OFFICE_PACKAGE, MissingToolError, libreoffice_missing, missing_fonts_finding
from generator.render.docx.archive import font_names, theme_font_names
from generator.render.options import BY_LIBREOFFICE, BY_TYPST, Engine, RenderOptions
from generator.render.pdf import fonts
from generator.render.pdf.libreoffice import Failure, LibreOffice, convert, probe_libreoffice
from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.seal import sealed
from generator.render.pdf.typst import Unsupported, UnsupportedError, foreign_characters, typeset_docx
from generator.render.pdf.typst.engine import MissingFontError, MissingGlyphError

if TYPE_CHECKING:
    from pypdf import PdfReader

CONVERSION_ECHEC = define("CONVERSION-ECHEC", ERROR)
CONVERSION_DELAI = define("CONVERSION-DELAI", ERROR)
POLICE_NON_INCLUSE = define("POLICE-NON-INCLUSE", ERROR)
POLICE_SUPPLEANTE = define("POLICE-SUPPLEANTE", WARNING)
CARACTERE_SANS_DESSIN = define("CARACTERE-SANS-DESSIN", ERROR)
TYPST_IMPOSSIBLE = define("TYPST-IMPOSSIBLE", ERROR)
LIBREOFFICE_NECESSAIRE = define("LIBREOFFICE-NECESSAIRE", ERROR)

# A document that another program made may have a construct hundreds of times: its first place says enough. A damaged
# one may have as many constructs.
_NAMED_CONSTRUCTS = 30


@dataclass(frozen=True, slots=True)
class RenderedDocx:
    """A DOCX to make a PDF of.

    Attributes:
        stem: the name of the document's files without its ending.
        template: the name of the template.
        data: the DOCX.
        text: the text in it.
        properties: title, author, subject and date of the PDF.
        attachment: the file that the PDF carries, None without one.
    """

    stem: str
    template: str
    data: bytes
    text: str
    properties: PdfProperties
    attachment: Attachment | None

    @property
    def place(self) -> Place:
        """The PDF, for findings."""
        return Place(f"{self.stem}.pdf")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF, or why there is none.

    Attributes:
        data: the PDF; None where `findings` says why there is none.
        findings: the problems found.
        made_by: the engine that made it, and why it was not typst.
        lacks_engine: there is no PDF for want of an engine only: nothing is wrong with the DOCX.
    """

    data: bytes | None
    findings: tuple[Finding, ...] = ()
    made_by: Text | None = None
    lacks_engine: bool = False


Reasons = tuple[Unsupported, ...]


def typeset(docx: RenderedDocx, engine: Engine) -> Pdf | Reasons:
    """Make the PDF of a document with typst, or return why LibreOffice has to: no reason where it is asked for.

    Args:
        docx: the document.
        engine: the engine asked for.
    """
    # No reason to give: LibreOffice was asked for.
    if engine is Engine.LIBREOFFICE:
        return ()
    try:
        pdf = typeset_docx(docx.data, docx.properties, docx.attachment)
    except UnsupportedError as error:
        if engine is Engine.AUTO:
            return error.reasons
        said = TYPST_IMPOSSIBLE.at(docx.place, reasons=_named(error.reasons), template=docx.template)
    # A font of other widths would give other line breaks and other pages: it is not replaced without a word.
    except MissingFontError as error:
        said = replace(missing_fonts_finding(error.fonts), place=docx.place)
    # A PDF/A has to show each character, so that LibreOffice would not help: the DOCX is withheld, too.
    except MissingGlyphError as error:
        return Pdf(None, (no_glyph(error.characters, docx.place),))
    else:
        return Pdf(sealed(pdf), tuple(_substitutes(pdf, docx)), made_by=BY_TYPST)
    return Pdf(None, (said,), lacks_engine=True)


def _substitutes(pdf: bytes, docx: RenderedDocx) -> Iterator[Finding]:
    """Report the fonts of a PDF that its template does not ask for, where a character needs one."""
    # Letters of Western European languages are in every text font: most PDFs need not be opened for their fonts.
    rare = fonts.rare_characters(docx.text)
    asked = font_names(docx.data) | theme_font_names(docx.data) if rare else frozenset[str]()
    if foreign_characters(rare, asked):
        from pypdf import PdfReader

        yield from _check_fonts(PdfReader(io.BytesIO(pdf)), asked, docx.place)


def convert_all(
    documents: Mapping[int, RenderedDocx], reasons: Mapping[int, Reasons], options: RenderOptions
) -> Iterator[tuple[int, Pdf]]:
    """Make PDFs with LibreOffice, in one start.

    Args:
        documents: the documents, by number.
        reasons: why typst did not make each.
        options: the engine asked for, and the time limit.

    Raises:
        MissingToolError: `options` ask for LibreOffice alone, and it or a font of a template is not on the machine.
    """
    # Most orders need no LibreOffice: neither it nor the installed fonts are looked for then.
    if not documents:
        return
    office = probe_libreoffice()
    asked = {number: font_names(docx.data) for number, docx in documents.items()}
    missing = fonts.missing_fonts(frozenset[str]().union(*asked.values()), fonts.installed_fonts()) if office else ()
    # Every document would fail alike: the command ends at once, with exit code 3.
    if options.engine is Engine.LIBREOFFICE and (missing or office is None):
        raise MissingToolError(missing_fonts_finding(missing) if office else libreoffice_missing())
    sound = {}
    for number, docx in documents.items():
        refused = _refused(docx, reasons[number], office, asked[number].intersection(missing))
        if refused:
            yield number, refused
        else:
            sound[number] = docx
    if office and sound:
        # One start for all of them: it costs as much as a dozen documents.
        with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
            sources = {number: Path(temporary) / f"{number}.docx" for number in sound}
            for number, source in sources.items():
                source.write_bytes(sound[number].data)
            files, limit = list(sources.values()), options.late_limit
            pdfs = convert(office, files, Path(temporary), timeout=options.timeout, late_limit=limit)
            for number, source in sources.items():
                yield number, _converted(sound[number], pdfs[source], asked[number], reasons[number], options.timeout)


def _refused(docx: RenderedDocx, reasons: Reasons, office: LibreOffice | None, absent: frozenset[str]) -> Pdf | None:
    """Return why LibreOffice is not given a document, None where it is; `absent` are the fonts that it lacks."""
    # LibreOffice prints an empty box for such a character, without a word.
    blank = fonts.unprintable(docx.text) if office else ()
    if blank:
        return Pdf(None, (no_glyph(blank, docx.place),))
    if absent:
        return Pdf(None, (replace(missing_fonts_finding(absent), place=docx.place),), lacks_engine=True)
    if office is None:
        named = _named(reasons)
        needed = LIBREOFFICE_NECESSAIRE.at(docx.place, reasons=named, template=docx.template, package=OFFICE_PACKAGE)
        return Pdf(None, (needed,), lacks_engine=True)
    return None


def no_glyph(characters: Sequence[str], place: Place) -> Finding:
    """Report characters that no font has: a PDF would show an empty box for them."""
    return CARACTERE_SANS_DESSIN.at(place, chars=", ".join(f"{char} (U+{ord(char):04X})" for char in characters[:10]))


def _named(reasons: Sequence[Unsupported]) -> Text:
    """Return reasons in words: each construct once, with its first place and how many more there are."""
    places: dict[str, list[Unsupported]] = {}
    for each in reasons:
        places.setdefault(each.construct, []).append(each)
    named = list(places.values())
    more = [Text("…", "…")] if len(named) > _NAMED_CONSTRUCTS else []
    said = [_first_place(each) for each in named[:_NAMED_CONSTRUCTS]] + more
    french, english = (", ".join(each.say(lang) for each in said) for lang in LANGS)
    return Text(french, english)


def _first_place(found: Sequence[Unsupported]) -> Text:
    first, others = found[0], len(found) - 1
    if not others:
        return text("render.reasons.one", construct=first.named, place=first.place)
    return text("render.reasons.many", construct=first.named, place=first.place, others=others)


def _converted(docx: RenderedDocx, pdf: Path | Failure, asked: frozenset[str], reasons: Reasons, timeout: float) -> Pdf:
    """Return the finished PDF of a document that LibreOffice was given."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    from generator.render.pdf.finish import finish_pdf

    if isinstance(pdf, Failure):
        delay = CONVERSION_DELAI.at(docx.place, seconds=f"{timeout:g}")
        return Pdf(None, (delay if pdf.timed_out else CONVERSION_ECHEC.at(docx.place, said=pdf.last_words),))
    made_by = (
        text("render.reasons.engine", engine=BY_LIBREOFFICE, reasons=_named(reasons)) if reasons else BY_LIBREOFFICE
    )
    try:
        reader = PdfReader(io.BytesIO(pdf.read_bytes()))
        data = sealed(finish_pdf(reader, docx.properties, docx.attachment))
        return Pdf(data, tuple(_check_fonts(reader, asked | theme_font_names(docx.data), docx.place)), made_by)
    # A PDF that pypdf cannot read fails alone: the other documents of this start are delivered.
    except (PyPdfError, OSError, KeyError, ValueError) as error:
        return Pdf(None, (CONVERSION_ECHEC.at(docx.place, said=str(error)),))


def _check_fonts(reader: PdfReader, asked: frozenset[str], place: Place) -> Iterator[Finding]:
    allowed = fonts.compatible_families(asked)
    # The fonts are a set: sorted, the findings have the same order in each run.
    for font in sorted(fonts.used_fonts(reader), key=lambda used: used.family):
        if not font.embedded:
            yield POLICE_NON_INCLUSE.at(place, family=font.family)
        elif font.family not in allowed:
            yield POLICE_SUPPLEANTE.at(place, family=font.family)
