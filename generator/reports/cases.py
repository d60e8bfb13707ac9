"""What was checked, case by case: reports that count need those that passed as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.findings import Finding


@dataclass(frozen=True, slots=True)
class Case:
    """One check of one file: `findings` is empty where it passed."""

    file: str
    name: str
    findings: tuple[Finding, ...] = ()


def cases_of(findings: Iterable[Finding]) -> list[Case]:
    """Return findings as cases, one for each file and code."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.place.file, finding.code), []).append(finding)
    return [Case(file, code, tuple(group)) for (file, code), group in grouped.items()]
