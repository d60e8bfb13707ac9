"""What a batch remembers of an order: one line of the manifest."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from dataclasses import fields
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

from generator.batch.outputs import Output
from generator.findings import Finding
from generator.findings import Kind
from generator.findings import Place
from generator.findings import Severity
from generator.lang import Text
from generator.orders import Order
from generator.references import DocumentKind

T = TypeVar("T")


class Status(enum.StrEnum):
    """What became of an order.

    `delivered`: all its documents are there. `failed`: at least one is not. `refused`: none was begun, the order is not
    sound, or in the way of another of the run. `repeated`: it is another of the run, word for word.
    """

    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    REPEATED = "repeated"


class RecordError(ValueError):
    """A line of a manifest is not a record."""


@dataclass(frozen=True)
class Identity:
    """What tells an order from others: its AF, its client, its number, and what is ordered.

    `merged` are the establishments that the client was merged of; none in manifests of earlier versions.
    """

    reference: str
    finess_pmsi: str
    numero: str
    prestation: str
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Perimeter:
    """What is ordered beside the prestation, as the descriptor writes it: what a VA has to be about as well."""

    date_emission: str
    ht: str
    taux_tva: str
    ttc: str


@dataclass(frozen=True)
class Origin:
    """The workbook that a base of eligible establishments was read from: name, SHA-256, and day of its last change."""

    file: str
    sha256: str
    date: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an order.

    Attributes:
        order: the order's name, `AF-HOP-DPI-Va2_010000024_BC-1`; None for one that was refused or repeated.
        identity: what tells the order from others; None without a name, and in manifests of earlier versions.
        documents: the kinds of document delivered; none in manifests of earlier versions.
        checked: how many of the findings come from the checks, the first ones; the others from the rendering. None in
            manifests of earlier versions.
        eligibles: the base of eligible establishments it was checked against; None where there was none.
        perimeter: what is ordered; None without a name, and in manifests of earlier versions.
        file: the descriptor's file.
        status: what became of it.
        inputs: digest of all that its documents are made from; None without a name.
        outputs: the files delivered.
        findings: all that is to be said of it.
        engines: the programs that made it, each with its version; and by kind of document what made its PDF, and why.
        finished: when, in UTC, ISO 8601.
        seconds: how long its documents took; the share of one, where LibreOffice took several in one start.
    """

    order: str | None
    file: str
    status: Status
    inputs: str | None = None
    outputs: tuple[Output, ...] = ()
    findings: tuple[Finding, ...] = ()
    engines: tuple[tuple[str, str], ...] = ()
    finished: str = ""
    seconds: float = 0.0
    identity: Identity | None = None
    documents: tuple[DocumentKind, ...] = ()
    checked: int | None = None
    eligibles: Origin | None = None
    perimeter: Perimeter | None = None


def identity_of(order: Order) -> Identity:
    """Return what tells an order from others."""
    return Identity(order.reference, order.client.finess_pmsi, order.numero, order.prestation, order.merged)


def perimeter_of(order: Order) -> Perimeter:
    """Return what is ordered, as the descriptor of a sound order writes it."""
    montant = order.montant
    return Perimeter(order.date_emission.isoformat(), str(montant.ht), str(montant.taux_tva), str(montant.ttc))


def recheck(record: Record, findings: tuple[Finding, ...], eligibles: Origin | None) -> Record:
    """Return the record of an order that is delivered, with what the checks say of it now; the same where they do.

    Args:
        record: what an earlier run wrote down.
        findings: what the checks say now.
        eligibles: the base that they were made against.
    """
    if record.checked is None:
        return record
    before, rendering = record.findings[: record.checked], record.findings[record.checked :]
    alike = [*map(_finding_object, before)] == [*map(_finding_object, findings)]
    if alike and record.eligibles == eligibles:
        return record
    return replace(record, findings=(*findings, *rendering), checked=len(findings), eligibles=eligibles)


