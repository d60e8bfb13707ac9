"""Findings for code hosts: SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from generator import __version__
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Kind
from generator.findings import Place
from generator.lang import Lang

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {ERROR: "error", WARNING: "warning"}


def sarif_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as a SARIF log of one run."""
    kinds = list(dict.fromkeys(finding.kind for finding in findings))
    driver = {"name": "segurdoc", "version": __version__, "rules": [_rule(kind, lang) for kind in kinds]}
    results = [_result(finding, kinds.index(finding.kind), lang) for finding in findings]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(log, ensure_ascii=True, indent=2)


def _rule(kind: Kind, lang: Lang) -> dict[str, object]:
    rule: dict[str, object] = {
        "id": kind.code,
        "shortDescription": {"text": kind.says.say(lang)},
        "defaultConfiguration": {"level": _LEVELS.get(kind.severity, "note")},
    }
    if kind.source:
        rule["fullDescription"] = {"text": kind.source}
    return rule


def _result(finding: Finding, index: int, lang: Lang) -> dict[str, object]:
    said = " → ".join(part for part in (finding.message(lang), finding.fix(lang)) if part)
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": said},
    }
    if finding.place.file:
        result["locations"] = [_location(finding.place, lang)]
    return result


def _location(place: Place, lang: Lang) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": quote(Path(place.file).as_posix())}}
    if place.line:
        physical["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    location: dict[str, object] = {"physicalLocation": physical}
    name = place.part.say(lang) if place.part else place.pointer
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location
