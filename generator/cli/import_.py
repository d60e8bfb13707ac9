"""`segurdoc import`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.columns import columns_or_exit
from generator.cli.columns import confirm_option
from generator.cli.columns import header_option
from generator.cli.columns import map_option
from generator.cli.columns import mapping_of
from generator.cli.columns import say_report
from generator.cli.columns import sheet_option
from generator.cli.columns import table_or_exit
from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import eligibles_option
from generator.cli.options import register_option
from generator.cli.options import report_option
from generator.cli.options import surroundings_or_exit
from generator.cli.options import today_option
from generator.cli.session import end_run
from generator.cli.session import settings_or_exit
from generator.delivery import deliver
from generator.findings import has_errors
from generator.jsonio.schema import suggest
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.jsonio.source import Descriptor

SECTION = "colonnes.clients"


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of descriptors.",
)
@sheet_option
@header_option
@map_option
@confirm_option
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Value of a field for rows whose cell is empty, or that have no such column. May be repeated.",
)
@click.option(
    "--numero",
    metavar="PATTERN",
    help="Pattern of the numbers, such as BC-{year}-{n:06}.  [default: that of the settings]",
)
@click.option("--first", type=click.IntRange(min=0), default=1, show_default=True, help="First rank {n} of a number.")
@click.option(
    "--fournisseur",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON of the vendor's part, written into each descriptor.  [default: the settings complete them]",
)
@click.option("--replace", is_flag=True, help="Put what a row says in the place of a descriptor that says otherwise.")
@eligibles_option
@register_option
@today_option
@appel_option
@report_option
@click.pass_obj
def command(
    lang: Lang,
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
    """Make descriptors of LIST, a workbook or CSV file with a row for each order.

    Which column holds what is said with --map or in segurdoc.toml; without that a proposal is shown, with the code that
    confirms it. Each row is checked as a descriptor is: what is wrong is told with its row and column, and the sound
    rows become descriptors. A descriptor that is there already keeps its number, and is replaced with --replace alone.
    """
    from generator.clients.fields import client_fields
    from generator.clients.folder import as_file
    from generator.clients.folder import read_folder
    from generator.clients.importing import ImportOptions
    from generator.clients.importing import import_clients
    from generator.clients.numbering import is_pattern

    settings = settings_or_exit(lang, report=report)
    appels = appels_or_exit(own_appels, lang, report=report)
    pattern = numero or settings.numbering
    if pattern and not is_pattern(pattern):
        where = "--numero" if numero else "import.numero of the settings"
        raise click.UsageError(f"{where}: a pattern such as BC-{{year}}-{{n:06}}, of 32 characters at most")
    around = surroundings_or_exit(eligibles, registers, today, lang, report=report)
    vendor = _fournisseur_or_exit(fournisseur, lang, report) if fournisseur else settings.fournisseur
    fields = client_fields(appels.values())
    constants = _constants(given, [each.name for each in fields])
    table = table_or_exit(path, sheet, header_row, report, lang)
    mapping = mapping_of(mapped, settings.clients_columns)
    columns = columns_or_exit(table, [each.field for each in fields], mapping, confirm, SECTION, report, lang)
    options = ImportOptions(constants, pattern, first, replace, write_fournisseur=fournisseur is not None)
    folder = read_folder(out)
    imported = import_clients(columns, fields, folder, options, appels=appels, around=around, fournisseur=vendor)
    for file, value in imported.files.items():  # one by one: thousands of files cannot be open side by side
        deliver({file: as_file(value)})
    say_report(imported.findings, report, lang)
    made, left = len(imported.files), table.filled - len(imported.files) - imported.unchanged
    said = Text(
        f"{counted(made, 'descripteur écrit', 'descripteurs écrits')} dans {out}, "
        f"{imported.unchanged} déjà là, {counted(left, 'ligne laissée', 'lignes laissées')}",
        f"{made} descriptor{'s'[: made != 1]} written to {out}, {imported.unchanged} there already, {left} "
        f"row{'s'[: left != 1]} left out",
    )
    click.echo(said.say(lang), err=True)
    if left or has_errors(imported.findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _constants(given: Sequence[str], names: list[str]) -> dict[str, str]:
    """Return what `--set` gives by field.

    Raises:
        click.UsageError: there is no such field, or no value.
    """
    constants = {}
    for each in given:
        name, _, value = each.partition("=")
        if name not in names:
            raise click.UsageError(f"--set {each}: there is no field {name}{suggest(name, names).en}")
        if not value:
            raise click.UsageError(f"--set {each}: FIELD=VALUE")
        constants[name] = value
    return constants


def _fournisseur_or_exit(path: Path, lang: Lang, report: str) -> Descriptor:
    """Return a file's `fournisseur` as a descriptor of that key alone; where it cannot be read, say why and exit."""
    from generator.clients.vendor import read_fournisseur
    from generator.findings import FindingsError

    try:
        return read_fournisseur(path)
    except FindingsError as error:
        end_run(error.findings, lang, report=report)
