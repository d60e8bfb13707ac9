"""The names that a template uses, against those there are; and what is forbidden to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping

from generator.checking.contract import ITEM
from generator.checking.contract import Name
from generator.checking.contract import joined
from generator.checking.contract import merged
from generator.checking.contract import steps
from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import found_at
from generator.checking.usage import Usage
from generator.checking.usage import Use
from generator.docx.render import MODELE_INTERDIT
from generator.docx.render import MODELE_MENTION_INCONNUE
from generator.docx.render import MODELE_NOM_INCONNU
from generator.findings import ERROR
from generator.findings import define
from generator.jsonio.schema import suggest

MODELE_NOM_INCOMPLET = define(
    "MODELE-NOM-INCOMPLET", ERROR,
    fr="« {path} » désigne un ensemble de valeurs et ne s'imprime pas",
    en="“{path}” names a group of values and cannot be printed",
    fix_fr="dire laquelle : {names}", fix_en="say which one: {names}",
)  # fmt: skip
MODELE_DIRECTIVE = define(
    "MODELE-DIRECTIVE", ERROR,
    fr="ce commentaire demande à un autre outil de taire des constats", en="this comment asks another tool for silence",
    fix_fr="l'enlever ; un avertissement s'ignore dans segurdoc.toml, avec une raison",
    fix_en="remove it; a warning is ignored in segurdoc.toml, with a reason",
)  # fmt: skip

_DIRECTIVE = re.compile(r"\s*docxtpl-lint\s*:")
# `mention` and a mention's id.
_MENTION_STEPS = 2


def check_names(layout: Layout, usage: Usage, contracts: Mapping[str, Name]) -> Iterator[Found]:
    """Find the names that do not exist, all at once and in all branches, and what is forbidden.

    Args:
        layout: the template.
        usage: what it uses.
        contracts: the names there are, for each reference that the template serves.
    """
    for said, paragraph in usage.forbidden:
        yield found_at(MODELE_INTERDIT, paragraph, reason=said)
    for paragraph in layout.paragraphs:
        if any(tag.kind == "#" and _DIRECTIVE.match(tag.body) for tag in paragraph.tags):
            yield found_at(MODELE_DIRECTIVE, paragraph)
    every = merged(list(contracts.values()))
    for use in {(use.path, use.paragraph): use for use in reversed(usage.uses)}.values():
        name = every.find(use.path)
        lacking = [reference for reference, names in contracts.items() if names.find(use.path) is None]
        if name is None:
            yield _unknown(use, every, contracts)
        elif use.printed and name.under:
            names = ", ".join(f"{use.path}.{under}" for under in name.under)
            yield found_at(MODELE_NOM_INCOMPLET, use.paragraph, path=use.path, names=names)
        elif lacking and not use.guarded and not use.asked:
            unknown = steps(use.path)[1]
            yield found_at(MODELE_MENTION_INCONNUE, use.paragraph, name=unknown, reference=", ".join(lacking), hint="")


def _unknown(use: Use, every: Name, references: Iterable[str]) -> Found:
    path = steps(use.path)
    depth = next(depth for depth in range(1, len(path) + 1) if every.find(joined(path[:depth])) is None)
    around = every.find(joined(path[: depth - 1])) if depth > 1 else every
    name = path[depth - 1]
    hint = suggest(name, [each for each in (around.under if around else ()) if each != ITEM])
    if path[0] == "mention" and depth == _MENTION_STEPS:
        return found_at(MODELE_MENTION_INCONNUE, use.paragraph, name=name, reference=", ".join(references), hint=hint)
    return found_at(MODELE_NOM_INCONNU, use.paragraph, path=use.path, name=name, hint=hint)
