"""An order and a template make a DOCX."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Any, cast

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.pkgwriter import PackageWriter
from docxtpl import DocxTemplate
from jinja2 import Environment, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from lxml import etree

from generator.common.findings import ERROR, Finding, FindingError, Place, define
from generator.common.language import text
from generator.common.opc import Parts, parse_xml, write_package
from generator.documents.pictures import LOGO_ILLISIBLE, LogoError, Picture, logo_picture
from generator.documents.properties import document_moment, document_subject, document_title
from generator.documents.qr import qr_picture
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.render.docx.active_content import find_active
from generator.render.docx.archive import docx_text
from generator.render.docx.context import template_context
from generator.render.docx.locate import locate, one_line_a_paragraph
from generator.render.docx.repair import DamagedError, repaired_parts
from generator.render.docx.sandbox import EndlessError, MissingValueError, bounded, environment
from generator.render.docx.templates import MODELE_CONTENU_ACTIF, MODELE_ILLISIBLE, Template
from generator.render.docx.unfilled_tags import FOOTNOTES, find_excessive_tags, finding_of, unfilled_tags

MODELE_NOM_INCONNU = define("MODELE-NOM-INCONNU", ERROR)
MODELE_MENTION_INCONNUE = define("MODELE-MENTION-INCONNUE", ERROR)
MODELE_VALEUR_ABSENTE = define("MODELE-VALEUR-ABSENTE", ERROR)
MODELE_SYNTAXE = define("MODELE-SYNTAXE", ERROR)
MODELE_INTERDIT = define("MODELE-INTERDIT", ERROR)
MODELE_SANS_FIN = define("MODELE-SANS-FIN", ERROR)
MODELE_ABIME = define("MODELE-ABIME", ERROR)

# The properties that docxtpl fills.
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
# What docxtpl makes tabs, line breaks, paragraphs and page breaks of.
_LISTING = re.compile(r"[\t\n\a\f]")
# The identifier that python-docx gives a picture.
_PICTURE_ID = re.compile(r'<wp:docPr id="\d+"')

# LibreOffice leaves an eighth of an inch around a picture unless the DOCX says otherwise; Word does not.
_NO_DISTANCE = 'distT="0" distB="0" distL="0" distR="0"'

# `<a:blip r:embed="rId5"/>`, which has no child yet: the picture's SVG becomes one.
_BLIP = re.compile(r"(<a:blip\b[^>]*?)/>")
_SVG_TYPE, _SVG_URI = "image/svg+xml", "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"

# How a template names a mention.
# `mention.finess.text`, `mention['finess']` and `mention.get('finess')` give `finess`.
_MENTION = re.compile(r"mention(?:\.|\.get\('|\[')(?!get\b)(\w+)")
# First words of the QR code's description.
QR_NAME = "Code QR"

# How Jinja words a filter that an environment does not have.
_NO_FILTER = re.compile(r"No filter named '(\w+)'")
# How Jinja's StrictUndefined words the two ways a name can be missing.
# `'nom' is undefined` and `'Order object' has no attribute 'nom'` give `nom`.
_UNDEFINED = re.compile(r"(?:has no (?:attribute|element) |^)'?([^']+?)'?(?: is undefined)?$")


class RenderError(FindingError):
    """A document could not be made; `finding` says why."""


def render_docx(order: Order, appel: Appel, document: DocumentKind, template: Template, qr_text: str) -> bytes:
    """Return the DOCX of a document; the same arguments give the same bytes.

    Args:
        order: a dossier without errors; other than for a BDC it has a `va`.
        appel: the record of its AF.
        document: the kind of document.
        template: the layout.
        qr_text: what the QR code says.

    Raises:
        RenderError: the template or the logo cannot be used.
    """
    with _damage_reported(template):
        placed = _placed_mentions(template)
    context = template_context(order, appel, document, placed)
    qr_code, logo = qr_picture(qr_text, f"{QR_NAME} : {document.label.fr} {order.numero}"), _logo(order)
    docx = _opened(template)
    # Pictures are numbered from 1001, the other drawings of the body from 2001 (`render_init`): none has two owners.
    context |= {"qr_code": _Placed(docx, qr_code, 1001), "logo": logo and _Placed(docx, logo, 1002)}
    environment().budget.renew()
    try:
        docx.render(context, jinja_env=environment(), autoescape=True)
    except Exception as error:  # whatever an expression of the template makes Python raise: 1 / 0, "a" + 1
        raise RenderError(_explain(error, template.name, docx, order)) from error
    _set_properties(docx, order, document)
    written = docx.parts()
    with _damage_reported(template):
        parts = repaired_parts(written)
    # Again: a template can put the words of a field together.
    if active := find_active(parts):
        raise RenderError(MODELE_CONTENU_ACTIF.at(Place(template.name), found=active))
    return write_package(parts)


@contextmanager
def _damage_reported(template: Template) -> Iterator[None]:
    """Report a template whose XML, or that of its document, is damaged."""
    try:
        yield
    except (DamagedError, etree.XMLSyntaxError) as error:
        reason = error.reason if isinstance(error, DamagedError) else str(error)
        raise RenderError(MODELE_ABIME.at(Place(template.name), reason=reason)) from error


def _opened(template: Template) -> _StrictTemplate:
    """Return a template as docxtpl reads it, none of whose tags would stay as they are."""
    try:
        problem = _tags_problem(template)
        docx = _StrictTemplate(io.BytesIO(template.data))
        docx.init_docx()
    except Exception as error:  # python-docx meets a damaged package in many ways
        # What Python says of its objects is nothing to a person, and differs each time.
        reason = str(error) if isinstance(error, etree.XMLSyntaxError) else text("render.package.wrong-parts")
        raise RenderError(MODELE_ILLISIBLE.at(Place(template.name), reason=reason)) from error
    # Raised after the template was opened: a damaged one is named as such, not by its tags.
    if problem:
        raise RenderError(problem)
    return docx


# A run uses a few templates, and to look through the tags of one takes a seventh of the time of filling it.
@lru_cache(maxsize=16)
def _tags_problem(template: Template) -> Finding | None:
    """Return the first tag that Jinja cannot take, or that would stay in every document."""
    for place, reason in find_excessive_tags(template):
        return MODELE_SYNTAXE.at(place, reason=reason)
    return next((finding_of(template, each) for each in unfilled_tags(template)), None)


class _StrictTemplate(DocxTemplate):  # type: ignore[misc]  # docxtpl publishes no types
    """A docxtpl template that loses nothing without a word, and prepares each part for Jinja once a process."""

    def parts(self) -> Parts:
        """Return the parts of the document by name, as python-docx writes them into an archive, and without one."""
        package, written, writer = self.docx.part.package, _WrittenParts(), cast("Any", PackageWriter)
        for part in package.parts:
            part.before_marshal()
        # The steps of its `write`, which deflates each part: here the archive is written once, when all is mended.
        writer._write_content_types_stream(written, package.parts)  # noqa: SLF001
        writer._write_pkg_rels(written, package.rels)  # noqa: SLF001
        writer._write_parts(written, package.parts)  # noqa: SLF001
        return written.parts

    def render_init(self) -> None:
        """Number the drawings of the body from 2001: headers and footers have those from 1001, which docxtpl leaves."""
        super().render_init()
        self.docx_ids_index = 2000

    def patch_xml(self, src_xml: str) -> str:
        """Return a part's XML as Jinja can read it, as docxtpl does, or as it did the last time."""
        return _patched(src_xml)

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, object], jinja_env: Environment) -> str:
        """Render one part as docxtpl does, but leave `{_{` in values as they are: docxtpl would print `{{`."""
        self.current_rendering_part = part
        # One line a paragraph: `locate` counts on it.
        source = one_line_a_paragraph(src_xml)
        rendered = bounded(jinja_env.from_string(source).generate(context))
        resolved: str = re.sub(r"\n<w:p([ >])", r"<w:p\1", rendered)
        # docxtpl looks at each run for these; most documents have none.
        return self.resolve_listing(resolved) if _LISTING.search(resolved) else resolved

    def render_properties(self, context: dict[str, object], jinja_env: Environment) -> None:
        """Fill the properties as docxtpl does, where one has a tag."""
        core = self.docx.core_properties
        if any("{" in getattr(core, name) for name in _PROPERTIES):
            super().render_properties(context, jinja_env)

    def render_footnotes(self, context: dict[str, object], jinja_env: Environment) -> None:
        """Render footnotes once: docxtpl does so once a section, and would take braces in values for tags."""
        for part in self.docx.part.package.iter_parts():
            if part.content_type.endswith(FOOTNOTES):
                xml = self.patch_xml(part.blob.decode("utf-8"))
                # Their part is one that python-docx does not change.
                part._blob = self.render_xml_part(xml, part, context, jinja_env).encode()  # noqa: SLF001

    def fix_tables(self, xml: str) -> object:
        """Mend tables as docxtpl does, but only those of sound XML: its own parser drops what it cannot read."""
        parse_xml(xml)
        return super().fix_tables(xml)


