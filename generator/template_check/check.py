"""Check a template: its file, the documents that it renders, and their optical reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from generator.common.findings import ERROR, Finding, Place, define, has_errors
from generator.common.machine import MOTEUR_ABSENT
from generator.documents.mentions import TITLES
from generator.documents.stress_orders import stress_orders
from generator.references import Appel, DocumentKind
from generator.render.convert import CONVERSION_DELAI
from generator.render.docx.render import MODELE_ABIME
from generator.render.docx.templates import ArchiveError, load_template
from generator.render.options import DEFAULT_TIMEOUT
from generator.render.pdf.libreoffice import probe_libreoffice
from generator.template_check.contents import check_contents, check_filled
from generator.template_check.contract import contract
from generator.template_check.engine import check_engine
from generator.template_check.fonts import check_fonts
from generator.template_check.linter import check_bounds, check_tags
from generator.template_check.names import check_names
from generator.template_check.pages import with_pages
from generator.template_check.parts import Layout, TemplateFinding, open_layout
from generator.template_check.rendered import RenderedOrder, check_rendered, render_stress_orders
from generator.template_check.required import check_required
from generator.template_check.typography import check_typography
from generator.template_check.usage import Usage, read_usage
from generator.verify.missing_mentions import MENTION_ABSENTE

MODELE_DOCUMENT_INCONNU = define("MODELE-DOCUMENT-INCONNU", ERROR)

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
        engines: the readers of the pages; none by default.
        wears: names of `generator.verify.wear.PROFILES` to apply to the pages, besides the clean pages.
        timeout: seconds that LibreOffice has for a document.
    """

    document: DocumentKind | None = None
    rendered: bool = True
    engines: tuple[str, ...] = ()
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
    try:
        template = load_template(options.document or DocumentKind.BDC, file)
        layout = open_layout(template)
    except ArchiveError as error:
        return TemplateCheck(file, (TemplateFinding(error.finding),))
    except etree.XMLSyntaxError as error:
        return TemplateCheck(file, (TemplateFinding(MODELE_ABIME.at(Place(str(file)), reason=str(error))),))
    excessive = check_bounds(layout)
    if excessive:
        return TemplateCheck(file, excessive, options.document, layout=layout)
    usage = read_usage(layout)
    document = options.document or find_document(layout, usage, appels)
    if document is None:
        return TemplateCheck(file, (TemplateFinding(MODELE_DOCUMENT_INCONNU.at(Place(str(file)))),), layout=layout)
    serving = [appel for appel in appels if document is DocumentKind.BDC or document in appel.end_documents]
    written, can_render = _check_file(layout, usage, serving, document)
    orders = [stress for appel in serving for stress in stress_orders(appel, document)] if can_render else []
    made = render_stress_orders(file, orders, options.timeout, pdf=options.rendered)
    given = [*check_rendered(template.name, made, usage)]
    if options.engines:
        given += _read(template.name, made, usage, options)
    everything = (*written, *_without_repeated(given, written))
    check = TemplateCheck(file, everything, document, sum(each.is_made for each in made), layout)
    office = probe_libreoffice() if options.rendered and everything and not check.is_late else None
    return replace(check, found=with_pages(everything, layout, office, options.timeout)) if office else check


def _check_file(
    layout: Layout, usage: Usage, serving: Sequence[Appel], document: DocumentKind
) -> tuple[list[TemplateFinding], bool]:
    """Return the findings on the file itself, and whether the template can be rendered."""
    contracts = {appel.reference: contract(appel, document) for appel in serving}
    tags = list(check_tags(layout))
    is_readable = not has_errors(each.finding for each in tags)
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
    """Read the longest document of each AF optically: it has the texts of the others."""
    from generator.template_check.optical import check_optically
    from generator.verify.readers import ReaderMissingError

    try:
        for each in made:
            if each.stress.name == "long":
                yield from check_optically(template, each, usage, options.engines, options.wears)
    except ReaderMissingError as error:
        yield TemplateFinding(MOTEUR_ABSENT.at(Place(), missing=str(error)))


def find_document(layout: Layout, usage: Usage, appels: Iterable[Appel]) -> DocumentKind | None:
    """Return the kind of document whose title a template prints, else the kind in its file name."""
    text = "\n".join(paragraph.text for paragraph in layout.paragraphs)
    for kind, title in TITLES.items():
        if title in usage.mentions or any(
            words and words in text for words in (each.mention_text(title) for each in appels)
        ):
            return kind
    stem = Path(layout.template.name).stem.casefold()
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
        if each.finding.kind == MENTION_ABSENTE and (name in ids or name.startswith(starts)):
            continue
        if each.paragraph not in reported:
            yield each
