"""An order and a template make a DOCX."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment
from jinja2 import TemplateError
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree

from generator.documents import moment_of
from generator.documents import subject_of
from generator.documents import title_of
from generator.docx.archive import MODELE_CONTENU_ACTIF
from generator.docx.archive import active_content
from generator.docx.archive import docx_text
from generator.docx.archive import normalised
from generator.docx.archive import parse_xml
from generator.docx.context import template_context
from generator.docx.environment import EndlessError
from generator.docx.environment import MissingValueError
from generator.docx.environment import bounded
from generator.docx.environment import environment
from generator.docx.locate import locate
from generator.docx.locate import one_line_a_paragraph
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.orders import Order
from generator.pictures import LOGO_ILLISIBLE
from generator.pictures import LogoError
from generator.pictures import Picture
from generator.pictures import logo_picture
from generator.pictures import qr_picture
from generator.references import Appel
from generator.references import DocumentKind
from generator.templates import Template

MODELE_NOM_INCONNU = define(
    "MODELE-NOM-INCONNU", ERROR,
    fr="le modèle demande « {path} », mais « {name} » n'existe pas{hint}",
    en="the template asks for “{path}”, but “{name}” does not exist{hint}",
    fix_fr="corriger le nom à cet endroit du modèle", fix_en="correct the name at this place of the template",
)  # fmt: skip
MODELE_MENTION_INCONNUE = define(
    "MODELE-MENTION-INCONNUE", ERROR,
    fr="le modèle demande la mention « {name} », que le dossier de {reference} n'a pas pour ce document{hint}",
    en="the template asks for the mention “{name}”, which the record of {reference} does not have for this document"
    "{hint}",
    fix_fr="l'ajouter au dossier donné avec --appel, ou la retirer du modèle",
    fix_en="add it to the record given with --appel, or remove it from the template",
)  # fmt: skip
MODELE_VALEUR_ABSENTE = define(
    "MODELE-VALEUR-ABSENTE", ERROR,
    fr="le modèle imprime « {path} », que le descripteur {order} ne donne pas",
    en="the template prints “{path}”, which the descriptor {order} does not give",
    fix_fr="l'entourer de {{% if … %}} dans le modèle, ou donner la valeur",
    fix_en="put {{% if … %}} around it in the template, or give the value",
)  # fmt: skip
MODELE_SYNTAXE = define(
    "MODELE-SYNTAXE", ERROR,
    fr="une balise du modèle n'est pas juste : {reason}", en="a tag of the template is not right: {reason}",
    fix_fr="corriger la balise dans Word, et la taper d'un trait : Word la coupe parfois en morceaux",
    fix_en="correct the tag in Word, and type it in one go: Word sometimes cuts it in pieces",
)  # fmt: skip
MODELE_INTERDIT = define(
    "MODELE-INTERDIT", ERROR,
    fr="le modèle demande ce qui lui est interdit : {reason}", en="the template asks for what is forbidden: {reason}",
    fix_fr="n'utiliser que les noms documentés", fix_en="use only the documented names",
)  # fmt: skip
MODELE_SANS_FIN = define(
    "MODELE-SANS-FIN", ERROR,
    fr="le modèle n'en finit pas : arrêté après {reason}", en="the template does not end: stopped after {reason}",
    fix_fr="vérifier ses boucles {{% for … %}}", fix_en="check its loops {{% for … %}}",
)  # fmt: skip
MODELE_ABIME = define(
    "MODELE-ABIME", ERROR,
    fr="le modèle donne un document abîmé : {reason}", en="the template gives a damaged document: {reason}",
    fix_fr="l'ouvrir dans Word et vérifier que chaque balise de bloc est seule dans son paragraphe",
    fix_en="open it in Word and check that each block tag is alone in its paragraph",
)  # fmt: skip


# The identifier that python-docx gives a picture.
_PICTURE_ID = re.compile(r'<wp:docPr id="\d+"')

# What LibreOffice leaves around a picture unless it is told otherwise, an eighth of an inch, Word does not.
_NO_DISTANCE = 'distT="0" distB="0" distL="0" distR="0"'

# How a template names a mention.
_MENTION = re.compile(r"mention(?:\.|\.get\('|\[')(?!get\b)(\w+)")
# First words of the QR code's description.
QR_NAME = "Code QR"

# How Jinja's StrictUndefined words the two ways a name can be missing.
_UNDEFINED = re.compile(r"(?:has no (?:attribute|element) |^)'?([^']+?)'?(?: is undefined)?$")


class RenderError(FindingError):
    """A document could not be made; `finding` says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a template is filled with: the names that it can use, and the two pictures."""

    names: dict[str, object]
    qr_code: Picture
    logo: Picture | None


@dataclass(frozen=True, slots=True)
class Properties:
    """What a DOCX says of itself."""

    title: str
    author: str
    subject: str
    date: datetime.datetime


@dataclass(frozen=True, slots=True)
class Story:
    """What a template says in one of its parts: the part's name, its text as Jinja reads it, and what Jinja made of it.

    `pictures` are the pictures' names by the markup that stands for each in what Jinja made.
    """

    part: str
    source: str
    text: str
    pictures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A DOCX, and what it was made of."""

    docx: bytes
    stories: tuple[Story, ...]


