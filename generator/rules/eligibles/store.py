"""Save and load the base as a local file: a line for its workbook, then a line for each establishment.

The first line contains a digest of the others: a base that is incomplete or was edited by hand is refused.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import platformdirs

from generator.common.files import whole_file
from generator.common.findings import ERROR, FindingError, Place, define
from generator.common.jsonio.source import FICHIER_ILLISIBLE
from generator.common.language import os_reason
from generator.common.regular_files import open_regular
from generator.rules.eligibles.model import Base, Etablissement, Plafond, Source

ELIGIBLES_FICHIER = define("ELIGIBLES-FICHIER", ERROR)
ELIGIBLES_REMPLACE = define("ELIGIBLES-REMPLACE", ERROR)

FORMAT = "segurdoc-eligibles-1"
NAME = "eligibles.base"
# About ten times the size of a base of the whole country.
MAX_BYTES = 64 * 1024 * 1024
# How every base begins.
_BEGINNING = f'{{"format":"{FORMAT}",'.encode()
_OPTIONAL = ("agregat", "categorie", "juridique", "geographique", "activite")


class EligiblesError(FindingError):
    """The base cannot be loaded; `finding` is the reason."""


def default_path() -> Path:
    """Return the default file of the base, in the user's data folder."""
    return platformdirs.user_data_path("segurdoc", appauthor=False) / NAME


def save_base(base: Base, path: Path) -> None:
    """Write a base, atomically.

    Raises:
        EligiblesError: a file that is no base has this name.
        OSError: the file cannot be written.
    """
    if path.exists() and not _is_base(path):
        raise EligiblesError(ELIGIBLES_REMPLACE.at(Place(str(path))))
    lines = b"".join(_line(_object(each)) for each in base)
    head = {
        "format": FORMAT,
        "sha256": hashlib.sha256(lines).hexdigest(),
        "source": {
            "file": base.source.file,
            "sha256": base.source.sha256,
            "date": base.source.date.isoformat(),
            "sheet": base.source.sheet,
            "columns": dict(base.source.columns),
        },
        "refused": dict(base.refused),
    }
    with whole_file(path) as stream:
        stream.write(_line(head) + lines)


def load_base(path: Path) -> Base:
    """Load a base.

    Raises:
        EligiblesError: the file cannot be read, or `save_base` did not write it.
    """
    try:
        with open_regular(path) as stream:
            head, lines = stream.readline(MAX_BYTES), stream.read(MAX_BYTES)
    except OSError as error:
        raise EligiblesError(FICHIER_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    except ValueError as error:  # a NUL in the path
        raise EligiblesError(FICHIER_ILLISIBLE.at(Place(str(path)), reason=str(error))) from error
    try:
        first = json.loads(head)
        if first["format"] != FORMAT or first["sha256"] != hashlib.sha256(lines).hexdigest():
            raise ValueError
        found = json.loads(b"[" + b",".join(lines.splitlines()) + b"]")
        etablissements = {each["finess"]: _etablissement(each) for each in found}
        source = Source(**{**first["source"], "date": datetime.date.fromisoformat(first["source"]["date"])})
        return Base(source, etablissements, dict(first["refused"]), str(path))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise EligiblesError(ELIGIBLES_FICHIER.at(Place(str(path)))) from error


def _is_base(path: Path) -> bool:
    """Return whether a file begins as a base does, damaged or not; an empty one has nothing to lose."""
    if not path.is_file():
        return False
    with open_regular(path) as stream:
        head = stream.read(len(_BEGINNING))
    return not head or head == _BEGINNING


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _object(etablissement: Etablissement) -> dict[str, object]:
    value: dict[str, object] = {
        "finess": etablissement.finess,
        "nom": etablissement.nom,
        "ligne": etablissement.ligne,
    }
    value |= {key: getattr(etablissement, key) for key in _OPTIONAL if getattr(etablissement, key) is not None}
    value["plafonds"] = [
        [reference, prestation, *(None if amount is None else str(amount) for amount in (plafond.ht, plafond.ttc))]
        for (reference, prestation), plafond in etablissement.plafonds.items()
    ]
    return value


def _etablissement(value: dict[str, Any]) -> Etablissement:
    plafonds = {
        (reference, prestation): Plafond(*(None if amount is None else Decimal(amount) for amount in (ht, ttc)))
        for reference, prestation, ht, ttc in value["plafonds"]
    }
    optional = {key: value.get(key) for key in _OPTIONAL}
    return Etablissement(value["finess"], value["nom"], value["ligne"], **optional, plafonds=plafonds)
