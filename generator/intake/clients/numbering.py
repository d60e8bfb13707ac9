"""Number orders by a pattern such as `BC-{year}-{n:06}`; an order keeps its number."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The pattern of `import.numero` in the schema of the settings.
_PATTERN = re.compile(r"(?=.*\{n(?::0[1-9])?\})(?:[A-Za-z0-9 ._/#:-]|\{n(?::0[1-9])?\}|\{year\})+")
# The pattern of `numero` in the schema of orders.
_NUMERO = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#:-]*[A-Za-z0-9])?")
_LONGEST = 32
_LAST, _YEAR = 999_999, 2099


def is_pattern(pattern: str) -> bool:
    """Return whether a text is a pattern of numbers: `{n}`, optionally `{year}`, and allowed characters."""
    if not _PATTERN.fullmatch(pattern):
        return False
    number = pattern.format(n=_LAST, year=_YEAR)
    return _NUMERO.fullmatch(number) is not None and len(number) <= _LONGEST


class Numbering:
    """Returns numbers of a pattern, each once."""

    def __init__(self, pattern: str, first: int, taken: Iterable[str]) -> None:
        """Start at a rank.

        Args:
            pattern: a pattern that `is_pattern` accepts.
            first: the first rank.
            taken: the numbers of other orders.
        """
        self._pattern = pattern
        self._rank = first
        self._taken = {number.casefold() for number in taken}

    def next(self, year: int) -> str:
        """Return the next free number."""
        while True:
            number = self._pattern.format(n=self._rank, year=year)
            self._rank += 1
            if number.casefold() not in self._taken:
                self._taken.add(number.casefold())
                return number
