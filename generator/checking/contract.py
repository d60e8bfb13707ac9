"""What templates may ask for: the names of a document's context, as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from dataclasses import is_dataclass

from generator.checking.orders import longest
from generator.docx.context import template_context
from generator.references import Appel
from generator.references import DocumentKind

# The two pictures of a document: `generator.docx.render` adds them to the context.
_PICTURES = ("logo", "qr_code")
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
    strain = longest(appel, document)
    context = template_context(strain.order, appel, document, frozenset())
    return _named({**context, **dict.fromkeys(_PICTURES, "")})


def merged(names: list[Name]) -> Name:
    """Return the names that one of several contracts has."""
    keys = dict.fromkeys(key for name in names for key in name.under)
    return Name({key: merged([name.under[key] for name in names if key in name.under]) for key in keys})


def _named(value: object) -> Name:
    if isinstance(value, Mapping):
        return Name({str(key): _named(each) for key, each in value.items()})
    if is_dataclass(value) and not isinstance(value, type):
        properties = [name for name, each in vars(type(value)).items() if isinstance(each, property)]
        return Name(
            {name: _named(getattr(value, name)) for name in (*(each.name for each in fields(value)), *properties)}
        )
    if isinstance(value, tuple):
        return Name({ITEM: _named(value[0]) if value else Name()})
    return Name()
