"""Jobs on orders: check, render, preview, split for a batch, find where each stands."""

import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from PIL import Image

from generator.common.findings import Finding, has_errors
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.language import Lang, text
from generator.documents.pictures import LOGO_ILLISIBLE, POINTS_PER_INCH
from generator.dossier.ics import make_calendar
from generator.dossier.status import OrderState, Standing, gather
from generator.orders.build import vendor_of
from generator.references import DocumentKind, Status
from generator.render.options import Format, RenderOptions
from generator.reports.status import standing_csv
from generator.rules import RuleContext
from generator.rules.duplicates import mark_duplicates
from generator.rules.eligibles import Base, load_base
from generator.rules.eligibles.search import search
from generator.rules.validation import CheckedOrder, check_each
from generator.web.config import Followup, OrderSettings
from generator.web.jobs.answer import Answer, answer, as_base64, without_folder

CSV, ICS = "suivi.csv", "echeances.ics"
_DESCRIPTOR = "commande.json"
_LINES = "commandes.jsonl"
_TEMPLATE = Path("modele.docx")
# Sharp enough to read, and drawn in some milliseconds.
_PREVIEW_DPI = 94
_LEAST_ASKED, _PROPOSED = 3, 5
# The earliest time that a ZIP can hold: the same files give the same bytes.
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def validate_job(body: bytes, lang: Lang, settings: OrderSettings) -> Answer:
    """Check one descriptor, a list or JSON Lines."""
    checked = list(mark_duplicates(checked_orders(body, settings), settings.name))
    findings = [finding for each in checked for finding in each.findings]
    orders = [{"file": each.file, "valid": each.order is not None} for each in checked]
    return answer(findings, lang, data={"orders": orders})


def render_job(
    body: bytes,
    lang: Lang,
    settings: OrderSettings,
    formats: tuple[Format, ...],
    *,
    documents: tuple[str, ...] = (),
    template: bytes | None = None,
) -> Answer:
    """Check and render one descriptor; where an error is found no document is given.

    Args:
        body: the descriptor.
        lang: the language of the answer.
        settings: what holds for every order of the server.
        formats: the forms of each document.
        documents: the kinds of document; empty for all that the order has.
        template: a DOCX to render with; None for the server's own, or the built-in one.
    """
    from generator.common.missing_tools import MissingToolError
    from generator.render.pipeline import render_order

    checked = list(checked_orders(body, settings))
    findings = [finding for each in checked for finding in each.findings]
    # The answer is one document or archive: several orders are for a batch.
    if len(checked) != 1 or checked[0].order is None or checked[0].appel is None:
        return answer(findings, lang, data={"count": len(checked)})
    if template:
        _TEMPLATE.write_bytes(template)
    options = RenderOptions(
        tuple(map(DocumentKind, documents)),
        formats,
        _TEMPLATE if template else None,
        templates=settings.templates,
        name=settings.name,
    )
    try:
        rendered = render_order(checked[0].order, checked[0].appel, Path("out"), options)
    except MissingToolError as error:
        return answer([*findings, error.finding], lang)
    findings += [finding for each in rendered for finding in each.findings]
    files = {file.name: file.read_bytes() for each in rendered for file in each.files}
    return answer(findings, lang, files={} if has_errors(findings) else files)


def preview_job(body: bytes, lang: Lang, settings: OrderSettings, asked: str = "") -> Answer:
    """Check one descriptor, and draw the pages of its first document where it is sound.

    Args:
        body: the descriptor.
        lang: the language of the answer.
        settings: what holds for every order of the server.
        asked: what was typed of the establishment; those of the base that match it are proposed.
    """
    rendered = render_job(body, lang, settings, (Format.PDF,))
    # The first document alone: the preview is redrawn while somebody types.
    pages = [page for pdf in list(rendered.files.values())[:1] for page in _draw_pages(pdf)]
    base = settings.eligibles
    # One or two signs match too much of the base.
    proposed = _establishments(base, asked) if base and len(asked) >= _LEAST_ASKED else []
    return replace(rendered, files={}, data={"pages": as_base64(pages), "establishments": proposed})


def _draw_pages(pdf: bytes) -> Iterator[Image.Image]:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            yield page.render(scale=_PREVIEW_DPI / POINTS_PER_INCH, grayscale=True).to_pil()
            page.close()


def _establishments(eligibles: Path, asked: str) -> list[dict[str, str]]:
    found = search(_base(eligibles, eligibles.stat().st_mtime_ns), asked, _PROPOSED)
    return [{"finess": each.finess, "name": each.nom} for each in found]


@lru_cache(maxsize=1)
def _base(path: Path, changed: int) -> Base:  # noqa: ARG001  # another time of change is another base
    return load_base(path)


