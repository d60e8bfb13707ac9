"""List the fields of a list of clients: the keys of a descriptor, each with the format of its cells."""

import enum
from collections.abc import Container, Iterable
from dataclasses import dataclass

from generator.common.language import Text, text
from generator.common.tables.mapping import ColumnField, words
from generator.references import Appel


class ValueKind(enum.Enum):
    """What a cell of a list, or an answer of the interview, has as its value."""

    TEXT = "text"
    FINESS = "finess"
    SIRET = "siret"
    CODE_POSTAL = "code_postal"
    TELEPHONE = "telephone"
    AMOUNT = "amount"
    RATE = "rate"
    DATE = "date"
    YES_NO = "yes_no"


# The lengths of identifiers: a number with fewer digits has lost its leading zeros.
DIGITS = {ValueKind.FINESS: 9, ValueKind.SIRET: 14, ValueKind.CODE_POSTAL: 5, ValueKind.TELEPHONE: 10}


@dataclass(frozen=True, slots=True)
class ClientField:
    """A field: the names of its column, its pointer in the descriptor, and what its cells hold."""

    field: ColumnField
    pointer: str
    kind: ValueKind

    @property
    def name(self) -> str:
        """Its name in `--map` and `--set`."""
        return self.field.name


NUMERO, TTC, HT, RATE = "numero", "montant.ttc", "montant.ht", "montant.taux_tva"
FINESS = "client.finess_pmsi"
# What every order needs besides its client, and the answers to its AF's questions.
_NEEDED = frozenset(("reference", "prestation", NUMERO, "date_emission", HT, RATE))


def client_fields(appels: Iterable[Appel]) -> tuple[ClientField, ...]:
    """Return the fields that a list can have.

    Args:
        appels: the AF records: each question of their scenarios is a field.
    """
    questions = {question.id: question for appel in appels for question in appel.questions}
    # A field for each question: an AF record with other questions needs no code.
    scenario = (
        _field(
            f"scenario.{question.id}",
            ValueKind.DATE if question.is_date else ValueKind.YES_NO,
            question.id.replace("_", " "),
            # Lists name the planned date of the installation otherwise than the AF's question does.
            *(_INSTALLATION if question.is_date else ()),
            label=Text(question.text, question.text),
            without="effective reelle va pv livraison facture facturation paiement signature"
            if question.is_date
            else "",
        )
        for question in questions.values()
    )
    return (*_order_fields(), *_client_fields(), *_solution_fields(), *scenario)


def lacking_fields(fields: Iterable[ClientField], given: Container[str], asked: Iterable[Appel]) -> list[ClientField]:
    """Return the fields that every order needs and nothing gives.

    Args:
        fields: those there are.
        given: the names of those that a column or an option gives.
        asked: the records of the AF that may be ordered under: their questions are asked.
    """
    questions = {f"scenario.{question.id}" for appel in asked for question in appel.questions}
    return [
        each
        for each in fields
        if each.field.needed and each.name not in given and (each.name in questions or each.name in _NEEDED)
    ]


def _field(
    name: str, kind: ValueKind, *alternatives: str, label: Text | None = None, without: str = "", required: bool = False
) -> ClientField:
    """Return a field; without a label of its own, its label is in the catalogue under its name."""
    label = label or text(f"intake.columns.{name.replace('.', '-')}")
    sets = tuple(words(each) for each in alternatives)
    needed = name in _NEEDED or name.startswith("scenario.")
    field = ColumnField(name, label, required=required, needed=needed, words=sets, without=words(without))
    return ClientField(field, "/" + name.replace(".", "/"), kind)


# Headings seen in the lists of vendors (tests/data/headings.toml).
_INSTALLATION = (
    "date installation", "installation prevue", "date prevue", "date deploiement", "mise service", "date mep",
)  # fmt: skip
# The names of each line of an address, and the words that name another line.
_LINES = ((("adresse", "rue", "voie"), "2 3 complement"), (("adresse 2", "complement"), "3"), (("adresse 3",), ""))


