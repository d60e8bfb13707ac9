import json
import string
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator
from lxml import etree

from generator.common.explain import all_kinds
from generator.common.findings import ERROR, INFO, WARNING, Finding, FindingKind, Message, Place
from generator.common.language import Lang, Text
from generator.reports import REPORTERS, report_of
from generator.reports.machine_readable import MAX_ROWS, Case, cases_of, junit_cases
from generator.reports.verified import Sheet, html_report
from tests.conftest import ROOT

SAYS = Text("<b>{value}</b> est faux & « mal » lu", "{value} is wrong")
SARIF = Draft4Validator(
    json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text("utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)
JENKINS = etree.XMLSchema(etree.parse(ROOT / "tests" / "data" / "jenkins-junit-10.xsd"))
KIND = FindingKind("A-CODE", ERROR, Message(SAYS, Text("corriger", "mend it"), source="un texte"))
INFORMS = FindingKind("C-CODE", INFO, Message(SAYS))
WARNS = FindingKind("B-CODE", WARNING, Message(SAYS))


def finding(kind: FindingKind = KIND, file: str = "dossier é/a b.json") -> Finding:
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


def test_report_of_nothing_is_sound_in_every_form() -> None:
    assert json.loads(REPORTERS["json"]([], "fr")) == []
    assert json.loads(REPORTERS["sarif"]([], "fr"))["runs"][0]["results"] == []
    assert REPORTERS["github"]([], "fr") == ""
    # Jenkins takes a report without a case for a broken one.
    root = ET.fromstring(REPORTERS["junit"]([], "fr"))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_html_report_stands_alone_and_escapes_what_it_quotes() -> None:
    page = html_report("Titre", [Sheet("a<script>.pdf", "ok", (finding(),), ("data:image/png;base64,AA==",))], "fr")
    assert "<script>" not in page
    assert "&lt;b&gt;" in page
    assert "http" not in page
    assert 'src="data:image/png;base64,AA=="' in page


PART = Place("modèle.docx", part=Text("paragraphe 3", "paragraph 3"), excerpt="N° {{ siert }} : 100 %")
PLACES = [
    Place("dossier é/a b.json", line=3, column=7, pointer="/montant"),
    Place("order.json"),
    Place("order.json", line=1),
    Place("C:\\Commandes\\a b.json", line=2),
    Place("\\\\serveur\\partage\\é.docx", part=Text("en-tête", "header")),
    Place("/srv/orders/a.json", pointer="/numero"),
    Place("a\x01\udcff.json", line=2, column=2),
    Place("-", line=4),
    Place(),
    PART,
]
EVERY = [kind.at(place, value="1\x002") for place in PLACES for kind in (KIND, WARNS, INFORMS)]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_sarif_follows_its_schema_for_every_place(lang: Lang) -> None:
    log = json.loads(REPORTERS["sarif"](EVERY, lang))
    assert [error.message for error in SARIF.iter_errors(log)] == []
    (run,) = log["runs"]
    assert len(run["results"]) == len(EVERY)
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["help"]["text"] == ("corriger\nun texte" if lang == "fr" else "mend it\nun texte")


def test_sarif_of_every_kind_of_finding_follows_its_schema() -> None:
    findings = [kind.at(Place("order.json", 1, 1), **dict.fromkeys(_names(kind), "x")) for kind in all_kinds()]
    log = json.loads(REPORTERS["sarif"](findings, "fr"))
    assert [error.message for error in SARIF.iter_errors(log)] == []


def test_sarif_schema_refuses_what_is_wrong() -> None:
    log = json.loads(REPORTERS["sarif"]([finding()], "fr"))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert [*SARIF.iter_errors(log)]


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        (PLACES[0], "dossier%20%C3%A9/a%20b.json"),
        (PLACES[3], "file:///C:/Commandes/a%20b.json"),
        (PLACES[4], "file://serveur/partage/%C3%A9.docx"),
        (PLACES[5], "file:///srv/orders/a.json"),
        (Place(str(Path("orders/a.json").absolute())), "orders/a.json"),
    ],
)
def test_sarif_gives_addresses_that_a_code_host_finds(place: Place, uri: str) -> None:
    (result,) = json.loads(REPORTERS["sarif"]([KIND.at(place, value="")], "fr"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_what_stands_in_a_template_is_said_in_words() -> None:
    (result,) = json.loads(REPORTERS["sarif"]([KIND.at(PART, value="x")], "fr"))["runs"][0]["results"]
    assert result["message"]["text"].startswith("paragraphe 3 « N° {{ siert }} : 100 % » : <b>x</b> est faux")
    assert result["message"]["text"].endswith(" → corriger")
    (location,) = result["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "paragraphe 3"}]
    assert location["physicalLocation"]["region"] == {"startLine": 1}


def test_junit_is_what_jenkins_takes() -> None:
    for cases in ([], cases_of(EVERY), cases_of([], ["a.json", "b.json"])):
        report = junit_cases(cases, "fr").encode("utf-8", "replace")
        JENKINS.assertValid(etree.fromstring(report))


def test_junit_names_the_files_that_passed() -> None:
    report = report_of("junit", [finding(file="b.json")], "fr", ["a.json", "b.json", "a.json"], "segurdoc validate")
    assert [(case.get("classname"), len(case)) for case in ET.fromstring(report).iter("testcase")] == [
        ("b.json", 1),
        ("a.json", 0),
    ]


def test_github_puts_each_finding_beside_its_line() -> None:
    lines = REPORTERS["github"]([finding(), finding(WARNS), finding(INFORMS)], "fr").split("\n")
    head = "file=dossier é/a b.json,line=3,col=7,title="
    assert lines[0] == f"::error {head}A-CODE::<b>1\\u00002</b> est faux & « mal » lu%0A→ corriger"
    assert lines[1].startswith(f"::warning {head}B-CODE::")
    assert lines[2].startswith(f"::notice {head}C-CODE::")


def test_github_escapes_what_would_end_a_property_or_a_line() -> None:
    place = Place("a,b:c%\n::error::x.json", line=1)
    (line,) = REPORTERS["github"]([KIND.at(place, value="100 %\n::error::no")], "en").splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax.json,line=1,title=A-CODE::100 %25\\u000a::")


def test_github_prints_nothing_that_a_terminal_obeys() -> None:
    said = REPORTERS["github"]([finding(file="a\x1b[2J\u202ecod.json")], "fr")
    assert said.isprintable()
    assert "a\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}cod.json" in said


def test_github_shows_the_paragraph_of_a_template() -> None:
    (line,) = REPORTERS["github"]([KIND.at(PART, value="x")], "en").splitlines()
    assert (
        line == "::error file=modèle.docx,title=A-CODE::paragraph 3 “N° {{ siert }} : 100 %25”: x is wrong%0A→ mend it"
    )


def _names(kind: FindingKind) -> set[str]:
    sentences = f"{kind.message.text.fr}{kind.message.fix.fr}"
    return {name for _, name, _, _ in string.Formatter().parse(sentences) if name}


def test_markdown_counts_and_puts_errors_first() -> None:
    lines = REPORTERS["markdown"]([finding(INFORMS), finding(WARNS), finding()], "fr").split("\n")
    assert lines[2] == "erreur × 1, avertissement × 1, information × 1"
    assert [line.split(" | ")[1] for line in lines[6:9]] == ["A-CODE", "B-CODE", "C-CODE"]


def test_markdown_shows_what_it_quotes_as_it_is() -> None:
    place = Place("a|b`c.json", line=1, part=Text("x", "x"))
    (row,) = [
        line
        for line in REPORTERS["markdown"]([KIND.at(place, value="<img> **x** | [y](z)\n# t")], "en").split("\n")
        if "A-CODE" in line
    ]
    assert (
        row
        == r"| error | A-CODE | a\|b\`c.json:1 x | &lt;img&gt; \*\*x\*\* \| \[y\](z)\\u000a# t is wrong<br>→ mend it |"
    )


def test_markdown_has_an_end() -> None:
    report = REPORTERS["markdown"]([finding()] * (MAX_ROWS + 3), "fr")
    assert report.count("A-CODE") == MAX_ROWS
    assert report.endswith("… + 3\n")
    assert "Aucun constat" in REPORTERS["markdown"]([], "fr")
