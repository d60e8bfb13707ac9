"""What is asked of a rendering, and what comes of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding
from generator.references import DocumentKind

DEFAULT_TIMEOUT = 120.0
DEFAULT_NAME = "{document}_{reference}_{finess}_{numero}"
# What a start of LibreOffice costs, in documents that it converts meanwhile.
WORTH = 12


class Format(enum.StrEnum):
    """The forms a document is delivered in."""

    DOCX = "docx"
    PDF = "pdf"


class Engine(enum.StrEnum):
    """What makes the PDFs: a forme where one may stand for LibreOffice, formes alone, or LibreOffice alone."""

    AUTO = "auto"
    FORME = "forme"
    LIBREOFFICE = "libreoffice"


DEFAULT_FORMATS = (Format.DOCX, Format.PDF)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to make of an order.

    Attributes:
        documents: kinds of document; empty for all that the dossier has.
        formats: forms of each.
        template: the vendor's own layout, in place of the built-in one.
        templates: own layouts by the kind of document they lay out, for those that `template` does not.
        name: the pattern of the files' names (`generator.delivery.file_stem`).
        attach: let the PDF carry its canonical descriptor.
        timeout: seconds that LibreOffice has for a document.
        engines: optical reading engines that read each PDF back before it is delivered; none by default.
        sample: the share of documents that they read, from 0 to 1.
        engine: what makes the PDFs.
        defer: leave a few documents that no forme can make for later, when a start of LibreOffice is worth it.
        read_back: check that every mention stands in the document's text; always, unless asked otherwise.
    """

    documents: tuple[DocumentKind, ...] = ()
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    template: Path | None = None
    templates: tuple[tuple[DocumentKind, Path], ...] = ()
    name: str = DEFAULT_NAME
    attach: bool = True
    timeout: float = DEFAULT_TIMEOUT
    engines: tuple[str, ...] = ()
    sample: float = 1.0
    engine: Engine = Engine.AUTO
    defer: bool = False
    read_back: bool = True

    def template_of(self, document: DocumentKind) -> Path | None:
        """Return the own layout of a kind of document, None where the built-in one is meant."""
        return self.template or dict(self.templates).get(document)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document.

    Attributes:
        document: its kind.
        files: the files delivered, none where `findings` holds an error.
        findings: what is to be said of it.
        made_by: what made its PDF: `forme`, or `libreoffice` and why no forme did; empty without a PDF.
        deferred: it was left for later.
    """

    document: DocumentKind
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    made_by: str = ""
    deferred: bool = False
