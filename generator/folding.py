"""Texts as people compare them: without accents, case, and signs."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def folded(text: str) -> str:
    """Return the words and numbers of a text, without accents and case, parted by single spaces."""
    apart = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in plain.casefold()).split())
