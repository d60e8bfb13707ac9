"""Complete descriptors with the vendor's part (`fournisseur`) from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from generator.common.findings import Place
from generator.common.jsonio.source import Descriptor, JsonObject


@dataclass(frozen=True)
class CompletedDescriptor(Descriptor):
    """A descriptor completed with the `fournisseur` of the settings; `source` is the text of its own part."""

    own: Descriptor = field(kw_only=True)
    defaults: Descriptor = field(kw_only=True)

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        """Return the place of a value, in the descriptor or in the settings."""
        return self._origin(pointer).place(pointer, at_key=at_key)

    def folder_of(self, pointer: str) -> Path:
        """Return the folder that a relative path starts from: that of the descriptor or of the settings."""
        return self._origin(pointer).folder_of(pointer)

    def _origin(self, pointer: str) -> Descriptor:
        """Return the descriptor that contains a value: its own, or the settings."""
        group, key = (*pointer.split("/"), "")[1:3] if pointer else ("", "")
        if group != "fournisseur":
            return self.own
        given = key in self._of(self.own) or key not in self._of(self.defaults) if key else group in self.own.value
        return self.own if given else self.defaults

    @staticmethod
    def _of(descriptor: Descriptor) -> JsonObject:
        return vendor_of(descriptor.value)


def complete(descriptor: Descriptor, defaults: Descriptor | None) -> Descriptor:
    """Add the missing keys of `fournisseur` to a descriptor; its own values win, key by key.

    Args:
        descriptor: the descriptor.
        defaults: a descriptor of `fournisseur` alone, as `Settings.fournisseur`.
    """
    if defaults is None or not isinstance(descriptor.value.get("fournisseur", {}), dict):
        return descriptor
    fournisseur = {**vendor_of(defaults.value), **vendor_of(descriptor.value)}
    value = {**descriptor.value, "fournisseur": fournisseur}
    return CompletedDescriptor(
        descriptor.file, value, descriptor.source, descriptor.prefix, own=descriptor, defaults=defaults
    )


def vendor_of(value: JsonObject) -> JsonObject:
    """Return the vendor's part of a descriptor's value; empty where it has none, or something else in its place."""
    found = value.get("fournisseur")
    return found if isinstance(found, dict) else {}
