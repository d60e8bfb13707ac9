"""Findings, the kinds they belong to and the places they speak of.

A kind is defined once, beside the check that reports it, with `define`. A finding is a kind, a place and the
values its sentences need; nothing is formatted before a reporter asks for it in a language.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

from generator.lang import Lang
from generator.lang import Text

# Longest value quoted in a message: a descriptor may hold a megabyte where a name should stand.
QUOTE_LIMIT = 160


class Severity(enum.StrEnum):
    """How much a finding weighs: an error withholds the document, a warning asks for a look, info informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True)
class Place:
    """Where a finding is: a file, then as much as is known of line, column (from 1), JSON pointer or template part.

    `excerpt` is the line of text there, `caret` the index in it that the finding points at.
    """

    file: str = ""
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    part: Text | None = None
    excerpt: str | None = None
    caret: int | None = None


_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its stable code, its weight, and its sentences with `{name}` for each value.

    Attributes:
        why: why it matters, how it comes about; empty where the message says enough.
        example: what a descriptor should say, as JSON.
    """

    code: str
    severity: Severity
    says: Text
    fix: Text
    source: str = ""
    why: Text = _NOTHING
    example: str = ""

    def at(self, place: Place, **values: object) -> Finding:
        """Return a finding of this kind at `place`; `values` fill the sentences."""
        return Finding(self, place, tuple((name, _plain(value)) for name, value in values.items()))


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, in one place."""

    kind: Kind
    place: Place
    values: tuple[tuple[str, str | Text], ...] = ()

    @property
    def code(self) -> str:
        """The kind's stable code."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """The kind's weight."""
        return self.kind.severity

    def message(self, lang: Lang) -> str:
        """Return what is wrong, in `lang`."""
        return self._fill(self.kind.says.say(lang), lang)

    def fix(self, lang: Lang) -> str:
        """Return what to do about it, in `lang`; empty where the message says it."""
        return self._fill(self.kind.fix.say(lang), lang)

    def _fill(self, sentence: str, lang: Lang) -> str:
        said = {name: quote(value.say(lang) if isinstance(value, Text) else value) for name, value in self.values}
        return sentence.format_map(said)


class FindingsError(Exception):
    """Raised by the Python API when an order cannot be used; `findings` says why, all of it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity is ERROR]
        super().__init__("\n".join(f"{found.code}: {found.message('fr')}" for found in errors))


class FindingError(Exception):
    """Base of the exceptions that end a stage for one reason: `finding` says which."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message("fr"))
        self.finding = finding

    def __reduce__(self) -> tuple[type[FindingError], tuple[Finding]]:
        """Let it pass from a worker process to the one that waits: exceptions keep their sentence alone."""
        return type(self), (self.finding,)


@dataclass(slots=True)
class _Catalogue:
    kinds: dict[str, Kind] = field(default_factory=dict)


_CATALOGUE = _Catalogue()


def define(
    code: str,
    severity: Severity,
    *,
    fr: str,
    en: str,
    fix_fr: str,
    fix_en: str,
    source: str = "",
    why_fr: str = "",
    why_en: str = "",
    example: str = "",
) -> Kind:
    """Define a kind of finding and enter it in the catalogue.

    Args:
        code: stable, upper case, words parted by hyphens.
        severity: what a finding of this kind weighs.
        fr: what is wrong, in French, with `{name}` where a value goes.
        en: the same in English.
        fix_fr: what to do, in French.
        fix_en: the same in English.
        source: the text the rule comes from, where it comes from one.
        why_fr: for `segurdoc explain`, in French: why it matters, how it comes about, where the message does not say.
        why_en: the same in English.
        example: what a descriptor should say, as JSON.

    Raises:
        ValueError: the code is taken.
    """
    if code in _CATALOGUE.kinds:
        raise ValueError(f"two kinds of finding have the code {code}")
    kind = Kind(code, severity, Text(fr, en), Text(fix_fr, fix_en), source, Text(why_fr, why_en), example)
    _CATALOGUE.kinds[code] = kind
    return kind


def defined_kinds() -> tuple[Kind, ...]:
    """Return the kinds defined by the modules imported so far, by code."""
    return tuple(_CATALOGUE.kinds[code] for code in sorted(_CATALOGUE.kinds))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether one of `findings` is an error."""
    return any(finding.severity is ERROR for finding in findings)


def quote(value: str) -> str:
    """Return `value` fit for a message: one line, no invisible character, not longer than `QUOTE_LIMIT`."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in value[: QUOTE_LIMIT + 1])
    return shown if len(value) <= QUOTE_LIMIT else f"{shown[:QUOTE_LIMIT]}…"


def in_general(sentence: str, value: str = "*{}*") -> str:
    """Return a sentence as it stands for all findings of its kind.

    Args:
        sentence: with `{name}` for each value, and doubled braces for braces.
        value: what each name is written as.
    """
    before, after = value.split("{}")
    return (
        sentence.replace("{{", "\x01")
        .replace("}}", "\x02")
        .replace("{", before)
        .replace("}", after)
        .translate({1: "{", 2: "}"})
    )


def _plain(value: object) -> str | Text:
    return value if isinstance(value, Text) else str(value)
