"""One order, from the model to the files: DOCX, PDF, read back, delivered. The stages are called here, in order."""

from __future__ import annotations

import enum
import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.delivery import deliver
from generator.delivery import file_stem
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.documents import moment_of
from generator.documents import subject_of
from generator.documents import title_of
from generator.docx.archive import ArchiveError
from generator.docx.archive import docx_text
from generator.docx.archive import faces
from generator.docx.archive import has_picture
from generator.docx.render import QR_NAME
from generator.docx.render import RenderError
from generator.docx.render import render_docx
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings import has_errors
from generator.lang import os_reason
from generator.machine import MissingToolError
from generator.machine import faces_missing
from generator.machine import libreoffice_missing
from generator.mentions import expected_texts
from generator.orders import Order
from generator.pdf.faces import compatible_families
from generator.pdf.faces import installed_faces
from generator.pdf.faces import missing_faces
from generator.pdf.faces import unprintable
from generator.pdf.libreoffice import Conversion
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import convert
from generator.pdf.libreoffice import probe_libreoffice
from generator.qr import qr_payload
from generator.references import Appel
from generator.references import DocumentKind
from generator.templates import load_template

if TYPE_CHECKING:
    from pypdf import PdfReader

    from generator.pdf.finish import Attachment
    from generator.pdf.finish import PdfProperties

DEFAULT_TIMEOUT = 120.0

