"""What the user has set once, in place of options given each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.jsonio.source import Descriptor
from generator.common.language import Lang
from generator.references import DocumentKind

if TYPE_CHECKING:
    from generator.template_check.check import Ignore


@dataclass(frozen=True)
class Settings:
    """The settings of a run; whatever is not set is empty. Paths are absolute.

    Attributes:
        file: where they were read; None where there are none.
        lang: the language of messages.
        templates: own layouts, by the kind of document they lay out.
        ignores: warnings about templates that are accepted.
        appels: own records of appels à financement.
        out: the folder that documents go to.
        name: the pattern of the documents' file names, as `generator.render.options.DEFAULT_NAME`.
        fournisseur: `fournisseur` of every descriptor that does not give its own, as a descriptor of that key alone.
        eligibles: the file with the base of eligible establishments.
        eligibles_columns: the header that each field of the base has in its workbook.
        clients_columns: the header that each field of an order has in the vendor's list of clients.
        numbering: the pattern of the order numbers of an import, with `{n}` and `{year}`, for `str.format`.
    """

    file: Path | None = None
    lang: Lang | None = None
    templates: Mapping[DocumentKind, Path] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    appels: tuple[Path, ...] = ()
    out: Path | None = None
    name: str | None = None
    fournisseur: Descriptor | None = None
    eligibles: Path | None = None
    eligibles_columns: Mapping[str, str] = field(default_factory=dict)
    clients_columns: Mapping[str, str] = field(default_factory=dict)
    numbering: str | None = None
