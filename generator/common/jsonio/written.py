"""Recognize the JSON files that this program writes: manifests, reports and bases contain no orders."""

from __future__ import annotations

# One set of keys for each kind of file. An order has none of these sets: its schema allows none of their keys.
_OBJECT_KEYS = (
    frozenset({"order", "status", "inputs", "outputs", "findings"}),  # a line of a batch's manifest
    frozenset({"total", "outcomes", "files", "orders"}),  # a batch's report
    frozenset({"today", "orders"}),  # segurdoc status
    frozenset({"$schema", "version", "runs"}),  # SARIF
    frozenset({"version", "templates"}),  # accepted warnings of templates
    frozenset({"dossiers"}),  # the list in a pack
    frozenset({"format", "sha256", "source", "refused"}),  # the base of eligible establishments
    frozenset({"file", "sha256", "asked", "verdict", "findings"}),  # answers of segurdoc verify
)
_ITEM_KEYS = (
    frozenset({"code", "severity", "message", "fix", "values"}),  # findings
    frozenset({"file", "verdict", "looks", "findings"}),  # segurdoc verify
)


def is_written(value: object) -> bool:
    """Return whether a JSON value is the whole of a file, or the line of one, that this program writes."""
    if isinstance(value, dict):
        return any(keys <= value.keys() for keys in _OBJECT_KEYS)
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(item, dict) and any(keys <= item.keys() for keys in _ITEM_KEYS) for item in value)
