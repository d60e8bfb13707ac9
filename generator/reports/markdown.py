"""Findings as a page of Markdown: the job summary of GitHub Actions, a comment of a merge request."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence

from generator.common.findings import Finding, Place, Severity, severity_word
from generator.common.language import Lang, Text
from generator.common.texts import text
from generator.reports.files import in_repository
from generator.reports.text import printable

# GitHub takes a summary of 1 MiB.
MAX_ROWS = 500
_TITLE = Text("Constats de segurdoc", "Findings of segurdoc")
_HEADS = (Text("Poids", "Weight"), Text("Constat", "Finding"), Text("Où", "Where"), Text("Quoi", "What"))
_MARKUP = re.compile(r"([\\`*_\[\]|~$])")


def markdown_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as a table, the heavy ones first, with their counts above."""
    if not findings:
        return f"### {_TITLE.say(lang)}\n\n{text('reports.no-finding').say(lang)}\n"
    weights = [*Severity]
    counts = Counter(finding.severity for finding in findings)
    said = ", ".join(f"{severity_word(weight, lang)} × {counts[weight]}" for weight in weights if counts[weight])
    heads = " | ".join(head.say(lang) for head in _HEADS)
    ordered = sorted(findings, key=lambda finding: weights.index(finding.severity))
    lines = [f"### {_TITLE.say(lang)}", "", said, "", f"| {heads} |", "|---" * len(_HEADS) + "|"]
    lines += [_row(finding, lang) for finding in ordered[:MAX_ROWS]]
    if len(ordered) > MAX_ROWS:
        lines += ["", f"… + {len(ordered) - MAX_ROWS}"]
    return "\n".join([*lines, ""])


def _row(finding: Finding, lang: Lang) -> str:
    fix = finding.fix(lang)
    what = _cell(finding.message(lang)) + (f"<br>→ {_cell(fix)}" if fix else "")
    where = _cell(_where(finding.place, lang))
    return f"| {severity_word(finding.severity, lang)} | {_cell(finding.code)} | {where} | {what} |"


def _where(place: Place, lang: Lang) -> str:
    file = in_repository(place.file) if place.file else ""
    at = ":".join([file, *(str(number) for number in (place.line, place.column) if number)])
    part = place.part.say(lang) if place.part else place.pointer
    return " ".join(filter(None, (at, part)))


def _cell(text: str) -> str:
    """Return a text that stands in a cell as it is: whatever is in a descriptor is no markup here."""
    return _MARKUP.sub(r"\\\1", html.escape(printable(text), quote=False))
