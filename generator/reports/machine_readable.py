"""Findings for programs and code hosts: JSON, JUnit XML, SARIF, annotations of GitHub Actions, Markdown."""

import html
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from urllib.parse import quote
from xml.etree import ElementTree as ET  # it writes XML here, and reads none

from generator import __version__
from generator.common.findings import (
    ERROR,
    WARNING,
    Finding,
    FindingKind,
    Place,
    Severity,
    has_errors,
    in_general,
    severity_word,
)
from generator.common.language import Lang, Text, text
from generator.common.resources import SCHEMAS
from generator.reports.text import plain_report, printable, printable_lines, sentences

# GitHub takes a summary of 1 MiB.
MAX_ROWS = 500
_HEADS = ("weight", "finding", "where", "what")
# The signs that GitHub reads as Markdown in a cell; `$` begins a formula.
_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
# SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it.
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# The words of GitHub for severities, in SARIF and in its workflow commands.
_LEVELS = {ERROR: "error", WARNING: "warning"}
# A message of a workflow command ends at the line; its properties also end at `:` and `,`.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}
# A drive of Windows and a slash of either kind, or the two backslashes of a share.
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def json_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as a JSON array; `message` and `fix` are in `lang`, everything else is the same in both."""
    return json.dumps([finding_object(finding, lang) for finding in findings], ensure_ascii=True, indent=2)


def finding_object(finding: Finding, lang: Lang) -> dict[str, object]:
    """Return a finding as a JSON object; what is not known of its place is null.

    `values` holds what the sentences are made of: `expected`, `suggestion`, `key`, `value`…
    """
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": place.file or None,
        "line": place.line,
        "column": place.column,
        "pointer": place.pointer,
        "part": place.part.say(lang) if place.part else None,
        "message": finding.message(lang),
        "fix": finding.fix(lang),
        "values": {name: value.say(lang) if isinstance(value, Text) else value for name, value in finding.values},
        "source": finding.kind.message.source or None,
    }


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
    # A report that counts needs those that passed as well.
    return cases + [Case(file, "segurdoc") for file in dict.fromkeys(checked) if file not in named]


def junit_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as JUnit XML: a suite for each file, a case for each code; errors fail, the rest is output."""
    return junit_cases(cases_of(findings), lang)


def junit_cases(cases: Sequence[Case], lang: Lang) -> str:
    """Return cases as JUnit XML: a suite for each file."""
    # Jenkins takes a report without any case for a broken one.
    known = cases or (Case("segurdoc", "segurdoc"),)
    root = ET.Element("testsuites", {"name": "segurdoc", **_counts(known)})
    # Jenkins and GitLab show a suite for each file.
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
                # The message of a failure is one line in the list of tests; the text has all findings.
                first = next(found for found in case.findings if found.severity is ERROR)
                ET.SubElement(element, "failure", type=first.code, message=first.message(lang)).text = said
            else:
                # A warning must not fail the build.
                ET.SubElement(element, "system-out").text = said
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    """Return the attributes that count cases; Jenkins asks for `errors`, tests that could not run, as well."""
    failures = sum(has_errors(case.findings) for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}


def sarif_report(findings: Sequence[Finding], lang: Lang, command: str = "segurdoc") -> str:
    """Return findings as a SARIF log of one run.

    Args:
        findings: the findings.
        lang: the language.
        command: what found them: code hosts keep the runs of several commands on one commit apart by it.
    """
    kinds = {kind: index for index, kind in enumerate(dict.fromkeys(finding.kind for finding in findings))}
    driver = {
        "name": "segurdoc",
        "version": __version__,
        "language": lang,
        "rules": [_rule(kind, lang) for kind in kinds],
    }
    run = {
        "tool": {"driver": driver},
        "language": lang,
        # Code hosts keep the runs of several commands on one commit apart by this id.
        "automationDetails": {"id": f"{command}/"},
        # Columns of findings count characters; the default of SARIF is UTF-16 units.
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, kinds[finding.kind], lang) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2)


def _rule(kind: FindingKind, lang: Lang) -> dict[str, object]:
    says, fix = (in_general(sentence.say(lang)) for sentence in (kind.message.text, kind.message.fix))
    rule: dict[str, object] = {
        "id": kind.code,
        "shortDescription": {"text": says},
        "help": {"text": "\n".join(filter(None, (fix or says, kind.message.source)))},
        "defaultConfiguration": {"level": _LEVELS.get(kind.severity, "note")},
    }
    if kind.message.source:
        rule["fullDescription"] = {"text": kind.message.source}
    return rule


def _result(finding: Finding, index: int, lang: Lang) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": " ".join(sentences(finding, lang))},
    }
    if finding.place.file and not _is_packaged(finding.place.file):
        result["locations"] = [_location(finding.place, lang)]
    return result


