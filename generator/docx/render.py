"""An order and a template make a DOCX."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.shared import Mm
from docxtpl import DocxTemplate
from docxtpl import InlineImage
from jinja2 import StrictUndefined
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from generator.documents import moment_of
from generator.documents import subject_of
from generator.documents import title_of
from generator.docx.archive import normalised
from generator.docx.context import template_context
from generator.docx.images import LOGO_ILLISIBLE
from generator.docx.images import LogoError
from generator.docx.images import Picture
from generator.docx.images import logo_picture
from generator.docx.images import qr_picture
from generator.docx.locate import locate
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.orders import Order
from generator.references import Appel
from generator.references import DocumentKind

MODELE_NOM_INCONNU = define(
    "MODELE-NOM-INCONNU", ERROR,
    fr="le modèle demande « {path} », mais « {name} » n'existe pas pour le descripteur {order}",
    en="the template asks for “{path}”, but “{name}” does not exist for the descriptor {order}",
    fix_fr="corriger le nom à cet endroit du modèle", fix_en="correct the name at this place of the template",
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
MODELE_ABIME = define(
    "MODELE-ABIME", ERROR,
    fr="le modèle donne un document abîmé : {reason}", en="the template gives a damaged document: {reason}",
    fix_fr="l'ouvrir dans Word et vérifier que chaque balise de bloc est seule dans son paragraphe",
    fix_en="open it in Word and check that each block tag is alone in its paragraph",
)  # fmt: skip


# Identifiers of our pictures, unique in the document: docxtpl numbers those of the body from 1, and no others.
_QR_ID, _LOGO_ID = 1001, 1002
_PICTURE_ID = re.compile(r'<wp:docPr id="\d+"')

# How Jinja's StrictUndefined words the two ways a name can be missing.
_UNDEFINED = re.compile(r"(?:has no (?:attribute|element) |^)'?([^']+?)'?(?: is undefined)?$")


class RenderError(Exception):
    """A document could not be made; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message("fr"))
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Template:
    """A template's name, for messages, and its bytes, within bounds."""

    name: str
    data: bytes


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
    docx = DocxTemplate(io.BytesIO(template.data))
    label = document.label.fr
    context = template_context(order, appel, document)
    context["qr_code"] = _DescribedImage(docx, qr_picture(qr_text, f"Code QR : {label} {order.numero}"), _QR_ID)
    context["logo"] = _logo(docx, order)
    try:
        docx.render(context, jinja_env=_environment(), autoescape=True)
    except etree.XMLSyntaxError as error:
        raise RenderError(MODELE_ABIME.at(Place(template.name), reason=str(error))) from error
    except Exception as error:  # whatever an expression of the template makes Python raise: 1 / 0, "a" + 1
        raise RenderError(_explain(error, template.name, docx, order)) from error
    _set_properties(docx, order, document)
    stream = io.BytesIO()
    docx.save(stream)
    return normalised(stream.getvalue())


def _environment() -> ImmutableSandboxedEnvironment:
    """Return where templates run: no way to Python, no silent blank for an undefined name, XML escaped."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _explain(error: Exception, template: str, docx: DocxTemplate, order: Order) -> Finding:
    found = locate(error, template, docx)
    if isinstance(error, SecurityError):
        return MODELE_INTERDIT.at(found.place, reason=str(error))
    name = _UNDEFINED.search(str(error)) if isinstance(error, UndefinedError) else None
    if name is None:
        return MODELE_SYNTAXE.at(found.place, reason=str(error) or type(error).__name__)
    path = next((tag for tag in found.tags if name[1] in tag), name[1])
    return MODELE_NOM_INCONNU.at(found.place, path=path, name=name[1], order=order.file)


def _logo(docx: DocxTemplate, order: Order) -> InlineImage | None:
    logo = order.fournisseur.logo
    if logo is None:
        return None
    try:
        picture = logo_picture(order.folder / logo, f"Logo : {order.fournisseur.denomination_sociale}")
    except LogoError as error:
        raise RenderError(LOGO_ILLISIBLE.at(Place(order.file), logo=logo, reason=str(error))) from error
    return _DescribedImage(docx, picture, _LOGO_ID)


class _DescribedImage(InlineImage):  # type: ignore[misc]  # docxtpl publishes no types
    """A picture with the text that a screen reader says in its place, and an identifier of its own."""

    def __init__(self, docx: DocxTemplate, picture: Picture, identifier: int) -> None:
        super().__init__(docx, io.BytesIO(picture.data), width=Mm(picture.width_mm), height=Mm(picture.height_mm))
        self._properties = f'<wp:docPr id="{identifier}" descr={quoteattr(picture.description)}'

    def _insert_image(self) -> str:
        markup: str = super()._insert_image()
        return _PICTURE_ID.sub(lambda _: self._properties, markup, count=1)


def _set_properties(docx: DocxTemplate, order: Order, document: DocumentKind) -> None:
    properties = docx.docx.core_properties
    properties.title = title_of(order, document)
    properties.author = order.fournisseur.denomination_sociale
    properties.subject = subject_of(order)
    properties.language = "fr-FR"
    properties.created = properties.modified = moment_of(order, document).replace(tzinfo=None)
    properties.last_modified_by = ""
    properties.revision = 1
