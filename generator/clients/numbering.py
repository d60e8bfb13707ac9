"""Order numbers made of a pattern: `BC-{year}-{n:06}`. A number once given stays the order's."""

from __future__ import annotations

import re
from collections.abc import Iterable

# As `import.numero` of the settings' schema.
_PATTERN = re.compile(r"(?=.*\{n(?::0[1-9])?\})(?:[A-Za-z0-9 ._/#:-]|\{n(?::0[1-9])?\}|\{year\})+")


# As `numero` of the order's schema.
_NUMERO = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#:-]*[A-Za-z0-9])?")
_LONGEST = 32
_LAST, _YEAR = 999_999, 2099


def is_pattern(pattern: str) -> bool:
    """Tell whether a text is a pattern of numbers: `{n}` once or more, `{year}`, and what a number may have."""
    if not _PATTERN.fullmatch(pattern):
        return False
    number = pattern.format(n=_LAST, year=_YEAR)
    return _NUMERO.fullmatch(number) is not None and len(number) <= _LONGEST


class Numbering:
    """Gives numbers of a pattern, none of them twice."""

    def __init__(self, pattern: str, first: int, taken: Iterable[str]) -> None:
        """Begin.

        Args:
            pattern: for which `is_pattern` holds.
            first: the rank to begin with.
            taken: numbers that other orders have.
        """
        self._pattern = pattern
        self._rank = first
        self._taken = {number.casefold() for number in taken}

    def next(self, year: int) -> str:
        """Return the next number that no order has."""
        while True:
            number = self._pattern.format(n=self._rank, year=year)
            self._rank += 1
            if number.casefold() not in self._taken:
                self._taken.add(number.casefold())
                return number
