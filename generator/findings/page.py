"""`docs/findings.md`: every kind of finding, from the definitions beside the checks.

`python -m generator.findings.page > docs/findings.md` writes it anew.
"""

from __future__ import annotations

import importlib
import pkgutil

import generator
from generator.findings.model import Kind
from generator.findings.model import defined_kinds
from generator.findings.model import in_general

_HEAD = """# Findings

Every code that the program can give: what it says, what to do, and where the rule comes from. An error withholds the
document; a warning asks for a look; information informs. Made by the program: `python -m generator.findings.page`.
"""


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind of finding, having imported every module that defines some."""
    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return defined_kinds()


def findings_page() -> str:
    """Return the page, in Markdown."""
    return "\n".join([_HEAD, *map(_entry, all_kinds())])


def _entry(kind: Kind) -> str:
    lines = [
        f"## {kind.code}",
        "",
        f"*{kind.severity.value}*",
        "",
        f"- {in_general(kind.says.fr)} → {in_general(kind.fix.fr)}",
        f"- {in_general(kind.says.en)} → {in_general(kind.fix.en)}",
    ]
    lines += [f"- Source : {kind.source}"] if kind.source else []
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(findings_page(), end="")  # noqa: T201  # the page is what the command gives