class _WrittenParts:
    """Keeps the parts that python-docx writes."""

    def __init__(self) -> None:
        self.parts: Parts = {}

    def write(self, name: PackURI, data: bytes) -> None:
        """Keep a part, as python-docx's own writer puts it into an archive."""
        self.parts[name.membername] = data


# A template has some ten parts; a run uses a few templates.
@lru_cache(maxsize=64)
def _patched(src_xml: str) -> str:
    # docxtpl's method does not look at its object.
    return str(DocxTemplate.patch_xml(None, src_xml))


def _explain(error: Exception, template: str, docx: DocxTemplate, order: Order) -> Finding:
    found = locate(error, template, docx)
    # MemoryError, for one, has no words of its own.
    said = str(error) or type(error).__name__
    forbidden = isinstance(error, SecurityError) or _names_forbidden_filter(error)
    if forbidden or isinstance(error, EndlessError | RecursionError | MemoryError):
        return (MODELE_INTERDIT if forbidden else MODELE_SANS_FIN).at(found.place, reason=said)
    if not found.in_template and not isinstance(error, TemplateError):
        return MODELE_ABIME.at(Place(template), reason=said)
    path = found.tags[0] if found.tags else ""
    # How Jinja words an attribute of a value that is None.
    if isinstance(error, MissingValueError) or said.startswith(("'None'", "None ")):
        return MODELE_VALEUR_ABSENTE.at(found.place, path=path, order=order.file)
    name = _UNDEFINED.search(said) if isinstance(error, UndefinedError) else None
    if name is None:
        return MODELE_SYNTAXE.at(found.place, reason=said)
    path = next((tag for tag in found.tags if name[1] in tag), path)
    if f"mention.{name[1]}" in path:
        return MODELE_MENTION_INCONNUE.at(found.place, name=name[1], reference=order.reference, hint="")
    hint = text("render.names.of-order", file=order.file)
    return MODELE_NOM_INCONNU.at(found.place, path=path, name=name[1], hint=hint)


