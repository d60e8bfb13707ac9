"""Reports of a batch: a page for people, JSON for programs, JUnit for continuous integration.

They are written order by order: in memory there is one at a time.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jinja2 import Environment
from lxml import etree

from generator.common.files import whole_file
from generator.common.findings import ERROR, Severity
from generator.common.language import Lang, text
from generator.documents.manifest_line import Done, OrderStatus
from generator.reports.machine_readable import finding_object
from generator.reports.text import page_values, plain_report, printable

# No status of the manifest: the order is delivered, and nothing of it was made in this run.
UNCHANGED = "unchanged"
# The places that the table at the end names for each code; one more is kept, to tell that there are others.
NAMED_PLACES = 2
OUTCOMES = (
    OrderStatus.DELIVERED.value,
    UNCHANGED,
    OrderStatus.FAILED.value,
    OrderStatus.REFUSED.value,
    OrderStatus.REPEATED.value,
)


@dataclass(slots=True)
class Tally:
    """Counts of a run: orders by outcome, files, and findings by code with their weight.

    Attributes:
        outcomes: the number of orders by outcome.
        files: the number of delivered files, also of earlier runs.
        new_files: the number of those that this run made.
        codes: the number of findings by severity and code.
        places: the first places of the findings by severity and code, each once.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    files: int = 0
    new_files: int = 0
    codes: Counter[tuple[Severity, str]] = field(default_factory=Counter)
    places: dict[tuple[Severity, str], list[str]] = field(default_factory=dict)

    def add(self, done: Done) -> None:
        """Count an order."""
        self.outcomes[outcome_of(done)] += 1
        self.files += len(done.record.outputs)
        self.new_files += 0 if done.unchanged else len(done.record.outputs)
        for finding in done.record.findings:
            key = finding.severity, finding.code
            self.codes[key] += 1
            places = self.places.setdefault(key, [])
            place = finding.place.file or done.record.file
            # A national batch has tens of thousands of findings: a tally keeps a few places of each code.
            if len(places) <= NAMED_PLACES and place not in places:
                places.append(place)

    @property
    def bad(self) -> int:
        """How many orders lack a document."""
        return self.outcomes[OrderStatus.FAILED.value] + self.outcomes[OrderStatus.REFUSED.value]

    @property
    def total(self) -> int:
        """How many orders were met."""
        return self.outcomes.total()


def outcome_of(done: Done) -> str:
    """Return one of `OUTCOMES`."""
    return UNCHANGED if done.unchanged else done.record.status.value


# Gives what became of every order, as often as it is asked.
Results = Callable[[], Iterable[Done]]
Reporter = Callable[[Results, Tally, Lang], Iterator[str]]


def write_report(path: Path, results: Results, tally: Tally, lang: Lang) -> None:
    """Write a report of the form that the file's ending says: one of `BATCH_REPORTERS`.

    Raises:
        OSError: it cannot be written.
    """
    # A temporary file that is renamed: an interrupted run leaves the former report whole.
    with whole_file(path) as stream:
        for piece in BATCH_REPORTERS[path.suffix.lower()](results, tally, lang):
            # A file name may have bytes that are no UTF-8.
            stream.write(piece.encode("utf-8", "backslashreplace"))


def _json(results: Results, tally: Tally, lang: Lang) -> Iterator[str]:
    counts = {outcome: tally.outcomes[outcome] for outcome in OUTCOMES}
    # By hand and not with one `json.dumps`: orders are written one by one.
    yield f'{{"total": {tally.total}, "outcomes": {json.dumps(counts)}, "files": {tally.files}, "orders": ['
    for number, done in enumerate(results()):
        record = done.record
        value = {
            "order": record.order,
            "file": record.file,
            "outcome": outcome_of(done),
            "outputs": [asdict(output) for output in record.outputs],
            "eligibles": record.eligibles and asdict(record.eligibles),
            "findings": [finding_object(finding, lang) for finding in record.findings],
        }
        yield f"{',' if number else ''}\n{json.dumps(value)}"
    yield "\n]}\n"


