"""The result of `verify` as text, JSON, JUnit, SARIF and annotations of GitHub, the same documents in each."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from jinja2 import Environment

from generator.common.findings import Finding, Severity, severity_word
from generator.common.language import Lang, Text, text
from generator.reports.machine_readable import Case, finding_object, github_report, junit_cases, sarif_report
from generator.reports.text import page_values, printable, text_report
from generator.reports.verdicts import is_unread, verdict
from generator.verify.compare import Outcome, Reading
from generator.verify.signature_traces import Signing, Trace
from generator.verify.verify import Look, Verified

VerifiedReporter = Callable[[Sequence[Verified], Lang], str]


def summary(verified: Verified, lang: Lang) -> str:
    """Return on one line what a document is and how much of it reads back."""
    parts = []
    if verified.wanted:
        order = verified.wanted.order
        parts.append(f"{verified.wanted.document.label.say(lang)} {order.numero}")
    parts.append(verdict(verified.findings).label.say(lang))
    for look in verified.looks:
        well = sum(reading.outcome is Outcome.VERBATIM for reading in look.readings)
        mentions_read = text("reports.verified.mentions-read", count=well, total=len(look.readings))
        parts.append(f"{mentions_read.say(lang)} ({look.by})")
    if verified.signing:
        parts.append(signature(verified.signing).say(lang))
    # Of a document that was not read, a missing QR code says nothing.
    if not is_unread(verified.findings):
        code = text("reports.verified.code") if verified.code_read else text("reports.verified.no-code")
        parts.append(code.say(lang))
    return printable(" · ".join(parts))


def signature(signing: Signing) -> Text:
    """Return what is seen of signatures on a document, whether valid or not."""
    if signing.trace is Trace.MARK and signing.blank < signing.rooms:
        return text("reports.verified.signed-rooms", count=signing.rooms - signing.blank, total=signing.rooms)
    return text(f"reports.verified.signed.{signing.trace.value}")


def text_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return a line for each document, each followed by its findings."""
    blocks = []
    for each in verified:
        blocks.append(text("common.labelled", label=printable(each.file), value=summary(each, lang)).say(lang))
        if each.findings:
            blocks.append(text_report(each.findings, lang))
    return "\n".join(blocks)


def json_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return a JSON array, one object a document, with each reading of each mention."""
    return json.dumps([_document(each, lang) for each in verified], ensure_ascii=True, indent=2)


def junit_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return JUnit XML: a suite for each document, a case for each mention and reader, one for the rest."""
    return junit_cases([case for each in verified for case in _cases(each)], lang)


def sarif_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return the findings of all documents as a SARIF log."""
    return sarif_report(_findings(verified), lang, "segurdoc verify")


def github_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return the findings of all documents as annotations of GitHub Actions."""
    return github_report(_findings(verified), lang)


VERIFIED_REPORTERS: dict[str, VerifiedReporter] = {
    "text": text_verified,
    "json": json_verified,
    "junit": junit_verified,
    "sarif": sarif_verified,
    "github": github_verified,
}


def _findings(verified: Sequence[Verified]) -> list[Finding]:
    return [finding for each in verified for finding in each.findings]


def _cases(verified: Verified) -> list[Case]:
    named: dict[str, list[Finding]] = {}
    for finding in verified.findings:
        # A finding about a mention names it and its reader: it fails the case of both.
        values = dict(finding.values)
        named.setdefault(f"{values['id']} ({values['by']})" if "by" in values and "id" in values else "", []).append(
            finding
        )
    # Findings about no mention belong to the document, which is a case as well.
    cases = [Case(verified.file, "document", tuple(named.pop("", ())))]
    for look in verified.looks:
        for reading in look.readings:
            name = f"{reading.mention.id} ({look.by})"
            cases.append(Case(verified.file, name, tuple(named.pop(name, ()))))
    return cases + [Case(verified.file, name, tuple(rest)) for name, rest in named.items()]


