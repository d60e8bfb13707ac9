"""Read the message catalogues: the message of each finding kind, in both languages, by code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from generator.common.language import Text
from generator.common.resources import MESSAGES

_NOTHING = Text("", "")


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
    for path in sorted(MESSAGES.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text("utf-8")).items():
            text, fix, why = (Text(**entry[key]) if key in entry else _NOTHING for key in ("message", "fix", "why"))
            read[code] = Message(text, fix, why, entry.get("source", ""), entry.get("example", ""), path.stem)
    return read
