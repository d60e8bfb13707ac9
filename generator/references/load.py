"""Read AF records, from `schemas/appels/` and from the vendor's own files (`--appel`)."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from generator.common.findings import ERROR, Finding, FindingsError, Place, define, has_errors
from generator.common.jsonio.schema import Schema, check_schema
from generator.common.jsonio.source import FICHIER_TROP_FAUX, MAX_FAULTS, Descriptor, read_descriptors
from generator.common.language import Text
from generator.common.resources import APPELS, SCHEMAS
from generator.common.value_formats import formats
from generator.references import model

Appels = Mapping[str, model.Appel]

VALEUR_INCONNUE = define("APPEL-VALEUR-INCONNUE", ERROR)
ID_DOUBLE = define("APPEL-ID-DOUBLE", ERROR)
REPORT_ANTERIEUR = define("APPEL-REPORT-ANTERIEUR", ERROR)


def load_appels(own: Iterable[Path] = ()) -> Appels:
    """Return the AF records by reference: the built-in ones, unless the vendor's own replace them.

    Args:
        own: the files of `--appel`, each with one record or a list of records.

    Raises:
        FindingsError: one of `own` cannot be read or does not follow `schemas/appel.schema.json`.
    """
    # A copy: the built-in records are kept for other calls.
    appels = dict(_built_in())
    schema = Schema(SCHEMAS / "appel.schema.json", formats)
    findings: list[Finding] = []
    for read in read_descriptors(own):
        problems = [read] if isinstance(read, Finding) else _check(read, schema)
        findings += problems
        # A file of many broken records would give findings without end.
        if len(findings) > MAX_FAULTS:
            findings.append(FICHIER_TROP_FAUX.at(Place(findings[-1].place.file), limit=MAX_FAULTS))
            break
        if isinstance(read, Descriptor) and not has_errors(problems):
            appel = _build(read)
            # The last of a reference counts: a vendor corrects a built-in record without code.
            appels[appel.reference] = appel
    if has_errors(findings):
        raise FindingsError(findings)
    return appels


@cache
def _built_in() -> Appels:
    records = (_build(read) for read in read_descriptors([APPELS]) if isinstance(read, Descriptor))
    return {appel.reference: appel for appel in records}


def _check(descriptor: Descriptor, schema: Schema) -> list[Finding]:
    return [*check_schema(descriptor, schema), *_check_items(descriptor), *_check_deadlines(descriptor)]


def _check_deadlines(descriptor: Descriptor) -> Iterator[Finding]:
    """Report postponed dates that are not after their deadline."""
    for index, each in _objects(descriptor, "deadlines"):
        reported = each.get("reported")
        if not isinstance(reported, dict):
            continue
        # ISO dates compare as text.
        date, later = each.get("date"), reported.get("date")
        if isinstance(date, str) and isinstance(later, str) and later <= date:
            place = descriptor.place(f"/deadlines/{index}/reported/date")
            yield REPORT_ANTERIEUR.at(place, reported=later, date=date)


def _check_items(descriptor: Descriptor) -> Iterator[Finding]:
    """Report ids used twice, and values that no document prints: a JSON schema cannot check them."""
    for key in ("mentions", "questions"):
        taken: set[str] = set()
        for index, item in _objects(descriptor, key):
            name, value = item.get("id"), item.get("value")
            # The schema reports other types.
            if isinstance(name, str):
                if name in taken:
                    yield ID_DOUBLE.at(descriptor.place(f"/{key}/{index}/id"), id=name)
                taken.add(name)
            # Only `documents.printed` can format a value: another name would print nothing.
            if isinstance(value, str) and value not in model.PRINTED_NAMES:
                place = descriptor.place(f"/{key}/{index}/value")
                yield VALEUR_INCONNUE.at(place, value=value, expected=", ".join(sorted(model.PRINTED_NAMES)))


def _objects(descriptor: Descriptor, key: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Give the objects of a list with their indexes: the schema may have refused the list, or one of its items."""
    items = descriptor.value.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _build(descriptor: Descriptor) -> model.Appel:
    record: dict[str, Any] = descriptor.value
    clause = record["conditional_clause"]
    return model.Appel(
        reference=record["reference"],
        label=Text(**record["label"]),
        couloir=record["couloir"],
        dispositif=record["dispositif"],
        wave=record["wave"],
        status=model.Status(record["status"]),
        notes=tuple(Text(**note) if isinstance(note, dict) else Text(note, note) for note in record.get("notes", ())),
        prestations=tuple(model.Prestation(**prestation) for prestation in record["prestations"]),
        avance_percent=record["avance_percent"],
        solde_percent=record["solde_percent"],
        end_documents=tuple(model.DocumentKind(name) for name in record["end_documents"]),
        mentions=tuple(_mention(mention) for mention in record["mentions"]),
        questions=tuple(
            model.Question(each["id"], each["text"], each["kind"] == "date") for each in record["questions"]
        ),
        questions_status=model.Status(record["questions_status"]),
        client_identifier=record["client_identifier"],
        questions_source=record["questions_source"],
        conditional_clause=clause["text"],
        conditional_clause_status=model.Status(clause["status"]),
        deadlines=tuple(_deadline(deadline) for deadline in record["deadlines"]),
        file=_name(descriptor.file),
        eligibility=_eligibility(record.get("eligibility")),
        early_order=_early_order(record.get("early_order")),
        signature=_signature(record.get("signature")),
    )


def _eligibility(value: dict[str, Any] | None) -> model.Eligibility | None:
    if value is None:
        return None
    agregats, categories = tuple(value["agregats"]), tuple(value["categories"])
    return model.Eligibility(agregats, categories, model.Status(value["status"]), value["source"])


def _early_order(value: dict[str, Any] | None) -> model.EarlyOrder | None:
    return None if value is None else model.EarlyOrder(value["days"], model.Status(value["status"]), value["source"])


def _signature(value: dict[str, Any] | None) -> model.AcceptedSignature | None:
    if value is None:
        return None
    means = tuple(model.SignatureMean(m["id"], Text(**m["label"]), tuple(m.get("issuers", ()))) for m in value["means"])
    return model.AcceptedSignature(Text(**value["signatory"]), means, model.Status(value["status"]), value["source"])


def _name(file: str) -> str:
    """Return a record's file for messages; that of a built-in record starts at `schemas/`."""
    path = Path(file)
    # The folder of the installation means nothing to a person who reads a finding.
    return path.relative_to(SCHEMAS.parent).as_posix() if path.is_relative_to(SCHEMAS) else file


def _mention(mention: dict[str, Any]) -> model.Mention:
    return model.Mention(
        id=mention["id"],
        text=mention["text"],
        value=mention.get("value"),
        documents=tuple(model.DocumentKind(name) for name in mention["documents"]),
        one_line=mention.get("one_line", False),
        status=model.Status(mention["status"]),
        source=mention["source"],
    )


def _deadline(deadline: dict[str, Any]) -> model.Deadline:
    later = deadline.get("reported")
    return model.Deadline(
        id=deadline["id"],
        label=Text(**deadline["label"]),
        date=datetime.date.fromisoformat(deadline["date"]),
        status=model.Status(deadline["status"]),
        source=deadline["source"],
        # Most sources give the day alone.
        time=datetime.time.fromisoformat(deadline["time"]) if "time" in deadline else None,
        reported=later and model.Reported(datetime.date.fromisoformat(later["date"]), later["source"]),
    )
