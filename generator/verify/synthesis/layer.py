"""The text layer of a PDF against the pages that its order gives: text that is not on them is hidden text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from generator.common.findings import Finding, Place
from generator.common.folding import fold_signs
from generator.verify.finding_kinds import TEXTE_INVISIBLE
from generator.verify.synthesis.check import Mark
from generator.verify.synthesis.expected import ExpectedPage, Word, touch, words_of

# In pixels: how far a word may be from the line it belongs to.
_NEAR = 12
# A layer of which less than this is known says something else altogether: its encoding is lost.
_KNOWN = 0.5


def hidden_text(
    data: bytes, expected: Sequence[ExpectedPage], marks: Sequence[Mark], place: Place
) -> Iterator[Finding]:
    """Report the text that a PDF holds and its order's pages do not.

    Args:
        data: the PDF, its pages in the order of the expected ones.
        expected: the pages that must be there.
        marks: the regions that are reported already.
        place: the document.
    """
    with pdfium.PdfDocument(data) as document:
        for page, wanted in zip(document, expected, strict=False):
            words, _ = words_of(page)
            others = [word for word in words if not _is_expected(word, wanted)]
            if len(others) > _KNOWN * len(words):
                continue
            told = [mark.box for mark in marks if mark.page == wanted.number]
            hidden = [word for word in others if not any(touch(word.box, box) for box in (*told, *wanted.rooms))]
            if hidden:
                where = place.on_page(wanted.number)
                yield TEXTE_INVISIBLE.at(where, text=" ".join(word.text for word in hidden))


def _is_expected(word: Word, page: ExpectedPage) -> bool:
    """Return whether the expected page has a word on the same level: engines part words otherwise."""
    _, top, _, bottom = word.box
    level = (other for other in page.words if other.box[1] - _NEAR <= (top + bottom) / 2 <= other.box[3] + _NEAR)
    return fold_signs(word.text) in fold_signs(
        "".join(other.text for other in sorted(level, key=lambda other: other.box[0]))
    )