def _names_forbidden_filter(error: Exception) -> bool:
    """Return whether a template names a filter that Jinja has and templates may not use."""
    found = _NO_FILTER.match(str(error)) if isinstance(error, TemplateError) else None
    # The reason names a filter that Jinja knows: it is forbidden, not misspelt.
    return found is not None and found[1] in FILTERS


@lru_cache(maxsize=16)
def _placed_mentions(template: Template) -> frozenset[str]:
    return frozenset(_MENTION.findall(docx_text(template.data)))


def _logo(order: Order) -> Picture | None:
    logo = order.fournisseur.logo
    if logo is None:
        return None
    try:
        return logo_picture(order.folder / logo, f"Logo : {order.fournisseur.denomination_sociale}")
    except LogoError as error:
        raise RenderError(LOGO_ILLISIBLE.at(order.place, logo=logo, reason=error.reason)) from error


class _Placed:
    """A picture that a template prints; it shows templates nothing of itself, docxtpl's own would show them docxtpl."""

    def __init__(self, docx: _StrictTemplate, picture: Picture, identifier: int) -> None:
        self._docx = docx
        self._picture = picture
        self._properties = f'<wp:docPr id="{identifier}" descr="{escape(picture.description)}"'

    def __html__(self) -> str:
        """Return the markup that docxtpl's own `InlineImage` gives, with an identifier and a text of its own."""
        data, size = io.BytesIO(self._picture.data), self._picture.extent
        part = self._docx.current_rendering_part
        inline = part.new_pic_inline(data, *size).xml
        if self._picture.svg:
            inline = _BLIP.sub(lambda blip: f"{blip[1]}>{_svg_extension(part, self._picture.svg)}</a:blip>", inline)
        described = _PICTURE_ID.sub(lambda _: self._properties, inline, count=1)
        described = described.replace("<wp:inline ", f"<wp:inline {_NO_DISTANCE} ", 1)
        return f'</w:t></w:r><w:r><w:drawing>{described}</w:drawing></w:r><w:r><w:t xml:space="preserve">'

    __str__ = __html__


def _svg_extension(part: Any, svg: bytes) -> str:
    """Return the markup that names the SVG of a picture, kept in the package of a part (MS-ODRAWXML 2.2.30)."""
    name = part.package.next_partname("/word/media/picture%d.svg")
    identifier = part.relate_to(Part(name, _SVG_TYPE, svg, part.package), RELATIONSHIP_TYPE.IMAGE)
    return (
        f'<a:extLst><a:ext uri="{_SVG_URI}"><asvg:svgBlip xmlns:asvg="{_SVG_NAMESPACE}" r:embed="{identifier}"/>'
        "</a:ext></a:extLst>"
    )


def _set_properties(docx: DocxTemplate, order: Order, document: DocumentKind) -> None:
    core = docx.docx.core_properties
    core.title = document_title(order, document)
    core.author = order.fournisseur.denomination_sociale
    core.subject = document_subject(order)
    core.language = "fr-FR"
    core.created = core.modified = document_moment(order, document).replace(tzinfo=None)
    # Those of the template say who edited it last, and how often.
    core.last_modified_by = ""
    core.revision = 1
