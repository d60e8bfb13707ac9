"""Options of rendering (documents, formats, template, engine), and the result of one document."""

import enum
from dataclasses import dataclass
from pathlib import Path

from generator.common.findings import Finding
from generator.common.language import Text
from generator.common.worker_process import DEFAULT_SECONDS
from generator.documents.file_names import DEFAULT_NAME
from generator.references import DocumentKind

DEFAULT_TIMEOUT = DEFAULT_SECONDS


class Format(enum.StrEnum):
    """The forms a document is delivered in."""

    DOCX = "docx"
    PDF = "pdf"


class Engine(enum.StrEnum):
    """What makes the PDFs: typst, LibreOffice, or typst where it supports the DOCX and else LibreOffice."""

    AUTO = "auto"
    TYPST = "typst"
    LIBREOFFICE = "libreoffice"


# What made a PDF, where nothing more is to be said of it.
BY_TYPST, BY_LIBREOFFICE = Text("typst", "typst"), Text("libreoffice", "libreoffice")

DEFAULT_FORMATS = (Format.DOCX, Format.PDF)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to make of an order.

    Attributes:
        documents: kinds of document; empty for all that the dossier has.
        formats: forms of each.
        template: the vendor's own layout, in place of the built-in one.
        templates: own layouts by the kind of document they lay out, for those that `template` does not.
        name: the pattern of the files' names (`generator.documents.file_names.file_stem`).
        attach: let the PDF carry its canonical descriptor.
        timeout: seconds that LibreOffice has for a document.
        late_limit: documents that may reach that limit; the documents after them are not tried. None to try each.
        readers: optical readers that read each PDF back before it is delivered; none by default.
        sample: the share of documents that they read, from 0 to 1.
        engine: what makes the PDFs.
        read_back: check that every mention stands in the document's text; always, unless asked otherwise.
    """

    documents: tuple[DocumentKind, ...] = ()
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    template: Path | None = None
    templates: tuple[tuple[DocumentKind, Path], ...] = ()
    name: str = DEFAULT_NAME
    attach: bool = True
    timeout: float = DEFAULT_TIMEOUT
    late_limit: int | None = None
    readers: tuple[str, ...] = ()
    sample: float = 1.0
    engine: Engine = Engine.AUTO
    read_back: bool = True

    def template_of(self, document: DocumentKind) -> Path | None:
        """Return the own layout of a kind of document, None where the built-in one is meant."""
        return self.template or dict(self.templates).get(document)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document.

    Attributes:
        document: its kind.
        files: the files delivered. Where `findings` contains an error there is none, with one exception: the DOCX
            is delivered where only the engine of its PDF is missing.
        findings: the problems found in it.
        made_by: the engine that made its PDF: `typst`, or `libreoffice` and why typst did not; None without a PDF.
    """

    document: DocumentKind
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    made_by: Text | None = None
