"""The settings that replace options given each time: read, and checked with `schemas/settings.schema.json`."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.settings.find import MAX_BYTES, NAME, PYPROJECT, is_own, parse_toml
from generator.cli.settings.positions import TomlText
from generator.common.files import open_regular
from generator.common.findings import ERROR, Finding, FindingsError, Place, define
from generator.common.jsonio.positions import JsonText
from generator.common.jsonio.schema import CLE_ABSENTE, CLE_INCONNUE, Schema, check_schema
from generator.common.jsonio.source import FICHIER_ILLISIBLE, FICHIER_TROP_GRAND, Descriptor, JsonObject
from generator.common.language import Lang, Text, catalogue, os_reason, text
from generator.common.resources import SCHEMAS
from generator.common.value_formats import formats
from generator.references import DocumentKind

if TYPE_CHECKING:
    from generator.template_check.check import Ignore

REGLAGES_SYNTAXE = define("REGLAGES-SYNTAXE", ERROR)
REGLAGES_ABSENTS = define("REGLAGES-ABSENTS", ERROR)
REGLAGE_INCONNU = define("REGLAGE-INCONNU", ERROR)
REGLAGE_ABSENT = define("REGLAGE-ABSENT", ERROR)
REGLAGE_FICHIER = define("REGLAGE-FICHIER", ERROR)
REGLAGE_DEHORS = define("REGLAGE-DEHORS", ERROR)

# `tomllib` ends its sentences with « (at line 3, column 7) » or « (at end of document) ».
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Settings:
    """The settings of a run; whatever is not set is empty. Paths are absolute.

    Attributes:
        file: where they were read; None where there are none.
        lang: the language of messages.
        templates: own layouts, by the kind of document they lay out.
        ignores: warnings about templates that are accepted.
        appels: own records of appels à financement.
        out: the folder that documents go to.
        name: the pattern of the documents' file names, as `generator.render.options.DEFAULT_NAME`.
        fournisseur: `fournisseur` of every descriptor that does not give its own, as a descriptor of that key alone.
        eligibles: the file with the base of eligible establishments.
        eligibles_columns: the header that each field of the base has in its workbook.
        clients_columns: the header that each field of an order has in the vendor's list of clients.
        numbering: the pattern of the order numbers of an import, with `{n}` and `{year}`, for `str.format`.
    """

    file: Path | None = None
    lang: Lang | None = None
    templates: Mapping[DocumentKind, Path] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    appels: tuple[Path, ...] = ()
    out: Path | None = None
    name: str | None = None
    fournisseur: Descriptor | None = None
    eligibles: Path | None = None
    eligibles_columns: Mapping[str, str] = field(default_factory=dict)
    clients_columns: Mapping[str, str] = field(default_factory=dict)
    numbering: str | None = None


def load_settings(file: Path | None, *, trusted: bool = False) -> Settings:
    """Return the settings of a file; none at all where there is no file.

    Args:
        file: the settings file.
        trusted: let its paths lead out of its folder.

    Raises:
        FindingsError: it cannot be read, does not follow `schemas/settings.schema.json`, or names a path out of its
            folder.
    """
    if file is None:
        return Settings()
    descriptor = _read(file)
    own = {CLE_ABSENTE: REGLAGE_ABSENT, CLE_INCONNUE: REGLAGE_INCONNU}
    findings = [
        Finding(own.get(found.kind, found.kind), found.place, found.values)
        for found in check_schema(descriptor, _schema())
    ]
    # Only values that follow the schema are paths.
    if not findings and not trusted:
        findings += _paths_outside(file.absolute().parent, descriptor)
    if findings:
        raise FindingsError(findings)
    return _build(file.absolute(), descriptor)


def missing_files(settings: Settings) -> list[Finding]:
    """Return a finding for each layout and record that the settings name and that is not there."""
    if settings.file is None:
        return []
    named: list[tuple[str, Path]] = [(f"/template/{kind}", path) for kind, path in settings.templates.items()]
    named += [(f"/appels/{number}", path) for number, path in enumerate(settings.appels)]
    missing = [(pointer, path) for pointer, path in named if not path.exists()]
    descriptor = _read(settings.file) if missing else None
    return [REGLAGE_FICHIER.at(descriptor.place(pointer), path=path) for pointer, path in missing if descriptor]


def ignores_for(template: Path, settings: Settings) -> tuple[Ignore, ...]:
    """Return the accepted warnings of a template: those of the settings, and of a `segurdoc.toml` beside it.

    Raises:
        FindingsError: the file beside it is not sound.
    """
    beside = template.absolute().parent / NAME
    others: tuple[Ignore, ...] = ()
    if beside.is_file() and beside != settings.file and is_own(beside):
        # Its other settings, and where their paths lead, do not count here.
        others = load_settings(beside, trusted=True).ignores
    return tuple(ignore for ignore in (*settings.ignores, *others) if ignore.template in (None, template.name))


def _paths_outside(folder: Path, descriptor: Descriptor) -> Iterator[Finding]:
    """Give a finding for each path that leads out of the settings' folder, links followed, or to a pipe."""
    root = folder.resolve()
    for pointer, path in _paths(descriptor.value):
        try:
            found = (folder / path).resolve()
            # Resolved: `..` and links may lead out of the folder.
            is_inside = found.is_relative_to(root)
        except (OSError, ValueError, RuntimeError):  # a NUL, or links that lead to each other
            is_inside = False
        if not is_inside:
            yield REGLAGE_DEHORS.at(descriptor.place(pointer), path=path)
        elif found.exists() and not (found.is_file() or found.is_dir()):
            # Nobody may ever write to a pipe: opening it would never end.
            yield FICHIER_ILLISIBLE.at(descriptor.place(pointer), reason=text("common.os-errors.enodev.reason"))


