"""Check a template: its file, the documents that it renders, and their optical reading.

Add the pages of the findings, remove the warnings that the settings ignore, and report ignores without effect.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from generator.common.findings import ERROR, WARNING, Finding, Place, define, has_errors
from generator.common.folding import drop_spaces
from generator.common.language import text
from generator.common.missing_tools import MOTEUR_ABSENT
from generator.documents.mentions import TITLES
from generator.documents.stress_orders import stress_orders
from generator.references import Appel, DocumentKind
from generator.render.convert import CONVERSION_DELAI
from generator.render.docx.render import MODELE_ABIME
from generator.render.docx.templates import ArchiveError, load_template
from generator.render.options import DEFAULT_TIMEOUT
from generator.render.pdf.libreoffice import LibreOffice, convert, probe_libreoffice
from generator.template_check.linter import check_bounds, check_tags
from generator.template_check.names import check_names, check_required, known_names
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph, open_layout
from generator.template_check.rendered import RenderedOrder, check_rendered, render_stress_orders
from generator.template_check.typography import check_fonts, check_typography
from generator.template_check.unwanted_contents import check_contents, check_engine, check_filled
from generator.template_check.usage import Usage, read_usage
from generator.verify.missing_mentions import MENTION_ABSENTE
from generator.verify.text import UnreadablePdfError, page_texts

MODELE_DOCUMENT_INCONNU = define("MODELE-DOCUMENT-INCONNU", ERROR)
# An error withholds documents: ignoring it would hide the reason.
IGNORE_ERREUR = define("IGNORE-ERREUR", ERROR)
IGNORE_INUTILE = define("IGNORE-INUTILE", WARNING)

# The ids of expected texts on a page, by the path of the value that they need.
_ON_PAGE = {
    "questions[]": ("question.",),
    "prestations[]": ("case.",),
    "reserves": ("case.", "reserve."),
    "signature": ("signataire.",),
}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options of a check.

    Attributes:
        document: the kind of document of the template; None to find it by its title.
        rendered: whether to render pages with the stress orders and check them.
        readers: the readers of the pages; none by default.
        wears: names of `generator.verify.wear.PROFILES` to apply to the pages, besides the clean pages.
        timeout: seconds that LibreOffice has for a document.
    """

    document: DocumentKind | None = None
    rendered: bool = True
    readers: tuple[str, ...] = ()
    wears: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT


