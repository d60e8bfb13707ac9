from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Kind
from generator.findings import Place
from generator.lang import Text
from generator.reports import REPORTERS
from generator.reports.cases import Case
from generator.reports.html import Sheet
from generator.reports.html import html_report
from generator.reports.junit import junit_cases

SAYS = Text("<b>{value}</b> est faux & « mal » lu", "{value} is wrong")
KIND = Kind("A-CODE", ERROR, SAYS, Text("corriger", "mend it"), source="un texte")
WARNS = Kind("B-CODE", WARNING, SAYS, Text("", ""))


def finding(kind: Kind = KIND, file: str = "dossier é/a b.json") -> Finding:
    return kind.at(Place(file, line=3, column=7, pointer="/montant"), value="1\x002")


def test_junit_has_a_suite_a_file_and_a_failure_for_each_error() -> None:
    root = ET.fromstring(REPORTERS["junit"]([finding(), finding(WARNS), finding(file="b.json")], "fr"))
    assert [suite.get("name") for suite in root] == ["dossier é/a b.json", "b.json"]
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text
    assert "corriger" in failure.text


def test_junit_counts_what_passed_as_well() -> None:
    root = ET.fromstring(junit_cases([Case("a.pdf", "siret"), Case("a.pdf", "finess", (finding(),))], "en"))
    assert [len(case) for case in root.iter("testcase")] == [0, 1]
    assert root.get("failures") == "1"


def test_sarif_names_rules_places_and_levels() -> None:
    log = json.loads(REPORTERS["sarif"]([finding(), finding(WARNS)], "en"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["A-CODE", "B-CODE"]
    first, second = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"], second["level"]) == ("A-CODE", 0, "error", "warning")
    place = first["locations"][0]["physicalLocation"]
    # An address (RFC 3986): no space, no accent.
    assert place["artifactLocation"]["uri"] == "dossier%20%C3%A9/a%20b.json"
    assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_a_report_of_nothing_is_sound_in_every_form() -> None:
    assert json.loads(REPORTERS["json"]([], "fr")) == []
    assert json.loads(REPORTERS["sarif"]([], "fr"))["runs"][0]["results"] == []
    assert ET.fromstring(REPORTERS["junit"]([], "fr")).get("tests") == "0"


def test_the_html_report_stands_alone_and_escapes_what_it_quotes() -> None:
    page = html_report("Titre", [Sheet("a<script>.pdf", "ok", (finding(),), ("data:image/png;base64,AA==",))], "fr")
    assert "<script>" not in page
    assert "&lt;b&gt;" in page
    assert "http" not in page
    assert 'src="data:image/png;base64,AA=="' in page
