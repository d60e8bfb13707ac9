"""What templates may ask for: the fields of a document, as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from generator.fields import fields
from generator.references import Appel
from generator.references import DocumentKind

# The step from a list to its entries.
ITEM = "[]"


@dataclass(frozen=True, slots=True)
class Name:
    """A name and those under it; a list has one, `[]`, for its entries. One without any is printed as it is."""

    under: Mapping[str, Name] = field(default_factory=dict)

    def find(self, path: str) -> Name | None:
        """Return the name of a path such as `mention.siret.value` or `questions[].text`; None where there is none."""
        found: Name | None = self
        for step in steps(path):
            found = found and found.under.get(step)
        return found


def steps(path: str) -> list[str]:
    """Return the steps of a path: `questions[].text` has three."""
    return path.replace(ITEM, f".{ITEM}").split(".")


def joined(path: Sequence[str]) -> str:
    """Return the path of these steps."""
    return ".".join(path).replace(f".{ITEM}", ITEM)


def contract(appel: Appel, document: DocumentKind) -> Name:
    """Return the names that a template of a document can use, for an AF."""
    return _tree([steps(each.path) for each in fields(document, appel)])


def merged(names: Sequence[Name]) -> Name:
    """Return the names that one of several contracts has."""
    keys = dict.fromkeys(key for name in names for key in name.under)
    return Name({key: merged([name.under[key] for name in names if key in name.under]) for key in keys})


def _tree(paths: Sequence[Sequence[str]]) -> Name:
    firsts = dict.fromkeys(path[0] for path in paths if path)
    return Name({first: _tree([path[1:] for path in paths if path and path[0] == first]) for first in firsts})
