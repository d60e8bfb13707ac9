"""The register: what past runs delivered, read from their output folders.

A folder of `segurdoc batch` says it in its manifest. A folder of `segurdoc render` has none: there a PDF carries its
descriptor, which says all; of a DOCX, and of a PDF that carries none, the name tells AF, FINESS and number, where it
is of the usual pattern.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from pathlib import Path

from generator.batch.manifest import NAME
from generator.batch.outputs import Output
from generator.batch.outputs import output_of
from generator.batch.record import Identity
from generator.batch.record import Perimeter
from generator.batch.record import Record
from generator.batch.record import RecordError
from generator.batch.record import from_line
from generator.delivery import name_of
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.lang import os_reason
from generator.orders import Order
from generator.pdf.attached import attached_json
from generator.references import DocumentKind

REGISTRE_ILLISIBLE = define(
    "REGISTRE-ILLISIBLE", ERROR,
    fr="le registre ne peut pas être lu ici : {reason}", en="the register cannot be read here: {reason}",
    fix_fr="donner un dossier de sortie de « segurdoc batch » ou « segurdoc render », ou celui qui les contient",
    fix_en="give an output folder of “segurdoc batch” or “segurdoc render”, or the one that holds them",
)  # fmt: skip
REGISTRE_VIDE = define(
    "REGISTRE-VIDE", WARNING,
    fr="le registre ne connaît aucune commande : ce dossier n'a ni manifeste ni documents",
    en="the register knows no order: this folder has neither a manifest nor documents",
    fix_fr="vérifier le dossier de --register", fix_en="check the folder of --register",
)  # fmt: skip
REGISTRE_LIGNE = define(
    "REGISTRE-LIGNE", WARNING,
    fr="cette ligne du manifeste est abîmée : le registre ne sait pas ce qu'elle disait",
    en="this line of the manifest is damaged: the register does not know what it said",
    fix_fr="relancer « segurdoc batch » sur ce dossier, ou retrouver une copie du manifeste",
    fix_en="run “segurdoc batch” on this folder again, or find a copy of the manifest",
)  # fmt: skip

_SUFFIXES = (".pdf", ".docx")
_UNKNOWN = ""
_KINDS = "|".join(kind.file_prefix for kind in DocumentKind)
# The names that `delivery` gives by default: AF_FINESS_NUMERO, in files after the kind of document.
_ORDER = re.compile(r"(?P<reference>[^_]+)_(?P<finess>[0-9][0-9A-Z][0-9]{7})_(?P<numero>.+)")
_FILE = re.compile(rf"(?P<kind>{_KINDS})_{_ORDER.pattern}\.(?:pdf|docx)")


@dataclass(frozen=True, slots=True)
class Delivered:
    """An order of which a past run delivered documents.

    Attributes:
        name: what tells the order from others, as `delivery.name_of` makes it.
        reference: its AF.
        finess_pmsi: its client.
        numero: its number; where `prestation` is None, as file names write it: unusual characters are hyphens.
        prestation: its prestation; None where neither manifest nor descriptor tells it.
        merged: the establishments that its client was merged of, as the manifest tells them.
        folder: the output folder.
        files: the files delivered.
        documents: the kinds of document delivered.
        source: the file of the descriptor; empty where it is not known.
        finished: when, in UTC, ISO 8601; empty where it is not known.
        perimeter: what was ordered; None where the manifest does not tell it: a descriptor that a PDF carries may.
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
    """What past runs delivered, and what is to be said of their folders; empty where none was given."""

    delivered: tuple[Delivered, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    def of_order(self, order: Order) -> tuple[Delivered, ...]:
        """Return what was delivered of an order."""
        name = name_of(order.reference, order.client.finess_pmsi, order.numero)
        return tuple(self._by_name.get(name.casefold(), ()))

    def of_client(self, reference: str, finess_pmsi: str) -> tuple[Delivered, ...]:
        """Return what was delivered to an establishment under an AF, whatever the order's number."""
        return tuple(self._by_client.get((reference, finess_pmsi), ()))

    def of_part(self, reference: str, finess_pmsi: str) -> tuple[Delivered, ...]:
        """Return what was delivered under an AF to an establishment, by itself or merged with others."""
        return tuple(self._by_part.get((reference, finess_pmsi), ()))

    def of_number(self, numero: str) -> tuple[Delivered, ...]:
        """Return what was delivered of orders of this number, whatever their AF and client."""
        return tuple(self._by_number.get(numero.casefold(), ()))

    @cached_property
    def _by_number(self) -> defaultdict[str, list[Delivered]]:
        found = defaultdict[str, list[Delivered]](list)
        for each in self.delivered:
            found[each.numero.casefold()].append(each)
        return found

    @cached_property
    def _by_name(self) -> defaultdict[str, list[Delivered]]:
        found = defaultdict[str, list[Delivered]](list)
        for each in self.delivered:
            found[each.name.casefold()].append(each)
        return found

    @cached_property
    def _by_client(self) -> defaultdict[tuple[str, str], list[Delivered]]:
        found = defaultdict[tuple[str, str], list[Delivered]](list)
        for each in self.delivered:
            found[each.reference, each.finess_pmsi].append(each)
        return found

    @cached_property
    def _by_part(self) -> defaultdict[tuple[str, str], list[Delivered]]:
        found = defaultdict[tuple[str, str], list[Delivered]](list)
        for each in self.delivered:
            for finess in (each.finess_pmsi, *each.merged):
                found[each.reference, finess].append(each)
        return found


def read_register(folders: Iterable[Path]) -> Register:
    """Read what past runs delivered.

    Args:
        folders: output folders, or folders that hold some at any depth.

    Returns:
        The register; its findings say which folders and lines could not be read. Of several records of an order in one
        manifest the last one counts; an order of which nothing was delivered is left out.
    """
    delivered: list[Delivered] = []
    findings: list[Finding] = []
    for folder in folders:
        read = list(_read_tree(folder)) or [REGISTRE_VIDE.at(Place(str(folder)))]
        delivered += [each for each in read if isinstance(each, Delivered)]
        findings += [each for each in read if isinstance(each, Finding)]
    return Register(tuple(delivered), tuple(findings))


def _read_tree(root: Path) -> Iterator[Delivered | Finding]:
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
            named = {file.name for each in known if isinstance(each, Delivered) for file in each.files}
            yield from _read_documents(folder, named)
        except OSError as error:
            yield REGISTRE_ILLISIBLE.at(Place(str(error.filename or folder)), reason=os_reason(error))


def _read_manifest(folder: Path) -> Iterator[Delivered | Finding]:
    path = folder / NAME
    if not path.is_file():
        return
    last: dict[str, Record] = {}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.endswith(b"\n"):
                break  # a run is at work, or was killed: the next one drops it too
            try:
                record = from_line(line)
            except RecordError:
                yield REGISTRE_LIGNE.at(Place(str(path), line=number))
                continue
            if record.order is not None:
                last[record.order] = record
    for name, record in last.items():
        known = _identity(name, record)
        if record.outputs and known:
            documents = frozenset(record.documents) or _kinds(file.name for file in record.outputs)
            yield _delivered(known, folder, record.outputs, documents, record)


def _identity(name: str, record: Record) -> Identity | None:
    """Return what an order is; of a manifest of an earlier version, as its name tells it."""
    found = _ORDER.fullmatch(name)
    return record.identity or (_named(found) if found else None)


def _named(found: re.Match[str]) -> Identity:
    return Identity(found["reference"], found["finess"], found["numero"], prestation=_UNKNOWN)


def _delivered(
    known: Identity,
    folder: Path,
    files: tuple[Output, ...],
    documents: frozenset[DocumentKind],
    record: Record | None = None,
) -> Delivered:
    return Delivered(
        name=name_of(known.reference, known.finess_pmsi, known.numero),
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


def _read_documents(folder: Path, known: set[str]) -> Iterator[Delivered]:
    """Read the documents that no manifest names."""
    files: defaultdict[str, list[Path]] = defaultdict(list)
    identities: dict[str, Identity] = {}
    kinds: defaultdict[str, set[DocumentKind]] = defaultdict(set)
    for path in sorted(folder.iterdir()):
        if path.name in known or path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        found = _FILE.fullmatch(path.name)
        carried = carried_order(path.read_bytes()) if path.suffix.lower() == ".pdf" else None
        identity = carried[0] if carried else _named(found) if found else None
        if identity is None:
            continue
        name = name_of(identity.reference, identity.finess_pmsi, identity.numero)
        files[name].append(path)
        if carried or name not in identities:
            identities[name] = identity
        kinds[name] |= {carried[1]} if carried else _kinds([path.name])
    for name, paths in files.items():
        yield _delivered(identities[name], folder, tuple(map(output_of, paths)), frozenset(kinds[name]))


def carried_order(data: bytes) -> tuple[Identity, DocumentKind] | None:
    """Return which order a PDF is of and which of its documents, as the descriptor that it carries says.

    Args:
        data: the PDF.

    Returns:
        None where it carries none.
    """
    for attached in attached_json(data):
        try:
            value = json.loads(attached)
            said = (value["reference"], value["client"]["finess_pmsi"], value["numero"], value["prestation"])
            end = value.get("va")
            kind = DocumentKind(end["type"].replace("_", "-")) if end else DocumentKind.BDC
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        if all(isinstance(each, str) for each in said):
            return Identity(*said), kind
    return None
