"""Remove the warnings about templates that the settings ignore, and report ignores without effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.common.findings import ERROR, WARNING, Place, define
from generator.template_check.check import TemplateCheck
from generator.template_check.parts import TemplateFinding

IGNORE_ERREUR = define("IGNORE-ERREUR", ERROR)
IGNORE_INUTILE = define("IGNORE-INUTILE", WARNING)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A warning about templates that the vendor accepts (`[[template.ignore]]` in the settings).

    Attributes:
        code: the code of the finding.
        reason: why the vendor accepts it.
        template: the file name of the only template that the entry is for; None for all templates.
        place: where the entry is written.
    """

    code: str
    reason: str
    template: str | None
    place: Place


def without_ignored(checked: TemplateCheck, ignores: Sequence[Ignore]) -> tuple[list[TemplateFinding], list[Ignore]]:
    """Return the findings of a check that are not ignored, and the entries that removed one.

    Errors are never removed: an entry for one is reported itself.

    Args:
        checked: the check.
        ignores: the entries for this template.
    """
    codes = {ignore.code for ignore in ignores}
    ignored = {found.finding.code for found in checked.found if found.finding.severity is not ERROR} & codes
    kept = [found for found in checked.found if found.finding.severity is ERROR or found.finding.code not in ignored]
    errors = {found.finding.code for found in checked.found if found.finding.severity is ERROR}
    kept += [
        TemplateFinding(IGNORE_ERREUR.at(ignore.place, code=ignore.code)) for ignore in ignores if ignore.code in errors
    ]
    return kept, [ignore for ignore in ignores if ignore.code in ignored]


def unused(ignores: Iterable[Ignore], used: Iterable[Ignore], errors: Iterable[str]) -> Iterator[TemplateFinding]:
    """Report the entries that removed no finding of any template.

    Args:
        ignores: the entries.
        used: the entries that removed a finding.
        errors: the codes of errors: `without_ignored` reported their entries already.
    """
    known = [*used]
    reported = set(errors)
    for ignore in dict.fromkeys(ignores):
        if ignore not in known and ignore.code not in reported:
            yield TemplateFinding(IGNORE_INUTILE.at(ignore.place, code=ignore.code))
