"""`segurdoc template`: the group of the commands about own templates."""

import json
import shlex
from pathlib import Path

import click

from generator.cli import completion, inputs, options, reporting
from generator.cli.commands import CommandGroup, usage_error
from generator.cli.paths import ExistingPath, refuse_overwriting
from generator.cli.session import Exit, current_language, echo
from generator.common.bounded_workers import run_bounded
from generator.common.files import deliver
from generator.common.findings import has_errors
from generator.common.language import Lang, text
from generator.common.missing_tools import MOTEUR_ABSENT
from generator.common.resources import TEMPLATES
from generator.references import DocumentKind, load_appels

# Known before the module is imported; a test holds them together.
REPORT_FORMATS = ("text", "json", "markdown")
# Codes of what is missing on the machine; the module of the first one is too slow to import for `--help`.
_MACHINE = ("LIBREOFFICE-NECESSAIRE", MOTEUR_ABSENT.code)

_reference_option = click.option("--reference", metavar="AF", shell_complete=completion.references)


# One module for all five: engines and pictures are imported when a command runs.
@click.group("template", cls=CommandGroup)
def command() -> None:
    """Group the commands about own templates."""


@command.command("new")
@click.option("--document", required=True, type=options.choice_of(DocumentKind))
@_reference_option
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.docx")
@click.option("--force", is_flag=True)
@options.appel_option
def new_template(document: str, reference: str | None, out: Path, force: bool, own_appels: tuple[Path, ...]) -> None:
    """Copy a built-in template."""
    if out.suffix.lower() != ".docx":
        raise usage_error("ending", option="-o", file=out.name, endings=".docx")
    # The settings may name the very file that is made here.
    settings = inputs.settings_or_exit(sought=False)
    # The command uses no record: an unknown AF is refused all the same, as in the other commands.
    inputs.choose_appels(reference, load_appels([*(path for path in settings.appels if path.exists()), *own_appels]))
    if out.exists() and not force:
        raise usage_error("exists-force", file=out)
    deliver({out: (TEMPLATES / f"{document}.docx").read_bytes()})
    click.echo(out)
    used = f"--document {document}" + (f" --reference {reference}" if reference else "")
    echo(text("cli.template.next-steps", options=used, file=shlex.quote(str(out))), err=True)


