"""Warnings that the user has looked at and accepts: in the settings with a reason, or all of today's in a baseline."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.checking.check import TemplateCheck
from generator.checking.parts import Found
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.lang import os_reason
from generator.settings.model import Ignore

IGNORE_ERREUR = define(
    "IGNORE-ERREUR", ERROR,
    fr="{code} est une erreur, et une erreur ne s'ignore pas", en="{code} is an error, and an error cannot be ignored",
    fix_fr="corriger le modèle, et retirer cette entrée", fix_en="mend the template, and remove this entry",
)  # fmt: skip
IGNORE_INUTILE = define(
    "IGNORE-INUTILE", WARNING,
    fr="{code} est ignoré, et rien ne le donne", en="{code} is ignored, and nothing gives it",
    fix_fr="retirer cette entrée, ou corriger son code", fix_en="remove this entry, or correct its code",
)  # fmt: skip
BASELINE_ILLISIBLE = define(
    "BASELINE-ILLISIBLE", ERROR,
    fr="cette liste d'avertissements acceptés ne se lit pas : {reason}",
    en="this list of accepted warnings cannot be read: {reason}",
    fix_fr="la refaire avec --write-baseline", fix_en="make it anew with --write-baseline",
)  # fmt: skip

_VERSION = 1
# What is accepted of a template, by name of its file: how many of each code and paragraph.
Baseline = Mapping[str, Counter[str]]


def without_ignored(checked: TemplateCheck, ignores: Sequence[Ignore]) -> tuple[list[Found], list[Ignore]]:
    """Return what is left of a check once the ignored warnings are taken away, and the entries that took some.

    Args:
        checked: the check.
        ignores: the entries that speak of this template.
    """
    codes = {ignore.code for ignore in ignores}
    taken = {found.finding.code for found in checked.found if found.finding.severity is not ERROR} & codes
    kept = [found for found in checked.found if found.finding.severity is ERROR or found.finding.code not in taken]
    kept += [
        Found(IGNORE_ERREUR.at(ignore.place, code=ignore.code))
        for ignore in ignores
        if any(found.finding.code == ignore.code and found.finding.severity is ERROR for found in checked.found)
    ]
    return kept, [ignore for ignore in ignores if ignore.code in taken]


def unused(ignores: Iterable[Ignore], used: Iterable[Ignore], said: Iterable[str]) -> Iterator[Found]:
    """Say which entries have taken nothing from any template.

    Args:
        ignores: the entries.
        used: those that have taken something.
        said: the codes that are errors: of these it is said already.
    """
    known = [*used]
    told = set(said)
    for ignore in dict.fromkeys(ignores):
        if ignore not in known and ignore.code not in told:
            yield Found(IGNORE_INUTILE.at(ignore.place, code=ignore.code))


def baseline_of(checks: Iterable[tuple[Path, Sequence[Found]]]) -> str:
    """Return a baseline of the warnings of templates, as JSON; it holds no error."""
    accepted = {file.name: dict(sorted(_counted(found).items())) for file, found in checks}
    value = {"version": _VERSION, "templates": {name: counts for name, counts in sorted(accepted.items()) if counts}}
    return json.dumps(value, indent=2) + "\n"


def read_baseline(file: Path) -> Baseline:
    """Return a baseline.

    Raises:
        FindingError: it cannot be read.
    """
    try:
        value: Any = json.loads(file.read_text("utf-8-sig"))
        if value["version"] != _VERSION:
            raise ValueError
        return {str(name): Counter({str(key): int(count) for key, count in counts.items()})
                for name, counts in value["templates"].items()}  # fmt: skip
    except OSError as error:
        reason: Text | str = os_reason(error)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = Text("elle n'a pas la forme de celles que le programme écrit", "it is not as the program writes them")
    raise FindingError(BASELINE_ILLISIBLE.at(Place(str(file)), reason=reason))


def without_accepted(file: Path, found: Iterable[Found], baseline: Baseline) -> list[Found]:
    """Return what a template gives beyond its baseline; errors always."""
    left = Counter(baseline.get(file.name, Counter[str]()))
    kept = []
    for each in found:
        key = _key(each)
        if each.finding.severity is WARNING and left[key] > 0:
            left[key] -= 1
        else:
            kept.append(each)
    return kept


def _counted(found: Iterable[Found]) -> Counter[str]:
    return Counter(_key(each) for each in found if each.finding.severity is WARNING)


def _key(found: Found) -> str:
    """Return the code and a digest of the paragraph's text: a finding stays the same where others come and go."""
    paragraph = found.paragraph
    said = " ".join(paragraph.text.split()) if paragraph else ""
    # Without a paragraph the values tell findings apart: those of the reading, say.
    whole = said or "|".join(str(value) for _, value in found.finding.values)
    return f"{found.finding.code} {hashlib.sha256(whole.encode()).hexdigest()[:16]}"
