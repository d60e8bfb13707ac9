"""Typesets a rendered DOCX as PDF/A-3a and PDF/UA-1; the same document gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import typst

from generator.common.language import text
from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.typst.fonts import FontSet, fonts_for
from generator.render.pdf.typst.model import Block, Document, Table
from generator.render.pdf.typst.reading.attributes import Unsupported, UnsupportedError
from generator.render.pdf.typst.reading.reader import read_document
from generator.render.pdf.typst.signature_fields import with_signature_fields
from generator.render.pdf.typst.source import FUNCTIONS, FUNCTIONS_FILE, typst_source

_STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
# What `functions.typ` says where only the layout tells that room is lacking: a construct, in the words of the reader.
_PANIC = re.compile(r'panicked with: "?([^"\n]*)')
# The constructs that other errors of the compiler come from, by how their messages begin.
_CAUSES = {
    "pagebreaks are not allowed": "w:pageBreakBefore",
    "failed to decode image": "a:blip",
    "PDF/UA-1 error: cannot combine underline": "w:u+w:strike",
}
_NO_GLYPH = re.compile(r"the text `\"?(.+?)\"?` could not be displayed")


class MissingGlyphError(Exception):
    """No font has these characters, and a PDF/A must show them."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(" ".join(characters))
        self.characters = characters


class MissingFontError(Exception):
    """These fonts are not on the machine, nor others of the same widths."""

    def __init__(self, fonts: tuple[str, ...]) -> None:
        super().__init__(", ".join(fonts))
        self.fonts = fonts


def typeset_docx(docx: bytes, properties: PdfProperties, attachment: Attachment | None) -> bytes:
    """Return a rendered DOCX as a PDF/A-3a that is a PDF/UA-1 as well.

    Args:
        docx: the document, checked before (`generator.render.docx.archive`).
        properties: what the PDF says of itself.
        attachment: the file that it carries as its data; None leaves it out.

    Raises:
        UnsupportedError: the document has constructs that are not typeset.
        MissingFontError: a font that it names is not on the machine.
        MissingGlyphError: no font has a character of it.
    """
    document = read_document(docx)
    names = frozenset(_fonts_of(document))
    fonts = fonts_for(names)
    if missing := tuple(sorted(name for name in names if not fonts.family(name))):
        raise MissingFontError(missing)
    try:
        return _compiler(fonts).compile(document, properties, attachment)
    except MissingGlyphError:
        # An installed font may have what those of the package lack.
        return _compiler(fonts_for(names, installed=True)).compile(document, properties, attachment)


def unsupported_constructs(docx: bytes) -> tuple[Unsupported, ...]:
    """Return what a DOCX has that is not typeset, with its places; nothing where LibreOffice is not needed."""
    try:
        read_document(docx)
    except UnsupportedError as error:
        return error.reasons
    return ()


class _Compiler:
    """A Typst compiler that is used for many documents, with a folder for the functions and their pictures."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        # Typst reads pictures from files: they are kept by what they contain, so that a vendor's logo is written once.
        self._folder = tempfile.TemporaryDirectory(prefix="segurdoc-typst-")
        Path(self._folder.name, FUNCTIONS_FILE).write_bytes(FUNCTIONS)
        self._typst = typst.Compiler(root=self._folder.name, font_paths=fonts.fonts, ignore_system_fonts=True)

    def compile(self, document: Document, properties: PdfProperties, attachment: Attachment | None) -> bytes:
        source = typst_source(document, self._fonts, properties, attachment, self._store)
        try:
            pdf, warnings = self._typst.compile_with_warnings(
                input=source.encode(), format="pdf", pdf_standards=_STANDARDS, timestamp=properties.date
            )
        except typst.TypstError as error:
            raise _meaning(error) from error
        if warnings:
            # Typst warns where it leaves something out.
            raise _layout_error(warnings[0].message)
        assert isinstance(pdf, bytes)
        # Signature fields come last: they change the bytes that Typst wrote.
        return with_signature_fields(pdf)

    def _store(self, data: bytes, kind: str) -> str:
        name = f"{hashlib.sha256(data).hexdigest()[:32]}.{kind}"
        path = Path(self._folder.name, name)
        if not path.exists():
            path.write_bytes(data)
        return f"/{name}"


# Two sets of fonts are in use: the package's own, and those with all that are installed.
@lru_cache(maxsize=2)
def _compiler(fonts: FontSet) -> _Compiler:
    return _Compiler(fonts)


def _meaning(error: typst.TypstError) -> Exception:
    """Return what an error of the compiler means for the document."""
    said = f"{error.message}\n{error.diagnostic}"
    if panic := _PANIC.search(said):
        return _layout_error(panic[1])
    if glyphs := tuple(dict.fromkeys(map(_unescaped, _NO_GLYPH.findall(said)))):
        return MissingGlyphError(glyphs)
    # The words of the compiler show paths of this machine: a construct is named instead, where it is known.
    construct = next((each for start, each in _CAUSES.items() if error.message.startswith(start)), error.message)
    return _layout_error(construct.partition("\n")[0])


def _layout_error(construct: str) -> UnsupportedError:
    """Return the error for a construct that only the layout shows: the DOCX has no paragraph to name for it."""
    return UnsupportedError((Unsupported(construct, text("render.places.layout")),))


def _unescaped(quoted: str) -> str:
    """Return text that a message quotes with the escapes of Rust."""
    decoded = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), quoted)
    return re.sub(r"\\(.)", r"\1", decoded)


def _fonts_of(document: Document) -> Iterator[str]:
    for section in document.sections:
        for running in (section.header, section.footer):
            for blocks in running.parts:
                yield from _fonts_in(blocks or ())
        yield from _fonts_in(section.blocks)


def _fonts_in(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _fonts_in(cell.blocks)
        else:
            yield block.mark.font
            yield from (each.format.font for each in block.inlines)
            if block.label:
                yield block.label.format.font
