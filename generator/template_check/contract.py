"""Arrange the fields of a document as a tree of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.references import Appel, DocumentKind
from generator.render.docx.fields import fields

# The step from a list to its entries.
ITEM = "[]"


@dataclass(frozen=True, slots=True)
class NameTree:
    """A name with the names under it; a list has the name `[]` for its entries. A name without others is a value."""

    under: Mapping[str, NameTree] = field(default_factory=dict)

    def find(self, path: str) -> NameTree | None:
        """Return the name of a path such as `mention.siret.value` or `questions[].text`; None if it does not exist."""
        found: NameTree | None = self
        for step in steps(path):
            found = found and found.under.get(step)
        return found


def steps(path: str) -> list[str]:
    """Return the steps of a path: `questions[].text` has three."""
    return path.replace(ITEM, f".{ITEM}").split(".")


def joined(path: Sequence[str]) -> str:
    """Return the path of these steps."""
    return ".".join(path).replace(f".{ITEM}", ITEM)


def contract(appel: Appel, document: DocumentKind) -> NameTree:
    """Return the names that a template of a document can use, for an AF."""
    return _tree([steps(each.path) for each in fields(document, appel)])


def merged(names: Sequence[NameTree]) -> NameTree:
    """Return the names that one of several contracts has."""
    keys = dict.fromkeys(key for name in names for key in name.under)
    return NameTree({key: merged([name.under[key] for name in names if key in name.under]) for key in keys})


def _tree(paths: Sequence[Sequence[str]]) -> NameTree:
    firsts = dict.fromkeys(path[0] for path in paths if path)
    return NameTree({first: _tree([path[1:] for path in paths if path and path[0] == first]) for first in firsts})
