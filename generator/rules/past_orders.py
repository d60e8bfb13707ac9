"""Read the register: the orders that past runs delivered, from their output folders.

A folder of `segurdoc batch` has a manifest. In a folder of `segurdoc render`, PDFs carry their descriptors; a DOCX, or
a PDF without a descriptor, gives AF, FINESS and number by its file name, if that is a standard name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.findings import ERROR, WARNING, Finding, Place, define
from generator.common.language import os_reason
from generator.common.pdf import attached_objects
from generator.common.regular_files import open_regular, read_regular
from generator.documents.file_names import standard_order_name
from generator.documents.manifest_line import (
    NAME,
    Identity,
    ManifestLine,
    ManifestLineError,
    Perimeter,
    from_line,
    lines_of,
)
from generator.documents.outputs import Output, read_output
from generator.orders import Order
from generator.references import DocumentKind

REGISTRE_ILLISIBLE = define("REGISTRE-ILLISIBLE", ERROR)
REGISTRE_VIDE = define("REGISTRE-VIDE", WARNING)
REGISTRE_LIGNE = define("REGISTRE-LIGNE", WARNING)

_SUFFIXES = (".pdf", ".docx")
_UNKNOWN = ""
_KINDS = "|".join(kind.file_prefix for kind in DocumentKind)
# The standard names of orders and files: AF_FINESS_NUMERO, in files after the kind of document.
_ORDER = re.compile(r"(?P<reference>[^_]+)_(?P<finess>[0-9][0-9A-Z][0-9]{7})_(?P<numero>.+)")
_FILE = re.compile(rf"(?P<kind>{_KINDS})_{_ORDER.pattern}\.(?:pdf|docx)")


@dataclass(frozen=True, slots=True)
class DeliveredOrder:
    """An order with documents delivered by a past run.

    Attributes:
        name: its standard name (`standard_order_name`).
        reference: its AF.
        finess_pmsi: its client.
        numero: its number; if `prestation` is None, the number in its file name, with hyphens for other characters.
        prestation: its prestation; None if neither manifest nor descriptor gives it.
        merged: the establishments merged into its client, from the manifest.
        folder: the output folder.
        files: the files delivered.
        documents: the kinds of document delivered.
        source: the file of the descriptor; empty if unknown.
        finished: when it was delivered, in UTC, ISO 8601; empty if unknown.
        perimeter: its date and amounts; None if the manifest does not give them (a PDF may carry them).
    """

    name: str
    reference: str
    finess_pmsi: str
    numero: str
    prestation: str | None
    folder: Path
    files: tuple[Output, ...]
    documents: frozenset[DocumentKind]
    source: str = ""
    finished: str = ""
    merged: tuple[str, ...] = ()
    perimeter: Perimeter | None = None


@dataclass(frozen=True)
class Register:
    """The orders delivered by past runs, and findings on their folders; empty without `--register`."""

    delivered: tuple[DeliveredOrder, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    def of_order(self, order: Order) -> tuple[DeliveredOrder, ...]:
        """Return the deliveries of an order."""
        name = standard_order_name(order.reference, order.client.finess_pmsi, order.numero)
        return tuple(self._by_name.get(name.casefold(), ()))

    def of_client(self, reference: str, finess_pmsi: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered to a client for an AF, whatever their number."""
        return tuple(self._by_client.get((reference, finess_pmsi), ()))

    def of_part(self, reference: str, finess_pmsi: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered for an AF to an establishment, alone or merged with others."""
        return tuple(self._by_part.get((reference, finess_pmsi), ()))

    def of_number(self, numero: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered under a number, whatever their AF and client."""
        return tuple(self._by_number.get(numero.casefold(), ()))

    @cached_property
    def _by_number(self) -> defaultdict[str, list[DeliveredOrder]]:
        found = defaultdict[str, list[DeliveredOrder]](list)
        for each in self.delivered:
            found[each.numero.casefold()].append(each)
        return found

    @cached_property
    def _by_name(self) -> defaultdict[str, list[DeliveredOrder]]:
        found = defaultdict[str, list[DeliveredOrder]](list)
        for each in self.delivered:
            found[each.name.casefold()].append(each)
        return found

    @cached_property
    def _by_client(self) -> defaultdict[tuple[str, str], list[DeliveredOrder]]:
        found = defaultdict[tuple[str, str], list[DeliveredOrder]](list)
        for each in self.delivered:
            found[each.reference, each.finess_pmsi].append(each)
        return found

    @cached_property
    def _by_part(self) -> defaultdict[tuple[str, str], list[DeliveredOrder]]:
        found = defaultdict[tuple[str, str], list[DeliveredOrder]](list)
        for each in self.delivered:
            for finess in (each.finess_pmsi, *each.merged):
                found[each.reference, finess].append(each)
        return found


def read_register(folders: Iterable[Path]) -> Register:
    """Read the orders that past runs delivered.

    Args:
        folders: output folders, or folders that contain output folders at any depth.

    Returns:
        The register, with findings for unreadable folders and lines. The last line of an order in a manifest counts;
        orders without delivered files are skipped.
    """
    delivered: list[DeliveredOrder] = []
    findings: list[Finding] = []
    for folder in folders:
        read = list(_read_tree(folder)) or [REGISTRE_VIDE.at(Place(str(folder)))]
        delivered += [each for each in read if isinstance(each, DeliveredOrder)]
        findings += [each for each in read if isinstance(each, Finding)]
    return Register(tuple(delivered), tuple(findings))


def _read_tree(root: Path) -> Iterator[DeliveredOrder | Finding]:
    try:
        next(root.iterdir(), None)
        folders = [root, *sorted(path for path in root.rglob("*") if path.is_dir())]
    except OSError as error:
        yield REGISTRE_ILLISIBLE.at(Place(str(root)), reason=os_reason(error))
        return
    for folder in folders:
        try:
            known = list(_read_manifest(folder))
            yield from known
            named = {file.name for each in known if isinstance(each, DeliveredOrder) for file in each.files}
            yield from _read_documents(folder, named)
        except OSError as error:
            yield REGISTRE_ILLISIBLE.at(Place(str(error.filename or folder)), reason=os_reason(error))


def _read_manifest(folder: Path) -> Iterator[DeliveredOrder | Finding]:
    path = folder / NAME
    if not path.exists():
        return
    last: dict[str, ManifestLine] = {}
    with open_regular(path) as stream:
        for number, line in enumerate(lines_of(stream), start=1):
            if not line.endswith(b"\n"):
                break  # an unfinished line: a run is writing it, or was killed
            try:
                record = from_line(line)
            except ManifestLineError:
                yield REGISTRE_LIGNE.at(Place(str(path), line=number))
                continue
            if record.order is not None:
                last[record.order] = record
    for name, record in last.items():
        known = _identity(name, record)
        if record.outputs and known:
            documents = frozenset(record.documents) or _kinds(file.name for file in record.outputs)
            yield _delivered(known, folder, record.outputs, documents, record)


def _identity(name: str, record: ManifestLine) -> Identity | None:
    """Return the identity of an order; in a manifest of an earlier version, from its name."""
    found = _ORDER.fullmatch(name)
    return record.identity or (_named(found) if found else None)


def _named(found: re.Match[str]) -> Identity:
    return Identity(found["reference"], found["finess"], found["numero"], prestation=_UNKNOWN)


def _delivered(
    known: Identity,
    folder: Path,
    files: tuple[Output, ...],
    documents: frozenset[DocumentKind],
    record: ManifestLine | None = None,
) -> DeliveredOrder:
    return DeliveredOrder(
        name=standard_order_name(known.reference, known.finess_pmsi, known.numero),
        reference=known.reference,
        finess_pmsi=known.finess_pmsi,
        numero=known.numero,
        prestation=known.prestation if known.prestation != _UNKNOWN else None,
        folder=folder,
        files=files,
        documents=documents,
        source=record.file if record else "",
        finished=record.finished if record else "",
        merged=known.merged,
        perimeter=record.perimeter if record else None,
    )


def _kinds(names: Iterable[str]) -> frozenset[DocumentKind]:
    found = (_FILE.fullmatch(name) for name in names)
    return frozenset(DocumentKind(each["kind"].lower()) for each in found if each)


def _read_documents(folder: Path, known: set[str]) -> Iterator[DeliveredOrder | Finding]:
    """Read the documents that are in no manifest."""
    files: defaultdict[str, list[Path]] = defaultdict(list)
    identities: dict[str, Identity] = {}
    kinds: defaultdict[str, set[DocumentKind]] = defaultdict(set)
    for path in sorted(folder.iterdir()):
        if path.name in known or path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        found = _FILE.fullmatch(path.name)
        try:
            carried = run_bounded(path, _carried_by, path) if path.suffix.lower() == ".pdf" else None
        except BoundedError as error:
            yield error.finding
            continue
        identity = carried[0] if carried else _named(found) if found else None
        if identity is None:
            continue
        name = standard_order_name(identity.reference, identity.finess_pmsi, identity.numero)
        files[name].append(path)
        if carried or name not in identities:
            identities[name] = identity
        kinds[name] |= {carried[1]} if carried else _kinds([path.name])
    for name, paths in files.items():
        yield _delivered(identities[name], folder, tuple(map(read_output, paths)), frozenset(kinds[name]))


def _carried_by(path: Path) -> tuple[Identity, DocumentKind] | None:
    return carried_order(read_regular(path))


def carried_order(data: bytes) -> tuple[Identity, DocumentKind] | None:
    """Return the identity of the order whose descriptor a PDF carries, and the kind of the document.

    Args:
        data: the PDF.

    Returns:
        None if the PDF carries no descriptor.
    """
    return next(filter(None, map(_identify, attached_objects(data))), None)


def _identify(value: Mapping[str, Any]) -> tuple[Identity, DocumentKind] | None:
    try:
        keys = (value["reference"], value["client"]["finess_pmsi"], value["numero"], value["prestation"])
        end = value.get("va")
        kind = DocumentKind(end["type"].replace("_", "-")) if end else DocumentKind.BDC
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return (Identity(*keys), kind) if all(isinstance(key, str) for key in keys) else None
