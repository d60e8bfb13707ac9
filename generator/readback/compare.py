"""What an engine read, against what must stand on the document: verbatim, nearly, or missing.

White space, and the typographic variants of apostrophe, dash and quotes, fold: engines choose them freely. Accents,
case and digits do not.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from generator.mentions import PrintedMention
from generator.readback.engines import Line

# A mention with more wrong characters than this is not there: something else was read.
NEARLY = 0.25
_VARIANTS = str.maketrans({**dict.fromkeys("’‘ʼ´`", "'"), **dict.fromkeys("–—‑−", "-"), **dict.fromkeys("«»“”„", '"')})
_SPACE = re.compile(r"\s+")


class Outcome(enum.StrEnum):
    """How a mention came back."""

    VERBATIM = "verbatim"
    NEARLY = "nearly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Reading:
    """How one mention came back.

    Attributes:
        mention: what must stand there.
        outcome: verbatim, nearly or missing.
        read: what was read in its place, without white space; empty where it is missing.
        error_rate: wrong characters for each character of the mention: 0.0 verbatim, 1.0 missing.
        page: the page it stands on, from 1; 0 where it is missing.
    """

    mention: PrintedMention
    outcome: Outcome
    read: str
    error_rate: float
    page: int


def folded(text: str) -> str:
    """Return `text` as it is compared: without white space, apostrophes, dashes and quotes in their plain form."""
    return _SPACE.sub("", text).translate(_VARIANTS)


def compare(mentions: Iterable[PrintedMention], pages: Sequence[Sequence[Line]]) -> tuple[Reading, ...]:
    """Return how each mention came back; boxes are left out, the words that say the same choices are not.

    Args:
        mentions: what must stand on the document.
        pages: the lines read from each page.
    """
    texts = [folded("".join(line.text for line in page)) for page in pages]
    return tuple(_reading(mention, texts) for mention in mentions if not mention.is_box)


def _reading(mention: PrintedMention, texts: Sequence[str]) -> Reading:
    parts = [folded(part) for part in (mention.text, mention.value) if part.strip()]
    exact = re.compile(rf".{{0,{mention.gap}}}?".join(map(re.escape, parts)))
    for number, text in enumerate(texts, start=1):
        if exact.search(text):
            return Reading(mention, Outcome.VERBATIM, "".join(parts), 0.0, number)
    wanted = "".join(parts) if not mention.gap else parts[0]
    found = min((_nearest(wanted, text, number) for number, text in enumerate(texts, start=1)), default=(1.0, "", 0))
    rate, read, page = found
    if rate > NEARLY:
        return Reading(mention, Outcome.MISSING, "", 1.0, 0)
    return Reading(mention, Outcome.NEARLY, read, rate, page)


def _nearest(wanted: str, text: str, page: int) -> tuple[float, str, int]:
    alignment = fuzz.partial_ratio_alignment(wanted, text)
    if alignment is None:
        return 1.0, "", page
    read = text[alignment.dest_start : alignment.dest_end]
    return Levenshtein.distance(wanted, read) / max(len(wanted), 1), read, page
