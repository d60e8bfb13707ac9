"""Read and write the lines of a manifest: what a batch did with each order."""

import enum
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import PurePath
from typing import BinaryIO, TypeVar

from generator.common.findings import Finding, FindingKind, Message, Place, Severity
from generator.common.jsonio.source import MANIFEST_NAME
from generator.common.language import Text
from generator.documents.outputs import Output
from generator.orders import Order
from generator.references import DocumentKind

NAME = MANIFEST_NAME
# A record has some kilobytes. No line of a manifest is longer.
MAX_LINE = 8 * 1024 * 1024

T = TypeVar("T")
TextsT = TypeVar("TextsT", "Perimeter", "Origin")


class OrderStatus(enum.StrEnum):
    """The result of a batch for an order.

    `delivered`: all its documents were delivered. `failed`: at least one was not. `refused`: none was rendered, because
    the order is invalid or a duplicate. `repeated`: the same descriptor came earlier in the run.
    """

    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    REPEATED = "repeated"


class ManifestLineError(ValueError):
    """A line is not a manifest line."""


@dataclass(frozen=True)
class Identity:
    """The identity of an order: AF, client, number and prestation.

    `merged` are the establishments merged into the client; empty in manifests of earlier versions.
    """

    reference: str
    finess_pmsi: str
    numero: str
    prestation: str
    merged: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """The values that stay the same when an order is corrected: its AF, its client and its number."""
        return self.reference, self.finess_pmsi, self.numero


@dataclass(frozen=True)
class Perimeter:
    """The date and amounts of an order, as the descriptor writes them; its VA must have the same."""

    date_emission: str
    ht: str
    taux_tva: str
    ttc: str


@dataclass(frozen=True)
class Origin:
    """The workbook of a base of eligible establishments: name, SHA-256, and day of the last change."""

    file: str
    sha256: str
    date: str


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """The result of a batch for an order.

    Attributes:
        order: the order's name, `AF-HOP-DPI-Va2_010000024_BC-1`; None for a refused or repeated order.
        identity: its identity; None without a name, and in manifests of earlier versions.
        documents: the kinds of document delivered; empty in manifests of earlier versions.
        checked: the number of findings, from the first, that come from schema and rules; the others come from the
            rendering. None in manifests of earlier versions.
        eligibles: the base of eligible establishments that the rules used; None without one.
        perimeter: its date and amounts; None without a name, and in manifests of earlier versions.
        file: the descriptor's file.
        status: the result.
        inputs: the digest of everything that its documents depend on; None without a name.
        outputs: the files delivered.
        asked: the names of the files asked for; empty in manifests of earlier versions.
        findings: its findings.
        engines: the programs used, with their versions; and by kind of document the engine of its PDF, and why.
        finished: when it was finished, in UTC, ISO 8601.
        seconds: the time for its documents; its share if LibreOffice converted several in one start.
    """

    order: str | None
    file: str
    status: OrderStatus
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
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The result of an order in this run: its manifest line, and whether an earlier run had delivered it."""

    number: int
    record: ManifestLine
    unchanged: bool = False


def order_identity(order: Order) -> Identity:
    """Return the identity of an order."""
    return Identity(order.reference, order.client.finess_pmsi, order.numero, order.prestation, order.merged)


def order_perimeter(order: Order) -> Perimeter:
    """Return the date and amounts of a valid order, as its descriptor writes them."""
    montant = order.montant
    return Perimeter(order.date_emission.isoformat(), str(montant.ht), str(montant.taux_tva), str(montant.ttc))


def recheck(record: ManifestLine, findings: tuple[Finding, ...], eligibles: Origin | None) -> ManifestLine:
    """Return the line of a delivered order with the current findings of schema and rules.

    Args:
        record: the line that an earlier run wrote; returned itself if nothing changed.
        findings: the current findings.
        eligibles: the base that the rules used.
    """
    # A manifest of an earlier version does not tell its findings apart.
    if record.checked is None:
        return record
    before, rendering = record.findings[: record.checked], record.findings[record.checked :]
    # As they are written: kinds from a manifest carry messages of their own.
    alike = [*map(_finding_object, before)] == [*map(_finding_object, findings)]
    if alike and record.eligibles == eligibles:
        return record
    return replace(record, findings=(*findings, *rendering), checked=len(findings), eligibles=eligibles)


def to_line(record: ManifestLine) -> bytes:
    """Return a manifest line as a line of JSON; its parts have no slots, so `vars` returns their fields."""
    value = {
        "order": record.order,
        "identity": record.identity and vars(record.identity),
        "perimeter": record.perimeter and vars(record.perimeter),
        "file": record.file,
        "status": record.status.value,
        "inputs": record.inputs,
        "documents": list(record.documents),
        "asked": list(record.asked),
        "outputs": [vars(output) for output in record.outputs],
        "findings": [_finding_object(finding) for finding in record.findings],
        "checked": record.checked,
        "eligibles": record.eligibles and vars(record.eligibles),
        "engines": dict(record.engines),
        "finished": record.finished,
        "seconds": round(record.seconds, 3),
    }
    # ASCII alone: no character of a name ends the line for any program that reads it.
    return json.dumps(value, ensure_ascii=True).encode() + b"\n"


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a manifest; one that is longer than any record is cut, and is the last."""
    while line := stream.readline(MAX_LINE):
        yield line
        # What follows is the rest of a line that no program of ours wrote.
        if len(line) == MAX_LINE:
            return


