"""One order, from the model to the files: DOCX, PDF, read back, delivered. The stages are called here, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.delivery import Delivery
from generator.delivery import file_stem
from generator.documents import DOCUMENT_SANS_VA
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.documents import moment_of
from generator.documents import subject_of
from generator.documents import title_of
from generator.docx.archive import ArchiveError
from generator.docx.render import RenderError
from generator.docx.render import contents_of
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings import has_errors
from generator.formes.copy import Copy
from generator.formes.copy import copy_of
from generator.lang import os_reason
from generator.mentions import expected_texts
from generator.orders import Order
from generator.pdf.faces import unprintable
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import probe_libreoffice
from generator.pdf.properties import Attachment
from generator.pdf.properties import PdfProperties
from generator.qr import qr_payload
from generator.references import Appel
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions
from generator.templates import load_template
from generator.typeset import BY_FORME
from generator.typeset import CONVERSION_ECHEC
from generator.typeset import Pdf
from generator.typeset import typeset

MODELE_AMBIGU = define(
    "MODELE-AMBIGU", ERROR,
    fr="un seul modèle est donné pour plusieurs documents, dont « {document} »",
    en="one template is given for several documents, “{document}” among them",
    fix_fr="dire avec --document celui qu'il met en page", fix_en="say with --document which one it lays out",
)  # fmt: skip
CARACTERE_SANS_DESSIN = define(
    "CARACTERE-SANS-DESSIN", ERROR,
    fr="aucune police installée n'a ces caractères : {chars}", en="no installed face has these characters: {chars}",
    fix_fr="les remplacer dans le descripteur, ou installer une police qui les a (Debian : fonts-noto-core)",
    fix_en="replace them in the descriptor, or install a face that has them (Debian: fonts-noto-core)",
    source="LibreOffice imprime un rectangle vide à la place, et le texte du PDF n'en dit rien",
)  # fmt: skip
MODELE_SANS_QR = define(
    "MODELE-SANS-QR", WARNING,
    fr="le modèle n'imprime pas le code QR", en="the template does not print the QR code",
    fix_fr="y mettre {{{{ qr_code }}}} : le document ne pourra pas être reconnu par son code",
    fix_en="put {{{{ qr_code }}}} into it: the document cannot be known by its code",
)  # fmt: skip
SORTIE_IMPOSSIBLE = define(
    "SORTIE-IMPOSSIBLE", ERROR,
    fr="les fichiers ne peuvent pas être écrits : {reason}", en="the files cannot be written: {reason}",
    fix_fr="vérifier le dossier de sortie, ses droits et la place libre",
    fix_en="check the output folder, its permissions and the free space",
)  # fmt: skip


# So many documents are waited for together; their files are open until then.
_TOGETHER = 48


@dataclass(frozen=True, slots=True)
class _Job:
    """One document to make."""

    order: Order
    appel: Appel
    document: DocumentKind
    out: Path
    options: RenderOptions


@dataclass(frozen=True, slots=True)
class _Made:
    """A document on its way: its DOCX with what that was made of, and its canonical descriptor."""

    stem: str
    copy: Copy
    canonical: bytes


@dataclass(frozen=True, slots=True)
class _Finished:
    """A document that was read back: its files, what is to be said of it, and what made its PDF."""

    job: _Job
    files: dict[Path, bytes]
    findings: tuple[Finding, ...]
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A document whose files are written beside their places."""

    finished: _Finished
    delivery: Delivery


def render_order(order: Order, appel: Appel, out: Path, options: RenderOptions | None = None) -> tuple[Rendered, ...]:
    """Make the documents of an order, read them back, and deliver those that are whole.

    Args:
        order: a dossier without errors.
        appel: the record of its AF.
        out: the folder the files go to; made where it is missing.
        options: what to make.

    Raises:
        MissingToolError: LibreOffice alone is to make the PDFs and is missing, or a face of the template is.
    """
    (rendered,) = render_orders([(order, appel)], out, options)
    return rendered


