"""What a verification found, in every form: the same document, the same readings, the same findings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from generator.common.findings import Finding
from generator.common.language import Lang, Text
from generator.common.texts import text
from generator.reports.cases import Case
from generator.reports.github import github_report
from generator.reports.json import finding_object
from generator.reports.junit import junit_cases
from generator.reports.sarif import sarif_report
from generator.reports.text import printable, text_report
from generator.reports.verdict import is_unread, verdict
from generator.verify.compare import Outcome, Reading
from generator.verify.signing import Signing, Trace
from generator.verify.verify import Look, Verified

_SIGNED = {
    Trace.FIELD: text("verify.signed-field"),
    Trace.MARK: text("verify.signed-annotation"),
    Trace.NONE_SEEN: text("verify.signed-none"),
    Trace.NOT_CHECKED: text("verify.signed-unknown"),
}
_CODE, _NO_CODE = Text("code QR lu", "QR code read"), Text("pas de code QR lu", "no QR code read")
VerifiedReporter = Callable[[Sequence[Verified], Lang], str]


def summary(verified: Verified, lang: Lang) -> str:
    """Return on one line what a document is and how much of it reads back."""
    parts = []
    if verified.wanted:
        order = verified.wanted.order
        parts.append(f"{verified.wanted.document.label.say(lang)} {order.numero}")
    parts.append(verdict(verified.findings).say(lang))
    for look in verified.looks:
        well = sum(reading.outcome is Outcome.VERBATIM for reading in look.readings)
        mentions_read = text("verify.mentions-read", count=well, total=len(look.readings))
        parts.append(f"{mentions_read.say(lang)} ({look.by})")
    if verified.signing:
        parts.append(signature(verified.signing).say(lang))
    if not is_unread(verified.findings):
        parts.append((_CODE if verified.code_read else _NO_CODE).say(lang))
    return printable(" · ".join(parts)) or Text("non lu", "not read").say(lang)


def signature(signing: Signing) -> Text:
    """Return what is seen of signatures on a document, whether valid or not."""
    if signing.trace is Trace.MARK and signing.blank < signing.rooms:
        return text("verify.signed-mark", count=signing.rooms - signing.blank, total=signing.rooms)
    return _SIGNED[signing.trace]


def text_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return a line for each document, each followed by its findings."""
    blocks = []
    for each in verified:
        blocks.append(f"{printable(each.file)} : {summary(each, lang)}")
        if each.findings:
            blocks.append(text_report(each.findings, lang))
    return "\n".join(blocks)


def json_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return a JSON array, one object a document, with each reading of each mention."""
    return json.dumps([_document(each, lang) for each in verified], ensure_ascii=True, indent=2)


def junit_verified(verified: Sequence[Verified], lang: Lang) -> str:
    """Return JUnit XML: a suite for each document, a case for each mention and engine, one for the rest."""
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
        values = dict(finding.values)
        named.setdefault(f"{values['id']} ({values['by']})" if "by" in values and "id" in values else "", []).append(
            finding
        )
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
        "verdict": verdict(verified.findings).en,
        "qr_code_read": verified.code_read,
        "looks": [_look(look) for look in verified.looks],
        "findings": [finding_object(finding, lang) for finding in verified.findings],
    }


def _look(look: Look) -> dict[str, object]:
    return {"engine": look.engine, "wear": look.wear, "mentions": [_reading(reading) for reading in look.readings]}


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
