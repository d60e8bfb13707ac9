"""What was checked, case by case: reports that count need those that passed as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.common.findings import Finding


@dataclass(frozen=True, slots=True)
class Case:
    """One check of one file: `findings` is empty where it passed."""

    file: str
    name: str
    findings: tuple[Finding, ...] = ()


def cases_of(findings: Iterable[Finding], checked: Iterable[str] = ()) -> list[Case]:
    """Return findings as cases, one for each file and code; a file that was checked and has none passes."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.place.file, finding.code), []).append(finding)
    cases = [Case(file, code, tuple(group)) for (file, code), group in grouped.items()]
    named = {case.file for case in cases}
    return cases + [Case(file, "segurdoc") for file in dict.fromkeys(checked) if file not in named]
