"""One page for people: every document verified, with pictures of its pages; it needs no other file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import Environment

from generator.common.findings import Finding, Severity, severity_word
from generator.common.language import Lang


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of the report: its file, its summary, its findings, and `data:` addresses of pictures."""

    file: str
    summary: str
    findings: tuple[Finding, ...]
    pictures: tuple[str, ...] = ()


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
_TEMPLATE = Environment(autoescape=True).from_string(_PAGE)
_FINE = {"fr": "conforme", "en": "fine"}


def html_report(title: str, sheets: Iterable[Sheet], lang: Lang) -> str:
    """Return the page."""
    return _TEMPLATE.render(title=title, lang=lang, sheets=[_shown(sheet, lang) for sheet in sheets])


def _shown(sheet: Sheet, lang: Lang) -> dict[str, object]:
    present = {finding.severity for finding in sheet.findings}
    worst = next((severity for severity in Severity if severity in present and severity is not Severity.INFO), None)
    said = [
        {
            "severity": finding.severity.value,
            "word": severity_word(finding.severity, lang),
            "code": finding.code,
            "message": finding.message(lang),
            "fix": finding.fix(lang),
        }
        for finding in sheet.findings
    ]
    return {
        "file": sheet.file,
        "summary": sheet.summary,
        "pictures": sheet.pictures,
        "said": said,
        "weight": worst.value if worst else "fine",
        "word": severity_word(worst, lang) if worst else _FINE[lang],
    }
