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
# A sheet shows the pages that have this share of its words at least, at their heights.
_SHOWN = 0.25


def hidden_text(
    data: bytes, expected: Sequence[ExpectedPage], marks: Sequence[Mark], place: Place
) -> Iterator[Finding]:
    """Report the text that a PDF holds and its order's pages do not.

    Args:
        data: the PDF.
        expected: the pages that must be there.
        marks: the regions that are reported already.
        place: the document.
    """
    with pdfium.PdfDocument(data) as document:
        for page in document:
            words, _ = words_of(page)
            shown = [wanted for wanted in expected if _share(words, wanted) > _SHOWN]
            others = [word for word in words if not any(_is_expected(word, wanted) for wanted in shown)]
            if not shown or len(others) > _KNOWN * len(words):
                continue
            numbers = [wanted.number for wanted in shown]
            known = [mark.box for mark in marks if mark.page in numbers]
            known += [room for wanted in shown for room in wanted.rooms]
            hidden = [word for word in others if not any(touch(word.box, box) for box in known)]
            if hidden:
                yield TEXTE_INVISIBLE.at(place.on_page(numbers[0]), text=" ".join(word.text for word in hidden))


def _share(words: Sequence[Word], page: ExpectedPage) -> float:
    """Return the share of words that an expected page has: a sheet may show two pages, in any order."""
    return sum(_is_expected(word, page) for word in words) / max(len(words), 1)


def _is_expected(word: Word, page: ExpectedPage) -> bool:
    """Return whether the expected page has a word on the same level: engines part words otherwise."""
    _, top, _, bottom = word.box
    level = (other for other in page.words if other.box[1] - _NEAR <= (top + bottom) / 2 <= other.box[3] + _NEAR)
    return fold_signs(word.text) in fold_signs(
        "".join(other.text for other in sorted(level, key=lambda other: other.box[0]))
    )