def _junit(results: Results, tally: Tally, lang: Lang) -> Iterator[str]:
    # The counts come before the cases, and the tally has them already.
    counts = f'name="segurdoc batch" tests="{tally.total}" failures="{tally.bad}" errors="0"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n<testsuite {counts}>\n'
    for done in results():
        record = done.record
        findings = record.findings
        element = etree.Element(
            "testcase",
            classname=printable(record.file),
            # An order that could not be read has no name: its first code stands for it.
            name=printable(record.order or (findings[0].code if findings else record.file)),
            time=f"{0 if done.unchanged else record.seconds:.3f}",
        )
        errors = [finding for finding in findings if finding.severity is ERROR]
        if findings:
            said = etree.SubElement(element, "failure" if errors else "system-out")
            said.text = plain_report(findings, lang)
            if errors:
                said.set("message", errors[0].message(lang))
        yield etree.tostring(element, encoding="unicode") + "\n"
    yield "</testsuite>\n</testsuites>\n"


_PAGE = """<!DOCTYPE html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ title }}</title><style>
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 68rem; padding: 0 1rem; color: #1a1a1a }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .35rem .6rem; border-bottom: 1px solid #ddd }
td, th { text-align: left; vertical-align: top; overflow-wrap: anywhere }
.counts { width: auto } .counts td:last-child { text-align: right; font-variant-numeric: tabular-nums }
.mark { font-weight: 600; white-space: nowrap } .error, .failed, .refused { color: #a40000 }
.warning { color: #8a5200 } .info, .unchanged { color: #00538a } .delivered { color: #00662e }
ul { margin: .2rem 0 0; padding-left: 1.1rem } .fix { color: #555 } td.files { font-size: .85rem }
</style></head><body>
<h1>{{ title }}</h1>
<table class="counts">{% for key, word, count in counts %}
<tr><td class="mark {{ key }}">{{ word }}</td><td>{{ count }}</td></tr>{% endfor %}
<tr><td>{{ words.files }}</td><td>{{ files }}</td></tr></table>
{% for heading, rows in parts %}<h2>{{ heading }}</h2>
<table><tr><th>{{ words.outcome }}</th><th>{{ words.order }}</th><th>{{ words.files }}</th></tr>{% for row in rows %}
<tr><td class="mark {{ row.key }}">{{ row.word }}</td><td>{{ row.name }}
{%- if row.findings %}<ul>{% for said in row.findings %}
<li><span class="mark {{ said.severity }}">{{ said.word }} {{ said.code }}</span> {{ said.where }} {{ said.message }}
{%- if said.fix %} <span class="fix">→ {{ said.fix }}</span>{% endif %}</li>{% endfor %}</ul>{% endif %}</td>
<td class="files">{% for file in row.files %}{{ file }}<br>{% endfor %}</td></tr>{% endfor %}</table>
{% endfor %}</body></html>
"""
_TEMPLATE = Environment(autoescape=True).from_string(_PAGE)


def _html(results: Results, tally: Tally, lang: Lang) -> Iterator[str]:
    parts = [(text("reports.batch.incomplete"), True)] * bool(tally.bad)
    parts += [(text("reports.batch.complete"), False)] * (tally.total > tally.bad)
    # Piece by piece: a page of ten thousand orders is never whole in memory.
    return _TEMPLATE.generate(
        lang=lang,
        title=text("reports.batch.title").say(lang),
        counts=[
            (outcome, text(f"reports.batch.outcomes-counted.{outcome}").say(lang), tally.outcomes[outcome])
            for outcome in OUTCOMES
        ],
        files=tally.files,
        words={name: text(f"reports.batch.heads.{name}").say(lang) for name in ("outcome", "order", "files")},
        parts=((heading.say(lang), _rows(results(), lang, bad=bad)) for heading, bad in parts),
    )


def _rows(results: Iterable[Done], lang: Lang, *, bad: bool) -> Iterator[dict[str, object]]:
    for done in results:
        record = done.record
        # Results are read once for each part: those without documents come first.
        if (record.status in (OrderStatus.FAILED, OrderStatus.REFUSED)) is not bad:
            continue
        yield {
            "key": outcome_of(done),
            "word": text(f"reports.batch.outcome-of-one.{outcome_of(done)}").say(lang),
            "name": record.order or record.file,
            "files": [output.name for output in record.outputs],
            "findings": [page_values(finding, lang) for finding in record.findings],
        }


BATCH_REPORTERS: dict[str, Reporter] = {".html": _html, ".json": _json, ".xml": _junit}
