"""PDF by Typst: the rendered DOCX is read into a typed model and typeset, without any program outside pip."""

from generator.render.pdf.typst.engine import MissingFontError, MissingGlyphError, typeset_docx, unsupported_constructs
from generator.render.pdf.typst.fonts import foreign_characters
from generator.render.pdf.typst.reading.attributes import Unsupported, UnsupportedError

__all__ = [
    "MissingFontError",
    "MissingGlyphError",
    "Unsupported",
    "UnsupportedError",
    "foreign_characters",
    "typeset_docx",
    "unsupported_constructs",
]
