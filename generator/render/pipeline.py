"""One order, from the model to the files: DOCX, PDF, read back, delivered. The stages are called here, in order."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.common.files import Delivery
from generator.common.findings import ERROR, WARNING, Finding, Place, define, has_errors
from generator.common.language import Text, os_reason
from generator.common.missing_tools import MissingToolError
from generator.common.worker_process import step
from generator.documents import properties
from generator.documents.file_names import file_stem
from generator.documents.mentions import expected_texts
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.render.convert import CONVERSION_ECHEC, Pdf, Reasons, RenderedDocx, convert_all, no_glyph, typeset
from generator.render.docx.archive import docx_text, has_picture
from generator.render.docx.render import QR_NAME, RenderError, render_docx
from generator.render.docx.templates import ArchiveError, load_template
from generator.render.docx.visible import visible_text
from generator.render.existing import names_in_use
from generator.render.options import Format, Rendered, RenderOptions
from generator.render.pdf.fonts import unprintable
from generator.render.pdf.properties import Attachment, PdfProperties

MODELE_AMBIGU = define("MODELE-AMBIGU", ERROR)
MODELE_SANS_QR = define("MODELE-SANS-QR", WARNING)
SORTIE_IMPOSSIBLE = define("SORTIE-IMPOSSIBLE", ERROR)


# Documents whose files are waited for together, and are open until then: ext4 writes down in one go what has begun.
# Measured with 2,000 files of two processes: 0.38 ms of CPU an order, and 0.74 ms before.
_TOGETHER = 48


@dataclass(frozen=True, slots=True)
class _Job:
    order: Order
    appel: Appel
    document: DocumentKind
    out: Path
    options: RenderOptions
    obstacles: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    """A document whose DOCX is made, with its canonical descriptor."""

    docx: RenderedDocx
    canonical: bytes


@dataclass(frozen=True, slots=True)
class _Finished:
    """A document that was read back: the files to deliver, the problems found, and the engine of its PDF."""

    job: _Job
    files: dict[Path, bytes]
    findings: tuple[Finding, ...]
    made_by: Text | None = None


def render_order(order: Order, appel: Appel, out: Path, options: RenderOptions | None = None) -> tuple[Rendered, ...]:
    """Make the documents of an order, read them back, and deliver those that are whole.

    Args:
        order: a dossier without errors.
        appel: the record of its AF.
        out: the folder the files go to; made where it is missing.
        options: what to make.

    Raises:
        MissingToolError: LibreOffice alone is to make the PDFs and is missing, or a font of the template is.
    """
    (rendered,) = render_orders([(order, appel)], out, options)
    return rendered


def render_expected(
    order: Order, appel: Appel, document: DocumentKind, template: Path | None, folder: Path
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """Render the PDF that an order gives, to compare a delivered document with it.

    Args:
        order: the dossier.
        appel: the record of its AF.
        document: the kind of document.
        template: its own layout; None for the built-in one.
        folder: an empty folder to write to.

    Returns:
        The PDF, or None and the findings that say why it cannot be rendered.
    """
    # The caller compares pages: they need no attachment, and it reads them back itself.
    options = RenderOptions((document,), (Format.PDF,), template, attach=False, read_back=False)
    try:
        (rendered,) = render_order(order, appel, folder, options)
    except MissingToolError as error:
        return None, (error.finding,)
    return (rendered.files[0].read_bytes(), ()) if rendered.files else (None, rendered.findings)


def render_orders(
    orders: Sequence[tuple[Order, Appel]], out: Path, options: RenderOptions | None = None
) -> list[tuple[Rendered, ...]]:
    """Make the documents of several orders, with one start of LibreOffice at most; no failure touches another order.

    Args:
        orders: dossiers without errors, each with the record of its AF.
        out: the folder the files go to; made where it is missing.
        options: what to make.

    Returns:
        For each order, what became of each of its documents.

    Raises:
        MissingToolError: LibreOffice alone is to make the PDFs and is missing, or a font of the template is.
    """
    asked = options or RenderOptions()
    jobs = [
        _Job(order, appel, kind, out, asked, obstacles)
        for order, appel in orders
        # Once an order, not once a document: existing files are opened for it.
        for obstacles in [tuple(names_in_use(order, out, asked))]
        for kind in asked.documents or properties.document_kinds(order)
    ]
    results = _finish_pdfs(jobs, asked) if Format.PDF in asked.formats else enumerate(map(_finish_docx, jobs))
    each = iter(_deliver_all(jobs, results))
    return [tuple(next(each) for _ in asked.documents or properties.document_kinds(order)) for order, _ in orders]


def _make_docx(job: _Job) -> _Made | Rendered:
    order, document = job.order, job.document
    # A worker at its limit of time is ended, and the finding names this order.
    step(order.place)
    if job.obstacles:
        return Rendered(document, (), job.obstacles)
    if job.options.template and len(job.options.documents or properties.document_kinds(order)) > 1:
        return _refused(document, MODELE_AMBIGU.at(order.place, document=document.value))
    if document not in properties.document_kinds(order):
        return _refused(document, properties.missing_va(order.place, document))
    canonical = properties.document_descriptor(order, document)
    qr_text = qr_payload(order, document, canonical).encode()
    stem = file_stem(order, document, job.options.name)
    attachment = Attachment(f"{stem}.json", canonical, "Descripteur canonique de ce document")
    try:
        template = load_template(document, job.options.template_of(document))
        data = render_docx(order, job.appel, document, template, qr_text)
    except (ArchiveError, RenderError) as error:
        return _refused(document, error.finding)
    carried = attachment if job.options.attach else None
    return _Made(RenderedDocx(stem, template.name, data, docx_text(data), _properties(job), carried), canonical)


def _refused(document: DocumentKind, finding: Finding) -> Rendered:
    return Rendered(document, (), (finding,))


def _finish_docx(job: _Job) -> Rendered | _Finished:
    made = _make_docx(job)
    if isinstance(made, Rendered):
        return made
    blank = unprintable(made.docx.text)
    return _refused(job.document, no_glyph(blank, job.order.place)) if blank else _without_pdf(job, made)


def _without_pdf(job: _Job, made: _Made, reasons: tuple[Finding, ...] = ()) -> _Finished:
    """Return a document of which the DOCX alone is delivered, where it is asked for and reads back."""
    name = f"{made.docx.stem}.docx"
    # Nobody sees hidden text, text of no size or white text: a mention in it does not count (docs/security.md).
    seen = visible_text(made.docx.data) if job.options.read_back else ""
    findings = tuple(_read_back(job, made, (seen,), Place(name)))
    delivers = Format.DOCX in job.options.formats and not has_errors(findings)
    return _Finished(job, {job.out / name: made.docx.data} if delivers else {}, (*reasons, *findings))


def _finish_pdfs(jobs: Sequence[_Job], asked: RenderOptions) -> Iterator[tuple[int, Rendered | _Finished]]:
    """Give each document by its number, as it is read back; those that typst does not support come last, together."""
    left: dict[int, _Made] = {}
    reasons: dict[int, Reasons] = {}
    for number, job in enumerate(jobs):
        made = _make_docx(job)
        if isinstance(made, Rendered):
            yield number, made
            continue
        pdf = typeset(made.docx, asked.engine)
        if isinstance(pdf, Pdf):
            yield number, _finished(job, made, pdf)
        else:
            left[number], reasons[number] = made, pdf
    for number, pdf in convert_all({number: made.docx for number, made in left.items()}, reasons, asked):
        step(jobs[number].order.place)
        yield number, _finished(jobs[number], left[number], pdf)


def _deliver_all(jobs: Sequence[_Job], results: Iterable[tuple[int, Rendered | _Finished]]) -> list[Rendered]:
    """Deliver documents: each is written at once, and many are waited for together."""
    rendered: dict[int, Rendered] = {}
    begun: dict[int, tuple[_Finished, Delivery]] = {}

    def settle() -> None:
        while begun:
            number = next(iter(begun))
            # Taken out first: `finally` must not abandon a delivery that has ended.
            rendered[number] = _settled(*begun.pop(number))

    try:
        try:
            for number, result in results:
                if isinstance(result, Rendered):
                    rendered[number] = result
                elif isinstance(started := _begin(result), Delivery):
                    begun[number] = result, started
                else:
                    rendered[number] = started
                if len(begun) >= _TOGETHER:
                    settle()
        except OSError as error:  # the temporary folder is full, or not there
            # Written already, these documents are whole: they are delivered.
            settle()
            for number, job in enumerate(jobs):
                rendered.setdefault(number, _refused(job.document, _unwritten(job, error, tempfile.gettempdir())))
        else:
            settle()
    finally:
        for _, delivery in begun.values():
            delivery.abandon()
    return [rendered[number] for number in range(len(jobs))]


def _begin(finished: _Finished) -> Rendered | Delivery:
    """Write the temporary files of a document, where it delivers any."""
    if not finished.files:
        return Rendered(finished.job.document, (), finished.findings, finished.made_by)
    try:
        return Delivery(finished.files)
    except OSError as error:
        return _undelivered(finished, error)


def _settled(finished: _Finished, delivery: Delivery) -> Rendered:
    try:
        delivery.finish()
    except OSError as error:
        return _undelivered(finished, error)
    return Rendered(finished.job.document, tuple(finished.files), finished.findings, finished.made_by)


def _undelivered(finished: _Finished, error: OSError) -> Rendered:
    failed = _unwritten(finished.job, error, str(finished.job.out))
    return Rendered(finished.job.document, (), (*finished.findings, failed), finished.made_by)


def _unwritten(job: _Job, error: OSError, folder: str) -> Finding:
    # A full disk is an error that names no file.
    path = error.filename2 or error.filename or folder
    return SORTIE_IMPOSSIBLE.at(job.order.place, path=path, reason=os_reason(error))


def _finished(job: _Job, made: _Made, pdf: Pdf) -> Rendered | _Finished:
    """Return a document that can be delivered, or what became of it."""
    from generator.verify.text import UnreadablePdfError, page_texts

    # Where only an engine or a font is missing, the DOCX is delivered if it reads back (docs/architecture.md, Engines).
    if pdf.data is None:
        return _without_pdf(job, made, pdf.findings) if pdf.lacks_engine else Rendered(job.document, (), pdf.findings)
    place = made.docx.place
    try:
        findings = (*pdf.findings, *_read_back(job, made, page_texts(pdf.data), place))
    except UnreadablePdfError as error:
        return _refused(job.document, CONVERSION_ECHEC.at(place, said=str(error)))
    if job.options.readers and _is_sampled(made, job.options.sample):
        # What the text layer lacks is said once.
        findings = tuple(dict.fromkeys((*findings, *_read_optically(job, pdf.data, place))))
    files = {
        job.out / f"{made.docx.stem}.{form.value}": pdf.data if form is Format.PDF else made.docx.data
        # A format may be asked for twice.
        for form in dict.fromkeys(job.options.formats)
    }
    return _Finished(job, {} if has_errors(findings) else files, findings, pdf.made_by)


def _is_sampled(made: _Made, share: float) -> bool:
    # The digest of its descriptor chooses a document: the same ones at each run.
    drawn = int.from_bytes(hashlib.sha256(made.canonical).digest()[:4])
    return drawn < share * 2**32


def _properties(job: _Job) -> PdfProperties:
    order = job.order
    return PdfProperties(
        title=properties.document_title(order, job.document),
        author=order.fournisseur.denomination_sociale,
        subject=properties.document_subject(order),
        date=properties.document_moment(order, job.document),
    )


def _read_back(job: _Job, made: _Made, pages: tuple[str, ...], place: Place) -> Iterator[Finding]:
    from generator.verify.missing_mentions import missing_mentions

    if not job.options.read_back:
        return
    yield from missing_mentions(expected_texts(job.order, job.appel, job.document), pages, place)
    if not has_picture(made.docx.data, QR_NAME):
        yield MODELE_SANS_QR.at(place)


def _read_optically(job: _Job, pdf: bytes, place: Place) -> tuple[Finding, ...]:
    from generator.verify.opened import look_at, open_pdf
    from generator.verify.verify import Wanted, verify

    seen = look_at(open_pdf(Path(place.file), pdf))
    return verify(seen, Wanted(job.order, job.appel, job.document), job.options.readers).findings
