"""List the fields of a list of clients: the keys of a descriptor, each with the format of its cells."""

import enum
from collections.abc import Container, Iterable
from dataclasses import dataclass

from generator.common.language import Text, text
from generator.common.tables.mapping import ColumnField, words
from generator.references import Appel


class Form(enum.Enum):
    """The format of a cell."""

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
DIGITS = {Form.FINESS: 9, Form.SIRET: 14, Form.CODE_POSTAL: 5, Form.TELEPHONE: 10}


@dataclass(frozen=True, slots=True)
class ClientField:
    """A field: the names of its column, its pointer in the descriptor, and the format of its cells."""

    field: ColumnField
    pointer: str
    form: Form

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
            Form.DATE if question.is_date else Form.YES_NO,
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
    name: str, form: Form, *alternatives: str, label: Text | None = None, without: str = "", required: bool = False
) -> ClientField:
    """Return a field; without a label of its own, its label is in the catalogue under its name."""
    label = label or text(f"intake.columns.{name.replace('.', '-')}")
    sets = tuple(words(each) for each in alternatives)
    needed = name in _NEEDED or name.startswith("scenario.")
    field = ColumnField(name, label, required=required, needed=needed, words=sets, without=words(without))
    return ClientField(field, "/" + name.replace(".", "/"), form)


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
        _field(FINESS, Form.FINESS, "finess", without="juridique geographique geo ej et", required=True),
        _field(
            # « Client » alone is its name; with these words it is another column about the client.
            "client.denomination_sociale", Form.TEXT,
            "raison sociale", "denomination", "etablissement", "nom client", "nom etablissement", "client", "hopital",
            "compte",
            without="finess adresse contact signataire responsable numero code siret ville projet telephone mail "
            "postal",
            required=True,
        ),
        _field("reference", Form.TEXT, "reference af", "af", "appel financement"),
        _field("prestation", Form.TEXT, "prestation", "offre segur"),
        _field(
            NUMERO, Form.TEXT, "numero commande", "numero bdc", "numero bon", "reference commande", "reference bdc",
        ),
        _field(
            "date_emission", Form.DATE,
            "date commande", "date emission", "date bdc", "date bon", "commande le", "emis le",
        ),
        # A ceiling is not the amount of the order.
        _field(HT, Form.AMOUNT, "ht", without="ttc plafond"),
        _field(RATE, Form.RATE, "taux tva", "tva", "taux", without="ht ttc montant"),
        _field(TTC, Form.AMOUNT, "ttc", without="ht plafond"),
    )  # fmt: skip


def _client_fields() -> tuple[ClientField, ...]:
    """Return the fields of the client's address and people."""
    return (
        *(
            # An « adresse mail » is no line of an address.
            _field(f"client.adresse.lignes.{line}", Form.TEXT, *alternatives, without=f"mail mssante mss {others}")
            for line, (alternatives, others) in enumerate(_LINES)
        ),
        _field("client.adresse.code_postal", Form.CODE_POSTAL, "code postal"),
        _field("client.adresse.ville", Form.TEXT, "ville", "commune", "localite"),
        *(
            _field(
                f"client.{role}.nom", Form.TEXT, role, f"nom {role}", *other,
                without="qualite fonction titre telephone mail",
            )
            for role, other in (
                ("responsable", ("contact", "interlocuteur", "referent", "chef projet")),
                ("signataire", ()),
            )
        ),
        *(
            _field(
                f"client.{role}.qualite", Form.TEXT,
                *(f"{title} {name}" for title in ("qualite", "fonction", "titre") for name in names),
            )
            for role, names in (("responsable", ("responsable", "contact")), ("signataire", ("signataire",)))
        ),
        _field("client.responsable.telephone", Form.TELEPHONE, "telephone"),
        _field("client.responsable.mail", Form.TEXT, "mail", without="mssante mss"),
    )  # fmt: skip


def _solution_fields() -> tuple[ClientField, ...]:
    """Return the fields of the software, of earlier funding and of the VA."""
    return (
        _field("solution.nom", Form.TEXT, "logiciel", "solution", "produit", without="version"),
        _field("solution.version", Form.TEXT, "version", without="installee"),
        _field("solution.numero_referencement", Form.TEXT, "referencement"),
        _field("historique.vague_1_financee", Form.YES_NO, "vague 1 financee"),
        _field("historique.vague_1_a_ses_frais", Form.YES_NO, "vague 1 frais"),
        _field("va.type", Form.TEXT, "type va", "document fin"),
        _field("va.date", Form.DATE, "date va", "date pv"),
        _field(
            "va.date_installation", Form.DATE,
            "date effective", "installation effective", "installation reelle", "installe le",
        ),
        _field("va.version_installee", Form.TEXT, "version installee"),
        _field("va.adresse_mssante", Form.TEXT, "mssante", "mss"),
    )  # fmt: skip
