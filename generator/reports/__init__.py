"""Findings for people and for machines: the same ones, in several forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.common.findings import Finding
from generator.common.language import Lang
from generator.reports.cases import cases_of
from generator.reports.github import github_report
from generator.reports.json import json_report
from generator.reports.junit import junit_cases, junit_report
from generator.reports.markdown import markdown_report
from generator.reports.sarif import sarif_report
from generator.reports.text import text_report

Reporter = Callable[[Sequence[Finding], Lang], str]

REPORTERS: dict[str, Reporter] = {
    "text": text_report,
    "json": json_report,
    "junit": junit_report,
    "sarif": sarif_report,
    "github": github_report,
    "markdown": markdown_report,
}
"""Every form a report has, by the name that `--format` takes."""
SUFFIXES = {".txt": "text", ".json": "json", ".xml": "junit", ".sarif": "sarif", ".md": "markdown"}
"""The form of a report that goes to a file, by the ending of its name."""


def report_of(form: str, findings: Sequence[Finding], lang: Lang, checked: Sequence[str], command: str) -> str:
    """Return a report that also counts what passed, where its form counts.

    Args:
        form: a name of `REPORTERS`.
        findings: the findings to report.
        lang: the language.
        checked: the files that were checked.
        command: the command that checked them.
    """
    if form == "sarif":
        return sarif_report(findings, lang, command)
    if form == "junit":
        return junit_cases(cases_of(findings, checked), lang)
    return REPORTERS[form](findings, lang)


__all__ = [
    "REPORTERS",
    "SUFFIXES",
    "Reporter",
    "github_report",
    "json_report",
    "junit_report",
    "markdown_report",
    "report_of",
    "sarif_report",
    "text_report",
]