def _paths(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give every path of settings that follow the schema, with its pointer."""
    for table, key in (*(("template", kind) for kind in DocumentKind), ("output", "folder"), ("fournisseur", "logo")):
        if key in value.get(table, {}):
            yield f"/{table}/{key}", value[table][key]
    for number, path in enumerate(value.get("appels", ())):
        yield f"/appels/{number}", path
    if "eligibles" in value:
        yield "/eligibles", value["eligibles"]


def _read(file: Path) -> Descriptor:
    """Return the settings of a file as a descriptor: their values, and where each stands."""
    name = _shown(file)
    try:
        with open_regular(file) as stream:
            # One byte more than allowed tells a file that is too large, and a device never ends.
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise FindingsError([FICHIER_TROP_GRAND.at(Place(name), size=len(data), limit=MAX_BYTES)])
        source = TomlText(data.decode("utf-8-sig"))
        value: Any = parse_toml(source.text)
    except OSError as error:
        raise FindingsError([FICHIER_ILLISIBLE.at(Place(name), reason=os_reason(error))]) from error
    except UnicodeDecodeError as error:
        said = text("cli.settings.not-utf8", byte=error.start)
        raise FindingsError([REGLAGES_SYNTAXE.at(Place(name), reason=said)]) from error
    except tomllib.TOMLDecodeError as error:
        place, reason = _syntax(name, source, str(error))
        raise FindingsError([REGLAGES_SYNTAXE.at(place, reason=reason)]) from error
    except RecursionError as error:
        raise FindingsError([REGLAGES_SYNTAXE.at(Place(name), reason=text("json.too-deep.reason"))]) from error
    except ValueError as error:  # a number of thousands of digits
        raise FindingsError([REGLAGES_SYNTAXE.at(Place(name), reason=str(error))]) from error
    prefix = "/tool/segurdoc" if file.name == PYPROJECT else ""
    if prefix:
        value = value.get("tool", {})
        value = value.get("segurdoc") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            raise FindingsError([REGLAGES_ABSENTS.at(Place(name))])
    return Descriptor(name, _json(value), source, prefix)


def _shown(file: Path) -> str:
    """Return a file's name as messages give it: from the current folder on, where it lies below."""
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def _syntax(file: str, source: JsonText, said: str) -> tuple[Place, Text]:
    """Return the place and the words of a syntax error of `tomllib`, which says both in one sentence."""
    found = _AT.search(said)
    reason = said[: found.start()] if found else said
    sentences: dict[str, str] = catalogue("toml")["sentences"]
    french = next((french for english, french in sentences.items() if reason.startswith(english)), reason)
    lines = source.text.splitlines() or [""]
    line = min(int(found[1]) if found and found[1] else len(lines), len(lines))
    column = int(found[2]) if found and found[2] else len(lines[line - 1]) + 1
    excerpt = lines[line - 1]
    return Place(file, line, column, excerpt=excerpt[:200], caret=min(column - 1, 200)), Text(french, reason)


def _json(value: Any) -> Any:
    """Return a TOML value as JSON has it: dates as texts."""
    if isinstance(value, dict):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    # TOML has dates; the schema, which is one of JSON, has texts.
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


@cache
def _schema() -> Schema:
    return Schema(SCHEMAS / "settings.schema.json", formats)


def _build(file: Path, descriptor: Descriptor) -> Settings:
    value: dict[str, Any] = descriptor.value
    folder = Path(_shown(file.parent))
    template, output, columns = (value.get(key, {}) for key in ("template", "output", "colonnes"))
    return Settings(
        file=file,
        lang=value.get("lang"),
        templates={kind: folder / template[kind] for kind in DocumentKind if kind in template},
        ignores=tuple(_ignores(template.get("ignore", ()), descriptor)),
        appels=tuple(folder / path for path in value.get("appels", ())),
        out=folder / output["folder"] if "folder" in output else None,
        name=output.get("name"),
        fournisseur=_fournisseur(descriptor),
        eligibles=folder / value["eligibles"] if "eligibles" in value else None,
        eligibles_columns=columns.get("eligibles", {}),
        clients_columns=columns.get("clients", {}),
        numbering=value.get("import", {}).get("numero"),
    )


def _ignores(tables: list[dict[str, str]], descriptor: Descriptor) -> Iterator[Ignore]:
    from generator.template_check.check import Ignore  # late: most commands check no template

    for number, table in enumerate(tables):
        place = descriptor.place(f"/template/ignore/{number}/code")
        yield Ignore(table["code"], table["reason"], table.get("template"), place)


def _fournisseur(descriptor: Descriptor) -> Descriptor | None:
    """Return the settings as a descriptor of `fournisseur` alone."""
    fournisseur = descriptor.value.get("fournisseur")
    kept: JsonObject = {"fournisseur": fournisseur}
    return Descriptor(descriptor.file, kept, descriptor.source, descriptor.prefix) if fournisseur else None
