"""A template checked: what is written in it, what it gives, and how that reads back. The stages are called here."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from lxml import etree

from generator.checking.contents import check_contents
from generator.checking.contract import contract
from generator.checking.faces import check_faces
from generator.checking.linter import check_tags
from generator.checking.names import check_names
from generator.checking.pages import with_pages
from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import open_layout
from generator.checking.rendered import Made
from generator.checking.rendered import check_rendered
from generator.checking.rendered import render_strains
from generator.checking.required import check_required
from generator.checking.typography import check_typography
from generator.checking.usage import Usage
from generator.checking.usage import usage_of
from generator.docx.archive import ArchiveError
from generator.docx.render import MODELE_ABIME
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings import has_errors
from generator.machine import MOTEUR_ABSENT
from generator.machine import MissingToolError
from generator.mentions import TITLES
from generator.pdf.libreoffice import probe_libreoffice
from generator.readback.check import MENTION_ABSENTE
from generator.references import Appel
from generator.references import DocumentKind
from generator.rendered import DEFAULT_TIMEOUT
from generator.strains import strains
from generator.templates import load_template

MODELE_DOCUMENT_INCONNU = define(
    "MODELE-DOCUMENT-INCONNU", ERROR,
    fr="rien ne dit quel document ce modèle met en page", en="nothing says which document this template lays out",
    fix_fr="le dire avec --document ; un modèle imprime d'ordinaire « {{{{ mention.titre_bdc.text }}}} », ou le titre "
    "de la VA ou du PV pilote",
    fix_en="say it with --document; a template usually prints “{{{{ mention.titre_bdc.text }}}}”, or the title of the "
    "VA or the PV pilote",
)  # fmt: skip

# What a value that no branch prints is called on the page.
_ON_PAGE = {
    "questions[]": ("question.",),
    "prestations[]": ("case.",),
    "reserves": ("case.", "reserve."),
    "signature": ("signataire.",),
}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check a template.

    Attributes:
        document: the kind of document it lays out; None to see it from its title.
        rendered: render it with the orders that strain it, and look at the pages.
        engines: optical reading engines that read the pages back; none by default.
        wears: names of `generator.readback.wear.PROFILES` to try the pages under, beside as they are.
        timeout: seconds that LibreOffice has for a document.
    """

    document: DocumentKind | None = None
    rendered: bool = True
    engines: tuple[str, ...] = ()
    wears: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT


@dataclass(frozen=True)
class TemplateCheck:
    """What a check found.

    Attributes:
        file: the template.
        found: everything that is to be said of it, each with its paragraph where it has one.
        document: the kind of document it lays out, where that is known.
        orders: how many orders it was rendered with; none where what is written in it forbids that.
        layout: the template as it was opened.
    """

    file: Path
    found: tuple[Found, ...]
    document: DocumentKind | None = None
    orders: int = 0
    layout: Layout | None = field(default=None, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is to be said of it."""
        return tuple(each.finding for each in self.found)


def check_template(file: Path, appels: Sequence[Appel], options: CheckOptions) -> TemplateCheck:
    """Check a template.

    Args:
        file: a DOCX template.
        appels: the records of the AF that it serves.
        options: how.

    Returns:
        What was found; that LibreOffice or an engine is not on this machine is among it.
    """
    try:
        template = load_template(options.document or DocumentKind.BDC, file)
        layout = open_layout(template)
    except ArchiveError as error:
        return TemplateCheck(file, (Found(error.finding),))
    except etree.XMLSyntaxError as error:
        return TemplateCheck(file, (Found(MODELE_ABIME.at(Place(str(file)), reason=str(error))),))
    usage = usage_of(layout)
    document = options.document or document_of(layout, usage, appels)
    if document is None:
        return TemplateCheck(file, (Found(MODELE_DOCUMENT_INCONNU.at(Place(str(file)))),), layout=layout)
    serving = [appel for appel in appels if document is DocumentKind.BDC or document in appel.end_documents]
    contracts = {appel.reference: contract(appel, document) for appel in serving}
    tags = list(check_tags(layout))
    is_readable = not has_errors(each.finding for each in tags)
    blocking = [*tags, *check_names(layout, usage, contracts), *check_faces(layout)]
    written = [*check_contents(layout), *blocking]
    if is_readable:
        # Else what is missing may well be there, in a tag that cannot be read.
        written += check_required(layout, usage, serving, document)
    written += check_typography(layout, usage, serving, document)
    can_render = not has_errors(each.finding for each in blocking)
    orders = [strain for appel in serving for strain in strains(appel, document)] if can_render else []
    try:
        made = render_strains(file, orders, options.timeout, pdf=options.rendered)
    except MissingToolError as error:
        written.append(Found(error.finding))
        made = render_strains(file, orders, options.timeout, pdf=False)
    given = [*check_rendered(template.name, made, usage)]
    if options.engines:
        given += _read(template.name, made, usage, options)
    everything = (*written, *_new(given, written))
    office = probe_libreoffice() if options.rendered and everything else None
    found = with_pages(everything, layout, office, options.timeout) if office else everything
    return TemplateCheck(file, found, document, len(orders), layout)


def _read(template: str, made: Iterable[Made], usage: Usage, options: CheckOptions) -> Iterator[Found]:
    """Read the longest document of each AF: what reads back from it reads back from the others."""
    from generator.checking.optical import check_optically
    from generator.readback.engines import EngineMissingError

    try:
        for each in made:
            if each.strain.name == "long":
                yield from check_optically(template, each, usage, options.engines, options.wears)
    except EngineMissingError as error:
        yield Found(MOTEUR_ABSENT.at(Place(), missing=str(error)))


def document_of(layout: Layout, usage: Usage, appels: Iterable[Appel]) -> DocumentKind | None:
    """Return the document whose title a template prints, else the one it is named after."""
    text = "\n".join(paragraph.text for paragraph in layout.paragraphs)
    for kind, title in TITLES.items():
        if title in usage.mentions or any(
            words and words in text for words in (each.text_of(title) for each in appels)
        ):
            return kind
    stem = Path(layout.template.name).stem.casefold()
    return next((kind for kind in reversed(DocumentKind) if kind.value in stem), None)


def _new(given: Iterable[Found], written: Sequence[Found]) -> Iterator[Found]:
    """Leave out what pages show of errors that are told already, of their template."""
    errors = [each for each in written if each.finding.severity is ERROR]
    told = {each.paragraph for each in errors if each.paragraph}
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
        if each.finding.kind is MENTION_ABSENTE and (name in ids or name.startswith(starts)):
            continue
        if each.paragraph not in told:
            yield each