@dataclass(frozen=True)
class TemplateCheck:
    """The result of a check.

    Attributes:
        file: the template.
        found: the findings, each with its paragraph if it has one.
        document: the kind of document of the template, if known.
        orders: the number of orders rendered; 0 if errors in the file prevent it, or none is rendered in time.
        layout: the opened template.
    """

    file: Path
    found: tuple[TemplateFinding, ...]
    document: DocumentKind | None = None
    orders: int = 0
    layout: Layout | None = field(default=None, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, without paragraphs."""
        return tuple(each.finding for each in self.found)

    @property
    def is_late(self) -> bool:
        """Whether LibreOffice reached the time limit: another document of the template would reach it as well."""
        return any(finding.kind == CONVERSION_DELAI for finding in self.findings)


def check_template(file: Path, appels: Sequence[Appel], options: CheckOptions) -> TemplateCheck:
    """Check a template.

    Args:
        file: a DOCX template.
        appels: the AF records that it is for.
        options: the options.

    Returns:
        The findings; a missing LibreOffice or reader is one of them.
    """
    opened = open_template(file, appels, options.document)
    if isinstance(opened, TemplateCheck):
        return opened
    layout, usage, document = opened.layout, opened.usage, opened.document
    serving = [appel for appel in appels if document is DocumentKind.BDC or document in appel.end_documents]
    written, can_render = _check_file(layout, usage, serving, document)
    # A template with an error in its tags or fonts renders nothing, or other pages.
    orders = [stress for appel in serving for stress in stress_orders(appel, document)] if can_render else []
    made = render_stress_orders(file, orders, options.timeout, pdf=options.rendered)
    given = [*check_rendered(layout.template.name, made, usage)]
    if options.readers:
        given += _read(layout.template.name, made, usage, options)
    everything = (*written, *_without_repeated(given, written))
    check = TemplateCheck(file, everything, document, sum(each.is_made for each in made), layout)
    # After one time limit, the template itself would reach it again.
    office = probe_libreoffice() if options.rendered and everything and not check.is_late else None
    return replace(check, found=_with_pages(everything, layout, office, options.timeout)) if office else check


@dataclass(frozen=True)
class OpenedTemplate:
    """A template that can be checked: its parts, the names that it uses, and its kind of document."""

    layout: Layout
    usage: Usage
    document: DocumentKind


def open_template(file: Path, appels: Sequence[Appel], document: DocumentKind | None) -> OpenedTemplate | TemplateCheck:
    """Open a template, and find its kind of document.

    Args:
        file: a DOCX template.
        appels: the AF records that it is for.
        document: its kind of document; None to find it by its title.

    Returns:
        The template; a check with the reason if it cannot be opened, or its kind cannot be found.
    """
    try:
        layout = open_layout(load_template(document or DocumentKind.BDC, file))
    except ArchiveError as error:
        return TemplateCheck(file, (TemplateFinding(error.finding),))
    except etree.XMLSyntaxError as error:
        return TemplateCheck(file, (TemplateFinding(MODELE_ABIME.at(Place(str(file)), reason=str(error))),))
    excessive = check_bounds(layout)
    # Jinja and the linter fail on such tags: no other check runs.
    if excessive:
        return TemplateCheck(file, excessive, document, layout=layout)
    usage = read_usage(layout)
    found = document or _find_document(layout, usage, appels)
    if found is None:
        return TemplateCheck(file, (TemplateFinding(MODELE_DOCUMENT_INCONNU.at(Place(str(file)))),), layout=layout)
    return OpenedTemplate(layout, usage, found)


def _check_file(
    layout: Layout, usage: Usage, serving: Sequence[Appel], document: DocumentKind
) -> tuple[list[TemplateFinding], bool]:
    """Return the findings on the file itself, and whether the template can be rendered."""
    contracts = {appel.reference: known_names(appel, document) for appel in serving}
    tags = list(check_tags(layout))
    is_readable = not has_errors(each.finding for each in tags)
    # These findings prevent rendering, or change it: pages in another font prove nothing.
    blocking = [*tags, *check_filled(layout), *check_names(layout, usage, contracts), *check_fonts(layout)]
    written = [*check_contents(layout), *check_engine(layout), *blocking]
    if is_readable:
        # An unreadable tag may contain what seems to be missing.
        written += check_required(layout, usage, serving, document)
    written += check_typography(layout, usage, serving, document)
    return written, not has_errors(each.finding for each in blocking)


def _read(
    template: str, made: Iterable[RenderedOrder], usage: Usage, options: CheckOptions
) -> Iterator[TemplateFinding]:
    # The longest document of each AF has the texts of the others.
    from generator.template_check.optical import check_optically
    from generator.verify.readers import ReaderMissingError

    try:
        for each in made:
            if each.stress.name == "long":
                yield from check_optically(template, each, usage, options.readers, options.wears)
    except ReaderMissingError as error:
        yield TemplateFinding(MOTEUR_ABSENT.at(Place(), missing=str(error)))


def _find_document(layout: Layout, usage: Usage, appels: Iterable[Appel]) -> DocumentKind | None:
    """Return the kind of document whose title a template prints, else the kind in its file name."""
    text = "\n".join(paragraph.text for paragraph in layout.paragraphs)
    for kind, title in TITLES.items():
        # A template prints the title by its name, or has it as text.
        if title in usage.mentions or any(
            words and words in text for words in (each.mention_text(title) for each in appels)
        ):
            return kind
    stem = Path(layout.template.name).stem.casefold()
    # From the last kind: « pv-pilote » is looked for before « va ».
    return next((kind for kind in reversed(DocumentKind) if kind.value in stem), None)


def _without_repeated(
    given: Iterable[TemplateFinding], written: Sequence[TemplateFinding]
) -> Iterator[TemplateFinding]:
    """Drop page findings that the check of the file already reported."""
    errors = [each for each in written if each.finding.severity is ERROR]
    reported = {each.paragraph for each in errors if each.paragraph}
    ids = {str(dict(each.finding.values).get("id", "")) for each in errors}
    starts = tuple(
        start
        for each in errors
        for path in [str(dict(each.finding.values).get("path", ""))]
        for name, starts in _ON_PAGE.items()
        if path.startswith(name)
        for start in starts
    )
    for each in given:
        name = str(dict(each.finding.values).get("id", ""))
        # A mention that the file never prints is missing from every page as well.
        if each.finding.kind == MENTION_ABSENTE and (name in ids or name.startswith(starts)):
            continue
        if each.paragraph not in reported:
            yield each


@dataclass(frozen=True, slots=True)
class Ignore:
    """A warning about templates that the vendor accepts (`[[template.ignore]]` in the settings).

    Attributes:
        code: the code of the finding.
        reason: why the vendor accepts it.
        template: the file name of the only template that the entry is for; None for all templates.
        place: where the entry is written.
    """

    code: str
    reason: str
    template: str | None
    place: Place


def without_ignored(checked: TemplateCheck, ignores: Sequence[Ignore]) -> tuple[list[TemplateFinding], list[Ignore]]:
    """Return the findings of a check that are not ignored, and the entries that removed one.

    Errors are never removed: an entry for one is reported itself.

    Args:
        checked: the check.
        ignores: the entries for this template.
    """
    codes = {ignore.code for ignore in ignores}
    ignored = {found.finding.code for found in checked.found if found.finding.severity is not ERROR} & codes
    kept = [found for found in checked.found if found.finding.severity is ERROR or found.finding.code not in ignored]
    # One code may have errors and warnings: only the warnings are ignored.
    errors = {found.finding.code for found in checked.found if found.finding.severity is ERROR}
    kept += [
        TemplateFinding(IGNORE_ERREUR.at(ignore.place, code=ignore.code)) for ignore in ignores if ignore.code in errors
    ]
    return kept, [ignore for ignore in ignores if ignore.code in ignored]


def unused(ignores: Iterable[Ignore], used: Iterable[Ignore], errors: Iterable[str]) -> Iterator[TemplateFinding]:
    """Report the entries that removed no finding of any template.

    Args:
        ignores: the entries.
        used: the entries that removed a finding.
        errors: the codes of errors: `without_ignored` reported their entries already.
    """
    # One run may check several templates: an entry is useful if it removed a finding of any.
    known = [*used]
    reported = set(errors)
    for ignore in dict.fromkeys(ignores):
        if ignore not in known and ignore.code not in reported:
            yield TemplateFinding(IGNORE_INUTILE.at(ignore.place, code=ignore.code))


def _with_pages(
    found: Sequence[TemplateFinding], layout: Layout, office: LibreOffice, timeout: float
) -> tuple[TemplateFinding, ...]:
    """Return findings with the page of each paragraph of the body before its place, if the page is found."""
    # Only pages of the body are searched: a start of LibreOffice is saved for other findings.
    if not any(each.paragraph and each.paragraph.part.is_body for each in found):
        return tuple(found)
    pages = _pages(layout, office, timeout)
    return tuple(_paged(each, pages) for each in found)


def _paged(found: TemplateFinding, pages: dict[TemplateParagraph, int]) -> TemplateFinding:
    page = pages.get(found.paragraph) if found.paragraph else None
    part = found.finding.place.part
    if page is None or part is None:
        return found
    named = text("template_check.places.page", page=page, place=part)
    return replace(found, finding=replace(found.finding, place=replace(found.finding.place, part=named)))


def _pages(layout: Layout, office: LibreOffice, timeout: float) -> dict[TemplateParagraph, int]:
    """Return the page of each paragraph of the body, in the template itself with its tags unfilled."""
    pdf = convert_unfilled(layout.template.data, office, timeout)
    try:
        texts = page_texts(pdf) if pdf else ()
    except UnreadablePdfError:
        # Without pages the findings keep their paragraphs.
        texts = ()
    return dict(_placed(layout.body.paragraphs, [drop_spaces(text) for text in texts]))


def convert_unfilled(docx: bytes, office: LibreOffice, timeout: float) -> bytes | None:
    """Return a template as a PDF with its tags as text, made by LibreOffice; None if it makes none.

    Args:
        docx: the template.
        office: the engine.
        timeout: seconds that it has.
    """
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        source = Path(temporary) / "template.docx"
        source.write_bytes(docx)
        pdf = convert(office, [source], Path(temporary), timeout=timeout)[source]
        return pdf.read_bytes() if isinstance(pdf, Path) else None


def _placed(paragraphs: Sequence[TemplateParagraph], texts: Sequence[str]) -> list[tuple[TemplateParagraph, int]]:
    """Find paragraphs in the text of pages, each after the one before: a template repeats some texts."""
    placed = []
    page, position = 0, 0
    for paragraph in paragraphs:
        wanted = drop_spaces(paragraph.text)
        if not wanted:
            continue
        for number in range(page, len(texts)):
            # Spaces are left out: a page breaks lines where the paragraph has spaces.
            at = texts[number].find(wanted, position if number == page else 0)
            if at >= 0:
                page, position = number, at + len(wanted)
                placed.append((paragraph, page + 1))
                break
    return placed
