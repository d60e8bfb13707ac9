"""What is said of a kind of finding beyond its message: on `docs/findings.md`, and by `segurdoc explain`.

`python -m generator.findings.page > docs/findings.md` writes the page anew.
"""

from __future__ import annotations

from generator.findings.catalogue import all_kinds
from generator.findings.model import Kind
from generator.findings.model import in_general
from generator.lang import LANGS
from generator.lang import Lang
from generator.lang import Text

_HEAD = """# Findings

Every code that the program can give: what it says, what to do, and where the rule comes from. An error withholds the
document; a warning asks for a look; information informs. `segurdoc explain CODE` says the same in a terminal. Made by
the program: `python -m generator.findings.page`.
"""
WHY, FIX, SOURCE, EXAMPLE = (
    Text("Pourquoi", "Why"),
    Text("Que faire", "What to do"),
    Text("Source", "Source"),
    Text("Exemple", "Example"),
)


def findings_page() -> str:
    """Return the page, in Markdown."""
    return "\n".join([_HEAD, *map(_entry, all_kinds())])


def explained(kind: Kind, lang: Lang) -> list[tuple[str, str]]:
    """Return what is to be said of a kind beyond its message, each with its heading; only what it has."""
    said = (
        (WHY, kind.why.say(lang)),
        (FIX, in_general(kind.fix.say(lang), "<{}>")),
        (SOURCE, kind.source),
        (EXAMPLE, kind.example),
    )
    return [(heading.say(lang), text) for heading, text in said if text]


def _entry(kind: Kind) -> str:
    lines = [f"## {kind.code}", "", f"*{kind.severity.value}*", ""]
    for lang in LANGS:
        why = kind.why.say(lang)
        says, fix = (in_general(sentence.say(lang)) for sentence in (kind.says, kind.fix))
        lines += [f"- {says} → {fix}", f"  - {why}"] if why else [f"- {says} → {fix}"]
    lines += [f"- Source : {kind.source}"] if kind.source else []
    lines += [f"- Exemple : `{kind.example}`"] if kind.example else []
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(findings_page(), end="")  # noqa: T201  # the page is what the command gives
