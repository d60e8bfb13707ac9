"""What a record of an appel à financement says."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass

from generator.lang import Text


class DocumentKind(enum.StrEnum):
    """The documents of a dossier."""

    BDC = "bdc"
    VA = "va"
    PV_PILOTE = "pv-pilote"

    @property
    def file_prefix(self) -> str:
        """First word of the names of its files."""
        return self.value.upper()

    @property
    def label(self) -> Text:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    DocumentKind.BDC: Text("Bon de commande", "Bon de commande"),
    DocumentKind.VA: Text("Vérification d'aptitude", "Vérification d'aptitude"),
    DocumentKind.PV_PILOTE: Text("PV pilote", "PV pilote"),
}


class Status(enum.StrEnum):
    """Whether the source text says a fact, or it is still to be confirmed."""

    CONFIRMED = "confirmed"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, slots=True)
class Prestation:
    """A kind of prestation, and the exact name of its order line."""

    id: str
    line: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that stands on documents word for word, and the printed value that follows it, if any."""

    id: str
    text: str
    value: str | None
    documents: tuple[DocumentKind, ...]
    one_line: bool
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the installation scenario; `is_date` where it asks for a date instead of oui or non."""

    id: str
    text: str
    is_date: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dated deadline of the programme; `time`, in metropolitan France, is None where only the day is known."""

    id: str
    label: Text
    date: datetime.date
    status: Status
    source: str
    time: datetime.time | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The categories that are eligible: agrégats de niveau 3 of public, catégories of private establishments."""

    agregats: tuple[str, ...]
    categories: tuple[str, ...]
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class EarlyOrder:
    """How many calendar days before the software's complete proof file an order may be signed."""

    days: int
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Appel:
    """The record of one appel à financement."""

    reference: str
    label: Text
    couloir: str
    dispositif: str
    wave: int
    status: Status
    notes: tuple[str, ...]
    prestations: tuple[Prestation, ...]
    client_identifier: str
    avance_percent: str
    solde_percent: str
    end_documents: tuple[DocumentKind, ...]
    mentions: tuple[Mention, ...]
    questions: tuple[Question, ...]
    questions_status: Status
    questions_source: str
    conditional_clause: str | None
    conditional_clause_status: Status
    deadlines: tuple[Deadline, ...]
    file: str
    eligibility: Eligibility | None = None
    early_order: EarlyOrder | None = None

    @property
    def knows_by_finess_pmsi(self) -> bool:
        """Whether the clients of this AF are known by their FINESS PMSI."""
        return self.client_identifier == "finess_pmsi"

    def line_of(self, prestation: str) -> str | None:
        """Return the exact name of the order line of a prestation, None where the AF does not have it."""
        return next((known.line for known in self.prestations if known.id == prestation), None)

    def deadline(self, name: str) -> Deadline | None:
        """Return a deadline by its id, None where the record does not have it."""
        return next((known for known in self.deadlines if known.id == name), None)

    def text_of(self, mention: str) -> str:
        """Return the text of a mention by its id, empty where the record does not have it."""
        return next((known.text for known in self.mentions if known.id == mention), "")

    def mentions_of(self, document: DocumentKind) -> tuple[Mention, ...]:
        """Return the mentions that belong to a document, in the record's order."""
        return tuple(mention for mention in self.mentions if document in mention.documents)
