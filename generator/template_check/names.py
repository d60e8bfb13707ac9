"""Compare the names in a template with those of its documents: unknown, forbidden and missing ones."""

import re
from collections.abc import Iterable, Iterator, Mapping

from generator.common.findings import ERROR, Place, define
from generator.common.folding import fold_spaces
from generator.common.jsonio.schema import suggest
from generator.references import Appel, DocumentKind, Mention
from generator.render.docx.render import MODELE_INTERDIT, MODELE_MENTION_INCONNUE, MODELE_NOM_INCONNU
from generator.render.docx.template_fields import fields
from generator.render.pipeline import MODELE_SANS_QR
from generator.template_check.parts import Layout, TemplateFinding, template_finding
from generator.template_check.usage import ITEM, Usage, Use, steps

MODELE_NOM_INCOMPLET = define("MODELE-NOM-INCOMPLET", ERROR)
# A comment of docxtpl-lint in the template would silence the linter.
MODELE_DIRECTIVE = define("MODELE-DIRECTIVE", ERROR)
MODELE_MENTION_ABSENTE = define("MODELE-MENTION-ABSENTE", ERROR)
MODELE_VALEUR_OMISE = define("MODELE-VALEUR-OMISE", ERROR)

_DIRECTIVE = re.compile(r"\s*docxtpl-lint\s*:")
# `mention` and a mention's id.
_MENTION_STEPS = 2
# The values of every document besides the mentions of its AF: `expected_texts` requires them.
_ALWAYS = ("questions[].text", "questions[].answer")
_SIGNED = ("signature.client.nom", "signature.client.qualite")
_ON_BDC = ("prestations[].box", "prestations[].line", "signature.fournisseur.nom", "signature.fournisseur.qualite")
_ON_END = ("reserves.without_box", "reserves.with_box", "reserves.items[]")
# Names as their steps, in the sequence of the fields: a set that keeps its order.
Names = dict[tuple[str, ...], None]


def known_names(appel: Appel, document: DocumentKind) -> Names:
    """Return the names that a template of a document can use for an AF, and the names that contain them."""
    paths = [tuple(steps(each.path)) for each in fields(document, appel)]
    return dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))


def _under(names: Names, path: tuple[str, ...]) -> list[str]:
    """Return the last steps of the names directly under a path; none if it is a value."""
    return [name[-1] for name in names if name[:-1] == path]


def check_names(layout: Layout, usage: Usage, contracts: Mapping[str, Names]) -> Iterator[TemplateFinding]:
    """Find the names that do not exist, all at once and in all branches, and the forbidden constructs.

    Args:
        layout: the template.
        usage: the names that it uses.
        contracts: the existing names, by AF of the template.
    """
    for said, paragraph in usage.forbidden:
        yield template_finding(MODELE_INTERDIT, paragraph, reason=said)
    for paragraph in layout.paragraphs:
        if any(tag.kind == "#" and _DIRECTIVE.match(tag.body) for tag in paragraph.tags):
            yield template_finding(MODELE_DIRECTIVE, paragraph)
    every = {name: None for names in contracts.values() for name in names}
    # One finding a name and paragraph, at its first use.
    for use in {(use.path, use.paragraph): use for use in reversed(usage.uses)}.values():
        path = tuple(steps(use.path))
        lacking = [reference for reference, names in contracts.items() if path not in names]
        if path not in every:
            yield _unknown(use, every, contracts)
        elif use.printed and (under := _under(every, path)):
            longer = ", ".join(f"{use.path}.{each}" for each in under)
            yield template_finding(MODELE_NOM_INCOMPLET, use.paragraph, path=use.path, names=longer)
        elif lacking and not use.guarded and not use.asked:
            # A condition or `get` around a mention that one AF lacks is how templates serve both AF.
            yield template_finding(
                MODELE_MENTION_INCONNUE, use.paragraph, name=path[-1], reference=", ".join(lacking), hint=""
            )


def _unknown(use: Use, every: Names, references: Iterable[str]) -> TemplateFinding:
    path = tuple(steps(use.path))
    depth = next(depth for depth in range(1, len(path) + 1) if path[:depth] not in every)
    name = path[depth - 1]
    hint = suggest(name, [each for each in _under(every, path[: depth - 1]) if each != ITEM])
    if path[0] == "mention" and depth == _MENTION_STEPS:
        return template_finding(
            MODELE_MENTION_INCONNUE, use.paragraph, name=name, reference=", ".join(references), hint=hint
        )
    return template_finding(MODELE_NOM_INCONNU, use.paragraph, path=use.path, name=name, hint=hint)


def check_required(
    layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind
) -> Iterator[TemplateFinding]:
    """Find the mentions and values that the template prints in none of its branches.

    Args:
        layout: the template.
        usage: the names that it uses.
        appels: the AF records that it is for.
        document: the kind of document.
    """
    place = Place(layout.template.name)
    # A mention may be written out in the template instead of placed by its name.
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
    """Return whether a mention is printed by its name, as plain text, or in the list of the other mentions."""
    whole = usage.has(f"mention.{mention.id}.whole")
    # The list of other mentions prints each mention that has no place of its own.
    if mention.id not in usage.mentions and usage.has("other_mentions[].text") and usage.has("other_mentions[].value"):
        return True
    has_text = not mention.text or whole or usage.has(f"mention.{mention.id}.text") or mention.text in text
    has_value = not mention.value or whole or usage.has(f"mention.{mention.id}.value") or usage.has(mention.value)
    return has_text and has_value
