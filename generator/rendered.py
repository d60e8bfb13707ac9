"""What is asked of a rendering, and what comes of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding
from generator.references import DocumentKind

DEFAULT_TIMEOUT = 120.0


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
        timeout: seconds that LibreOffice has for a document.
        engines: optical reading engines that read each PDF back before it is delivered; none by default.
        sample: the share of documents that they read, from 0 to 1.
        read_back: check that every mention stands in the document's text; always, unless asked otherwise.
    """

    documents: tuple[DocumentKind, ...] = ()
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    template: Path | None = None
    attach: bool = True
    timeout: float = DEFAULT_TIMEOUT
    engines: tuple[str, ...] = ()
    sample: float = 1.0
    read_back: bool = True


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document: the files delivered, none where `findings` holds an error."""

    document: DocumentKind
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