def render_orders(
    orders: Sequence[tuple[Order, Appel]],
    out: Path,
    options: RenderOptions | None = None,
    office: LibreOffice | None = None,
) -> list[tuple[Rendered, ...]]:
    """Make the documents of several orders, in one start of LibreOffice; what fails in one touches no other.

    Args:
        orders: dossiers without errors, each with the record of its AF.
        out: the folder the files go to; made where it is missing.
        options: what to make.
        office: the engine, where the caller knows it; else it is looked for.

    Returns:
        For each order, what became of each of its documents.

    Raises:
        MissingToolError: LibreOffice alone is to make the PDFs and is missing, or a face of the template is.
    """
    asked = options or RenderOptions()
    jobs = [
        _Job(order, appel, kind, out, asked)
        for order, appel in orders
        for kind in asked.documents or documents_of(order)
    ]
    wants_pdf = Format.PDF in asked.formats
    results = _finish_pdfs(jobs, asked, office) if wants_pdf else enumerate(map(_finish_docx, jobs))
    each = iter(_deliver_all(jobs, results))
    return [tuple(next(each) for _ in asked.documents or documents_of(order)) for order, _ in orders]


def _make_docx(job: _Job) -> _Made | Rendered:
    order, document = job.order, job.document
    if job.options.template and len(job.options.documents or documents_of(order)) > 1:
        return _refused(document, MODELE_AMBIGU.at(order.place, document=document.value))
    if document not in documents_of(order):
        return _refused(document, DOCUMENT_SANS_VA.at(order.place, document=document.value))
    canonical = canonical_of(order, document)
    qr_text = qr_payload(order, document, canonical).encode()
    stem = file_stem(order, document, job.options.name)
    attachment = Attachment(f"{stem}.json", canonical, "Descripteur canonique de ce document")
    try:
        template = load_template(document, job.options.template_of(document))
        contents = contents_of(order, job.appel, document, template, qr_text)
        copy = copy_of(
            order,
            document,
            template,
            contents,
            qr_text=qr_text,
            properties=_properties(job),
            attachment=attachment if job.options.attach else None,
        )
    except (ArchiveError, RenderError) as error:
        return _refused(document, error.finding)
    blank = unprintable(copy.printed.text)
    if blank:
        chars = ", ".join(f"{char} (U+{ord(char):04X})" for char in blank[:10])
        return _refused(document, CARACTERE_SANS_DESSIN.at(order.place, chars=chars))
    return _Made(stem, copy, canonical)


def _refused(document: DocumentKind, finding: Finding) -> Rendered:
    return Rendered(document, (), (finding,))


def _finish_docx(job: _Job) -> Rendered | _Finished:
    made = _make_docx(job)
    if isinstance(made, Rendered):
        return made
    name = f"{made.stem}.docx"
    findings = tuple(_read_back(job, made, (made.copy.printed.text,), Place(name)))
    return _Finished(job, {job.out / name: made.copy.docx}, findings)


def _finish_pdfs(
    jobs: Sequence[_Job], asked: RenderOptions, office: LibreOffice | None
) -> Iterator[tuple[int, Rendered | _Finished]]:
    """Give each document by its number, as far as it is to be delivered, as it is read back."""
    made: dict[int, _Made] = {}
    with ThreadPoolExecutor(max_workers=1) as beside:
        # LibreOffice takes as long to say its version as a DOCX takes to be made: both go on at once.
        probed = beside.submit(probe_libreoffice) if asked.engine is Engine.LIBREOFFICE and not office else None
        for number, job in enumerate(jobs):
            result = _make_docx(job)
            if isinstance(result, Rendered):
                yield number, result
            else:
                made[number] = result
        found = cache(lambda: office or (probed.result() if probed else probe_libreoffice()))
        stems = {number: each.stem for number, each in made.items()}
        pdfs = typeset({number: each.copy for number, each in made.items()}, stems, asked, found)
        for number, pdf in pdfs.items():
            yield number, _finished(jobs[number], made[number], pdf)


def _deliver_all(jobs: Sequence[_Job], results: Iterable[tuple[int, Rendered | _Finished]]) -> list[Rendered]:
    """Deliver documents: each is written at once, and many are waited for together."""
    rendered: dict[int, Rendered] = {}
    begun: dict[int, _Begun] = {}

    def settle() -> None:
        while begun:
            number = next(iter(begun))
            rendered[number] = _settled(begun.pop(number))

    try:
        try:
            for number, result in results:
                step = _begin(result) if isinstance(result, _Finished) else result
                if isinstance(step, _Begun):
                    begun[number] = step
                else:
                    rendered[number] = step
                if len(begun) >= _TOGETHER:
                    settle()
        except OSError as error:  # the temporary folder is full, or not there
            settle()
            for number, job in enumerate(jobs):
                failed = SORTIE_IMPOSSIBLE.at(job.order.place, reason=os_reason(error))
                rendered.setdefault(number, _refused(job.document, failed))
        else:
            settle()
    finally:
        for each in begun.values():
            each.delivery.abandon()
    return [rendered[number] for number in range(len(jobs))]


