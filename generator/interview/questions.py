"""What is asked of one order, given what was answered so far."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from generator.clients.fields import Form
from generator.eligibles import Base
from generator.lang import Text
from generator.printed import cents
from generator.references import Appel
from generator.references import Appels

# Answers by pointer, in the order they were given; None where an optional question was passed over.
Answers = Mapping[str, str | bool | None]

REFERENCE, PRESTATION, NUMERO, DATE = "/reference", "/prestation", "/numero", "/date_emission"
FINESS, NOM = "/client/finess_pmsi", "/client/denomination_sociale"
MERGED, JUSTIFICATIF = "/fusion/finess", "/fusion/justificatif"
HT, TAUX, TTC = "/montant/ht", "/montant/taux_tva", "/montant/ttc"
_VAGUE_1 = "V1"
# The rate that the agency's own ceilings assume (« dans l'hypothèse explicite d'une TVA applicable à 20% »).
_USUAL_RATE = "20.00"
# A merger is of two at least; the schema takes no more than these.
_FEWEST_MERGED, _MOST_MERGED = 2, 20
_COMMANDE, _CLIENT, _MONTANT = Text("Commande", "Order"), Text("Client", "Client"), Text("Montant", "Amount")
_SCENARIO, _SOLUTION = Text("Scénario d'installation", "Installation scenario"), Text("Logiciel", "Software")
_VENDOR, _HISTORY = Text("Fournisseur", "Fournisseur"), Text("Historique", "History")


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        pointer: where its answer stands in the descriptor.
        section: the heading it stands under.
        text: what is asked.
        form: what an answer is read as.
        choices: the answers there are; none where it is free.
        default: proposed, in the form a descriptor has.
        optional: it may be left without an answer.
        about: what the question is asked of, where its text does not say so: an answer about another is no answer.
    """

    pointer: str
    section: Text
    text: Text
    form: Form = Form.TEXT
    choices: tuple[str, ...] = ()
    default: str = ""
    optional: bool = False
    about: str = ""


@dataclass(frozen=True)
class Known:
    """What questions are made from beside the answers.

    Attributes:
        appels: the records of the AF.
        base: the base of eligible establishments.
        numero: gives the number proposed for an order of a year; empty where the settings have no pattern.
        today: the day of the order proposed.
        fournisseur: the keys of the vendor's part that the settings give.
    """

    appels: Appels
    base: Base | None
    numero: Callable[[int], str]
    today: datetime.date
    fournisseur: frozenset[str] = frozenset()


def questions(answers: Answers, known: Known) -> Iterator[Question]:
    """Give every question that the answers so far lead to, in order, those answered too."""
    references = tuple(known.appels)
    af = Text("Appel à financement", "Appel à financement")
    yield Question(REFERENCE, _COMMANDE, af, choices=references, default=references[0])
    appel = known.appels.get(str(answers.get(REFERENCE)))
    if appel is None:
        return
    prestations = tuple(each.id for each in appel.prestations)
    yield Question(
        PRESTATION, _COMMANDE, Text("Prestation", "Prestation"), choices=prestations, default=prestations[-1]
    )
    today = known.today.isoformat()
    yield Question(DATE, _COMMANDE, Text("Date d'émission", "Date of issue"), Form.DATE, default=today)
    number = Text("Numéro du bon de commande", "Number of the bon de commande")
    year = int(str(answers.get(DATE) or today)[:4])
    yield Question(NUMERO, _COMMANDE, number, default=known.numero(year))
    yield from _client(answers, appel, known)
    if _VAGUE_1 in str(answers.get(PRESTATION)).split("+"):
        yield from _history(str(answers.get(FINESS)))
    yield from _montant(answers)
    for each in appel.questions:
        form = Form.DATE if each.is_date else Form.YES_NO
        yield Question(f"/scenario/{each.id}", _SCENARIO, Text(each.text, each.text), form, _yes_no(form))
    yield from _solution(answers)
    yield from _fournisseur(known.fournisseur)


def _client(answers: Answers, appel: Appel, known: Known) -> Iterator[Question]:
    finess = Text("FINESS PMSI", "FINESS PMSI")
    if known.base:
        finess = Text("FINESS PMSI, ou nom de l'établissement", "FINESS PMSI, or name of the establishment")
    yield Question(FINESS, _CLIENT, finess, Form.FINESS)
    client = str(answers.get(FINESS))
    found = known.base.get(client) if known.base else None
    if known.base and not found and appel.knows_by_finess_pmsi:
        yield from _merger(answers)
    name, default = Text("Dénomination sociale", "Registered name"), found.nom if found else ""
    yield Question(NOM, _CLIENT, name, default=default, about=client)
    signatory = Text("Signataire (Entrée : pas encore connu)", "Signatory (Enter: not known yet)")
    yield Question("/client/signataire/nom", _CLIENT, signatory, optional=True, about=client)
    if signed := answers.get("/client/signataire/nom"):
        quality = Text("Sa qualité (Entrée : aucune)", "Position (Enter: none)")
        yield Question("/client/signataire/qualite", _CLIENT, quality, optional=True, about=f"{client} {signed}")


