"""Jobs that verify uploaded documents, and check and draw uploaded templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.findings import Finding, Place, has_errors
from generator.common.jsonio.source import Descriptor
from generator.common.language import Lang
from generator.orders import Order
from generator.references import Appel, Appels, DocumentKind
from generator.render.options import DEFAULT_TIMEOUT
from generator.reports.machine_readable import finding_object
from generator.reports.verdicts import Verdict, verdict
from generator.rules.validation import CheckedOrder, check_each
from generator.verify.installed import find_readers
from generator.web.config import OrderSettings
from generator.web.jobs.answer import Answer, answer, as_base64, written
from generator.web.jobs.orders import logo_of, read_descriptors, without_logo

if TYPE_CHECKING:
    from generator.verify.documents import VerifyOptions

_TEMPLATE = Path("modele.docx")
# Verdicts for programs, by those for people.


def verify_job(
    documents: tuple[tuple[str, bytes], ...], order: bytes | None, lang: Lang, settings: OrderSettings
) -> Answer:
    """Verify PDFs and scans, with their order or against the mandatory mentions of their AF.

    Args:
        documents: names and contents.
        order: the descriptor; None where the documents come alone.
        lang: the language of the answer.
        settings: what holds for every order of the server.
    """
    read = list(read_descriptors(order)) if order else []
    known = list(_checked(read, settings))
    refused = [finding for each in known for finding in each.findings]
    # No document can be compared with an order that is refused.
    if has_errors(refused):
        return answer(refused, lang)
    paths = [written(number, *each, default="document.pdf") for number, each in enumerate(documents, 1)]
    # Without a reader the text of PDFs is compared, and a finding says what was not.
    readers, _ = find_readers(None)
    if readers:
        from generator.verify.documents import VerifyOptions

        options = VerifyOptions(
            readers=readers,
            reads=False,
            sought=len(known) > 1,
            templates=settings.templates,
            takes_logo=_lacks_logo(read, settings),
        )
        given, findings = _read(paths, known, settings.appels, options, lang)
    else:
        given, findings = _read_text(paths, known, settings.appels, lang)
    return answer([*refused, *findings], lang, data={"documents": given})


def _checked(read: Sequence[Descriptor | Finding], settings: OrderSettings) -> Iterator[CheckedOrder]:
    """Check descriptors without the logo that they name: its file is not here."""
    # An uploaded order comes without the files that it names.
    orders = (without_logo(each) if isinstance(each, Descriptor) else each for each in read)
    return check_each(orders, settings.appels, settings.fournisseur)


def _lacks_logo(read: Sequence[Descriptor | Finding], settings: OrderSettings) -> bool:
    """Tell whether an order names a logo that is not here: its document is compared with the one that it shows."""
    return any(isinstance(each, Descriptor) and logo_of(each) for each in read) and "logo" not in settings.vendor


class _Renderer:
    """Renders the documents that orders give, and remembers the last."""

    def __init__(self) -> None:
        self.pdf: bytes | None = None

    def __call__(
        self, order: Order, appel: Appel, document: DocumentKind, template: Path | None, folder: Path
    ) -> tuple[bytes | None, tuple[Finding, ...]]:
        from generator.render.pipeline import render_expected

        self.pdf, findings = render_expected(order, appel, document, template, folder)
        return self.pdf, findings


def _read(
    paths: Sequence[Path], known: Sequence[CheckedOrder], appels: Appels, options: VerifyOptions, lang: Lang
) -> tuple[list[dict[str, object]], list[Finding]]:
    from generator.reports.verified import signature, summary
    from generator.verify.documents import verify_files
    from generator.verify.opened import GivenDocument, gather_photos, may_be_photos
    from generator.verify.pictures import annotated, seen_mentions, with_expected_places
    from generator.verify.verify import joined

    verified, drawn = [], []
    documents = [GivenDocument(path) for path in paths]
    if not known and may_be_photos(paths):
        documents = gather_photos(paths, options.readers[0], appels, Path())
    for document in documents:
        renderer = _Renderer()
        # One by one: the mentions of each need the pages that were rendered for it.
        (each,) = verify_files([document], known, appels, options, renderer)
        placed = with_expected_places(each, renderer.pdf)
        mentions = [
            {
                "id": mention.id,
                "text": mention.text,
                "value": mention.value,
                "fine": mention.is_fine,
                "page": mention.page or None,
                "crop": as_base64([mention.crop])[0] if mention.crop else None,
                "width": mention.crop.width if mention.crop else None,
            }
            for mention in seen_mentions(placed)
        ]
        verified.append(each)
        drawn.append((mentions, as_base64(annotated(placed))))
    given = []
    for each, (mentions, pages) in zip(joined(verified), drawn, strict=True):
        said = _document(each.file, verdict(each.findings), summary(each, lang), each.findings, lang)
        signed = signature(each.signing).say(lang) if each.signing else None
        given.append({**said, "signature": signed, "mentions": mentions, "pages": pages})
    return given, [finding for each in joined(verified) for finding in each.findings]


def _read_text(
    paths: Sequence[Path], known: Sequence[CheckedOrder], appels: Appels, lang: Lang
) -> tuple[list[dict[str, object]], list[Finding]]:
    """Verify the text of PDFs alone: no optical reader is installed."""
    from generator.common.language import text
    from generator.verify.without_reader import read_text_only

    given: list[dict[str, object]] = []
    findings: list[Finding] = []
    for path in paths:
        read = read_text_only(path, known, appels, "pip install 'segurdoc[ocr]'")
        found = text("cli.verify.mentions-found", file=path.name, found=read.found, wanted=read.wanted).say(lang)
        said = _document(str(path), verdict(read.findings), found, read.findings, lang)
        # Text alone shows no signature, no crop and no page.
        given.append({**said, "signature": None, "mentions": [], "pages": []})
        findings += read.findings
    return given, findings


def _document(file: str, verdict: Verdict, summary: str, findings: Sequence[Finding], lang: Lang) -> dict[str, object]:
    name = Path(file).name
    shown = [finding_object(_renamed(finding, name), lang) for finding in findings]
    return {
        "file": name,
        "verdict": verdict.code,
        "label": verdict.label.say(lang),
        "summary": summary,
        "findings": shown,
    }


def _renamed(finding: Finding, name: str) -> Finding:
    """Return a finding about an uploaded file by the name that the user gave it."""
    # A finding about the whole upload has no place, and gets none.
    return replace(finding, place=replace(finding.place, file=name)) if finding.place != Place() else finding


def template_job(template: bytes, document: str | None, lang: Lang, settings: OrderSettings) -> Answer:
    """Check a template, and draw its pages: as it stands with the places of findings, then with two orders.

    Args:
        template: a DOCX.
        document: the kind of document; None to find it by its title.
        lang: the language of the answer.
        settings: what holds for every order of the server.
    """
    from generator.template_check.check import CheckOptions, check_template
    from generator.template_check.preview import draw_orders, draw_template

    _TEMPLATE.write_bytes(template)
    appels = tuple(settings.appels.values())
    check = check_template(_TEMPLATE, appels, CheckOptions(DocumentKind(document) if document else None))
    unfilled = draw_template(check, DEFAULT_TIMEOUT)
    data: dict[str, object] = {
        "document": check.document.value if check.document else None,
        "orders": check.orders,
        "marks": [{"finding": number, "page": page} for number, page in unfilled.marks],
        "pages": as_base64(unfilled.pages),
        "previews": {
            name: as_base64(drawn.pages) for name, drawn in draw_orders(check, appels, DEFAULT_TIMEOUT).items()
        },
    }
    return answer(check.findings, lang, data=data)
