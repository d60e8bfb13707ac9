"""Jobs on uploads of many orders: descriptors, a ZIP of them, or a list of clients with its columns."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.common.findings import ERROR, Finding, FindingError, FindingsError, Place, define
from generator.common.language import Lang, Text, text
from generator.common.opc import DAMAGED_ZIP
from generator.common.tables import SheetTable, read_table
from generator.common.tables.mapping import Columns, MappingError, propose, resolve
from generator.common.tables.model import column_letters, squeezed
from generator.intake.clients.fields import ClientField, client_fields
from generator.intake.clients.folder import Folder, is_pattern
from generator.intake.clients.importing import ImportOptions, import_clients
from generator.intake.clients.vendor import read_fournisseur
from generator.rules import RuleContext
from generator.web.config import OrderSettings
from generator.web.jobs.answer import Answer, answer, without_folder, written
from generator.web.jobs.orders import split_job, with_server_logo

LOT_ARCHIVE = define("LOT-ARCHIVE", ERROR)
LOT_NUMERO = define("LOT-NUMERO", ERROR)

_DESCRIPTORS = (".json", ".jsonl", ".ndjson")
_LISTS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
# A ZIP unfolds to no more files and bytes than these.
_MOST_FILES, _MOST_BYTES = 5_000, 100_000_000
_EXAMPLE = 40


def upload_job(name: str, data: bytes, lang: Lang, settings: OrderSettings) -> Answer:
    """Tell what an upload is: descriptors give JSON Lines in `files`, a list gives its own content.

    `data["list"]` is the name of a list whose columns are to be mapped; else `data["orders"]` counts the descriptors.
    """
    # XLSX and ODS are ZIP files as well: their names tell.
    if data.startswith(b"PK") and not name.lower().endswith(_LISTS):
        return _archive(data, lang, settings)
    if name.lower().endswith(_LISTS):
        return answer([], lang, files={"": data}, data={"list": name, "orders": 0})
    split = split_job(data, lang, settings)
    return Answer(split.findings, split.is_fine, split.files, {**split.data, "list": None})


def columns_job(
    name: str, data: bytes, place: tuple[str | None, int | None], lang: Lang, settings: OrderSettings
) -> Answer:
    """Return the columns of a list, and the one that `segurdoc import` proposes for each field."""
    try:
        table = _table(name, data, place)
    except FindingError as error:
        return answer([without_folder(error.finding)], lang)
    fields = client_fields(settings.appels.values())
    headers = list(table.headers)
    proposed = propose(table, [each.field for each in fields])
    columns = [
        {"letter": column_letters(number), "header": header, "example": _example(table, number)}
        for number, header in enumerate(headers, 1)
        if header or _example(table, number)
    ]
    found = [
        {
            "name": each.name,
            "label": each.field.label.say(lang),
            "needed": each.field.required or each.field.needed,
            "proposed": column_letters(headers.index(proposed[each.name]) + 1) if each.name in proposed else "",
        }
        for each in fields
    ]
    where = {"rows": table.filled, "sheet": table.sheet, "header": table.header.number}
    return answer(map(without_folder, table.findings), lang, data={"columns": columns, "fields": found, **where})


def import_job(
    name: str,
    data: bytes,
    lang: Lang,
    settings: OrderSettings,
    *,
    place: tuple[str | None, int | None],
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    numbering: str,
    vendor: bytes,
) -> Answer:
    """Make descriptors of a list of clients, as `segurdoc import` does.

    Args:
        name: the name of the list.
        data: the list.
        lang: the language of the answer.
        settings: what holds for every order of the server.
        place: its sheet and the row of its header; None for the first.
        columns: the letter of the column of each field.
        constants: the value for all rows of a field, where its cell is empty or it has no column.
        numbering: the pattern of the orders' numbers; empty where the list has them.
        vendor: a descriptor or the vendor's part alone; empty for that of the settings.
    """
    if numbering and not is_pattern(numbering):
        return answer([LOT_NUMERO.at(Place())], lang, data={"orders": 0})
    appels = settings.appels
    fields = client_fields(appels.values())
    try:
        given = read_fournisseur(written(2, "fournisseur.json", vendor, "")) if vendor else None
        fournisseur = with_server_logo(given, settings) if given else settings.fournisseur
        if isinstance(fournisseur, Finding):
            return answer([fournisseur], lang, data={"orders": 0})
        found = _columns(name, data, place, columns, fields)
    except FindingError as error:
        return answer([without_folder(error.finding)], lang, data={"orders": 0})
    except (MappingError, FindingsError) as error:
        return answer(map(without_folder, error.findings), lang, data={"orders": 0})
    options = ImportOptions(constants, numbering or None, write_fournisseur=bool(vendor))
    # The folder is empty: an import of the server replaces no descriptor of a former one.
    folder = Folder(Path("commandes"), {})
    imported = import_clients(
        found, fields, folder, options, appels=appels, context=RuleContext(), fournisseur=fournisseur
    )
    lines = [json.dumps(value, ensure_ascii=False) for value in imported.files.values()]
    filled = found.table.filled
    counts = {"orders": len(lines), "rows": filled, "refused": filled - len(lines)}
    files = {"": "\n".join([*lines, ""]).encode()}
    return answer(map(without_folder, imported.findings), lang, files=files, data=counts)


def _columns(
    name: str,
    data: bytes,
    place: tuple[str | None, int | None],
    letters: Mapping[str, str],
    fields: Sequence[ClientField],
) -> Columns:
    table = _table(name, data, place)
    mapping = {field: f"={letter}" for field, letter in letters.items() if letter}
    return resolve(table, [each.field for each in fields], mapping)


def _table(name: str, data: bytes, place: tuple[str | None, int | None]) -> SheetTable:
    sheet, header_row = place
    return read_table(written(1, name, data, "liste.csv"), sheet=sheet, header_row=header_row)


def _archive(data: bytes, lang: Lang, settings: OrderSettings) -> Answer:
    """Read a ZIP: of descriptors, or of one list."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir() and "/." not in f"/{each.filename}"]
            if len(entries) > _MOST_FILES or sum(each.file_size for each in entries) > _MOST_BYTES:
                return _refused(text("pages.errors.archive-large"), lang)
            lists = [each for each in entries if each.filename.lower().endswith(_LISTS)]
            descriptors = [each for each in entries if each.filename.lower().endswith(_DESCRIPTORS)]
            if len(lists) == 1 and not descriptors:
                name = Path(lists[0].filename).name
                return answer([], lang, files={"": archive.read(lists[0])}, data={"list": name, "orders": 0})
            parts = [split_job(archive.read(each), lang, settings, each.filename) for each in descriptors]
    # A damaged stream shows only when an entry is read: the reading is inside the `try` for that.
    except (*DAMAGED_ZIP, OSError):
        return _refused(text("pages.errors.archive-damaged"), lang)
    if not parts:
        return _refused(text("pages.errors.archive-empty"), lang)
    # Answers of jobs are plain data, whose values have no type.
    count = sum(int(str(part.data["orders"])) for part in parts)
    lines = b"".join(part.files[""] for part in parts if part.data["orders"])
    findings = [finding for part in parts for finding in part.findings]
    return Answer(findings, all(part.is_fine for part in parts), {"": lines}, {"list": None, "orders": count})


def _refused(reason: Text, lang: Lang) -> Answer:
    return answer([LOT_ARCHIVE.at(Place(), reason=reason)], lang, data={"list": None, "orders": 0})


def _example(table: SheetTable, column: int) -> str:
    """Return the first value of a column, in short."""
    values = (table.cell(row, column).value for row in table.rows)
    return next((squeezed(str(value))[:_EXAMPLE] for value in values if value is not None), "")
