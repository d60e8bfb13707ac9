"""Explain finding kinds, for the pages of findings and `segurdoc explain`.

Use: `python -m generator.common.findings.page fr > docs/fr/constats.md`
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.common.findings.catalogue import all_kinds
from generator.common.findings.model import FindingKind, in_general, severity_word
from generator.common.language import LANGS, Lang, Text
from generator.common.texts import catalogue, text

WHY, FIX, SOURCE, EXAMPLE = (
    Text("Pourquoi", "Why"),
    Text("Que faire", "What to do"),
    Text("Source", "Source"),
    Text("Exemple", "Example"),
)
_WIDTH = 100


def findings_page(lang: Lang) -> str:
    """Return the page of a language, in Markdown: a chapter a catalogue, a section a kind."""
    kinds = sorted(all_kinds(), key=lambda kind: (kind.message.catalogue, kind.code))
    lines = [*text("findings-page.head").say(lang).splitlines(), ""]
    for name, chapter in groupby(kinds, key=lambda kind: kind.message.catalogue):
        lines += [f"## {catalogue('chapters')[name][lang]}", ""]
        if name == "rules":
            lines += [*text("findings-page.severities").say(lang).splitlines(), ""]
        lines += _sections(chapter, lang)
    return "\n".join(lines)


def explained(kind: FindingKind, lang: Lang, value: str = "<{}>") -> list[tuple[str, str]]:
    """Return the explanations of a kind besides its message, each with its heading; `value` is the form of values."""
    sections = (
        (WHY, kind.message.why.say(lang)),
        (FIX, in_general(kind.message.fix.say(lang), value)),
        (SOURCE, kind.message.source),
        (EXAMPLE, kind.message.example),
    )
    return [(heading.say(lang), text) for heading, text in sections if text]


def _sections(kinds: Iterable[FindingKind], lang: Lang) -> Iterator[str]:
    for kind in kinds:
        yield from (f"### {kind.code}", "")
        message = in_general(kind.message.text.say(lang), "*{}*")
        explanations = explained(kind, lang, "*{}*")
        for heading, paragraph in ((severity_word(kind.severity, lang).capitalize(), message), *explanations):
            shown = f"`{paragraph}`" if heading == EXAMPLE.say(lang) else paragraph.replace("<", "&lt;")
            colon = " :" if lang == "fr" else ":"
            yield from textwrap.wrap(
                f"**{heading}**{colon} {shown}", _WIDTH, break_long_words=False, break_on_hyphens=False
            )
            yield ""


if __name__ == "__main__":
    (asked,) = (lang for lang in LANGS if lang in sys.argv[1:])
    print(findings_page(asked))  # noqa: T201  # the page is the output of the command
