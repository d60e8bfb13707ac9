"""The encoding of a CSV file that is not in UTF-8, by the letters of French that it gives.

charset-normalizer was tried on short lists of French names: it takes « Hôpital de la Forêt » of a CSV (MS-DOS) for
Windows-1252, which gives « H“pital de la Forˆt ». What tells encodings apart is where French has which letters.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from generator.common.language import text
from generator.common.tables.model import TableProblem

# As Excel names what it saves: CSV, CSV (MS-DOS), CSV (Macintosh). The first counts where nothing tells them apart.
_NAMES = {"cp1252": "Windows-1252", "cp850": "MS-DOS (CP850)", "mac_roman": "Macintosh (Mac Roman)"}
_SMALL, _RARE_SMALL = frozenset("éèêàçôîœ"), frozenset("âûëïùäöüÿæñãáíóúåøò")
_MARKS = frozenset("’«»°€–—…№\u00a0\u202f²³©®™·•§½“”×")
# A mark that is written within a word: l’hôpital.
_WITHIN = frozenset("’-·")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r'[^\s;,|"]+')
_COMMON, _RARE, _ODD, _WRONG = 2, 1, -1, -3
# UTF-16 of Latin letters has a NUL in every other byte.
_NUL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    Attributes:
        text: the text.
        encoding: the name of its encoding as people know it; empty for Unicode.
        doubtful: whether another encoding gives letters that are as likely, or this one is not what Excel writes on
            Windows.
    """

    text: str
    encoding: str = ""
    doubtful: bool = False


def decode(data: bytes) -> Decoded:
    """Return the text of a file.

    Unicode is known for certain; else the whole file decides which of the encodings that Excel writes has likely
    letters.

    Raises:
        TableProblem: it is no text, or is in UTF-8 in some places and not in others.
    """
    unicode = _unicode_text(data)
    if unicode is not None:
        return Decoded(unicode)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise TableProblem(text("common.tables.null-byte", line=line))
    _check_not_mixed(data)
    texts = {name: content for name in _NAMES if (content := _decoded(data, name)) is not None}
    scores = {name: _score(content) for name, content in texts.items()}
    best = max(scores, key=scores.__getitem__)
    # Wrong letters outweigh the likely ones: it is no French text in any encoding.
    if scores[best] < 0 or _has_controls(texts[best]):
        raise TableProblem(text("common.tables.no-text"))
    close = [name for name, score in scores.items() if name != best and score == scores[best]]
    return Decoded(texts[best], _NAMES[best], doubtful=best != "cp1252" or bool(close))


def unlikely_words(text: str) -> Iterator[tuple[int, str]]:
    """Give each word that has a sign inside that no name has there, with its line, from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.isascii():
            yield from ((number, word) for word in _WORDS.findall(line) if _is_unlikely(word))


def accented_words(text: str, most: int) -> list[str]:
    """Return some of the words of a text that have a letter beyond ASCII, for a person to judge."""
    words = (word for word in _WORDS.findall(text) if not word.isascii())
    return list(islice(dict.fromkeys(words), most))


def _unicode_text(data: bytes) -> str | None:
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = next((name for mark, name in marks.items() if data.startswith(mark)), None)
    if marked:
        return _decoded(data, marked)
    if b"\0" not in data:
        return _decoded(data, "utf-8")
    # UTF-16 without a mark: the half of the bytes that is mostly NUL tells their order.
    high, low = data[::2].count(0), data[1::2].count(0)
    if max(high, low) < _NUL_SHARE * len(data) / 2:
        return None
    text = _decoded(data, "utf-16-be" if high > low else "utf-16-le")
    return None if text is None or "\0" in text else text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    # Such as 0x81, which is no character of Windows-1252.
    except UnicodeDecodeError:
        return None


def _check_not_mixed(data: bytes) -> None:
    """Refuse a file that is in UTF-8 but for a few bytes: rows of two programs, put together."""
    content = data.decode("utf-8", "surrogateescape")
    # `surrogateescape` gives U+DC80 to U+DCFF for bytes that are not UTF-8.
    strange = [found.start() for found in re.finditer(r"[\udc80-\udcff]", content)]
    if len(_BEYOND_ASCII.findall(content)) > 2 * len(strange):
        line = content.count("\n", 0, strange[0]) + 1
        raise TableProblem(text("common.tables.mixed", line=line))


def _has_controls(text: str) -> bool:
    return any(char < " " and char not in "\t\n\r\f\v" for char in text) or "\x7f" in text


def _score(text: str) -> int:
    """Return how much the letters beyond ASCII are those of French, where French has them."""
    return sum(_weight(*around) for around in _around(text))


def _around(text: str) -> Iterator[tuple[str, str, str]]:
    """Give each character beyond ASCII between the one before it and the one after it."""
    for found in _BEYOND_ASCII.finditer(text):
        at = found.start()
        yield text[at - 1 : at], found[0], text[at + 1 : at + 2]


def _weight(before: str, char: str, after: str) -> int:
    small = char.lower()
    if small in _SMALL or small in _RARE_SMALL:
        # « ForÉt », « HôPITAL »: a word is written in one case, or begins with a capital.
        wrong = before.islower() if char.isupper() else before.isupper() and after.isupper()
        return _WRONG if wrong else _COMMON if small in _SMALL else _RARE
    inside = before.isalpha() and after.isalpha()
    if char in _MARKS:
        return _RARE if not inside or char in _WITHIN else _WRONG
    # A letter of another language.
    return _ODD if char.isalpha() and not inside else _WRONG


def _is_unlikely(word: str) -> bool:
    """Tell whether a word has a sign between two of its letters, or a letter that no language of ours has."""
    return any(
        before.isalpha() and after.isalpha() and not char.isalpha() and char not in _WITHIN
        for before, char, after in _around(word)
    ) or any(char in "\ufffdˆ˜ƒ" for char in word)
