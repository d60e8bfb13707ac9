"""What every order of a vendor has in common is written once, in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from generator.findings import Place
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject


@dataclass(frozen=True)
class CompletedDescriptor(Descriptor):
    """A descriptor whose `fournisseur` is completed; `value` is the whole, `source` the text of its own part."""

    own: Descriptor = field(kw_only=True)
    defaults: Descriptor = field(kw_only=True)

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        """Return the place of a value: in the settings, where it comes from there."""
        return self._origin(pointer).place(pointer, at_key=at_key)

    def folder_of(self, pointer: str) -> Path:
        """Return the folder that a path starts from: the settings', where it comes from there."""
        return self._origin(pointer).folder

    def _origin(self, pointer: str) -> Descriptor:
        """Return which of the two gives a value."""
        group, key = (*pointer.split("/"), "")[1:3] if pointer else ("", "")
        if group != "fournisseur":
            return self.own
        given = key in self._of(self.own) or key not in self._of(self.defaults) if key else group in self.own.value
        return self.own if given else self.defaults

    @staticmethod
    def _of(descriptor: Descriptor) -> JsonObject:
        return _members(descriptor.value.get("fournisseur"))


def complete(descriptor: Descriptor, defaults: Descriptor | None) -> Descriptor:
    """Return a descriptor with what it leaves out of `fournisseur`; its own values win, key by key.

    Args:
        descriptor: as it was read.
        defaults: a descriptor of `fournisseur` alone, as `Settings.fournisseur`.
    """
    if defaults is None or not isinstance(descriptor.value.get("fournisseur", {}), dict):
        return descriptor
    own = descriptor.value.get("fournisseur", {})
    fournisseur = {**_members(defaults.value["fournisseur"]), **_members(own)}
    value = {**descriptor.value, "fournisseur": fournisseur}
    return CompletedDescriptor(
        descriptor.file, value, descriptor.source, descriptor.prefix, own=descriptor, defaults=defaults
    )


def _members(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