def _begin(finished: _Finished) -> Rendered | _Begun:
    """Write the files of a document beside their places, where nothing is wrong with it."""
    if has_errors(finished.findings):
        return Rendered(finished.job.document, (), finished.findings, finished.made_by)
    try:
        return _Begun(finished, Delivery(finished.files))
    except OSError as error:
        return _undelivered(finished, error)


def _settled(begun: _Begun) -> Rendered:
    """Return what became of a document whose files are beside their places."""
    finished = begun.finished
    try:
        begun.delivery.finish()
    except OSError as error:
        return _undelivered(finished, error)
    return Rendered(finished.job.document, tuple(finished.files), finished.findings, finished.made_by)


def _undelivered(finished: _Finished, error: OSError) -> Rendered:
    failed = SORTIE_IMPOSSIBLE.at(Place(str(finished.job.out)), reason=os_reason(error))
    return Rendered(finished.job.document, (), (*finished.findings, failed), finished.made_by)


def _finished(job: _Job, made: _Made, pdf: Pdf) -> Rendered | _Finished:
    """Return a document that can be delivered, or what became of it."""
    from generator.readback.text import UnreadablePdfError

    place = Place(f"{made.stem}.pdf")
    if pdf.data is None:
        return Rendered(job.document, (), pdf.findings, deferred=pdf.is_deferred)
    try:
        findings = (*pdf.findings, *_read_back_pdf(job, made, pdf.data, place, by_forme=pdf.made_by == BY_FORME))
    except UnreadablePdfError as error:
        return _refused(job.document, CONVERSION_ECHEC.at(place, said=str(error)))
    if job.options.engines and _is_sampled(made, job.options.sample):
        # What the text layer lacks is said once.
        findings = tuple(dict.fromkeys((*findings, *_read_optically(job, pdf.data, place))))
    files = {
        job.out / f"{made.stem}.{form.value}": pdf.data if form is Format.PDF else made.copy.docx
        for form in dict.fromkeys(job.options.formats)
    }
    return _Finished(job, files, findings, pdf.made_by)


def _read_back_pdf(job: _Job, made: _Made, pdf: bytes, place: Place, *, by_forme: bool) -> tuple[Finding, ...]:
    """Find what does not read back from a PDF; nothing is missing before PDFium has said so."""
    from generator.readback.text import page_texts
    from generator.readback.text import texts_of_kind

    quick = by_forme and not tuple(_read_back(job, made, texts_of_kind(pdf, made.copy.key), place))
    return () if quick else tuple(_read_back(job, made, page_texts(pdf), place))


def _is_sampled(made: _Made, share: float) -> bool:
    """Tell whether a document belongs to the share that is read optically: the same ones at each run."""
    drawn = int.from_bytes(hashlib.sha256(made.canonical).digest()[:4])
    return drawn < share * 2**32


def _properties(job: _Job) -> PdfProperties:
    order = job.order
    return PdfProperties(
        title=title_of(order, job.document),
        author=order.fournisseur.denomination_sociale,
        subject=subject_of(order),
        date=moment_of(order, job.document),
    )


def _read_back(job: _Job, made: _Made, pages: tuple[str, ...], place: Place) -> Iterator[Finding]:
    from generator.readback.check import missing_mentions

    if not job.options.read_back:
        return
    yield from missing_mentions(expected_texts(job.order, job.appel, job.document), pages, place)
    if not made.copy.printed.shows_qr_code:
        yield MODELE_SANS_QR.at(place)


def _read_optically(job: _Job, pdf: bytes, place: Place) -> tuple[Finding, ...]:
    from generator.readback.opened import open_pdf
    from generator.readback.seen import look_at
    from generator.readback.verify import Wanted
    from generator.readback.verify import verify

    seen = look_at(open_pdf(Path(place.file), pdf))
    return verify(seen, Wanted(job.order, job.appel, job.document), job.options.engines).findings
