"""Define the model of an AF record."""

import datetime
import enum
from dataclasses import dataclass

from generator.common.language import Text, text

# The values of an order that a mention's `value` can name; `generator.documents.printed` formats each.
PRINTED_NAMES = frozenset(
    (
        "prestation", "reference", "numero", "date_emission",
        "fournisseur.denomination_sociale", "fournisseur.siret", "fournisseur.adresse", "fournisseur.responsable",
        "fournisseur.telephone", "fournisseur.mail",
        "client.denomination_sociale", "client.finess_pmsi", "client.adresse", "client.contact",
        "solution.complete", "solution.numero_referencement",
        "montant.ht", "montant.ttc", "montant.complet", "montant.hors_taxes", "montant.tva", "montant.toutes_taxes",
        "montant.pris_en_charge",
        "va.date", "va.date_installation", "va.version_installee", "va.adresse_mssante",
    )
)  # fmt: skip


class DocumentKind(enum.StrEnum):
    """The kinds of document of an order."""

    BDC = "bdc"
    VA = "va"
    PV_PILOTE = "pv-pilote"

    @property
    def file_prefix(self) -> str:
        """The first word of its file names."""
        return self.value.upper()

    @property
    def label(self) -> Text:
        """Its name for people."""
        return text(f"references.documents.{self.value}")


class Status(enum.StrEnum):
    """Whether a fact was read in its source text, or is still to be confirmed."""

    CONFIRMED = "confirmed"
    # A fact is never invented: reports name those that are still to be read in their source.
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, slots=True)
class Prestation:
    """A kind of prestation, with the exact name of its order line."""

    id: str
    line: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that documents contain word for word, with the name of the printed value that follows it, if any."""

    id: str
    text: str
    value: str | None
    documents: tuple[DocumentKind, ...]
    # Optical readers find a mention in one piece: it is not broken over two lines.
    one_line: bool
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the scenario, answered by a date if `is_date`, else by oui or non."""

    id: str
    text: str
    is_date: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """A later date for a deadline according to a third party, without a source text; no rule uses it."""

    date: datetime.date
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dated deadline of the programme; `time` (in metropolitan France) is None if only the day is known."""

    id: str
    label: Text
    date: datetime.date
    status: Status
    source: str
    # The ASP closes at 12:00 or 14:00; for later dates no hour was found.
    time: datetime.time | None = None
    # The calendar was extended before; a third party reports another extension, without an arrêté.
    reported: Reported | None = None

    @property
    def report(self) -> Text | None:
        """The sentence about the later date that a third party reports, None without one."""
        if self.reported is None:
            return None
        date = self.reported.date.strftime("%d/%m/%Y")
        return text("references.deadlines.reported", date=date)


@dataclass(frozen=True, slots=True)
class SignatureMean:
    """An accepted means of signature; `issuers` are the authorities (CN) that issue its certificates."""

    id: str
    label: Text
    # `verify` compares them with the certificate of a signature.
    issuers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcceptedSignature:
    """Who signs for the client, and by which means; the list may be incomplete."""

    signatory: Text
    # From the FAQ of the ANS, of which the copy that was read is cut off.
    means: tuple[SignatureMean, ...]
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The eligible categories: agrégats de niveau 3 (public establishments) and catégories (private ones)."""

    # Two nomenclatures of FINESS: codes of four digits here, and of three in `categories`.
    agregats: tuple[str, ...]
    categories: tuple[str, ...]
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class EarlyOrder:
    """The number of calendar days that an order may be signed before the software's complete proof file."""

    # Calendar days before the complete proof file is submitted: 120 (ARS Occitanie, citing § 4.4 of the AF).
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
    notes: tuple[Text, ...]
    prestations: tuple[Prestation, ...]
    # Hospitals are known by their FINESS PMSI, medico-social sites by FINESS géographique or SIRET.
    client_identifier: str
    # 40 and 60 % in wave 2 for hospitals; other calls share the amount differently.
    avance_percent: str
    solde_percent: str
    # Hospitals sign a VA or a PV pilote; other calls may end with a MOM.
    end_documents: tuple[DocumentKind, ...]
    mentions: tuple[Mention, ...]
    questions: tuple[Question, ...]
    questions_status: Status
    questions_source: str
    # Its text is in the AF alone: a record has none until it was read there.
    conditional_clause: str | None
    conditional_clause_status: Status
    deadlines: tuple[Deadline, ...]
    file: str
    eligibility: Eligibility | None = None
    early_order: EarlyOrder | None = None
    signature: AcceptedSignature | None = None

    @property
    def knows_by_finess_pmsi(self) -> bool:
        """Whether the AF identifies its clients by their FINESS PMSI."""
        return self.client_identifier == "finess_pmsi"

    def order_line(self, prestation: str) -> str | None:
        """Return the exact name of the order line of a prestation, None if the AF does not offer it."""
        return next((known.line for known in self.prestations if known.id == prestation), None)

    def deadline(self, name: str) -> Deadline | None:
        """Return a deadline by its id, None if the record has no such deadline."""
        return next((known for known in self.deadlines if known.id == name), None)

    def mention_text(self, mention: str) -> str:
        """Return the text of a mention by its id, empty if the record has no such mention."""
        return next((known.text for known in self.mentions if known.id == mention), "")

    def document_mentions(self, document: DocumentKind) -> tuple[Mention, ...]:
        """Return the mentions of a kind of document, in the order of the record."""
        return tuple(mention for mention in self.mentions if document in mention.documents)