def _location(place: Place, lang: Lang) -> dict[str, object]:
    # Code hosts show no finding without a line: one about a whole file stands at its first.
    region: dict[str, object] = {"startLine": place.line or 1}
    if place.line and place.column:
        region["startColumn"] = place.column
    physical = {"artifactLocation": {"uri": _as_uri(place.file)}, "region": region}
    location: dict[str, object] = {"physicalLocation": physical}
    name = place.part.say(lang) if place.part else place.pointer
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location


def github_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as annotations beside the lines of a pull request, one a line.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escapes are those of its toolkit
    (`packages/core/src/command.ts`).
    """
    return "\n".join(_annotation(finding, lang) for finding in findings)


def _annotation(finding: Finding, lang: Lang) -> str:
    place = finding.place
    properties = {
        "file": printable_lines(_in_repository(place.file)) if place.file and not _is_packaged(place.file) else None,
        "line": place.line,
        "col": place.column if place.line else None,
        "title": finding.code,
    }
    said = ",".join(
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items() if value is not None
    )
    # A log is a terminal: a file name or a value may hold what it would obey.
    message = printable_lines("\n".join(sentences(finding, lang))).translate(_DATA)
    return f"::{_LEVELS.get(finding.severity, 'notice')} {said}::{message}"


def markdown_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as a table of Markdown, for a job summary: the heavy ones first, with their counts above."""
    title = f"### {text('reports.markdown.title').say(lang)}"
    if not findings:
        return f"{title}\n\n{text('reports.markdown.no-finding').say(lang)}\n"
    # Severities are declared from the heaviest to the lightest.
    weights = [*Severity]
    counts = Counter(finding.severity for finding in findings)
    said = ", ".join(f"{severity_word(weight, lang)} × {counts[weight]}" for weight in weights if counts[weight])
    heads = " | ".join(text(f"reports.markdown.heads.{head}").say(lang) for head in _HEADS)
    # Stable: findings of one severity stay in the order of their places.
    ordered = sorted(findings, key=lambda finding: weights.index(finding.severity))
    lines = [title, "", said, "", f"| {heads} |", "|---" * len(_HEADS) + "|"]
    lines += [_row(finding, lang) for finding in ordered[:MAX_ROWS]]
    # The counts above the table are those of all findings.
    if len(ordered) > MAX_ROWS:
        lines += ["", f"… + {len(ordered) - MAX_ROWS}"]
    return "\n".join([*lines, ""])


def _row(finding: Finding, lang: Lang) -> str:
    fix = finding.fix(lang)
    what = _cell(finding.message(lang)) + (f"<br>→ {_cell(fix)}" if fix else "")
    where = _cell(_place_of(finding.place, lang))
    return f"| {severity_word(finding.severity, lang)} | {_cell(finding.code)} | {where} | {what} |"


def _place_of(place: Place, lang: Lang) -> str:
    file = _in_repository(place.file) if place.file else ""
    at = ":".join([file, *(str(number) for number in (place.line, place.column) if number)])
    part = place.part.say(lang) if place.part else place.pointer
    return " ".join(filter(None, (at, part)))


def _cell(content: str) -> str:
    """Return a text that stands in a cell as it is: whatever is in a descriptor is no markup here."""
    # Whatever a descriptor contains is text: neither HTML nor Markdown.
    return _MARKUP.sub(r"\\\1", html.escape(printable(content), quote=False))


def _in_repository(file: str) -> str:
    """Return a file's path in the repository that a job works on, with `/`; a path outside is unchanged.

    Without a job the repository is the current folder.
    """
    if _DRIVE.match(file):
        file = PureWindowsPath(file).as_posix()
    # A job of GitHub or of GitLab; it may work in a folder of the repository.
    given = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    root = Path(given) if given and Path.cwd().is_relative_to(given) else Path.cwd()
    path = Path.cwd() / file
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else Path(file).as_posix()


def _is_packaged(file: str) -> bool:
    """Return whether a file is one of this program's own, which the repository does not have."""
    return (SCHEMAS.parent / file).is_relative_to(SCHEMAS) and not Path(file).exists()


def _as_uri(file: str) -> str:
    """Return a file's address (RFC 3986): relative where it lies below the current folder."""
    name = _in_repository(file)
    # A path outside of the repository stays absolute.
    if _DRIVE.match(name) or name.startswith("//"):
        return PureWindowsPath(name).as_uri()
    # `os.fsencode`: a file name may have bytes that are no UTF-8, and an address quotes bytes.
    return Path(name).as_uri() if name.startswith("/") else quote(os.fsencode(name))
