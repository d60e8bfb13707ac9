"""Find the mentions and values that a template never prints, without rendering it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.common.findings import ERROR, Place, define
from generator.common.folding import fold_spaces
from generator.references import Appel, DocumentKind, Mention
from generator.render.pipeline import MODELE_SANS_QR
from generator.template_check.parts import Layout, TemplateFinding
from generator.template_check.usage import Usage

MODELE_MENTION_ABSENTE = define("MODELE-MENTION-ABSENTE", ERROR)
MODELE_VALEUR_OMISE = define("MODELE-VALEUR-OMISE", ERROR)

# The values of every document besides the mentions of its AF: `expected_texts` requires them.
_ALWAYS = ("questions[].text", "questions[].answer")
_SIGNED = ("signature.client.nom", "signature.client.qualite")
_ON_BDC = ("prestations[].box", "prestations[].line", "signature.fournisseur.nom", "signature.fournisseur.qualite")
_ON_END = ("reserves.without_box", "reserves.with_box", "reserves.items[]")


def check_required(
    layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind
) -> Iterator[TemplateFinding]:
    """Find the mentions and values that the template prints in none of its branches.

    Args:
        layout: the template.
        usage: what it uses.
        appels: the records that it serves.
        document: the kind of document.
    """
    place = Place(layout.template.name)
    text = " ".join(fold_spaces(paragraph.text) for paragraph in layout.paragraphs)
    lacking: dict[str, list[tuple[str, Mention]]] = {}
    for appel in appels:
        for mention in appel.document_mentions(document):
            if not _is_printed(mention, usage, text):
                lacking.setdefault(mention.id, []).append((appel.reference, mention))
    for name, where in lacking.items():
        mention = where[0][1]
        tags = f"{{{{ mention.{name}.text }}}}" + (f" {{{{ mention.{name}.value }}}}" if mention.value else "")
        references = ", ".join(reference for reference, _ in where)
        said = mention.text or mention.value
        yield TemplateFinding(MODELE_MENTION_ABSENTE.at(place, id=name, reference=references, text=said, tags=tags))
    for path in (*_ALWAYS, *_SIGNED, *(_ON_BDC if document is DocumentKind.BDC else _ON_END)):
        if not usage.has(path):
            yield TemplateFinding(MODELE_VALEUR_OMISE.at(place, path=path))
    if not usage.has("qr_code"):
        yield TemplateFinding(MODELE_SANS_QR.at(place))


def _is_printed(mention: Mention, usage: Usage, text: str) -> bool:
    """Tell whether a mention is placed, written out, or left to the list of those that are neither."""
    whole = usage.has(f"mention.{mention.id}.whole")
    if mention.id not in usage.mentions and usage.has("other_mentions[].text") and usage.has("other_mentions[].value"):
        return True
    has_text = not mention.text or whole or usage.has(f"mention.{mention.id}.text") or mention.text in text
    has_value = not mention.value or whole or usage.has(f"mention.{mention.id}.value") or usage.has(mention.value)
    return has_text and has_value