@command.command("check")
@click.argument("templates", nargs=-1, type=ExistingPath(dir_okay=False), metavar="FILE.docx...")
@options.document_option
@_reference_option
@click.option("--static", is_flag=True)
@click.option("--ocr", is_flag=True)
@options.reader_option
@options.wear_option
@options.report_option
@reporting.reports_option
@click.option("--annotate", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@options.timeout_option
@options.memory_option
@options.appel_option
@click.pass_obj
def check_templates(
    lang: Lang,
    templates: tuple[Path, ...],
    document: str | None,
    reference: str | None,
    static: bool,
    ocr: bool,
    reader: str | None,
    wears: tuple[str, ...],
    report: str,
    reports: tuple[Path, ...],
    annotate: Path | None,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Check templates."""
    reporting.refuse_reports(reports, (*templates, *own_appels))
    if static and ocr:
        raise usage_error("exclusive", first="--static", second="--ocr")
    settings = inputs.settings_or_exit(report=report, reports=reports)
    files = templates or tuple(settings.templates.values())
    if not files:
        raise usage_error("no-template")
    appels = inputs.choose_appels(reference, inputs.appels_or_exit(own_appels))
    readers = inputs.readers_or_exit(reader) if ocr or reader else ()
    # Late: what renders and reads takes longer to import than the help to be read.
    from generator.cli import checked_templates
    from generator.template_check.check import CheckOptions

    check_options = CheckOptions(
        document=DocumentKind(document) if document else None,
        rendered=not static,
        readers=readers,
        wears=options.wears_of(wears or ("all",)),
        timeout=timeout,
    )
    checks = checked_templates.check_all(files, appels, check_options, settings)
    found = checked_templates.not_ignored(checks, settings)
    if annotate:
        checked_templates.write_annotated(checks, found, annotate, lang)
    findings = [each.finding for every in found for each in every]
    names = [str(file) for file in files]
    if said := reporting.report_text(findings, report, names):
        click.echo(said)
    reporting.write_reports(reports, findings, names)
    # Other forms are read by programs: nothing may follow them.
    if report == "text":
        click.echo("\n".join(checked_templates.summary(*each).say(lang) for each in zip(checks, found, strict=False)))
    # The check is incomplete because of the machine, whatever else it found.
    if any(finding.code in _MACHINE for finding in findings):
        raise click.exceptions.Exit(Exit.MACHINE)
    if has_errors(findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


@command.command("fields")
@options.document_option
@_reference_option
@click.option("--format", "form", type=click.Choice(REPORT_FORMATS), default="text", show_default=True)
@options.appel_option
@click.pass_obj
def list_fields(
    lang: Lang, document: str | None, reference: str | None, form: str, own_appels: tuple[Path, ...]
) -> None:
    """List the names that a template can use."""
    appels = inputs.choose_appels(reference, inputs.appels_or_exit(own_appels))
    from generator.render.docx.template_fields import all_fields
    from generator.reports.template_fields import FIELD_REPORTERS

    kinds = [DocumentKind(document)] if document else [*DocumentKind]
    click.echo(FIELD_REPORTERS[form](all_fields(kinds, appels), lang))


def _page_number(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """Return the page that `--page` names, from 1; None for `all`."""
    if value == "all":
        return None
    if value.isdecimal() and int(value):
        return int(value)
    raise click.BadParameter(text("cli.usage.page-number", value=repr(value)).say(current_language(ctx)), ctx, param)


@command.command("preview")
@click.argument("template", type=ExistingPath(dir_okay=False), metavar="FILE.docx")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.png")
@options.document_option
@_reference_option
@click.option("--page", callback=_page_number, default="1", show_default=True, metavar="N|all")
@options.timeout_option
@options.memory_option
@options.appel_option
def preview_template(
    template: Path,
    out: Path,
    document: str | None,
    reference: str | None,
    page: int | None,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Draw a template with the fullest order."""
    if out.suffix.lower() != ".png":
        raise usage_error("ending", option="-o", file=out.name, endings=".png")
    refuse_overwriting(out, (template,))
    appels = inputs.choose_appels(reference, inputs.appels_or_exit(own_appels))
    from generator.template_check.preview import preview

    seen = run_bounded(template, preview, template, appels, DocumentKind(document) if document else None, timeout)
    reporting.say_findings(seen.findings)
    if not seen.pages:
        raise click.exceptions.Exit(Exit.FINDINGS)
    # Only now is the number of pages known.
    if page and page > len(seen.pages):
        raise usage_error("page-count", page=page, pages=len(seen.pages))
    pages = seen.pages[page - 1 : page] if page else seen.pages
    reporting.write_pages(out, pages, err=False)


@command.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@options.appel_option
@click.pass_obj
def list_templates(lang: Lang, form: str, own_appels: tuple[Path, ...]) -> None:
    """List the templates of the settings and the built-in ones."""
    appels = inputs.appels_or_exit(own_appels)
    settings = inputs.settings_or_exit()
    found = []
    for kind in DocumentKind:
        # Every AF has a BDC; its record says which documents end the order.
        serves = [each.reference for each in appels.values() if kind in (DocumentKind.BDC, *each.end_documents)]
        if kind in settings.templates:
            found.append((kind, "own", settings.templates[kind], serves))
        found.append((kind, "built-in", TEMPLATES / f"{kind.value}.docx", serves))
    if form == "json":
        listed = [
            {"document": kind.value, "built_in": origin == "built-in", "file": str(path), "references": references}
            for kind, origin, path, references in found
        ]
        click.echo(json.dumps(listed, indent=2))
        return
    for kind, origin, path, references in found:
        shown = text(f"cli.template.origins.{origin}").say(lang)
        click.echo(f"{kind.value:<10} {shown:<9} {path}  ({', '.join(references)})")