def from_line(line: bytes) -> ManifestLine:
    """Parse a line of JSON.

    Raises:
        ManifestLineError: it is not a manifest line.
    """
    try:
        value = json.loads(line)
        return ManifestLine(
            order=_optional(value["order"], str),
            file=_as(value["file"], str),
            status=OrderStatus(value["status"]),
            inputs=_optional(value["inputs"], str),
            outputs=tuple(map(_output, value["outputs"])),
            findings=tuple(_finding(each) for each in value["findings"]),
            engines=tuple((name, _as(version, str)) for name, version in value["engines"].items()),
            finished=_as(value["finished"], str),
            seconds=float(value["seconds"]),
            # `get`: manifests of earlier versions lack the keys below.
            identity=_identity(value.get("identity")),
            documents=tuple(map(DocumentKind, value.get("documents", ()))),
            checked=_optional(value.get("checked"), int),
            eligibles=_texts(Origin, value.get("eligibles")),
            perimeter=_texts(Perimeter, value.get("perimeter")),
            asked=tuple(_file_name(each) for each in value.get("asked", ())),
        )
    # Any JSON may stand in the file, nested by the thousand as well.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestLineError(str(error)) from error


def _as(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise ManifestLineError(f"{value!r} is no {kind.__name__}")
    return value


def _optional(value: object, kind: type[T]) -> T | None:
    return None if value is None else _as(value, kind)


def _identity(value: dict[str, object] | None) -> Identity | None:
    if value is None:
        return None
    texts = {each: _as(value[each], str) for each in ("reference", "finess_pmsi", "numero", "prestation")}
    return Identity(**texts, merged=tuple(_as(each, str) for each in _as(value.get("merged", []), list)))


def _texts(kind: type[TextsT], value: dict[str, object] | None) -> TextsT | None:
    """Return an object whose fields are all texts."""
    return None if value is None else kind(*(_as(value[each.name], str) for each in fields(kind)))


def _output(value: dict[str, object]) -> Output:
    return Output(_file_name(value["name"]), _as(value["size"], int), _as(value["sha256"], str))


def _file_name(value: object) -> str:
    name = _as(value, str)
    # A manifest must not lead to files elsewhere (`docs/security.md`).
    if not name or name != PurePath(name).name:
        raise ManifestLineError(f"{name!r} is not the name of a file in the folder")
    return name


def _finding_object(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON, with its messages in both languages: a later version may change their wording."""
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
        "source": finding.kind.message.source,
    }


def _finding(value: dict[str, object]) -> Finding:
    kind = FindingKind(
        code=_as(value["code"], str),
        severity=Severity(_as(value["severity"], str)),
        # A later version may have no such kind, or other words for it.
        own_message=Message(
            text=_sentence(value["message"]), fix=_sentence(value["fix"]), source=_as(value["source"], str)
        ),
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
    """Return a message whose values are filled in: double its braces, which are text."""
    text = _text(value)
    # The values were filled in when the line was written.
    return Text(*(each.replace("{", "{{").replace("}", "}}") for each in (text.fr, text.en)))
