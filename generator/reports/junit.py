"""Findings for continuous integration: JUnit XML, as Jenkins and GitLab read it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET  # it writes XML here, and reads none

from generator.findings import Finding
from generator.findings import has_errors
from generator.lang import Lang
from generator.reports.cases import Case
from generator.reports.cases import cases_of
from generator.reports.text import plain_report


def junit_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as JUnit XML: a suite for each file, a case for each code; errors fail, the rest is output."""
    return junit_cases(cases_of(findings), lang)


def junit_cases(cases: Sequence[Case], lang: Lang) -> str:
    """Return cases as JUnit XML: a suite for each file."""
    root = ET.Element("testsuites", name="segurdoc", tests=str(len(cases)), failures=_failures(cases))
    for file in dict.fromkeys(case.file for case in cases):
        own = [case for case in cases if case.file == file]
        suite = ET.SubElement(root, "testsuite", name=file or "-", tests=str(len(own)), failures=_failures(own))
        for case in own:
            element = ET.SubElement(suite, "testcase", classname=file or "-", name=case.name)
            if not case.findings:
                continue
            said = plain_report(case.findings, lang)
            if has_errors(case.findings):
                ET.SubElement(element, "failure", message=case.findings[0].message(lang)).text = said
            else:
                ET.SubElement(element, "system-out").text = said
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _failures(cases: Sequence[Case]) -> str:
    return str(sum(has_errors(case.findings) for case in cases))