def _document(verified: Verified, lang: Lang) -> dict[str, object]:
    wanted = verified.wanted
    return {
        "file": verified.file,
        "document": wanted.document.value if wanted else None,
        "reference": wanted.order.reference if wanted else None,
        "numero": wanted.order.numero if wanted else None,
        # The English word in both languages: programs compare it.
        "verdict": verdict(verified.findings),
        "qr_code_read": verified.code_read,
        "looks": [_look(look) for look in verified.looks],
        "findings": [finding_object(finding, lang) for finding in verified.findings],
    }


def _look(look: Look) -> dict[str, object]:
    return {"engine": look.reader, "wear": look.wear, "mentions": [_reading(reading) for reading in look.readings]}


def _reading(reading: Reading) -> dict[str, object]:
    return {
        "id": reading.mention.id,
        "expected": reading.mention.whole,
        "outcome": reading.outcome.value,
        "read": reading.read,
        "value_read": reading.value_read,
        "error_rate": round(reading.error_rate, 4),
        "page": reading.page or None,
        "boxes": [list(line.box) for line in reading.lines],
        "second_look": reading.first_read is not None,
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of the report: its file, its summary, its findings, and `data:` addresses of pictures."""

    file: str
    summary: str
    findings: tuple[Finding, ...]
    pictures: tuple[str, ...] = ()


# The page needs no other file: styles and pictures are in it.
_PAGE = """<!DOCTYPE html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ title }}</title><style>
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2.5rem 0 .3rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } td { padding: .35rem .6rem; border-bottom: 1px solid #ddd }
td { overflow-wrap: anywhere } .mark { font-weight: 600; white-space: nowrap }
.error { color: #a40000 } .warning { color: #8a5200 } .info { color: #00538a } .fine { color: #00662e }
li { margin: .4rem 0; overflow-wrap: anywhere } .fix { color: #555 }
.pages { display: flex; flex-wrap: wrap; gap: 1rem } .pages img { width: min(100%, 30rem); border: 1px solid #ccc }
@media print { h2 { break-after: avoid } .pages img { width: 48% } }
</style></head><body>
<h1>{{ title }}</h1>
<table>{% for sheet in sheets %}
<tr><td class="mark {{ sheet.weight }}">{{ sheet.word }}</td><td><a href="#d{{ loop.index }}">{{ sheet.file }}</a></td>
<td>{{ sheet.summary }}</td></tr>{% endfor %}
</table>{% for sheet in sheets %}
<h2 id="d{{ loop.index }}">{{ sheet.file }}</h2><p>{{ sheet.summary }}</p>
{% if sheet.said %}<ul>{% for said in sheet.said %}
<li><span class="mark {{ said.severity }}">{{ said.word }} {{ said.code }}</span> {{ said.message }}
{%- if said.fix %} <span class="fix">→ {{ said.fix }}</span>{% endif %}</li>{% endfor %}
</ul>{% endif %}{% if sheet.pictures %}
<div class="pages">{% for picture in sheet.pictures %}
<img alt="{{ sheet.file }}, page {{ loop.index }}" src="{{ picture }}">{% endfor %}</div>{% endif %}{% endfor %}
</body></html>
"""
# What a reader gave is text, not markup.
_TEMPLATE = Environment(autoescape=True).from_string(_PAGE)


def html_report(title: str, sheets: Iterable[Sheet], lang: Lang) -> str:
    """Return the page."""
    return _TEMPLATE.render(title=title, lang=lang, sheets=[_shown(sheet, lang) for sheet in sheets])


def _shown(sheet: Sheet, lang: Lang) -> dict[str, object]:
    present = {finding.severity for finding in sheet.findings}
    # A note alone does not colour a document that is fine.
    worst = next((severity for severity in Severity if severity in present and severity is not Severity.INFO), None)
    return {
        "file": sheet.file,
        "summary": sheet.summary,
        "pictures": sheet.pictures,
        "said": [page_values(finding, lang) for finding in sheet.findings],
        "weight": worst.value if worst else "fine",
        "word": severity_word(worst, lang) if worst else text("reports.verified.fine").say(lang),
    }
