"""Settings, read and checked against `schemas/settings.schema.json`."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import FindingsError
from generator.findings import Place
from generator.findings import define
from generator.jsonio.positions import JsonText
from generator.jsonio.schema import CLE_ABSENTE
from generator.jsonio.schema import CLE_INCONNUE
from generator.jsonio.schema import Schema
from generator.jsonio.schema import check_schema
from generator.jsonio.source import FICHIER_ILLISIBLE
from generator.jsonio.source import FICHIER_TROP_GRAND
from generator.jsonio.source import TOO_DEEP
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject
from generator.lang import Text
from generator.lang import os_reason
from generator.orders.formats import formats
from generator.references import DocumentKind
from generator.resources import SCHEMAS
from generator.settings.find import MAX_BYTES
from generator.settings.find import NAME
from generator.settings.find import PYPROJECT
from generator.settings.model import Ignore
from generator.settings.model import Settings
from generator.settings.positions import TomlText

REGLAGES_SYNTAXE = define(
    "REGLAGES-SYNTAXE", ERROR,
    fr="les réglages ne se lisent pas : {reason}", en="the settings cannot be read: {reason}",
    fix_fr="corriger le fichier à cet endroit ; un texte s'écrit entre guillemets",
    fix_en="mend the file at this place; a text is written between quotes",
    source="TOML 1.0",
)  # fmt: skip
REGLAGES_ABSENTS = define(
    "REGLAGES-ABSENTS", ERROR,
    fr="il n'y a pas de [tool.segurdoc] ici", en="there is no [tool.segurdoc] here",
    fix_fr="l'ajouter, ou donner un segurdoc.toml", fix_en="add it, or give a segurdoc.toml",
)  # fmt: skip
REGLAGE_INCONNU = define(
    "REGLAGE-INCONNU", ERROR,
    fr="le réglage « {key} » est inconnu ici{suggestion}", en="the setting “{key}” is unknown here{suggestion}",
    fix_fr="le corriger ou le retirer ; « segurdoc schema settings » les décrit tous",
    fix_en="correct or remove it; “segurdoc schema settings” describes them all",
)  # fmt: skip
REGLAGE_ABSENT = define(
    "REGLAGE-ABSENT", ERROR,
    fr="le réglage « {key} » manque ici", en="the setting “{key}” is missing here",
    fix_fr="l'ajouter ; « segurdoc schema settings » le décrit",
    fix_en="add it; “segurdoc schema settings” describes it",
)  # fmt: skip
REGLAGE_FICHIER = define(
    "REGLAGE-FICHIER", ERROR,
    fr="les réglages nomment « {path} », qui n'est pas là", en="the settings name “{path}”, which is not there",
    fix_fr="corriger le chemin : il part du dossier de ce fichier",
    fix_en="correct the path: it starts from the folder of this file",
)  # fmt: skip

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_FRENCH = {
    "Cannot declare": "une table ou une clé est déclarée deux fois",
    "Cannot overwrite a value": "une clé est écrite deux fois",
    "Cannot mutate immutable namespace": "une table est déjà fermée",
    "Expected '=' after a key in a key/value pair": "un « = » est attendu après la clé",
    "Expected newline or end of document after a statement": "une fin de ligne est attendue ici",
    "Expected ']' at the end of a table declaration": "un « ] » est attendu",
    "Expected ']]' at the end of an array declaration": "« ]] » est attendu",
    "Invalid value": "la valeur n'est pas juste : un texte s'écrit entre guillemets",
    "Invalid statement": "une clé ou une table est attendue ici",
    "Invalid initial character for a key part": "une clé est attendue ici",
    "Unterminated string": "le texte entre guillemets n'est pas fermé",
    "Unterminated multiline string": "le texte entre guillemets n'est pas fermé",
    "Unescaped '\\' in a string": "la barre oblique inverse s'écrit « / » dans un chemin, ou « \\\\ »",
    "Unclosed array": "la liste n'est pas fermée",
    "Unclosed inline table": "la table { … } n'est pas fermée",
    "Illegal character '\\n'": "le texte entre guillemets n'est pas fermé",
    "Illegal character": "caractère de contrôle dans un texte",
    "Found invalid character": "un commentaire a un caractère de contrôle",
    "Cannot redefine namespace": "une clé est écrite deux fois",
    "Duplicate inline table key": "une clé est écrite deux fois",
    "Invalid date or datetime": "cette date n'existe pas",
    "Invalid hex value": "\\u est suivi de quatre chiffres hexadécimaux, \\U de huit",
    "Escaped character is not": "\\u donne un caractère qui n'existe pas",
    "Expected": "un guillemet ou une ponctuation manque ici",
}


def load_settings(file: Path | None) -> Settings:
    """Return the settings of a file; none at all where there is no file.

    Raises:
        FindingsError: it cannot be read, or does not follow `schemas/settings.schema.json`.
    """
    if file is None:
        return Settings()
    descriptor = _read(file)
    own = {CLE_ABSENTE: REGLAGE_ABSENT, CLE_INCONNUE: REGLAGE_INCONNU}
    findings = [
        Finding(own.get(found.kind, found.kind), found.place, found.values)
        for found in check_schema(descriptor, _schema())
    ]
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
    others = load_settings(beside).ignores if beside.is_file() and beside != settings.file else ()
    return tuple(ignore for ignore in (*settings.ignores, *others) if ignore.template in (None, template.name))


def _read(file: Path) -> Descriptor:
    """Return the settings of a file as a descriptor: their values, and where each stands."""
    name = _shown(file)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise FindingsError([FICHIER_TROP_GRAND.at(Place(name), size=len(data), limit=MAX_BYTES)])
        source = TomlText(data.decode("utf-8-sig"))
        value: Any = tomllib.loads(source.text)
    except OSError as error:
        raise FindingsError([FICHIER_ILLISIBLE.at(Place(name), reason=os_reason(error))]) from error
    except UnicodeDecodeError as error:
        said = Text(f"ce n'est pas de l'UTF-8 (octet {error.start})", f"it is not UTF-8 (byte {error.start})")
        raise FindingsError([REGLAGES_SYNTAXE.at(Place(name), reason=said)]) from error
    except tomllib.TOMLDecodeError as error:
        place, reason = _syntax(name, source, str(error))
        raise FindingsError([REGLAGES_SYNTAXE.at(place, reason=reason)]) from error
    except RecursionError as error:
        raise FindingsError([REGLAGES_SYNTAXE.at(Place(name), reason=TOO_DEEP)]) from error
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
    french = next((french for english, french in _FRENCH.items() if reason.startswith(english)), reason)
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
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


@cache
def _schema() -> Schema:
    return Schema(SCHEMAS / "settings.schema.json", formats)


def _build(file: Path, descriptor: Descriptor) -> Settings:
    value: dict[str, Any] = descriptor.value
    folder = file.parent
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
    for number, table in enumerate(tables):
        place = descriptor.place(f"/template/ignore/{number}/code")
        yield Ignore(table["code"], table["reason"], table.get("template"), place)


def _fournisseur(descriptor: Descriptor) -> Descriptor | None:
    """Return the settings as a descriptor of `fournisseur` alone."""
    fournisseur = descriptor.value.get("fournisseur")
    kept: JsonObject = {"fournisseur": fournisseur}
    return Descriptor(descriptor.file, kept, descriptor.source, descriptor.prefix) if fournisseur else None