def split_job(body: bytes, lang: Lang, settings: OrderSettings, name: str = "") -> Answer:
    """Return descriptors as JSON Lines for a batch, without those that cannot be read or that name a file.

    Args:
        body: one descriptor, a list or JSON Lines.
        lang: the language of the answer.
        settings: what holds for every order of the server.
        name: the name of the file that findings are about; empty for a request.
    """
    lines, findings = [], []
    for read in _descriptors(body, settings, name):
        if isinstance(read, Finding):
            findings.append(read)
        else:
            # One line an order: `batch` reads line by line, and its findings name the line.
            lines.append(json.dumps(read.value, ensure_ascii=False))
    return answer(findings, lang, files={"": "\n".join([*lines, ""]).encode()}, data={"orders": len(lines)})


def followup_job(followed: Followup, today: datetime.date, lang: Lang, settings: OrderSettings) -> Answer:
    """Return the standing of each order in `data["orders"]`, and the exports in `files`.

    Args:
        followed: the folders of the server.
        today: the day of the standings.
        lang: the language of the answer.
        settings: what holds for every order of the server.
    """
    gathered = gather(
        [str(followed.orders)],
        settings.appels,
        settings.fournisseur,
        registers=followed.registers,
        signed=followed.signed,
        journal=followed.journal,
        today=today,
    )
    files = {
        # With a mark in front, spreadsheets read the file as UTF-8.
        CSV: standing_csv(gathered.standings, lang).encode("utf-8-sig"),
        ICS: make_calendar(gathered.standings, today, lang),
    }
    rows = [_standing_row(each, lang) for each in gathered.standings]
    return answer(
        map(without_folder, gathered.findings), lang, files=files, data={"orders": rows, "today": today.isoformat()}
    )


def _standing_row(standing: Standing, lang: Lang) -> dict[str, object]:
    order, due = standing.order, standing.next_due
    return {
        "numero": order.numero,
        "reference": order.reference,
        "finess": order.client.finess_pmsi,
        "client": order.client.denomination_sociale,
        "state": standing.state.value,
        "state_rank": list(OrderState).index(standing.state),
        "label": standing.state.label.say(lang),
        "deadline": due.deadline.label.say(lang) if due else "",
        "date": due.deadline.date.isoformat() if due else "",
        "days": due.days if due else None,
        "sure": due is None or due.deadline.status is Status.CONFIRMED,
        "signed": sorted({each.document.label.say(lang) for each in standing.signed}),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), files[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def etag(*parts: bytes) -> str:
    """Return the ETag of an answer that depends on `parts` alone."""
    digest = hashlib.sha256()
    for part in parts:
        # With its length: `ab` and `c` must not give the tag of `a` and `bc`.
        digest.update(len(part).to_bytes(8, "big") + part)
    return f'"{digest.hexdigest()[:32]}"'


def checked_orders(body: bytes, settings: OrderSettings) -> Iterator[CheckedOrder]:
    """Check the descriptors of a body, one by one."""
    today, eligibles = datetime.date.today(), settings.eligibles  # noqa: DTZ011  # the user's own day
    context = RuleContext(_base(eligibles, eligibles.stat().st_mtime_ns) if eligibles else None, today=today)
    return check_each(_descriptors(body, settings), settings.appels, settings.fournisseur, context)


def logo_of(descriptor: Descriptor) -> str | None:
    """Return the file of the logo that a descriptor names; None where it names none."""
    logo = vendor_of(descriptor.value).get("logo")
    return str(logo) if logo else None


def with_server_logo(descriptor: Descriptor, settings: OrderSettings) -> Descriptor | Finding:
    """Return a descriptor that names no file of the server: with the logo of its settings, else it is refused."""
    logo = logo_of(descriptor)
    # A request must not make the server read one of its files.
    if logo and "logo" not in settings.vendor:
        return LOGO_ILLISIBLE.at(descriptor.place("/fournisseur/logo"), logo=logo, reason=text("pages.errors.logo"))
    return without_logo(descriptor)


def without_logo(descriptor: Descriptor) -> Descriptor:
    """Return a descriptor that names no logo."""
    own = vendor_of(descriptor.value)
    if "logo" not in own:
        return descriptor
    fournisseur = {key: value for key, value in own.items() if key != "logo"}
    return replace(descriptor, value={**descriptor.value, "fournisseur": fournisseur})


def _descriptors(body: bytes, settings: OrderSettings, name: str = "") -> Iterator[Descriptor | Finding]:
    """Read descriptors that came over HTTP."""
    for read in read_descriptors(body, name):
        yield with_server_logo(read, settings) if isinstance(read, Descriptor) else read


def read_descriptors(body: bytes, name: str = "") -> Iterator[Descriptor | Finding]:
    """Read descriptors: one, a list or JSON Lines.

    Args:
        body: what came over HTTP.
        name: the name of the file; empty for a request.
    """
    # Bytes that are no UTF-8 survive, so that the reader of descriptors reports their place.
    text = body.decode("utf-8", "surrogateescape")
    # Two lines that begin with a brace are JSON Lines; in one object the second line begins with a key.
    starts = [line.lstrip()[:1] for line in text.splitlines()[:2] if line.strip()]
    return parse_descriptors(text, name or (_LINES if starts == ["{", "{"] else _DESCRIPTOR))