DOCUMENT_SANS_VA = define(
    "DOCUMENT-SANS-VA", ERROR,
    fr="le descripteur n'a pas de quoi faire un document « {document} »",
    en="the descriptor does not have what a document “{document}” needs",
    fix_fr="ajouter « va » au descripteur, avec « type » qui convient",
    fix_en="add “va” to the descriptor, with the right “type”",
)  # fmt: skip
MODELE_AMBIGU = define(
    "MODELE-AMBIGU", ERROR,
    fr="un seul modèle est donné pour plusieurs documents, dont « {document} »",
    en="one template is given for several documents, “{document}” among them",
    fix_fr="dire avec --document celui qu'il met en page", fix_en="say with --document which one it lays out",
)  # fmt: skip
CONVERSION_ECHEC = define(
    "CONVERSION-ECHEC", ERROR,
    fr="LibreOffice n'a pas donné de PDF lisible : {said}", en="LibreOffice gave no readable PDF: {said}",
    fix_fr="relancer ; si cela persiste, ouvrir le modèle dans LibreOffice, et voir « segurdoc doctor »",
    fix_en="run again; if it persists, open the template in LibreOffice, and see “segurdoc doctor”",
)  # fmt: skip
CONVERSION_DELAI = define(
    "CONVERSION-DELAI", ERROR,
    fr="LibreOffice n'a pas fini en {seconds} s et a été arrêté",
    en="LibreOffice was not done in {seconds} s and was ended",
    fix_fr="relancer, ou donner plus de temps avec --timeout", fix_en="run again, or give more time with --timeout",
)  # fmt: skip
POLICE_NON_INCLUSE = define(
    "POLICE-NON-INCLUSE", ERROR,
    fr="la police {family} n'est pas incluse dans le PDF", en="the font {family} is not embedded in the PDF",
    fix_fr="choisir dans le modèle une police dont la licence permet l'inclusion",
    fix_en="choose a font in the template whose licence lets it be embedded",
    source="PDF/A-3, ISO 19005-3, 6.2.11.4",
)  # fmt: skip
POLICE_SUPPLEANTE = define(
    "POLICE-SUPPLEANTE", WARNING,
    fr="des caractères sont imprimés en {family}, une police que le modèle ne demande pas",
    en="characters are printed in {family}, a face the template does not ask for",
    fix_fr="relire ces caractères sur le document : les polices du modèle ne les ont pas",
    fix_en="check these characters on the document: the template's faces lack them",
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


class Format(enum.StrEnum):
    """The forms a document is delivered in."""

    DOCX = "docx"
    PDF = "pdf"


DEFAULT_FORMATS = (Format.DOCX, Format.PDF)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to make of an order.

    Attributes:
        documents: kinds of document; empty for all that the dossier has.
        formats: forms of each.
        template: the vendor's own layout, in place of the built-in one.
        attach: let the PDF carry its canonical descriptor.
        timeout: seconds that LibreOffice has.
        engines: optical reading engines that read each PDF back before it is delivered; none by default.
    """

    documents: tuple[DocumentKind, ...] = ()
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    template: Path | None = None
    attach: bool = True
    timeout: float = DEFAULT_TIMEOUT
    engines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document: the files delivered, none where `findings` holds an error."""

    document: DocumentKind
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """One order to render."""

    order: Order
    appel: Appel
    out: Path
    options: RenderOptions


@dataclass(frozen=True, slots=True)
class _Made:
    """A document on its way: its DOCX, and what its PDF will carry."""

    document: DocumentKind
    stem: str
    docx: bytes
    text: str
    canonical: bytes
    template_faces: frozenset[str]


def render_order(order: Order, appel: Appel, out: Path, options: RenderOptions | None = None) -> tuple[Rendered, ...]:
    """Make the documents of an order, read them back, and deliver those that are whole.

    Args:
        order: a dossier without errors.
        appel: the record of its AF.
        out: the folder the files go to; made where it is missing.
        options: what to make.

    Raises:
        MissingToolError: a PDF is asked for, and LibreOffice or a face of the template is not on the machine.
    """
    job = _Job(order, appel, out, options or RenderOptions())
    kinds = job.options.documents or documents_of(order)
    if job.options.template and len(kinds) > 1:
        return tuple(_refused(kind, MODELE_AMBIGU.at(Place(order.file), document=kind.value)) for kind in kinds)
    if Format.PDF not in job.options.formats:
        rendered = [_deliver_docx(job, made) for made in (_make_docx(job, kind) for kind in kinds)]
    else:
        rendered = _render_pdfs(job, kinds)
    return tuple(sorted(rendered, key=lambda each: kinds.index(each.document)))


def _make_docx(job: _Job, document: DocumentKind) -> _Made | Rendered:
    order = job.order
    if document not in documents_of(order):
        return _refused(document, DOCUMENT_SANS_VA.at(Place(order.file), document=document.value))
    canonical = canonical_of(order, document)
    qr_text = qr_payload(order, document, canonical).encode()
    try:
        template = load_template(document, job.options.template)
        docx = render_docx(order, job.appel, document, template, qr_text)
    except (ArchiveError, RenderError) as error:
        return _refused(document, error.finding)
    text = docx_text(docx)
    blank = unprintable(text)
    if blank:
        chars = ", ".join(f"{char} (U+{ord(char):04X})" for char in blank[:10])
        return _refused(document, CARACTERE_SANS_DESSIN.at(Place(order.file), chars=chars))
    return _Made(document, file_stem(order, document), docx, text, canonical, faces(docx))


def _refused(document: DocumentKind, finding: Finding) -> Rendered:
    return Rendered(document, (), (finding,))


def _deliver_docx(job: _Job, made: _Made | Rendered) -> Rendered:
    if isinstance(made, Rendered):
        return made
    name = f"{made.stem}.docx"
    findings = tuple(_read_back(job, made, (made.text,), Place(name)))
    return _deliver(made, {job.out / name: made.docx}, findings)


def _render_pdfs(job: _Job, kinds: tuple[DocumentKind, ...]) -> list[Rendered]:
    rendered: list[Rendered] = []
    try:
        with ThreadPoolExecutor(max_workers=1) as beside, tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
            # Asking LibreOffice for its version takes as long as the DOCX: both go on at once.
            probed = beside.submit(probe_libreoffice)
            made: dict[Path, _Made] = {}
            for kind in kinds:
                result = _make_docx(job, kind)
                if isinstance(result, Rendered):
                    rendered.append(result)
                else:
                    source = Path(temporary) / f"{kind.value}.docx"
                    source.write_bytes(result.docx)
                    made[source] = result
            if made:
                office = _require(probed.result(), made.values())
                beside.submit(_import_later_stages)
                conversion = convert(office, list(made), Path(temporary), timeout=job.options.timeout)
                rendered += [_deliver_pdf(job, each, source, conversion) for source, each in made.items()]
    except OSError as error:  # the temporary folder is full, or not there
        done = {each.document for each in rendered}
        failed = SORTIE_IMPOSSIBLE.at(Place(job.order.file), reason=os_reason(error))
        rendered += [_refused(kind, failed) for kind in kinds if kind not in done]
    return rendered


def _require(office: LibreOffice | None, made: Iterable[_Made]) -> LibreOffice:
    """Return the engine, sure that it and every face that the documents ask for are on the machine."""
    if office is None:
        raise MissingToolError(libreoffice_missing())
    missing = missing_faces(frozenset[str]().union(*(each.template_faces for each in made)), installed_faces())
    if missing:
        raise MissingToolError(faces_missing(missing))
    return office


def _deliver_pdf(job: _Job, made: _Made, source: Path, conversion: Conversion) -> Rendered:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    from generator.pdf.finish import finish_pdf
    from generator.readback.text import UnreadablePdfError
    from generator.readback.text import page_texts

    place = Place(f"{made.stem}.pdf")
    if source not in conversion.pdfs and conversion.timed_out:
        return _refused(made.document, CONVERSION_DELAI.at(place, seconds=f"{job.options.timeout:g}"))
    if source not in conversion.pdfs:
        return _refused(made.document, CONVERSION_ECHEC.at(place, said=_last_words(conversion)))
    try:
        reader = PdfReader(conversion.pdfs[source])
        pdf = finish_pdf(reader, *_properties(job, made))
        pages = page_texts(pdf)
    except (PyPdfError, UnreadablePdfError, OSError, KeyError, ValueError) as error:
        return _refused(made.document, CONVERSION_ECHEC.at(place, said=f"{error} ; {_last_words(conversion)}"))
    findings = (*_check_fonts(reader, made.template_faces, place), *_read_back(job, made, pages, place))
    if job.options.engines:
        # What the text layer lacks is said once.
        findings = tuple(dict.fromkeys((*findings, *_read_optically(job, made, pdf, place))))
    content = {Format.PDF: pdf, Format.DOCX: made.docx}
    files = {job.out / f"{made.stem}.{form.value}": content[form] for form in dict.fromkeys(job.options.formats)}
    return _deliver(made, files, findings)


def _last_words(conversion: Conversion) -> str:
    """Return the end of what LibreOffice said, on one line."""
    return " | ".join(conversion.said.splitlines()[-3:]) or "…"


def _properties(job: _Job, made: _Made) -> tuple[PdfProperties, Attachment | None]:
    from generator.pdf.finish import Attachment
    from generator.pdf.finish import PdfProperties

    order = job.order
    properties = PdfProperties(
        title=title_of(order, made.document),
        author=order.fournisseur.denomination_sociale,
        subject=subject_of(order),
        date=moment_of(order, made.document),
    )
    attachment = Attachment(f"{made.stem}.json", made.canonical, "Descripteur canonique de ce document")
    return properties, attachment if job.options.attach else None


def _check_fonts(reader: PdfReader, asked: frozenset[str], place: Place) -> Iterator[Finding]:
    from generator.pdf.fonts import used_fonts

    allowed = compatible_families(asked)
    for font in sorted(used_fonts(reader), key=lambda used: used.family):
        if not font.embedded:
            yield POLICE_NON_INCLUSE.at(place, family=font.family)
        elif font.family not in allowed:
            yield POLICE_SUPPLEANTE.at(place, family=font.family)


def _read_back(job: _Job, made: _Made, pages: tuple[str, ...], place: Place) -> Iterator[Finding]:
    from generator.readback.check import missing_mentions

    yield from missing_mentions(expected_texts(job.order, job.appel, made.document), pages, place)
    if not has_picture(made.docx, QR_NAME):
        yield MODELE_SANS_QR.at(place)


def _read_optically(job: _Job, made: _Made, pdf: bytes, place: Place) -> tuple[Finding, ...]:
    from generator.readback.opened import open_pdf
    from generator.readback.seen import look_at
    from generator.readback.verify import Wanted
    from generator.readback.verify import verify

    seen = look_at(open_pdf(Path(place.file), pdf))
    return verify(seen, Wanted(job.order, job.appel, made.document), job.options.engines).findings


def _deliver(made: _Made, files: dict[Path, bytes], findings: tuple[Finding, ...]) -> Rendered:
    if has_errors(findings):
        return Rendered(made.document, (), findings)
    try:
        deliver(files)
    except OSError as error:
        failed = SORTIE_IMPOSSIBLE.at(Place(str(next(iter(files)).parent)), reason=os_reason(error))
        return Rendered(made.document, (), (*findings, failed))
    return Rendered(made.document, tuple(files), findings)


def _import_later_stages() -> None:
    """Import what the stages after the conversion need, while LibreOffice works."""
    import generator.pdf.finish
    import generator.pdf.fonts
    import generator.readback.check
    import generator.readback.text  # noqa: F401  # imported for the next stages to find
