"""Fold texts so that spellings that people or readers take for the same are equal."""

import unicodedata

# Unicode decomposes accented letters, and not these.
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_PLAIN_SIGNS = str.maketrans(
    {**dict.fromkeys("’‘ʼ´`", "'"), **dict.fromkeys("–—‑−", "-"), **dict.fromkeys("«»“”„", '"')}
)


def fold_spaces(text: str) -> str:
    """Return a text with single spaces, and none at its ends."""
    return " ".join(text.split())


def drop_spaces(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def fold_words(text: str) -> str:
    """Return the words and numbers of a text in lower case, without accents and signs, to compare names."""
    # NFKD parts letters from their accents, which are combining characters then.
    apart = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return fold_spaces("".join(char if char.isalnum() else " " for char in plain.casefold()))


def fold_signs(text: str) -> str:
    """Return a text without white space, with plain apostrophes, dashes and quotes, to compare what readers read.

    Readers and PDFs choose the white space and these signs freely.
    """
    return drop_spaces(text).translate(_PLAIN_SIGNS)
