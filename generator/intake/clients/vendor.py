"""Read the vendor's part of every order (`fournisseur`) from a file."""

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
    # An order of the vendor contains its part as well.
    if _KEY in descriptor.value:
        return Descriptor(descriptor.file, {_KEY: descriptor.value[_KEY]}, descriptor.source, descriptor.prefix)
    return _Apart(descriptor.file, {_KEY: descriptor.value}, descriptor.source, descriptor.prefix)


def read_vendor_file(path: Path) -> Descriptor | None:
    """Return the `fournisseur` of a file that contains nothing else; None for every other file."""
    read = list(read_descriptors([path]))
    alone = len(read) == 1 and isinstance(read[0], Descriptor) and read[0].is_vendor_file
    return read_fournisseur(path) if alone else None


def vendor_answers(vendor: Descriptor) -> dict[str, str]:
    """Return the texts of the vendor's part by pointer, also those in its address."""
    answers = dict[str, str]()
    waiting: list[tuple[str, object]] = [(f"/{_KEY}", vendor.value[_KEY])]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            answers[pointer] = value
        elif isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [(f"{pointer}/{key}", each) for key, each in items]
    return answers


def merged(vendor: object, answered: object) -> object:
    """Return the vendor's part with new answers; what was not asked for is kept, such as the logo."""
    if isinstance(vendor, dict) and isinstance(answered, dict):
        both = {key: merged(vendor[key], value) for key, value in answered.items() if key in vendor}
        return {**vendor, **answered, **both}
    if isinstance(vendor, list) and isinstance(answered, list):
        # Two lines of an address may replace the first two of three.
        return [*answered, *vendor[len(answered) :]]
    return answered


class _Apart(Descriptor):
    """The object `fournisseur` in a file of its own: its values are one level higher than in a descriptor."""

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        return super().place(pointer.removeprefix(f"/{_KEY}"), at_key=at_key)
