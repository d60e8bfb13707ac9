"""The folder of descriptors that an import writes to: what is there is kept, and never written over unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from generator.delivery import name_of
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject
from generator.jsonio.source import read_descriptors


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

    def file_of(self, value: JsonObject) -> Path:
        """Return the file that a descriptor goes to."""
        reference, finess, numero = key_of(value)
        return self.path / f"{name_of(reference, finess, numero)}.json"

    def find(self, reference: str, finess: str) -> tuple[Path, str, JsonObject] | None:
        """Return file, number and content of the descriptor of a client under an AF, where there is one."""
        return self.orders.get((reference, finess))


def read_folder(path: Path) -> Folder:
    """Read the descriptors that a folder holds; a file that is none is not looked at."""
    orders: dict[tuple[str, str], tuple[Path, str, JsonObject]] = {}
    for descriptor in _descriptors(path):
        reference, finess, numero = key_of(descriptor.value)
        orders.setdefault((reference, finess), (Path(descriptor.file), numero, descriptor.value))
    return Folder(path, orders)


def _descriptors(path: Path) -> Iterator[Descriptor]:
    if path.is_dir():
        read = read_descriptors(sorted(path.rglob("*.json")))
        yield from (each for each in read if isinstance(each, Descriptor) and all(key_of(each.value)))


def key_of(value: JsonObject) -> tuple[str, str, str]:
    """Return AF, FINESS and number of a descriptor; empty where it does not say them."""
    client = value.get("client")
    finess = client.get("finess_pmsi") if isinstance(client, dict) else None
    said = (value.get("reference"), finess, value.get("numero"))
    reference, finess, numero = (each if isinstance(each, str) else "" for each in said)
    return reference, finess, numero


def holds(existing: object, new: object) -> bool:
    """Tell whether a descriptor says all that a new one does; it may say more: its VA, for one."""
    if isinstance(existing, dict) and isinstance(new, dict):
        return all(key in existing and holds(existing[key], value) for key, value in new.items())
    return existing == new


def as_file(value: JsonObject) -> bytes:
    """Return a descriptor as the content of a file."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"
