"""List the fields of a list of clients: the keys of a descriptor, each with the format of its cells."""

from __future__ import annotations

import enum
from collections.abc import Container, Iterable
from dataclasses import dataclass

from generator.common.language import Text
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
            Text(question.text, question.text),
            question.id.replace("_", " "),
            # Lists name the planned date of the installation otherwise than the AF's question does.
            *(_INSTALLATION if question.is_date else ()),
            without="effective reelle va pv livraison facture facturation paiement signature"
            if question.is_date
            else "",
        )
        for question in questions.values()
    )
    return (*_COMMON, *scenario)


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
    name: str, form: Form, label: Text, *alternatives: str, without: str = "", required: bool = False
) -> ClientField:
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
_COMMON = (
    _field(
        # The other numbers of FINESS have columns of their own in some lists.
        FINESS, Form.FINESS, Text("FINESS PMSI du client", "the client's FINESS PMSI"),
        "finess", without="juridique geographique geo ej et", required=True,
    ),
    _field(
        # « Client » alone is its name; with these words it is another column about the client.
        "client.denomination_sociale", Form.TEXT, Text("nom du client", "the client's name"),
        "raison sociale", "denomination", "etablissement", "nom client", "nom etablissement", "client", "hopital",
        "compte",
        without="finess adresse contact signataire responsable numero code siret ville projet telephone mail postal",
        required=True,
    ),
    _field(
        "reference", Form.TEXT, Text("l'appel à financement", "the appel à financement"),
        "reference af", "af", "appel financement",
    ),
    _field(
        "prestation", Form.TEXT, Text("la prestation : V2 ou V1+V2", "the prestation: V2 or V1+V2"),
        "prestation", "offre segur",
    ),
    _field(
        NUMERO, Form.TEXT, Text("le numéro du bon de commande", "the order's number"),
        "numero commande", "numero bdc", "numero bon", "reference commande", "reference bdc",
    ),
    _field(
        "date_emission", Form.DATE, Text("la date d'émission", "the date of issue"),
        "date commande", "date emission", "date bdc", "date bon", "commande le", "emis le",
    ),
    # A ceiling is not the amount of the order.
    _field(HT, Form.AMOUNT, Text("le montant HT", "the amount without VAT"), "ht", without="ttc plafond"),
    _field(
        RATE, Form.RATE, Text("le taux de TVA, en pour cent", "the rate of VAT, in per cent"),
        "taux tva", "tva", "taux", without="ht ttc montant",
    ),
    _field(TTC, Form.AMOUNT, Text("le montant TTC", "the amount with VAT"), "ttc", without="ht plafond"),
    *(
        _field(
            f"client.adresse.lignes.{line}", Form.TEXT,
            Text(f"l'adresse, ligne {line + 1}", f"the address, line {line + 1}"), *alternatives,
            # An « adresse mail » is no line of an address.
            without=f"mail mssante mss {others}",
        )
        for line, (alternatives, others) in enumerate(_LINES)
    ),
    _field("client.adresse.code_postal", Form.CODE_POSTAL, Text("le code postal", "the postcode"), "code postal"),
    _field("client.adresse.ville", Form.TEXT, Text("la ville", "the town"), "ville", "commune", "localite"),
    *(
        _field(
            f"client.{role}.nom", Form.TEXT,
            Text(f"le nom du {role} chez le client", f"the name of the client's {role}"), role, f"nom {role}", *other,
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
            Text(f"la qualité du {role}", f"the position of the {role}"),
            *(f"{title} {name}" for title in ("qualite", "fonction", "titre") for name in names),
        )
        for role, names in (("responsable", ("responsable", "contact")), ("signataire", ("signataire",)))
    ),
    _field(
        "client.responsable.telephone", Form.TELEPHONE, Text("le téléphone du responsable", "the responsable's phone"),
        "telephone",
    ),
    _field(
        "client.responsable.mail", Form.TEXT, Text("la messagerie du responsable", "the responsable's mail address"),
        "mail", without="mssante mss",
    ),
    _field(
        "solution.nom", Form.TEXT, Text("le logiciel", "the software"), "logiciel", "solution", "produit",
        without="version",
    ),
    _field("solution.version", Form.TEXT, Text("sa version", "its version"), "version", without="installee"),
    _field(
        "solution.numero_referencement", Form.TEXT, Text("son numéro de référencement", "its référencement number"),
        "referencement",
    ),
    _field(
        "historique.vague_1_financee", Form.YES_NO,
        Text("a eu une prestation Ségur de la vague 1", "had a Ségur prestation of wave 1"), "vague 1 financee",
    ),
    _field(
        "historique.vague_1_a_ses_frais", Form.YES_NO,
        Text("a payé sa mise à jour vague 1", "paid for its update to wave 1"), "vague 1 frais",
    ),
    _field(
        "va.type", Form.TEXT, Text("le document de fin : va ou pv_pilote", "the end document: va or pv_pilote"),
        "type va", "document fin",
    ),
    _field("va.date", Form.DATE, Text("la date de la VA", "the date of the VA"), "date va", "date pv"),
    _field(
        "va.date_installation", Form.DATE, Text("la date d'installation effective", "the date of the installation"),
        "date effective", "installation effective", "installation reelle", "installe le",
    ),
    _field(
        "va.version_installee", Form.TEXT, Text("la version installée", "the version installed"), "version installee",
    ),
    _field(
        "va.adresse_mssante", Form.TEXT,
        Text("l'adresse MSSanté que le client utilise", "the MSSanté address that the client uses"), "mssante", "mss",
    ),
)  # fmt: skip
