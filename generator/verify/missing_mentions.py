"""What must stand on a document, looked for in what was read: letter for letter, and unbroken."""

import re
from collections.abc import Iterable, Iterator, Sequence

from generator.common.findings import ERROR, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.documents.mentions import PrintedMention

MENTION_ABSENTE = define("MENTION-ABSENTE", ERROR)
MENTION_COUPEE = define("MENTION-COUPEE", ERROR)

# A mention with one of these right before or after it is part of another text.
_WORD = re.compile(r"\w")


def missing_mentions(mentions: Iterable[PrintedMention], pages: Sequence[str], place: Place) -> Iterator[Finding]:
    """Find the mentions that do not read back.

    A white space is as good as another, and a line may end wherever the page ends it; every other character counts.

    Args:
        mentions: what must stand on the document.
        pages: the text of each page, lines parted by newlines.
        place: the document.
    """
    spaced = [[fold_spaces(line) for line in page.split("\n")] for page in pages]
    spaced_lines = "\n".join(map("\n".join, spaced))
    spaced_pages = "\n".join(" ".join(filter(None, lines)) for lines in spaced)
    unbroken_pages = ""
    for mention in mentions:
        # Nearly all stand as they are, or broken at a hyphen; a pattern takes a hundred times as long to prepare as to
        # look for them.
        whole = fold_spaces(mention.whole)
        if _stands(whole, spaced_lines if mention.one_line else spaced_pages):
            continue
        # The text of a page has a newline behind a hyphen that ends a line: the text goes on without a space.
        if not mention.one_line and "-" in whole:
            unbroken_pages = unbroken_pages or "\n".join(fold_spaces(page.replace("-\n", "-")) for page in pages)
            if _stands(whole, unbroken_pages):
                continue
        if mention.also and _stands(fold_spaces(mention.also), spaced_pages):
            continue
        wanted = _pattern(mention)
        if any(map(wanted.search, "\n".join(pages).split("\n") if mention.one_line else pages)):
            continue
        # What is found in all pages together alone begins on one page, or one line, and ends on another.
        broken = wanted.search("\n".join(pages))
        yield (MENTION_COUPEE if broken else MENTION_ABSENTE).at(place, id=mention.id, text=mention.whole)


def _stands(wanted: str, text: str) -> bool:
    """Tell whether `wanted` stands in `text` as words of its own."""
    start = text.find(wanted)
    while start >= 0:
        around = text[max(start - 1, 0) : start] + text[start + len(wanted) : start + len(wanted) + 1]
        if not _WORD.search(around):
            return True
        start = text.find(wanted, start + 1)
    return False


def _pattern(mention: PrintedMention) -> re.Pattern[str]:
    # « Montant TTC : », up to `gap` other characters, « 12 000,00 »; not within longer words or numbers.
    parts = [_loose(part) for part in (mention.text, mention.value) if part.strip()]
    between = rf"\s+(?:.{{0,{mention.gap}}}?\s)??" if mention.gap else r"\s+"
    return re.compile(rf"(?<!\w){between.join(parts)}(?!\w)", re.DOTALL)


def _loose(text: str) -> str:
    """Return a pattern of `text`: any white space for a white space, and line ends between any two characters."""
    words = ("\n?".join(map(re.escape, word)) for word in text.split())
    return r"\s+".join(words)
