"""Compare the names in a template with the existing ones, and report forbidden constructs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from generator.common.findings import ERROR, define
from generator.common.jsonio.schema import suggest
from generator.render.docx.render import MODELE_INTERDIT, MODELE_MENTION_INCONNUE, MODELE_NOM_INCONNU
from generator.template_check.contract import ITEM, NameTree, joined, merged, steps
from generator.template_check.parts import Layout, TemplateFinding, template_finding
from generator.template_check.usage import Usage, Use

MODELE_NOM_INCOMPLET = define("MODELE-NOM-INCOMPLET", ERROR)
MODELE_DIRECTIVE = define("MODELE-DIRECTIVE", ERROR)

_DIRECTIVE = re.compile(r"\s*docxtpl-lint\s*:")
# `mention` and a mention's id.
_MENTION_STEPS = 2


def check_names(layout: Layout, usage: Usage, contracts: Mapping[str, NameTree]) -> Iterator[TemplateFinding]:
    """Find the names that do not exist, all at once and in all branches, and what is forbidden.

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
    every = merged(list(contracts.values()))
    for use in {(use.path, use.paragraph): use for use in reversed(usage.uses)}.values():
        name = every.find(use.path)
        lacking = [reference for reference, names in contracts.items() if names.find(use.path) is None]
        if name is None:
            yield _unknown(use, every, contracts)
        elif use.printed and name.under:
            names = ", ".join(f"{use.path}.{under}" for under in name.under)
            yield template_finding(MODELE_NOM_INCOMPLET, use.paragraph, path=use.path, names=names)
        elif lacking and not use.guarded and not use.asked:
            unknown = steps(use.path)[1]
            yield template_finding(
                MODELE_MENTION_INCONNUE, use.paragraph, name=unknown, reference=", ".join(lacking), hint=""
            )


def _unknown(use: Use, every: NameTree, references: Iterable[str]) -> TemplateFinding:
    path = steps(use.path)
    depth = next(depth for depth in range(1, len(path) + 1) if every.find(joined(path[:depth])) is None)
    around = every.find(joined(path[: depth - 1])) if depth > 1 else every
    name = path[depth - 1]
    hint = suggest(name, [each for each in (around.under if around else ()) if each != ITEM])
    if path[0] == "mention" and depth == _MENTION_STEPS:
        return template_finding(
            MODELE_MENTION_INCONNUE, use.paragraph, name=name, reference=", ".join(references), hint=hint
        )
    return template_finding(MODELE_NOM_INCONNU, use.paragraph, path=use.path, name=name, hint=hint)
