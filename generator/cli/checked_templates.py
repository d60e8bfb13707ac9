"""The work of `segurdoc template check`: checks in bounded workers, accepted warnings, annotated copies, summaries."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from generator.cli.reporting import end_run
from generator.cli.settings.load import Settings, ignores_for
from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import deliver
from generator.common.findings import ERROR, WARNING, FindingsError, Place
from generator.common.language import Lang, Text, text
from generator.references import Appel
from generator.reports.text import printable
from generator.template_check.annotate import annotated
from generator.template_check.check import CheckOptions, Ignore, TemplateCheck, check_template, unused, without_ignored
from generator.template_check.parts import TemplateFinding


def check_all(
    files: Sequence[Path], appels: Sequence[Appel], options: CheckOptions, settings: Settings
) -> list[TemplateCheck]:
    """Check templates, each in a worker; a limit that one reaches is a finding."""
    named = {path.resolve(): kind for kind, path in settings.templates.items()}
    checks = []
    for file in files:
        # The settings say of which kind a template is; of another one the check finds it by its title.
        own = replace(options, document=options.document or named.get(file.resolve()))
        try:
            checks.append(run_bounded(file, check_template, file, appels, own))
        except BoundedError as error:
            checks.append(TemplateCheck(file, (TemplateFinding(replace(error.finding, place=Place(str(file)))),)))
    return checks


def not_ignored(checks: Sequence[TemplateCheck], settings: Settings) -> list[list[TemplateFinding]]:
    """Return the findings of each check that the settings do not ignore, then those about the ignores themselves."""
    found: list[list[TemplateFinding]] = []
    used: list[Ignore] = []
    every: list[Ignore] = []
    try:
        for check in checks:
            ignores = ignores_for(check.file, settings)
            kept, taken = without_ignored(check, ignores)
            found.append(kept)
            used += taken
            every += ignores
    except FindingsError as error:
        end_run(error.findings)
    errors = {each.finding.code for check in checks for each in check.found if each.finding.severity is ERROR}
    return [*found, list(unused(every, used, errors))]


def write_annotated(
    checks: Sequence[TemplateCheck], found: Sequence[Sequence[TemplateFinding]], folder: Path, lang: Lang
) -> None:
    """Write a copy of each template with findings, which are its comments."""
    written: dict[Path, bytes] = {}
    for check, each in zip(checks, found, strict=False):
        # A file that could not be read has no copy; a copy without comments would say nothing.
        if check.layout and each:
            # Templates of two folders may have one name: both copies are kept.
            path = _free(folder / f"{check.file.stem}.annote.docx", written)
            # The template comes from outside: it is parsed in a worker, as for the check.
            written[path] = run_bounded(check.file, annotated, check.layout, each, lang)
    deliver(written)


def _free(path: Path, taken: Collection[Path]) -> Path:
    """Return a path that none of this run has: templates of two folders may have one name."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if path not in taken else next(other for other in others if other not in taken)


def summary(check: TemplateCheck, found: Iterable[TemplateFinding]) -> Text:
    """Return the line about a template: its document, whether it was rendered, and how many findings it has."""
    counts = Counter(each.finding.severity for each in found)
    return text(
        "cli.template.checked",
        file=printable(str(check.file)),
        document=check.document.label if check.document else text("cli.template.unknown-document"),
        rendered=text("cli.template.rendered", orders=check.orders)
        if check.orders
        else text("cli.template.not-rendered"),
        errors=counts[ERROR],
        warnings=counts[WARNING],
    )
