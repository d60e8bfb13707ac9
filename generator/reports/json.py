"""Findings for programs: a JSON array of objects."""

from __future__ import annotations

import json
from collections.abc import Sequence

from generator.common.findings import Finding
from generator.common.language import Lang, Text


def json_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as a JSON array; `message` and `fix` are in `lang`, everything else is the same in both."""
    return json.dumps([finding_object(finding, lang) for finding in findings], ensure_ascii=True, indent=2)


def finding_object(finding: Finding, lang: Lang) -> dict[str, object]:
    """Return a finding as a JSON object; what is not known of its place is null.

    `values` holds what the sentences are made of: `expected`, `suggestion`, `key`, `value`…
    """
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": place.file or None,
        "line": place.line,
        "column": place.column,
        "pointer": place.pointer,
        "part": place.part.say(lang) if place.part else None,
        "message": finding.message(lang),
        "fix": finding.fix(lang),
        "values": {name: value.say(lang) if isinstance(value, Text) else value for name, value in finding.values},
        "source": finding.kind.message.source or None,
    }