def contents_of(order: Order, appel: Appel, document: DocumentKind, template: Template, qr_text: str) -> Contents:
    """Return what a template is filled with for a document.

    Args:
        order: a dossier without errors; other than for a BDC it has a `va`.
        appel: the record of its AF.
        document: the kind of document.
        template: the layout.
        qr_text: what the QR code says.

    Raises:
        RenderError: the logo cannot be used.
    """
    label = f"{QR_NAME} : {document.label.fr} {order.numero}"
    try:
        placed_mentions = _placed_mentions(template)
    except etree.XMLSyntaxError as error:
        raise RenderError(MODELE_ABIME.at(Place(template.name), reason=str(error))) from error
    names = template_context(order, appel, document, placed_mentions)
    return Contents(names, qr_picture(qr_text, label), _logo(order))


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
    return fill_docx(order, document, template, contents_of(order, appel, document, template, qr_text))


def fill_docx(order: Order, document: DocumentKind, template: Template, contents: Contents) -> bytes:
    """Return the DOCX of a template and what it is filled with.

    Args:
        order: the dossier, for the document's properties and for messages.
        document: the kind of document.
        template: the layout.
        contents: what it is filled with.

    Raises:
        RenderError: the template cannot be used.
    """
    return fill_template(order, template, contents, properties_of(order, document)).docx


def properties_of(order: Order, document: DocumentKind) -> Properties:
    """Return what the DOCX of a document says of itself."""
    author = order.fournisseur.denomination_sociale
    return Properties(title_of(order, document), author, subject_of(order), moment_of(order, document))


def fill_template(order: Order, template: Template, contents: Contents, properties: Properties) -> Filled:
    """Return the DOCX of a template and what it is filled with, and what Jinja made of each part.

    Args:
        order: the dossier, for messages.
        template: the layout.
        contents: what it is filled with.
        properties: what it says of itself.

    Raises:
        RenderError: the template cannot be used.
    """
    docx = _StrictTemplate(io.BytesIO(template.data))
    try:
        docx.init_docx()
    except Exception as error:  # python-docx meets a damaged package in many ways
        raise RenderError(MODELE_ABIME.at(Place(template.name), reason=str(error))) from error
    # docxtpl numbers the pictures of the body from 1, and no others.
    pictures = enumerate((("qr_code", contents.qr_code), ("logo", contents.logo)), start=1001)
    placed = {name: picture and _Placed(docx, name, picture, number) for number, (name, picture) in pictures}
    context = {**contents.names, **placed}
    try:
        docx.render(context, jinja_env=environment(), autoescape=True)
    except Exception as error:  # whatever an expression of the template makes Python raise: 1 / 0, "a" + 1
        raise RenderError(_explain(error, template.name, docx, order)) from error
    _set_properties(docx, properties)
    stream = io.BytesIO()
    docx.save(stream)
    rendered = normalised(stream.getvalue())
    # Again: a template can put the words of a field together.
    if active := active_content(rendered):
        raise RenderError(MODELE_CONTENU_ACTIF.at(Place(template.name), found=active))
    return Filled(rendered, tuple(docx.stories))


