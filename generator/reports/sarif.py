"""Findings for code hosts: SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from generator import __version__
from generator.common.findings import ERROR, WARNING, Finding, FindingKind, Place, in_general
from generator.common.language import Lang
from generator.reports.files import as_uri, is_packaged
from generator.reports.text import sentences

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {ERROR: "error", WARNING: "warning"}


def sarif_report(findings: Sequence[Finding], lang: Lang, command: str = "segurdoc") -> str:
    """Return findings as a SARIF log of one run.

    Args:
        findings: the findings.
        lang: the language.
        command: what found them: code hosts keep the runs of several commands on one commit apart by it.
    """
    kinds = {kind: index for index, kind in enumerate(dict.fromkeys(finding.kind for finding in findings))}
    driver = {
        "name": "segurdoc",
        "version": __version__,
        "language": lang,
        "rules": [_rule(kind, lang) for kind in kinds],
    }
    run = {
        "tool": {"driver": driver},
        "language": lang,
        "automationDetails": {"id": f"{command}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, kinds[finding.kind], lang) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2)


def _rule(kind: FindingKind, lang: Lang) -> dict[str, object]:
    says, fix = (in_general(sentence.say(lang)) for sentence in (kind.message.text, kind.message.fix))
    rule: dict[str, object] = {
        "id": kind.code,
        "shortDescription": {"text": says},
        "help": {"text": "\n".join(filter(None, (fix or says, kind.message.source)))},
        "defaultConfiguration": {"level": _LEVELS.get(kind.severity, "note")},
    }
    if kind.message.source:
        rule["fullDescription"] = {"text": kind.message.source}
    return rule


def _result(finding: Finding, index: int, lang: Lang) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": " ".join(sentences(finding, lang))},
    }
    if finding.place.file and not is_packaged(finding.place.file):
        result["locations"] = [_location(finding.place, lang)]
    return result


def _location(place: Place, lang: Lang) -> dict[str, object]:
    # Code hosts show no finding without a line: one about a whole file stands at its first.
    region: dict[str, object] = {"startLine": place.line or 1}
    if place.line and place.column:
        region["startColumn"] = place.column
    physical = {"artifactLocation": {"uri": as_uri(place.file)}, "region": region}
    location: dict[str, object] = {"physicalLocation": physical}
    name = place.part.say(lang) if place.part else place.pointer
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location
