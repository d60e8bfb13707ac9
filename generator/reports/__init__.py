"""Findings for people and for machines: the same ones, in several forms."""

from collections.abc import Callable, Sequence

from generator.common.findings import Finding
from generator.common.language import Lang
from generator.reports import machine_readable
from generator.reports.text import text_report

Reporter = Callable[[Sequence[Finding], Lang], str]

REPORTERS: dict[str, Reporter] = {
    "text": text_report,
    "json": machine_readable.json_report,
    "junit": machine_readable.junit_report,
    "sarif": machine_readable.sarif_report,
    "github": machine_readable.github_report,
    "markdown": machine_readable.markdown_report,
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
    # Forms that name the command, or count what passed, need more than findings.
    if form == "sarif":
        return machine_readable.sarif_report(findings, lang, command)
    if form == "junit":
        return machine_readable.junit_cases(machine_readable.cases_of(findings, checked), lang)
    return REPORTERS[form](findings, lang)


__all__ = ["REPORTERS", "SUFFIXES", "Reporter", "report_of", "text_report"]
