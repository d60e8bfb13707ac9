"""Findings for people and for machines: the same ones, in several forms."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence

from generator.findings import Finding
from generator.lang import Lang
from generator.reports.json import json_report
from generator.reports.junit import junit_report
from generator.reports.sarif import sarif_report
from generator.reports.text import text_report

Reporter = Callable[[Sequence[Finding], Lang], str]

REPORTERS: dict[str, Reporter] = {
    "text": text_report,
    "json": json_report,
    "junit": junit_report,
    "sarif": sarif_report,
}
"""Every form a report has, by the name that `--format` takes."""

__all__ = ["REPORTERS", "Reporter", "json_report", "junit_report", "sarif_report", "text_report"]
