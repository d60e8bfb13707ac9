"""Read the vendor's part of every order (`fournisseur`) from a file."""

from __future__ import annotations

from pathlib import Path

from generator.common.findings import Finding, FindingsError, Place
from generator.common.jsonio.source import Descriptor, read_descriptors

_KEY = "fournisseur"


def read_fournisseur(path: Path) -> Descriptor:
    """Return a descriptor with `fournisseur` only, from a file with the object itself or with a descriptor.

    Raises:
        FindingsError: the file cannot be read, or contains several objects.
    """
    read = list(read_descriptors([path]))
    findings = [each for each in read if isinstance(each, Finding)]
    if findings or len(read) != 1:
        raise FindingsError(findings)
    (descriptor,) = read
    assert isinstance(descriptor, Descriptor)
    if _KEY in descriptor.value:
        return Descriptor(descriptor.file, {_KEY: descriptor.value[_KEY]}, descriptor.source, descriptor.prefix)
    return _Apart(descriptor.file, {_KEY: descriptor.value}, descriptor.source, descriptor.prefix)


class _Apart(Descriptor):
    """The object `fournisseur` in a file of its own: its values are one level higher than in a descriptor."""

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        return super().place(pointer.removeprefix(f"/{_KEY}"), at_key=at_key)
