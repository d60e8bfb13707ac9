"""Read the folder that descriptors are written to, and number new orders by a pattern such as `BC-{year}-{n:06}`.

Existing descriptors are kept unless `--replace` is given, and an order keeps its number.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.common.jsonio.source import Descriptor, JsonObject, read_descriptors
from generator.documents.file_names import standard_order_name

# The pattern of `import.numero` in the schema of the settings.
_PATTERN = re.compile(r"(?=.*\{n(?::0[1-9])?\})(?:[A-Za-z0-9 ._/#:-]|\{n(?::0[1-9])?\}|\{year\})+")
# The pattern of `numero` in the schema of orders.
_NUMERO = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#:-]*[A-Za-z0-9])?")
# The schema of orders has the same limit.
_LONGEST = 32
# The largest values: if the number with them is short enough, every number is.
_LAST, _YEAR = 999_999, 2099


@dataclass(frozen=True)
class Folder:
    """The descriptors of a folder.

    Attributes:
        path: the folder.
        orders: file, number and content of each descriptor, by AF and FINESS.
    """

    path: Path
    orders: Mapping[tuple[str, str], tuple[Path, str, JsonObject]] = field(repr=False)

    @property
    def numbers(self) -> list[str]:
        """The numbers of its orders."""
        return [numero for _, numero, _ in self.orders.values()]

    def descriptor_file(self, value: JsonObject) -> Path:
        """Return the file to write a descriptor to."""
        reference, finess, numero = descriptor_key(value)
        return self.path / f"{standard_order_name(reference, finess, numero)}.json"

    def find(self, reference: str, finess: str) -> tuple[Path, str, JsonObject] | None:
        """Return file, number and content of the descriptor of a client for an AF, None without one."""
        return self.orders.get((reference, finess))


def read_folder(path: Path) -> Folder:
    """Read the descriptors of a folder; other files are skipped."""
    orders: dict[tuple[str, str], tuple[Path, str, JsonObject]] = {}
    for descriptor in _descriptors(path):
        reference, finess, numero = descriptor_key(descriptor.value)
        # The first file counts, in the sequence of names.
        orders.setdefault((reference, finess), (Path(descriptor.file), numero, descriptor.value))
    return Folder(path, orders)


def _descriptors(path: Path) -> Iterator[Descriptor]:
    # A folder that does not exist yet has no descriptors.
    if path.is_dir():
        read = read_descriptors(sorted(path.rglob("*.json")))
        yield from (each for each in read if isinstance(each, Descriptor) and all(descriptor_key(each.value)))


def descriptor_key(value: JsonObject) -> tuple[str, str, str]:
    """Return AF, FINESS and number of a descriptor; missing ones are empty."""
    client = value.get("client")
    finess = client.get("finess_pmsi") if isinstance(client, dict) else None
    values = (value.get("reference"), finess, value.get("numero"))
    reference, finess, numero = (each if isinstance(each, str) else "" for each in values)
    return reference, finess, numero


def holds(existing: object, new: object) -> bool:
    """Return whether a descriptor contains all values of a new one; it may contain more, such as a VA."""
    if isinstance(existing, dict) and isinstance(new, dict):
        return all(key in existing and holds(existing[key], value) for key, value in new.items())
    return existing == new


def as_file(value: JsonObject) -> bytes:
    """Return the file content of a descriptor."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


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
        # File systems of Windows and macOS do not distinguish capitals, and numbers are in file names.
        self._taken = {number.casefold() for number in taken}

    def next(self, year: int) -> str:
        """Return the next free number."""
        while True:
            number = self._pattern.format(n=self._rank, year=year)
            self._rank += 1
            # A number of the list, the folder or the register is skipped.
            if number.casefold() not in self._taken:
                self._taken.add(number.casefold())
                return number
