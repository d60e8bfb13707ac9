"""Records of appels à financement, read from `schemas/appels/` and from the user's own files."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import FindingsError
from generator.findings import define
from generator.findings import has_errors
from generator.jsonio.schema import Schema
from generator.jsonio.schema import check_schema
from generator.jsonio.source import Descriptor
from generator.jsonio.source import read_descriptors
from generator.lang import Text
from generator.orders.formats import formats
from generator.printed import PRINTED_NAMES
from generator.references.model import Appel
from generator.references.model import Deadline
from generator.references.model import DocumentKind
from generator.references.model import EarlyOrder
from generator.references.model import Eligibility
from generator.references.model import Mention
from generator.references.model import Prestation
from generator.references.model import Question
from generator.references.model import Status
from generator.resources import APPELS
from generator.resources import SCHEMAS

Appels = Mapping[str, Appel]

VALEUR_INCONNUE = define(
    "APPEL-VALEUR-INCONNUE", ERROR,
    fr="la mention demande la valeur « {value} », que le programme ne sait pas imprimer",
    en="the mention asks for the value “{value}”, which the program cannot print",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip


ID_DOUBLE = define(
    "APPEL-ID-DOUBLE", ERROR,
    fr="l'identifiant « {id} » est pris deux fois", en="the id “{id}” is taken twice",
    fix_fr="en donner un autre à l'un des deux", fix_en="give one of the two another",
)  # fmt: skip


def load_appels(own: Iterable[Path] = ()) -> Appels:
    """Return the built-in records by reference, each replaced by the user's own where there is one.

    Args:
        own: files of `--appel`, each with one record or a list of them.

    Raises:
        FindingsError: one of `own` cannot be read or does not follow `schemas/appel.schema.json`.
    """
    appels = dict(_built_in())
    schema = Schema(SCHEMAS / "appel.schema.json", formats)
    findings: list[Finding] = []
    for read in read_descriptors(own):
        problems = [read] if isinstance(read, Finding) else [*check_schema(read, schema), *_check_items(read)]
        findings += problems
        if isinstance(read, Descriptor) and not has_errors(problems):
            appel = _build(read)
            appels[appel.reference] = appel
    if has_errors(findings):
        raise FindingsError(findings)
    return appels


@cache
def _built_in() -> Appels:
    records = (_build(read) for read in read_descriptors([APPELS]) if isinstance(read, Descriptor))
    return {appel.reference: appel for appel in records}


def _check_items(descriptor: Descriptor) -> Iterator[Finding]:
    """Find what the schema cannot say of mentions and questions: ids taken twice, values that cannot be printed."""
    for key in ("mentions", "questions"):
        items = descriptor.value.get(key)
        taken: set[object] = set()
        for index, item in enumerate(items if isinstance(items, list) else []):
            if not isinstance(item, dict):
                continue
            name, value = item.get("id"), item.get("value")
            if isinstance(name, str) and name in taken:
                yield ID_DOUBLE.at(descriptor.place(f"/{key}/{index}/id"), id=name)
            if isinstance(name, str):
                taken.add(name)
            if isinstance(value, str) and value not in PRINTED_NAMES:
                place = descriptor.place(f"/{key}/{index}/value")
                yield VALEUR_INCONNUE.at(place, value=value, expected=", ".join(sorted(PRINTED_NAMES)))


def _build(descriptor: Descriptor) -> Appel:
    record: dict[str, Any] = descriptor.value
    clause = record["conditional_clause"]
    return Appel(
        reference=record["reference"],
        label=Text(**record["label"]),
        couloir=record["couloir"],
        dispositif=record["dispositif"],
        wave=record["wave"],
        status=Status(record["status"]),
        notes=tuple(record.get("notes", ())),
        prestations=tuple(Prestation(**prestation) for prestation in record["prestations"]),
        avance_percent=record["avance_percent"],
        solde_percent=record["solde_percent"],
        end_documents=tuple(DocumentKind(name) for name in record["end_documents"]),
        mentions=tuple(_mention(mention) for mention in record["mentions"]),
        questions=tuple(Question(each["id"], each["text"], each["kind"] == "date") for each in record["questions"]),
        questions_status=Status(record["questions_status"]),
        client_identifier=record["client_identifier"],
        questions_source=record["questions_source"],
        conditional_clause=clause["text"],
        conditional_clause_status=Status(clause["status"]),
        deadlines=tuple(_deadline(deadline) for deadline in record["deadlines"]),
        file=_name(descriptor.file),
        eligibility=_eligibility(record.get("eligibility")),
        early_order=_early_order(record.get("early_order")),
    )


def _eligibility(value: dict[str, Any] | None) -> Eligibility | None:
    if value is None:
        return None
    lists = (tuple(value["agregats"]), tuple(value["categories"]))
    return Eligibility(*lists, Status(value["status"]), value["source"])


def _early_order(value: dict[str, Any] | None) -> EarlyOrder | None:
    return None if value is None else EarlyOrder(value["days"], Status(value["status"]), value["source"])


def _name(file: str) -> str:
    """Return a record's file as messages name it: a built-in one from the schemas' folder on."""
    path = Path(file)
    return path.relative_to(SCHEMAS.parent).as_posix() if path.is_relative_to(SCHEMAS) else file


def _mention(mention: dict[str, Any]) -> Mention:
    return Mention(
        id=mention["id"],
        text=mention["text"],
        value=mention.get("value"),
        documents=tuple(DocumentKind(name) for name in mention["documents"]),
        one_line=mention.get("one_line", False),
        status=Status(mention["status"]),
        source=mention["source"],
    )


def _deadline(deadline: dict[str, Any]) -> Deadline:
    return Deadline(
        id=deadline["id"],
        label=Text(**deadline["label"]),
        date=datetime.date.fromisoformat(deadline["date"]),
        status=Status(deadline["status"]),
        source=deadline["source"],
        time=datetime.time.fromisoformat(deadline["time"]) if "time" in deadline else None,
    )
