"""Define findings, finding kinds and places.

A kind is defined once with `define`, next to the check that reports it; its message is in
`generator/messages/findings/`. A finding has a kind, a place and the values of the message. Reports format it in a
language.
"""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from generator.common.language import Lang, Text, text
from generator.common.resources import FINDING_CATALOGUES

# The longest value quoted in a message: a descriptor may contain a megabyte instead of a name.
QUOTE_LIMIT = 160
# The longest list of reasons in a message: the program writes it, in both languages.
_TEXT_LIMIT = 2000
_SPACES = str.maketrans("\u00a0\u202f", "  ")
_NOTHING = Text("", "")
_KINDS: dict[str, FindingKind] = {}


class Severity(enum.StrEnum):
    """The severity of a finding: an error withholds the document, a warning asks for a check, info informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True)
class Place:
    """Where a finding is: a file, with its line and column (from 1), JSON pointer or template part, if known.

    `excerpt` is the text of the line, `caret` the index in it that the finding points at.
    """

    file: str = ""
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    part: Text | None = None
    excerpt: str | None = None
    caret: int | None = None

    def on_page(self, number: int) -> Place:
        """Return the place of a page, from 1, of this file."""
        return replace(self, part=text("common.places.page", number=number))


@dataclass(frozen=True, slots=True)
class Message:
    """The message of a finding kind, with `{name}` for each value.

    Attributes:
        text: what is wrong.
        fix: what to do; empty if `text` is enough.
        why: why it matters, or its usual cause; empty if `text` is enough.
        source: the text that the rule comes from; empty without one.
        example: what a descriptor should contain, as JSON; empty without one.
        catalogue: the name of the catalogue that contains it, such as `rules`; empty if none does.
    """

    text: Text
    fix: Text = _NOTHING
    why: Text = _NOTHING
    source: str = ""
    example: str = ""
    catalogue: str = ""


@cache
def messages() -> Mapping[str, Message]:
    """Return the message of each finding kind by code.

    The catalogues are read when the first message is needed: a run without findings does not read them.
    """
    read: dict[str, Message] = {}
    for path in sorted(FINDING_CATALOGUES.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text("utf-8")).items():
            text, fix, why = (Text(**entry[key]) if key in entry else _NOTHING for key in ("message", "fix", "why"))
            read[code] = Message(text, fix, why, entry.get("source", ""), entry.get("example", ""), path.stem)
    return read


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A finding kind: a stable code, a severity, and a message; compare kinds with `==`, since workers give copies.

    Attributes:
        own_message: the message of a kind that is in no catalogue, such as a kind from an old manifest.
    """

    code: str
    severity: Severity
    own_message: Message | None = None

    @property
    def message(self) -> Message:
        """The message of the kind, from the catalogues (`generator/messages/findings/`)."""
        return self.own_message or messages()[self.code]

    def at(self, place: Place, **values: object) -> Finding:
        """Return a finding of this kind at `place`; `values` fill in the message."""
        plain = {name: value if isinstance(value, Text) else str(value) for name, value in values.items()}
        return Finding(self, place, tuple(plain.items()))


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, in one place."""

    kind: FindingKind
    place: Place
    values: tuple[tuple[str, str | Text], ...] = ()

    @property
    def code(self) -> str:
        """The kind's stable code."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """The kind's severity."""
        return self.kind.severity

    def message(self, lang: Lang) -> str:
        """Return what is wrong, in `lang`."""
        return self._fill(self.kind.message.text.say(lang), lang)

    def fix(self, lang: Lang) -> str:
        """Return what to do about it, in `lang`; may be empty."""
        return self._fill(self.kind.message.fix.say(lang), lang)

    def _fill(self, sentence: str, lang: Lang) -> str:
        return sentence.format_map({name: _quoted(value, lang) for name, value in self.values})


class FindingsError(Exception):
    """Raised by the Python API if an order cannot be used; `findings` are the reasons."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity is ERROR]
        super().__init__("\n".join(f"{found.code}: {found.message('fr')}" for found in errors))

    def __reduce__(self) -> tuple[type[FindingsError], tuple[tuple[Finding, ...]]]:
        """Let it pass from a worker process to the one that waits."""
        return type(self), (self.findings,)


class FindingError(Exception):
    """Base of the exceptions that stop a stage; `finding` is the reason."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message("fr"))
        self.finding = finding

    def __reduce__(self) -> tuple[type[FindingError], tuple[Finding]]:
        """Let a worker process send the exception: by default `pickle` keeps the message only."""
        return type(self), (self.finding,)


def define(code: str, severity: Severity) -> FindingKind:
    """Define a finding kind, whose message is in a catalogue (`generator/messages/findings/*.toml`).

    Args:
        code: a stable code: words in upper case, separated by hyphens.
        severity: the severity of findings of this kind.

    Raises:
        ValueError: another kind has the code.
    """
    # Codes are what settings, reports and users refer to: each has one meaning.
    if code in _KINDS:
        raise ValueError(f"two kinds of finding have the code {code}")
    kind = FindingKind(code, severity)
    _KINDS[code] = kind
    return kind


def defined_kinds() -> tuple[FindingKind, ...]:
    """Return the kinds defined by the modules imported so far, by code."""
    return tuple(_KINDS[code] for code in sorted(_KINDS))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether one of `findings` is an error."""
    return any(finding.severity is ERROR for finding in findings)


def has_warnings(findings: Iterable[Finding]) -> bool:
    """Return whether one of `findings` is a warning."""
    return any(finding.severity is WARNING for finding in findings)


def quote(value: str, limit: int = QUOTE_LIMIT) -> str:
    """Return `value` fit for a message: one line, no invisible character, not longer than `limit`.

    The unbreakable spaces of amounts are shown as spaces.
    """
    # Cut first: the value may have a megabyte.
    start = value[: limit + 1].translate(_SPACES)
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in start)
    return shown if len(value) <= limit else f"{shown[:limit]}…"


def _quoted(value: str | Text, lang: Lang) -> str:
    return quote(value.say(lang), _TEXT_LIMIT) if isinstance(value, Text) else quote(value)


def in_general(sentence: str, value: str = "*{}*") -> str:
    """Return a message with the names of its values instead of the values.

    Args:
        sentence: the message, with `{name}` for each value, and doubled braces for braces.
        value: the format of a name, with `{}` for it.
    """
    # Doubled braces wait as control characters, which no message has.
    before, after = value.split("{}")
    return (
        sentence.replace("{{", "\x01")
        .replace("}}", "\x02")
        .replace("{", before)
        .replace("}", after)
        .translate({1: "{", 2: "}"})
    )


def severity_word(severity: Severity, lang: Lang) -> str:
    """Return the name of a severity."""
    return text(f"common.severities.{severity}").say(lang)
