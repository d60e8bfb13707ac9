"""What a document must have and its template does not print: whatever the order, so it need not be rendered to tell."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator

from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.usage import Usage
from generator.findings import ERROR
from generator.findings import Place
from generator.findings import define
from generator.pipeline import MODELE_SANS_QR
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import Mention

MODELE_MENTION_ABSENTE = define(
    "MODELE-MENTION-ABSENTE", ERROR,
    fr="le modèle n'imprime pas la mention « {id} » ({reference}) : {text}",
    en="the template does not print the mention “{id}” ({reference}): {text}",
    fix_fr="y mettre {tags}, dans le corps du document ; un texte dans une image ne compte pas",
    fix_en="put {tags} into it, in the body of the document; a text in a picture does not count",
    source="Webinaire SESAN : « La présence de ces mentions est contrôlée automatiquement par lecteur optique »",
)  # fmt: skip
MODELE_VALEUR_OMISE = define(
    "MODELE-VALEUR-OMISE", ERROR,
    fr="le modèle n'imprime pas « {path} »", en="the template does not print “{path}”",
    fix_fr="l'imprimer comme le modèle fourni le fait : « segurdoc template new » en donne une copie",
    fix_en="print it as the built-in template does: “segurdoc template new” gives a copy of that",
)  # fmt: skip

# What a document says beside the mentions of its AF: `expected_texts` looks for it on every document.
_ALWAYS = ("questions[].text", "questions[].answer")
_SIGNED = ("signature.client.nom", "signature.client.qualite")
_ON_BDC = ("prestations[].box", "prestations[].line", "signature.fournisseur.nom", "signature.fournisseur.qualite")
_ON_END = ("reserves.without_box", "reserves.with_box", "reserves.items[]")


def check_required(layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind) -> Iterator[Found]:
    """Find the mentions and values that the template prints in none of its branches.

    Args:
        layout: the template.
        usage: what it uses.
        appels: the records that it serves.
        document: the kind of document.
    """
    place = Place(layout.template.name)
    text = " ".join(" ".join(paragraph.text.split()) for paragraph in layout.paragraphs)
    lacking: dict[str, list[tuple[str, Mention]]] = {}
    for appel in appels:
        for mention in appel.mentions_of(document):
            if not _is_printed(mention, usage, text):
                lacking.setdefault(mention.id, []).append((appel.reference, mention))
    for name, where in lacking.items():
        mention = where[0][1]
        tags = f"{{{{ mention.{name}.text }}}}" + (f" {{{{ mention.{name}.value }}}}" if mention.value else "")
        references = ", ".join(reference for reference, _ in where)
        said = mention.text or mention.value
        yield Found(MODELE_MENTION_ABSENTE.at(place, id=name, reference=references, text=said, tags=tags))
    for path in (*_ALWAYS, *_SIGNED, *(_ON_BDC if document is DocumentKind.BDC else _ON_END)):
        if not usage.has(path):
            yield Found(MODELE_VALEUR_OMISE.at(place, path=path))
    if not usage.has("qr_code"):
        yield Found(MODELE_SANS_QR.at(place))


def _is_printed(mention: Mention, usage: Usage, text: str) -> bool:
    """Tell whether a mention is placed, written out, or left to the list of those that are neither."""
    whole = usage.has(f"mention.{mention.id}.whole")
    if mention.id not in usage.mentions and usage.has("other_mentions[].text") and usage.has("other_mentions[].value"):
        return True
    has_text = not mention.text or whole or usage.has(f"mention.{mention.id}.text") or mention.text in text
    has_value = not mention.value or whole or usage.has(f"mention.{mention.id}.value") or usage.has(mention.value)
    return has_text and has_value
