"""List the names that a template can print, each with its kind, meaning and an example.

Only the meanings are written by hand. The names are those of the template context (`generator.render.docx.context`);
the examples are its values for the order that the descriptor's schema gives as an example.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.language import Text
from generator.common.resources import SCHEMAS
from generator.documents.mentions import PrintedMention
from generator.documents.stress_orders import stress_orders
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appel, DocumentKind
from generator.render.docx.context import template_context


class FieldKind(enum.StrEnum):
    """The kind of a name: a text, a list for `for`, a flag for `if`, or a picture."""

    TEXT = "text"
    LIST = "list"
    FLAG = "flag"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A name that a template can use.

    Attributes:
        path: the name in a tag; `questions[].text` is `text` of each item of `questions`.
        kind: the kind of its value.
        meaning: what it means.
        example: its value for an ordinary order; empty for a list or a picture.
        optional: whether an order may lack it. It is empty then, or must not be printed outside an `if`.
    """

    path: str
    kind: FieldKind
    meaning: Text
    example: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ListedField:
    """A name, with the documents and the AF that have it.

    Attributes:
        field: the name; optional if one of the documents may lack it.
        documents: the kinds of document that have it.
        references: the AF.
        is_partial: whether some of the documents and AF asked for lack it.
    """

    field: TemplateField
    documents: tuple[DocumentKind, ...]
    references: tuple[str, ...]
    is_partial: bool


# The attributes of a mention that templates can print; the others are for the read-back.
_MENTION = ("text", "value", "whole")

