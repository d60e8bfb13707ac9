"""Find each mention on the pages of a verified document, and cut it out, so that a person can look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from generator.common.findings import INFO
from generator.verify.compare import Outcome, Reading, compare
from generator.verify.synthesis.expected import DPI, touch, union
from generator.verify.text import text_lines
from generator.verify.verify import NET, Look, Verified
from generator.verify.without_order import TEXT_LAYER

# In pixels: paper shown around a mention.
_MARGIN = 12
# The values of findings that name a mention.
_NAMING = ("id", "mention")


@dataclass(frozen=True, eq=False)
class SeenMention:
    """A mention of a verified document.

    Attributes:
        id: its id in the AF's record.
        text: its fixed text.
        value: the value expected after the text; empty where none is known.
        is_fine: nothing was found against it.
        page: the page it is on, from 1; 0 where it was not found.
        crop: the part of the page that shows it; None where it was not found.
    """

    id: str
    text: str
    value: str
    is_fine: bool
    page: int
    crop: Image.Image | None


def with_expected_places(verified: Verified, expected: bytes | None) -> Verified:
    """Return a verified document whose `looks` have the places of its mentions.

    A document that was compared with the pages of its order is not read again: its pages were laid over those pages, so
    that each mention is where the order's own document has it.

    Args:
        verified: what was found, with its pages.
        expected: the document that its order gives, as PDF; None where none was rendered.
    """
    if not (verified.compared and verified.wanted and expected) or verified.looks:
        return verified
    mentions = [each for each in verified.wanted.mentions if each.id in verified.compared.mentions]
    shown = sorted(verified.compared.shown)
    readings = []
    for reading in compare(mentions, text_lines(expected, DPI), TEXT_LAYER):
        is_reported = _is_reported(verified, reading)
        outcome = Outcome.NEARLY if is_reported else Outcome.VERBATIM
        if reading.page in shown:
            readings.append(replace(reading, outcome=outcome, page=shown.index(reading.page) + 1))
    return replace(verified, looks=(Look(TEXT_LAYER, NET, tuple(readings)),))


def seen_mentions(verified: Verified) -> tuple[SeenMention, ...]:
    """Return the mentions of a document whose `looks` have their places, in the order of the AF's record."""
    looks = (look for look in verified.looks if look.wear == NET)
    return tuple(_seen(verified, reading) for look in looks for reading in look.readings)


def _seen(verified: Verified, reading: Reading) -> SeenMention:
    crop = None
    if reading.lines and 0 < reading.page <= len(verified.pages):
        left, top, right, bottom = union([line.box for line in reading.lines])
        image = Image.fromarray(verified.pages[reading.page - 1].pixels)
        sides = (max(left - _MARGIN, 0), max(top - _MARGIN, 0), right + _MARGIN, bottom + _MARGIN)
        crop = image.crop((*sides[:2], min(sides[2], image.width), min(sides[3], image.height)))
    mention = reading.mention
    is_fine = reading.outcome is Outcome.VERBATIM
    return SeenMention(mention.id, mention.text, mention.value, is_fine, reading.page if crop else 0, crop)


def _is_reported(verified: Verified, reading: Reading) -> bool:
    """Return whether a finding names a mention, or marks a region of an expected page that it is in."""
    for finding in verified.findings:
        values = dict(finding.values)
        if finding.severity is not INFO and any(str(values.get(key)) == reading.mention.id for key in _NAMING):
            return True
    marks = verified.compared.marks if verified.compared else ()
    box = union([line.box for line in reading.lines]) if reading.lines else None
    return box is not None and any(mark.page == reading.page and touch(mark.box, box) for mark in marks)