def _order_fields() -> tuple[ClientField, ...]:
    """Return the fields of the order itself."""
    return (
        # The other numbers of FINESS have columns of their own in some lists.
        _field(FINESS, ValueKind.FINESS, "finess", without="juridique geographique geo ej et", required=True),
        _field(
            # « Client » alone is its name; with these words it is another column about the client.
            "client.denomination_sociale", ValueKind.TEXT,
            "raison sociale", "denomination", "etablissement", "nom client", "nom etablissement", "client", "hopital",
            "compte",
            without="finess adresse contact signataire responsable numero code siret ville projet telephone mail "
            "postal",
            required=True,
        ),
        _field("reference", ValueKind.TEXT, "reference af", "af", "appel financement"),
        _field("prestation", ValueKind.TEXT, "prestation", "offre segur"),
        _field(
            NUMERO, ValueKind.TEXT,
            "numero commande", "numero bdc", "numero bon", "reference commande", "reference bdc",
        ),
        _field(
            "date_emission", ValueKind.DATE,
            "date commande", "date emission", "date bdc", "date bon", "commande le", "emis le",
        ),
        # A ceiling is not the amount of the order.
        _field(HT, ValueKind.AMOUNT, "ht", without="ttc plafond"),
        _field(RATE, ValueKind.RATE, "taux tva", "tva", "taux", without="ht ttc montant"),
        _field(TTC, ValueKind.AMOUNT, "ttc", without="ht plafond"),
    )  # fmt: skip


def _client_fields() -> tuple[ClientField, ...]:
    """Return the fields of the client's address and people."""
    return (
        *(
            # An « adresse mail » is no line of an address.
            _field(f"client.adresse.lignes.{line}", ValueKind.TEXT, *alternatives, without=f"mail mssante mss {others}")
            for line, (alternatives, others) in enumerate(_LINES)
        ),
        _field("client.adresse.code_postal", ValueKind.CODE_POSTAL, "code postal"),
        _field("client.adresse.ville", ValueKind.TEXT, "ville", "commune", "localite"),
        *(
            _field(
                f"client.{role}.nom", ValueKind.TEXT, role, f"nom {role}", *other,
                without="qualite fonction titre telephone mail",
            )
            for role, other in (
                ("responsable", ("contact", "interlocuteur", "referent", "chef projet")),
                ("signataire", ()),
            )
        ),
        *(
            _field(
                f"client.{role}.qualite", ValueKind.TEXT,
                *(f"{title} {name}" for title in ("qualite", "fonction", "titre") for name in names),
            )
            for role, names in (("responsable", ("responsable", "contact")), ("signataire", ("signataire",)))
        ),
        _field("client.responsable.telephone", ValueKind.TELEPHONE, "telephone"),
        _field("client.responsable.mail", ValueKind.TEXT, "mail", without="mssante mss"),
    )  # fmt: skip


def _solution_fields() -> tuple[ClientField, ...]:
    """Return the fields of the software, of earlier funding and of the VA."""
    return (
        _field("solution.nom", ValueKind.TEXT, "logiciel", "solution", "produit", without="version"),
        _field("solution.version", ValueKind.TEXT, "version", without="installee"),
        _field("solution.numero_referencement", ValueKind.TEXT, "referencement"),
        _field("historique.vague_1_financee", ValueKind.YES_NO, "vague 1 financee"),
        _field("historique.vague_1_a_ses_frais", ValueKind.YES_NO, "vague 1 frais"),
        _field("va.type", ValueKind.TEXT, "type va", "document fin"),
        _field("va.date", ValueKind.DATE, "date va", "date pv"),
        _field(
            "va.date_installation", ValueKind.DATE,
            "date effective", "installation effective", "installation reelle", "installe le",
        ),
        _field("va.version_installee", ValueKind.TEXT, "version installee"),
        _field("va.adresse_mssante", ValueKind.TEXT, "mssante", "mss"),
    )  # fmt: skip
