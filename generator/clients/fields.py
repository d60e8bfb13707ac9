"""What a column of the list may hold: the keys of a descriptor, each with how its cells are read."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from generator.lang import Text
from generator.references import Appel
from generator.tables.mapping import Field
from generator.tables.mapping import words


class Form(enum.Enum):
    """What a cell is read as."""

    TEXT = "text"
    FINESS = "finess"
    SIRET = "siret"
    CODE_POSTAL = "code_postal"
    TELEPHONE = "telephone"
    AMOUNT = "amount"
    RATE = "rate"
    DATE = "date"
    YES_NO = "yes_no"


# How many characters identifiers have: a number with fewer digits has lost its leading zeros.
DIGITS = {Form.FINESS: 9, Form.SIRET: 14, Form.CODE_POSTAL: 5, Form.TELEPHONE: 10}


@dataclass(frozen=True, slots=True)
class ClientField:
    """A field of the list: what its column may be called, the descriptor's key as a pointer, and how cells are read."""

    field: Field
    pointer: str
    form: Form

    @property
    def name(self) -> str:
        """As `--map` and `--set` name it."""
        return self.field.name


NUMERO, TTC, HT, RATE = "numero", "montant.ttc", "montant.ht", "montant.taux_tva"
FINESS = "client.finess_pmsi"


def client_fields(appels: Iterable[Appel]) -> tuple[ClientField, ...]:
    """Return the fields that a list may have.

    Args:
        appels: the records of the AF: each question of their scenarios is a field.
    """
    questions = {question.id: question for appel in appels for question in appel.questions}
    scenario = (
        _field(
            f"scenario.{question.id}",
            Form.DATE if question.is_date else Form.YES_NO,
            Text(question.text, question.text),
            question.id.replace("_", " "),
            *(["date installation"] if question.is_date else []),
        )
        for question in questions.values()
    )
    return (*_COMMON, *scenario)


def _field(
    name: str, form: Form, label: Text, *alternatives: str, without: str = "", required: bool = False
) -> ClientField:
    sets = tuple(words(each) for each in alternatives)
    field = Field(name, label, required=required, words=sets, without=frozenset(without.split()))
    return ClientField(field, "/" + name.replace(".", "/"), form)


_LINES = (("adresse", "rue", "adresse 1"), ("adresse 2", "complement"), ("adresse 3",))
_COMMON = (
    _field(
        FINESS, Form.FINESS, Text("FINESS PMSI du client", "the client's FINESS PMSI"),
        "finess", without="juridique geographique geo ej et", required=True,
    ),
    _field(
        "client.denomination_sociale", Form.TEXT, Text("nom du client", "the client's name"),
        "raison sociale", "denomination", "etablissement", "nom client", "nom etablissement", "client",
        without="finess adresse contact signataire responsable numero n", required=True,
    ),
    _field("reference", Form.TEXT, Text("l'appel à financement", "the appel à financement"), "reference af", "af"),
    _field("prestation", Form.TEXT, Text("la prestation : V2 ou V1+V2", "the prestation: V2 or V1+V2"), "prestation"),
    _field(
        NUMERO, Form.TEXT, Text("le numéro du bon de commande", "the order's number"),
        "numero commande", "n commande", "numero bdc", "n bdc", "numero bon", "n bon",
    ),
    _field(
        "date_emission", Form.DATE, Text("la date d'émission", "the date of issue"),
        "date commande", "date emission", "date bdc", "date bon",
    ),
    _field(HT, Form.AMOUNT, Text("le montant HT", "the amount without VAT"), "ht", without="ttc plafond"),
    _field(
        RATE, Form.RATE, Text("le taux de TVA, en pour cent", "the rate of VAT, in per cent"),
        "taux tva", "tva", "taux", without="ht ttc montant",
    ),
    _field(TTC, Form.AMOUNT, Text("le montant TTC", "the amount with VAT"), "ttc", without="ht plafond"),
    *(
        _field(
            f"client.adresse.lignes.{line}", Form.TEXT,
            Text(f"l'adresse, ligne {line + 1}", f"the address, line {line + 1}"), *alternatives, without="mail",
        )
        for line, alternatives in enumerate(_LINES)
    ),
    _field("client.adresse.code_postal", Form.CODE_POSTAL, Text("le code postal", "the postcode"), "code postal", "cp"),
    _field("client.adresse.ville", Form.TEXT, Text("la ville", "the town"), "ville", "commune"),
    *(
        _field(
            f"client.{role}.nom", Form.TEXT,
            Text(f"le nom du {role} chez le client", f"the name of the client's {role}"), role, f"nom {role}", *other,
            without="qualite fonction telephone tel mail courriel",
        )
        for role, other in (("responsable", ("contact", "interlocuteur")), ("signataire", ()))
    ),
    *(
        _field(
            f"client.{role}.qualite", Form.TEXT,
            Text(f"la qualité du {role}", f"the position of the {role}"), f"qualite {role}", f"fonction {role}",
        )
        for role in ("responsable", "signataire")
    ),
    _field(
        "client.responsable.telephone", Form.TELEPHONE, Text("le téléphone du responsable", "the responsable's phone"),
        "telephone", "tel",
    ),
    _field(
        "client.responsable.mail", Form.TEXT, Text("la messagerie du responsable", "the responsable's mail address"),
        "mail", "courriel", "email",
    ),
    _field("solution.nom", Form.TEXT, Text("le logiciel", "the software"), "logiciel", "solution", without="version"),
    _field("solution.version", Form.TEXT, Text("sa version", "its version"), "version"),
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
)  # fmt: skip
