"""The vendor's part of every order, from a file of its own."""

from __future__ import annotations

from pathlib import Path

from generator.findings import Finding
from generator.findings import FindingsError
from generator.findings import Place
from generator.jsonio.source import Descriptor
from generator.jsonio.source import read_descriptors

_KEY = "fournisseur"


def read_fournisseur(path: Path) -> Descriptor:
    """Return a descriptor of `fournisseur` alone, from a file that holds it, or a descriptor that has it.

    Raises:
        FindingsError: the file cannot be read, or holds several objects.
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
    """A file that holds `fournisseur` itself: its values stand one level higher than their pointers say."""

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        return super().place(pointer.removeprefix(f"/{_KEY}"), at_key=at_key)