def to_line(record: Record) -> bytes:
    """Return a record as a line of JSON; its parts have no slots, so that `vars` tells their fields."""
    value = {
        "order": record.order,
        "identity": record.identity and vars(record.identity),
        "perimeter": record.perimeter and vars(record.perimeter),
        "file": record.file,
        "status": record.status.value,
        "inputs": record.inputs,
        "documents": list(record.documents),
        "outputs": [vars(output) for output in record.outputs],
        "findings": [_finding_object(finding) for finding in record.findings],
        "checked": record.checked,
        "eligibles": record.eligibles and vars(record.eligibles),
        "engines": dict(record.engines),
        "finished": record.finished,
        "seconds": round(record.seconds, 3),
    }
    return json.dumps(value, ensure_ascii=True).encode() + b"\n"


def from_line(line: bytes) -> Record:
    """Return the record of a line.

    Raises:
        RecordError: it is none.
    """
    try:
        value = json.loads(line)
        return Record(
            order=_optional(value["order"], str),
            file=_as(value["file"], str),
            status=Status(value["status"]),
            inputs=_optional(value["inputs"], str),
            outputs=tuple(map(_output, value["outputs"])),
            findings=tuple(_finding(each) for each in value["findings"]),
            engines=tuple((name, _as(version, str)) for name, version in value["engines"].items()),
            finished=_as(value["finished"], str),
            seconds=float(value["seconds"]),
            identity=_identity(value.get("identity")),
            documents=tuple(map(DocumentKind, value.get("documents", ()))),
            checked=_optional(value.get("checked"), int),
            eligibles=_origin(value.get("eligibles")),
            perimeter=_perimeter(value.get("perimeter")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(str(error)) from error


def _as(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise RecordError(f"{value!r} is no {kind.__name__}")
    return value


def _optional(value: object, kind: type[T]) -> T | None:
    return None if value is None else _as(value, kind)


def _identity(value: dict[str, object] | None) -> Identity | None:
    if value is None:
        return None
    said = {each: _as(value[each], str) for each in ("reference", "finess_pmsi", "numero", "prestation")}
    return Identity(**said, merged=tuple(_as(each, str) for each in _as(value.get("merged", []), list)))


def _perimeter(value: dict[str, object] | None) -> Perimeter | None:
    return None if value is None else Perimeter(*(_as(value[each.name], str) for each in fields(Perimeter)))


def _origin(value: dict[str, object] | None) -> Origin | None:
    return None if value is None else Origin(*(_as(value[each.name], str) for each in fields(Origin)))


def _output(value: dict[str, object]) -> Output:
    name = _as(value["name"], str)
    if not name or name != PurePath(name).name:
        raise RecordError(f"{name!r} is no file of the folder")
    return Output(name, _as(value["size"], int), _as(value["sha256"], str))


def _finding_object(finding: Finding) -> dict[str, object]:
    """Return a finding with its sentences said in both languages: another version may word its kind otherwise."""
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "pointer": place.pointer,
        "part": place.part and {"fr": place.part.fr, "en": place.part.en},
        "message": {"fr": finding.message("fr"), "en": finding.message("en")},
        "fix": {"fr": finding.fix("fr"), "en": finding.fix("en")},
        "source": finding.kind.source,
    }


def _finding(value: dict[str, object]) -> Finding:
    kind = Kind(
        code=_as(value["code"], str),
        severity=Severity(_as(value["severity"], str)),
        says=_sentence(value["message"]),
        fix=_sentence(value["fix"]),
        source=_as(value["source"], str),
    )
    place = Place(
        file=_as(value["file"], str),
        line=_optional(value["line"], int),
        column=_optional(value["column"], int),
        pointer=_optional(value["pointer"], str),
        part=_text(value["part"]) if value["part"] else None,
    )
    return Finding(kind, place)


def _text(value: object) -> Text:
    both = _as(value, dict)
    return Text(_as(both["fr"], str), _as(both["en"], str))


def _sentence(value: object) -> Text:
    """Return a sentence whose values are in their places already: its braces are text."""
    said = _text(value)
    return Text(*(one.replace("{", "{{").replace("}", "}}") for one in (said.fr, said.en)))
