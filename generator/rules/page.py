"""`docs/rules.md`: the rules, why each weighs what it weighs, and where it comes from.

`python -m generator.rules.page > docs/rules.md` writes it anew.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import generator.rules
from generator.findings import Kind
from generator.findings import Severity
from generator.findings.model import in_general

_HEAD = """# Rules

What a schema cannot say of an order. Each rule is a function in `generator/rules/`, one module a subject; what it says
is in [findings.md](findings.md) and, one by one, in `segurdoc explain CODE`.

A rule is an **error**, and withholds the document, where a source says what is refused; a **warning** where the rule is
deduced, its source speaks of another call, a fact is missing, or a date may have been put off; **information** where
nothing is wrong. Rules on the base need a base ([eligibles.md](eligibles.md)), those on past runs `--register DIR`,
those on the day `--today YYYY-MM-DD` (today by default): what is not given is not judged. Dates are held against the
deadlines of the AF's record, at the order's own dates, whatever day it is.

| code | severity | says | why that severity | source |
|---|---|---|---|---|
"""


def rule_kinds() -> tuple[Kind, ...]:
    """Return the kinds of finding of the rules, by code."""
    return tuple(sorted(set(_kinds()), key=lambda kind: kind.code))


def _kinds() -> Iterator[Kind]:
    for module in pkgutil.iter_modules(generator.rules.__path__, "generator.rules."):
        members = vars(importlib.import_module(module.name)).values()
        yield from (member for member in members if isinstance(member, Kind))


def rules_page() -> str:
    """Return the page, in Markdown."""
    weights = list(Severity)
    ranked = sorted(rule_kinds(), key=lambda kind: (weights.index(kind.severity), kind.code))
    return _HEAD + "".join(map(_row, ranked))


def _row(kind: Kind) -> str:
    cells = (f"`{kind.code}`", kind.severity.value, in_general(kind.says.en), kind.why.en, kind.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    print(rules_page(), end="")  # noqa: T201  # the page is what the command gives