_MEANINGS = {
    "reference": Text("référence de l'appel à financement", "reference of the appel à financement"),
    "prestation": Text("nom exact de la ligne de commande", "exact name of the order line"),
    "numero": Text("numéro du bon de commande", "number of the bon de commande"),
    "date_emission": Text("date d'émission du bon de commande", "date of issue of the bon de commande"),
    "fournisseur.denomination_sociale": Text("dénomination sociale du fournisseur", "the vendor's registered name"),
    "fournisseur.siret": Text("SIRET du fournisseur", "the vendor's SIRET"),
    "fournisseur.adresse": Text("adresse du fournisseur, sur une ligne", "the vendor's address, on one line"),
    "fournisseur.responsable": Text(
        "responsable de la transaction, et sa qualité", "person in charge of the transaction, and position"
    ),
    "fournisseur.telephone": Text("téléphone du responsable", "phone of the person in charge"),
    "fournisseur.mail": Text("messagerie du responsable", "mail address of the person in charge"),
    "client.denomination_sociale": Text("dénomination sociale du client", "the client's registered name"),
    "client.finess_pmsi": Text("FINESS PMSI du client", "the client's FINESS PMSI"),
    "client.adresse": Text("adresse du client, sur une ligne", "the client's address, on one line"),
    "client.contact": Text(
        "interlocuteur chez le client : nom, qualité, téléphone, messagerie",
        "contact at the client: name, position, phone, mail",
    ),
    "solution.complete": Text("nom et version de la solution", "name and version of the software"),
    "solution.numero_referencement": Text("numéro de référencement", "référencement number"),
    "montant.ht": Text("montant hors taxes", "amount without VAT"),
    "montant.ttc": Text(
        "montant toutes taxes comprises ; hors taxes si la TVA n'est pas applicable",
        "amount with VAT; without it where VAT does not apply",
    ),
    "montant.hors_taxes": Text("montant hors taxes, sans « HT »", "amount without VAT, without “HT”"),
    "montant.tva": Text("montant de la TVA", "amount of the VAT"),
    "montant.toutes_taxes": Text(
        "montant toutes taxes comprises, sans « TTC » ; vide si la TVA n'est pas applicable",
        "amount with VAT, without “TTC”; empty where VAT does not apply",
    ),
    "montant.pris_en_charge": Text(
        "montant pris en charge : TTC, ou HT si la TVA n'est pas applicable",
        "amount that the State pays: with VAT, or without it where VAT does not apply",
    ),
    "montant.complet": Text(
        "montants TTC et HT, et TVA ; « TVA non applicable » au taux 0,00",
        "amounts with and without VAT, and VAT; « TVA non applicable » at the rate 0.00",
    ),
    "va.date": Text("date du constat", "date of the acceptance"),
    "va.date_installation": Text("date de l'installation", "date of the installation"),
    "va.version_installee": Text("version installée", "version installed"),
    "va.adresse_mssante": Text("adresse MSSanté que le client utilise", "MSSanté address that the client uses"),
    "document.kind": Text("sorte de document : bdc, va ou pv-pilote", "kind of document: bdc, va or pv-pilote"),
    "document.label": Text("nom du document", "name of the document"),
    "other_mentions": Text(
        "les mentions que le modèle ne nomme pas : à imprimer toutes", "the mentions that the template does not name"
    ),
    "other_mentions[].text": Text("texte de la mention", "text of the mention"),
    "other_mentions[].value": Text("sa valeur", "its value"),
    "other_mentions[].whole": Text("le texte et la valeur", "text and value"),
    "prestations": Text("les natures de prestation que l'AF connaît", "the kinds of prestation that the AF knows"),
    "prestations[].box": Text("case, cochée ou vide", "box, ticked or empty"),
    "prestations[].line": Text("nom de la ligne, à côté de sa case", "name of the line, beside its box"),
    "questions": Text("les questions du scénario d'installation", "the questions of the installation scenario"),
    "questions[].text": Text("texte de la question", "text of the question"),
    "questions[].answer": Text("réponse en mots, ou une date", "answer in words, or a date"),
    "questions[].other": Text("l'autre réponse ; vide pour une date", "the other answer; empty for a date"),
    "questions[].is_date": Text("vrai si la question demande une date", "true where the question asks for a date"),
    "questions[].yes_box": Text("case de « Oui »", "box of “Oui”"),
    "questions[].no_box": Text("case de « Non »", "box of “Non”"),
    "questions[].ordered": Text(
        "réponse du bon de commande, là où celle de la VA diffère", "the order's answer, where that of the VA differs"
    ),
    "changed": Text(
        "sur une VA : si le scénario installé est celui commandé", "on a VA: whether what was installed was ordered"
    ),
    "is_long": Text("vrai si la première page risque de ne pas suffire", "true where the first page may not be enough"),
    "reserves.without_box": Text("case de « sans réserve »", "box of “sans réserve”"),
    "reserves.with_box": Text("case de « avec réserves »", "box of “avec réserves”"),
    "reserves.choice": Text(
        "le choix en mots ; vide s'il se fait à la main", "the choice in words; empty where it is made by hand"
    ),
    "reserves.items": Text("les réserves", "the réserves"),
    "reserves.items[]": Text("une réserve", "one réserve"),
    "clause": Text(
        "clause sous condition de référencement, si la commande l'a", "conditional clause, where the order has it"
    ),
    "signature.client.nom": Text("signataire du client", "the client's signatory"),
    "signature.client.qualite": Text("sa qualité", "position of the client's signatory"),
    "signature.fournisseur.nom": Text("signataire du fournisseur", "the vendor's signatory"),
    "signature.fournisseur.qualite": Text("sa qualité", "position of the vendor's signatory"),
}
_PICTURES = (
    TemplateField("logo", FieldKind.PICTURE, Text("logo du fournisseur", "the vendor's logo"), "", optional=True),
    TemplateField(
        "qr_code", FieldKind.PICTURE, Text("code QR du document", "the document's QR code"), "", optional=False
    ),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A name of a context, with its value."""

    path: str
    value: object


def fields(document: DocumentKind, appel: Appel) -> tuple[TemplateField, ...]:
    """Return every name that a template of a document can use for an AF, in the context's order.

    Args:
        document: the kind of document.
        appel: the AF record, which has the mentions.
    """
    short = next(stress.order for stress in stress_orders(appel, document) if stress.name == "court")
    contexts = [
        template_context(order, appel, document, frozenset()) for order in (example_order(appel, document), short)
    ]
    full, scarce = ([*_walk("", context)] for context in contexts)
    named: dict[str, list[object]] = {}
    for seen in full:
        named.setdefault(seen.path, []).append(seen.value)
    absent = {seen.path for seen in (*full, *scarce) if not seen.value and seen.value is not False}
    absent |= named.keys() - {seen.path for seen in scarce}
    return (*(_field(path, values, appel, optional=path in absent) for path, values in named.items()), *_PICTURES)


def all_fields(documents: Sequence[DocumentKind], appels: Sequence[Appel]) -> tuple[ListedField, ...]:
    """Return every name that templates of these documents can use for these AF, each once.

    Args:
        documents: the kinds of document.
        appels: the records of the AF.
    """
    met: dict[str, list[tuple[TemplateField, DocumentKind, str]]] = {}
    pairs = [(document, appel) for document in documents for appel in appels]
    for document, appel in pairs:
        for field in fields(document, appel):
            met.setdefault(field.path, []).append((field, document, appel.reference))
    listed = []
    for uses in met.values():
        shown = next((field for field, _, _ in uses if field.example), uses[0][0])
        field = dataclasses.replace(shown, optional=any(field.optional for field, _, _ in uses))
        kinds = dict.fromkeys(document for _, document, _ in uses)
        references = dict.fromkeys(reference for _, _, reference in uses)
        listed.append(ListedField(field, tuple(kinds), tuple(references), is_partial=len(uses) < len(pairs)))
    return tuple(listed)


def _field(path: str, values: list[object], appel: Appel, *, optional: bool) -> TemplateField:
    value = next((value for value in values if value), values[0])
    kind = {bool: FieldKind.FLAG, tuple: FieldKind.LIST}.get(type(value), FieldKind.TEXT)
    example = value if isinstance(value, str) else json.dumps(value) if kind is FieldKind.FLAG else ""
    return TemplateField(path, kind, _meaning(path, appel), example, optional)


def _meaning(path: str, appel: Appel) -> Text:
    if path in _MEANINGS:
        return _MEANINGS[path]
    _, name, part = path.split(".")
    text = appel.mention_text(name) or name
    if part == "text":
        return Text(f"texte de la mention « {text} »", f"text of the mention “{text}”")
    if part == "value":
        return Text(f"valeur de la mention « {text} »", f"value of the mention “{text}”")
    return Text(f"texte et valeur de la mention « {text} »", f"text and value of the mention “{text}”")


def _walk(path: str, value: object) -> Iterator[_Seen]:
    """Return every name inside a value of a context, with its value; an item of a list is named `[]`."""
    if isinstance(value, PrintedMention):
        yield from (_Seen(f"{path}.{name}", getattr(value, name)) for name in _MENTION)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, tuple):
        yield _Seen(path, value)
        for item in value:
            yield from _walk(f"{path}[]", item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _walk(f"{path}.{field.name}", getattr(value, field.name))
    else:
        yield _Seen(path, value)


def example_order(appel: Appel, document: DocumentKind) -> Order:
    """Return an ordinary order built from the examples of the schema, with every optional value except the logo."""
    value = _example(_schema())
    answers = {question.id: "2026-11-02" if question.is_date else True for question in appel.questions}
    value |= {"reference": appel.reference, "prestation": appel.prestations[0].id, "scenario": answers}
    value["sous_condition_referencement"] = appel.conditional_clause is not None
    del value["fournisseur"]["logo"]
    if document is DocumentKind.BDC:
        del value["va"]
    else:
        changed = {name: False if answer is True else "2027-02-01" for name, answer in [*answers.items()][:2]}
        kind = "va" if document is DocumentKind.VA else "pv_pilote"
        value["va"] |= {"type": kind, "scenario": changed, "reserves": ["Deux postes restent à équiper."]}
    (read,) = parse_descriptors(json.dumps(value))
    assert isinstance(read, Descriptor), read
    draft = draft_order(read)
    assert not draft.findings, draft.findings
    return draft.order


def _example(schema: dict[str, Any]) -> Any:
    """Return the example of a schema, with every property."""
    whole = {**_schema()["$defs"][schema["$ref"].rpartition("/")[2]], **schema} if "$ref" in schema else schema
    if "properties" not in whole:
        return whole["examples"][0]
    return {name: _example(inner) for name, inner in whole["properties"].items() if not name.startswith("$")}


@cache
def _schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / "order.schema.json").read_text("utf-8"))
    return loaded
