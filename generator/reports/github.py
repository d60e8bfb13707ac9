"""Findings beside the lines of a pull request: the workflow commands of GitHub Actions.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escapes are those of its toolkit
(`packages/core/src/command.ts`).
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.common.findings import ERROR, WARNING, Finding
from generator.common.language import Lang
from generator.reports.files import in_repository, is_packaged
from generator.reports.text import printable_lines, sentences

_COMMANDS = {ERROR: "error", WARNING: "warning"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def github_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as annotations, one a line."""
    return "\n".join(_annotation(finding, lang) for finding in findings)


def _annotation(finding: Finding, lang: Lang) -> str:
    place = finding.place
    properties = {
        "file": printable_lines(in_repository(place.file)) if place.file and not is_packaged(place.file) else None,
        "line": place.line,
        "col": place.column if place.line else None,
        "title": finding.code,
    }
    said = ",".join(
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items() if value is not None
    )
    # A log is a terminal: a file name or a value may hold what it would obey.
    message = printable_lines("\n".join(sentences(finding, lang))).translate(_DATA)
    return f"::{_COMMANDS.get(finding.severity, 'notice')} {said}::{message}"