def _merger(answers: Answers) -> Iterator[Question]:
    """Ask what a hospital that is not in the base was merged of: it is eligible through these, or not at all."""
    client = str(answers.get(FINESS))
    for number in range(_MOST_MERGED):
        text = Text(
            "Né d'une fusion : FINESS PMSI ou nom d'un établissement fusionné (« < » : corriger le FINESS)",
            "Born of a merger: FINESS PMSI or name of a hospital merged (“<”: correct the FINESS)",
        )
        if number:
            text = Text("D'un autre établissement fusionné", "Of another hospital merged")
        if optional := number >= _FEWEST_MERGED:
            text = Text(f"{text.fr} (Entrée : plus d'autre)", f"{text.en} (Enter: no other)")
        pointer = f"{MERGED}/{number}"
        yield Question(pointer, _CLIENT, text, Form.FINESS, optional=optional, about=client)
        if optional and not answers.get(pointer):
            break
    proof = Text("Nom ou référence du justificatif de la fusion", "Name or reference of the proof of the merger")
    yield Question(JUSTIFICATIF, _CLIENT, proof, about=client)


def _history(client: str) -> Iterator[Question]:
    for key, text in (
        ("vague_1_financee", Text("A eu une prestation Ségur de la vague 1 ?", "Had a Ségur prestation of wave 1?")),
        ("vague_1_a_ses_frais", Text("A payé elle-même sa mise à jour vague 1 ?", "Paid for its update to wave 1?")),
    ):
        yield Question(f"/historique/{key}", _HISTORY, text, Form.YES_NO, _yes_no(Form.YES_NO), about=client)


def _montant(answers: Answers) -> Iterator[Question]:
    ordered = f"{answers.get(FINESS)} {answers.get(PRESTATION)}"
    amount = Text("Montant HT, en euros", "Amount without VAT, in euros")
    yield Question(HT, _MONTANT, amount, Form.AMOUNT, about=ordered)
    yield Question(
        TAUX, _MONTANT, Text("Taux de TVA, en pour cent", "Rate of VAT, in per cent"), Form.RATE, default=_USUAL_RATE
    )
    ht, rate = answers.get(HT), answers.get(TAUX)
    computed = (
        str(cents(Decimal(ht) * (1 + Decimal(rate) / 100))) if isinstance(ht, str) and isinstance(rate, str) else ""
    )
    amount = Text("Montant TTC, en euros", "Amount with VAT, in euros")
    yield Question(TTC, _MONTANT, amount, Form.AMOUNT, default=computed, about=ordered)


def _solution(answers: Answers) -> Iterator[Question]:
    name = Text("Nom du logiciel (Entrée : ne pas le dire)", "Name of the software (Enter: not said)")
    yield Question("/solution/nom", _SOLUTION, name, optional=True)
    if answers.get("/solution/nom"):
        version = Text("Sa version (Entrée : ne pas la dire)", "Version (Enter: not said)")
        yield Question("/solution/version", _SOLUTION, version, optional=True)


def _fournisseur(given: frozenset[str]) -> Iterator[Question]:
    for key, text, form in (
        ("denomination_sociale", Text("Dénomination sociale", "Registered name"), Form.TEXT),
        ("siret", Text("SIRET", "SIRET"), Form.SIRET),
        ("adresse/lignes/0", Text("Adresse", "Address"), Form.TEXT),
        ("adresse/code_postal", Text("Code postal", "Postcode"), Form.CODE_POSTAL),
        ("adresse/ville", Text("Ville", "Town"), Form.TEXT),
        ("responsable_transaction", Text("Responsable de la transaction", "In charge of the transaction"), Form.TEXT),
        ("telephone", Text("Téléphone", "Phone"), Form.TELEPHONE),
        ("mail", Text("Messagerie", "Mail address"), Form.TEXT),
    ):
        if key.partition("/")[0] not in given:
            yield Question(f"/fournisseur/{key}", _VENDOR, text, form)


def _yes_no(form: Form) -> tuple[str, ...]:
    return ("oui", "non") if form is Form.YES_NO else ()


def appel_of(answers: Answers, appels: Appels) -> Appel | None:
    """Return the record of the AF that was answered."""
    return appels.get(str(answers.get(REFERENCE)))