class _StrictTemplate(DocxTemplate):  # type: ignore[misc]  # docxtpl publishes no types
    """A docxtpl template that loses nothing without a word, and prepares each part for Jinja once a process."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.stories: list[Story] = []
        # The pictures of the part that is being rendered, by their markup.
        self.pictures: dict[str, str] = {}

    def patch_xml(self, src_xml: str) -> str:
        """Return a part's XML as Jinja can read it, as docxtpl does, or as it did the last time."""
        return _patched(src_xml)

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, object], jinja_env: Environment) -> str:
        """Render one part as docxtpl does, but leave `{_{` in values as they are: docxtpl would print `{{`."""
        self.current_rendering_part = part
        self.pictures = {}
        # One line a paragraph: `locate` counts on it.
        source = one_line_a_paragraph(src_xml)
        rendered = bounded(jinja_env.from_string(source).generate(context))
        self.stories.append(Story(str(part.partname).lstrip("/"), source, rendered, self.pictures))
        resolved: str = self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", rendered))
        return resolved

    def fix_tables(self, xml: str) -> object:
        """Mend tables as docxtpl does, but only those of sound XML: its own parser drops what it cannot read."""
        parse_xml(xml)
        return super().fix_tables(xml)


# A template has some ten parts; a run uses a few templates.
@lru_cache(maxsize=64)
def _patched(src_xml: str) -> str:
    # docxtpl's method does not look at its object.
    return str(DocxTemplate.patch_xml(None, src_xml))


def _explain(error: Exception, template: str, docx: DocxTemplate, order: Order) -> Finding:
    found = locate(error, template, docx)
    said = str(error) or type(error).__name__
    for cause, kind in ((SecurityError, MODELE_INTERDIT), (EndlessError, MODELE_SANS_FIN)):
        if isinstance(error, cause):
            return kind.at(found.place, reason=said)
    if not found.in_template and not isinstance(error, TemplateError):
        return MODELE_ABIME.at(Place(template), reason=said)
    path = found.tags[0] if found.tags else ""
    if isinstance(error, MissingValueError) or said.startswith(("'None'", "None ")):
        return MODELE_VALEUR_ABSENTE.at(found.place, path=path, order=order.file)
    name = _UNDEFINED.search(said) if isinstance(error, UndefinedError) else None
    if name is None:
        return MODELE_SYNTAXE.at(found.place, reason=said)
    path = next((tag for tag in found.tags if name[1] in tag), path)
    if f"mention.{name[1]}" in path:
        return MODELE_MENTION_INCONNUE.at(found.place, name=name[1], reference=order.reference, hint="")
    hint = Text(f" pour le descripteur {order.file}", f" for the descriptor {order.file}")
    return MODELE_NOM_INCONNU.at(found.place, path=path, name=name[1], hint=hint)


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

    def __init__(self, docx: _StrictTemplate, name: str, picture: Picture, identifier: int) -> None:
        self._docx = docx
        self._name = name
        self._picture = picture
        self._properties = f'<wp:docPr id="{identifier}" descr="{escape(picture.description)}"'

    def __html__(self) -> str:
        """Return the markup that docxtpl's own `InlineImage` gives, with an identifier and a text of its own."""
        data, size = io.BytesIO(self._picture.data), self._picture.extent
        inline = self._docx.current_rendering_part.new_pic_inline(data, *size).xml
        described = _PICTURE_ID.sub(lambda _: self._properties, inline, count=1)
        described = described.replace("<wp:inline ", f"<wp:inline {_NO_DISTANCE} ", 1)
        markup = f'</w:t></w:r><w:r><w:drawing>{described}</w:drawing></w:r><w:r><w:t xml:space="preserve">'
        self._docx.pictures[markup] = self._name
        return markup

    __str__ = __html__


def _set_properties(docx: DocxTemplate, properties: Properties) -> None:
    core = docx.docx.core_properties
    core.title = properties.title
    core.author = properties.author
    core.subject = properties.subject
    core.language = "fr-FR"
    core.created = core.modified = properties.date.replace(tzinfo=None)
    core.last_modified_by = ""
    core.revision = 1
