"""The local file of the base: one line for the workbook it comes from, one for each establishment.

The first line holds a digest of the others: a base that was cut short, or changed by hand, is not used.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

import platformdirs

from generator.delivery import whole_file
from generator.eligibles.model import Base
from generator.eligibles.model import Etablissement
from generator.eligibles.model import Plafond
from generator.eligibles.model import Source
from generator.findings import ERROR
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define
from generator.jsonio.source import FICHIER_ILLISIBLE
from generator.lang import os_reason

ELIGIBLES_FICHIER = define(
    "ELIGIBLES-FICHIER", ERROR,
    fr="ce n'est pas une base que « segurdoc eligibles import » a écrite, ou elle est abîmée",
    en="this is no base that “segurdoc eligibles import” wrote, or it is damaged",
    fix_fr="importer le classeur : segurdoc eligibles import CLASSEUR -o FICHIER",
    fix_en="import the workbook: segurdoc eligibles import WORKBOOK -o FILE",
)  # fmt: skip

FORMAT = "segurdoc-eligibles-1"
NAME = "eligibles.base"
# Some ten times the whole country.
MAX_BYTES = 128 * 1024 * 1024
_OPTIONAL = ("agregat", "categorie", "juridique", "geographique", "activite")


class EligiblesError(FindingError):
    """The base cannot be used; `finding` says why."""


def default_path() -> Path:
    """Return where the base is, where nothing else is said: the user's data folder."""
    return platformdirs.user_data_path("segurdoc", appauthor=False) / NAME


def save_base(base: Base, path: Path) -> None:
    """Write a base; it takes its place whole.

    Raises:
        OSError: it cannot be written there.
    """
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
    """Read a base.

    Raises:
        EligiblesError: the file cannot be read, or is not one that `save_base` wrote.
    """
    try:
        with path.open("rb") as stream:
            head, lines = stream.readline(MAX_BYTES), stream.read(MAX_BYTES)
    except OSError as error:
        raise EligiblesError(FICHIER_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    except ValueError as error:  # a NUL in the path
        raise EligiblesError(FICHIER_ILLISIBLE.at(Place(str(path)), reason=str(error))) from error
    try:
        said = json.loads(head)
        if said["format"] != FORMAT or said["sha256"] != hashlib.sha256(lines).hexdigest():
            raise ValueError
        found = json.loads(b"[" + b",".join(lines.splitlines()) + b"]")
        etablissements = {each["finess"]: _etablissement(each) for each in found}
        source = Source(**{**said["source"], "date": datetime.date.fromisoformat(said["source"]["date"])})
        return Base(source, etablissements, dict(said["refused"]), str(path))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise EligiblesError(ELIGIBLES_FICHIER.at(Place(str(path)))) from error


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
