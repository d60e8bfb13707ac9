"""`segurdoc import`: make descriptors of a list of clients."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from generator.cli import columns, inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.paths import ExistingPath
from generator.cli.session import Exit, current_language, echo
from generator.common.files import deliver
from generator.common.findings import FindingsError, has_errors
from generator.common.jsonio.schema import suggest
from generator.common.jsonio.source import Descriptor
from generator.common.language import text
from generator.intake.clients.fields import NUMERO, ClientField, ValueKind, client_fields, lacking_fields
from generator.intake.clients.folder import as_file, is_pattern, read_folder
from generator.intake.clients.importing import ImportedOrders, ImportOptions, import_clients
from generator.intake.clients.vendor import read_fournisseur
from generator.references import Appels

SECTION = "colonnes.clients"


@click.command("import", cls=Command)
@click.argument("path", type=ExistingPath(dir_okay=False), metavar="LIST")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@columns.table_options
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE")
@click.option("--numero", metavar="PATTERN")
@click.option("--first", type=click.IntRange(min=0), metavar="N", default=1, show_default=True)
@click.option("--fournisseur", type=ExistingPath(dir_okay=False), metavar="FILE")
@click.option("--replace", is_flag=True)
@options.context_options
@options.appel_option
@options.report_option
@options.limit_options
def command(
    path: Path,
    out: Path,
    sheet: str | None,
    header_row: int | None,
    mapped: tuple[str, ...],
    confirm: str | None,
    given: tuple[str, ...],
    numero: str | None,
    first: int,
    fournisseur: Path | None,
    replace: bool,
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    own_appels: tuple[Path, ...],
    report: str,
) -> None:
    """Make descriptors of a list of clients."""
    settings = inputs.settings_or_exit(report=report)
    appels = inputs.appels_or_exit(own_appels, report=report)
    pattern = numero or settings.numbering
    if pattern and not is_pattern(pattern):
        raise usage_error("numero", where="--numero" if numero else text("cli.usage.numero-settings"))
    context = inputs.context_or_exit(eligibles, registers, today, report=report)
    vendor = _fournisseur_or_exit(fournisseur, report) if fournisseur else settings.fournisseur
    fields = client_fields(appels.values())
    # Before the table is read: a mistake in an option is reported at once.
    constants = _constants(given, [each.name for each in fields])
    table = columns.table_or_exit(path, sheet, header_row, report)
    mapping = columns.mapping_of(mapped, settings.clients_columns)
    lacking = _Lacking(fields, appels, constants, numbered=bool(pattern), vendor=vendor is not None)
    found = columns.columns_or_exit(table, [each.field for each in fields], mapping, confirm, SECTION, report, lacking)
    wanted = ImportOptions(constants, pattern, first, replace, write_fournisseur=fournisseur is not None)
    folder = read_folder(out)
    imported = import_clients(found, fields, folder, wanted, appels=appels, context=context, fournisseur=vendor)
    # After all rows were read: a list that cannot be read changes no file.
    replaced = _write(imported)
    reporting.say_report(imported.findings, report)
    written, unchanged = len(imported.files), imported.unchanged
    skipped = found.table.filled - written - unchanged
    # The summary is no part of the report, which a program may read on the standard output.
    summary = text("cli.import.written", written=written, folder=out, unchanged=unchanged, skipped=skipped)
    for file in replaced:
        echo(text("cli.import.replaced", file=file), err=True)
    echo(summary, err=True)
    # A row without a descriptor is an order that nobody makes: the exit code says so.
    if skipped or has_errors(imported.findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _write(imported: ImportedOrders) -> list[Path]:
    """Write the descriptors, and return the files that were there before."""
    # `--replace` lists what it overwrote.
    replaced = [file for file in imported.files if file.exists()]
    for file, value in imported.files.items():  # one by one: thousands of files cannot be open side by side
        deliver({file: as_file(value)})
    return replaced


@dataclass(frozen=True)
class _Lacking:
    """Says what a proposal lacks, all of it at once, as options to fill in."""

    fields: Sequence[ClientField]
    appels: Appels
    constants: Mapping[str, str]
    numbered: bool
    vendor: bool

    def __call__(self, proposal: Mapping[str, str]) -> str:
        """Return the options that have to be added to those of the command; empty where nothing is lacking."""
        reference = self.constants.get("reference", "")
        # The AF decides which questions of the scenario need an answer; without it all of them are shown.
        asked = [self.appels[reference]] if reference in self.appels else list(self.appels.values())
        given = {*proposal, *self.constants, *([NUMERO] if self.numbered else [])}
        missing = [self._option(each) for each in lacking_fields(self.fields, given, asked)]
        if not self.vendor:
            missing.append(("--fournisseur fournisseur.json", text("cli.import.vendor-file").say(current_language())))
        if not missing:
            return ""
        width = max(len(option) for option, _ in missing)
        lines = [f"  {option:{width}}  {label}" for option, label in missing]
        return "\n".join([text("cli.import.lacking").say(current_language()), *lines])

    def _option(self, field: ClientField) -> tuple[str, str]:
        label = field.field.label
        # Numbers differ from row to row: the pattern gives each order its own.
        if field.name == NUMERO:
            return "--numero 'BC-{year}-{n:06}'", label.say(current_language())
        value = text("cli.import.value").say(current_language())
        if field.name == "reference":
            label = text("common.labelled", label=label, value=", ".join(self.appels))
        if field.kind is ValueKind.YES_NO:
            label = text("cli.import.yes-no", label=label)
        return f"--set {field.name}={value}", label.say(current_language())


def _constants(given: Sequence[str], names: list[str]) -> dict[str, str]:
    """Return what `--set` gives by field.

    Raises:
        click.UsageError: there is no such field, or no value.
    """
    constants = {}
    for each in given:
        name, _, value = each.partition("=")
        if name not in names:
            raise _unknown_field(each, name, names)
        if not value:
            raise usage_error("set-form", given=each)
        constants[name] = value
    return constants


def _unknown_field(given: str, name: str, names: list[str]) -> click.UsageError:
    """Return the error of a `--set` that names no field, with what to write."""
    # The vendor is the same in all rows, and comes from a file.
    if name.partition(".")[0] == "fournisseur":
        return usage_error("set-vendor", given=given)
    # The name of an object, such as `client`: the error lists its fields.
    within = [each for each in names if each.startswith(f"{name}.")]
    if within:
        return usage_error("set-within", given=given, name=name, fields=", ".join(within))
    return usage_error("set-field", given=given, name=name, suggestion=suggest(name, names))


def _fournisseur_or_exit(path: Path, report: str) -> Descriptor:
    """Return a file's `fournisseur` as a descriptor of that key alone; where it cannot be read, say why and exit."""
    try:
        return read_fournisseur(path)
    except FindingsError as error:
        reporting.end_run(error.findings, report=report)
