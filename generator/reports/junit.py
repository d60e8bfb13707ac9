"""Findings for continuous integration: JUnit XML, as Jenkins and GitLab read it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET  # it writes XML here, and reads none

from generator.common.findings import ERROR, Finding, has_errors
from generator.common.language import Lang
from generator.reports.cases import Case, cases_of
from generator.reports.text import plain_report, printable

# Jenkins takes a report without any case for a broken one.
_NOTHING = Case("segurdoc", "segurdoc")


def junit_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as JUnit XML: a suite for each file, a case for each code; errors fail, the rest is output."""
    return junit_cases(cases_of(findings), lang)


def junit_cases(cases: Sequence[Case], lang: Lang) -> str:
    """Return cases as JUnit XML: a suite for each file."""
    known = cases or (_NOTHING,)
    root = ET.Element("testsuites", {"name": "segurdoc", **_counts(known)})
    suites: dict[str, list[Case]] = {}
    for case in known:
        suites.setdefault(case.file, []).append(case)
    for file, own in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": printable(file) or "-", **_counts(own)})
        for case in own:
            element = ET.SubElement(suite, "testcase", classname=printable(file) or "-", name=printable(case.name))
            if not case.findings:
                continue
            said = plain_report(case.findings, lang)
            if has_errors(case.findings):
                first = next(found for found in case.findings if found.severity is ERROR)
                ET.SubElement(element, "failure", type=first.code, message=first.message(lang)).text = said
            else:
                ET.SubElement(element, "system-out").text = said
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    """Return the attributes that count cases; Jenkins asks for `errors`, tests that could not run, as well."""
    failures = sum(has_errors(case.findings) for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
