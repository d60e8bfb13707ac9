"""List the questions for an order, which depend on the answers so far."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from generator.common.language import Text
from generator.documents.printed import cents
from generator.intake.clients.fields import Form
from generator.references import Appel, Appels
from generator.rules.eligibles import Base

# Answers by pointer, in the order of the questions; None for an optional question without an answer.
Answers = Mapping[str, str | bool | None]

REFERENCE, PRESTATION, NUMERO, DATE = "/reference", "/prestation", "/numero", "/date_emission"
FINESS, NOM = "/client/finess_pmsi", "/client/denomination_sociale"
MERGED, JUSTIFICATIF = "/fusion/finess", "/fusion/justificatif"
HT, TAUX, TTC = "/montant/ht", "/montant/taux_tva", "/montant/ttc"
_VAGUE_1 = "V1"
# The rate that the agency's own ceilings assume (« dans l'hypothèse explicite d'une TVA applicable à 20% »).
_USUAL_RATE = "20.00"
# The numbers of merged establishments that the schema accepts.
_FEWEST_MERGED, _MOST_MERGED = 2, 20
_COMMANDE, _CLIENT, _MONTANT = Text("Commande", "Order"), Text("Client", "Client"), Text("Montant", "Amount")
_SCENARIO, _SOLUTION = Text("Scénario d'installation", "Installation scenario"), Text("Logiciel", "Software")
_VA = Text("VA ou PV pilote", "VA or PV pilote")
_VENDOR, _HISTORY = Text("Fournisseur", "Fournisseur"), Text("Historique", "History")


@dataclass(frozen=True, slots=True)
class PromptQuestion:
    """A question at the prompt.

    Attributes:
        pointer: the pointer of its answer in the descriptor.
        section: its heading.
        text: its text.
        form: the format of an answer.
        choices: the possible answers; empty for a free answer.
        default: the proposed answer, as in a descriptor.
        optional: whether the answer may be empty.
        about: the subject of the question, such as the FINESS: with another subject it is asked again.
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
    """The data for questions, besides the answers.

    Attributes:
        appels: the AF records.
        base: the base of eligible establishments.
        numero: returns the proposed number for an order of a year; empty if the settings have no pattern.
        today: the proposed date of the order.
        fournisseur: the keys of the vendor's part that the settings give.
        vendor_only: ask for the vendor's part alone.
        proposed: the proposed answers for the vendor's part, by pointer.
    """

    appels: Appels
    base: Base | None
    numero: Callable[[int], str]
    today: datetime.date
    fournisseur: frozenset[str] = frozenset()
    vendor_only: bool = False
    proposed: Mapping[str, str] = field(default_factory=dict)


def questions(answers: Answers, known: Known) -> Iterator[PromptQuestion]:
    """Return every question that follows from the answers so far, also those answered, in order."""
    if known.vendor_only:
        yield from _fournisseur(known, frozenset())
        return
    references = tuple(known.appels)
    af = Text("Appel à financement", "Appel à financement")
    yield PromptQuestion(REFERENCE, _COMMANDE, af, choices=references, default=references[0])
    appel = known.appels.get(str(answers.get(REFERENCE)))
    if appel is None:
        return
    prestations = tuple(each.id for each in appel.prestations)
    yield PromptQuestion(
        PRESTATION, _COMMANDE, Text("Prestation", "Prestation"), choices=prestations, default=prestations[-1]
    )
    today = known.today.isoformat()
    yield PromptQuestion(DATE, _COMMANDE, Text("Date d'émission", "Date of issue"), Form.DATE, default=today)
    # After the date: the pattern of numbers may contain its year.
    number = Text("Numéro du bon de commande", "Number of the bon de commande")
    year = int(str(answers.get(DATE) or today)[:4])
    yield PromptQuestion(NUMERO, _COMMANDE, number, default=known.numero(year))
    yield from _client(answers, appel, known)
    # Only `V1+V2` depends on what the client had in wave 1.
    if _VAGUE_1 in str(answers.get(PRESTATION)).split("+"):
        yield from _history(str(answers.get(FINESS)))
    yield from _montant(answers)
    for each in appel.questions:
        form = Form.DATE if each.is_date else Form.YES_NO
        yield PromptQuestion(f"/scenario/{each.id}", _SCENARIO, Text(each.text, each.text), form, _yes_no(form))
    yield from _solution(answers)
    yield from _va(answers, appel)
    yield from _fournisseur(known, known.fournisseur)


def _client(answers: Answers, appel: Appel, known: Known) -> Iterator[PromptQuestion]:
    finess = Text("FINESS PMSI", "FINESS PMSI")
    if known.base:
        finess = Text("FINESS PMSI, ou nom de l'établissement", "FINESS PMSI, or name of the establishment")
    yield PromptQuestion(FINESS, _CLIENT, finess, Form.FINESS)
    client = str(answers.get(FINESS))
    found = known.base.get(client) if known.base else None
    # Without a base, or for an AF without FINESS PMSI, nothing tells that the client is missing.
    if known.base and not found and appel.knows_by_finess_pmsi:
        yield from _merger(answers)
    name, default = Text("Dénomination sociale", "Registered name"), found.nom if found else ""
    yield PromptQuestion(NOM, _CLIENT, name, default=default, about=client)
    signatory = Text("Signataire (Entrée : pas encore connu)", "Signatory (Enter: not known yet)")
    yield PromptQuestion("/client/signataire/nom", _CLIENT, signatory, optional=True, about=client)
    if signed := answers.get("/client/signataire/nom"):
        quality = Text("Sa qualité (Entrée : aucune)", "Position (Enter: none)")
        yield PromptQuestion("/client/signataire/qualite", _CLIENT, quality, optional=True, about=f"{client} {signed}")


def _merger(answers: Answers) -> Iterator[PromptQuestion]:
    # A hospital that is not in the base is eligible only as a merger of establishments that are in it.
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
        yield PromptQuestion(pointer, _CLIENT, text, Form.FINESS, optional=optional, about=client)
        if optional and not answers.get(pointer):
            break
    proof = Text("Nom ou référence du justificatif de la fusion", "Name or reference of the proof of the merger")
    yield PromptQuestion(JUSTIFICATIF, _CLIENT, proof, about=client)


def _history(client: str) -> Iterator[PromptQuestion]:
    for key, text in (
        ("vague_1_financee", Text("A eu une prestation Ségur de la vague 1 ?", "Had a Ségur prestation of wave 1?")),
        ("vague_1_a_ses_frais", Text("A payé elle-même sa mise à jour vague 1 ?", "Paid for its update to wave 1?")),
    ):
        yield PromptQuestion(f"/historique/{key}", _HISTORY, text, Form.YES_NO, _yes_no(Form.YES_NO), about=client)


def _montant(answers: Answers) -> Iterator[PromptQuestion]:
    # Another client or prestation has another ceiling: the amount is asked again.
    ordered = f"{answers.get(FINESS)} {answers.get(PRESTATION)}"
    amount = Text("Montant HT, en euros", "Amount without VAT, in euros")
    yield PromptQuestion(HT, _MONTANT, amount, Form.AMOUNT, about=ordered)
    yield PromptQuestion(
        TAUX, _MONTANT, Text("Taux de TVA, en pour cent", "Rate of VAT, in per cent"), Form.RATE, default=_USUAL_RATE
    )
    ht, rate = answers.get(HT), answers.get(TAUX)
    if isinstance(rate, str) and not Decimal(rate):
        return  # The vendor is not subject to VAT.
    computed = (
        str(cents(Decimal(ht) * (1 + Decimal(rate) / 100))) if isinstance(ht, str) and isinstance(rate, str) else ""
    )
    amount = Text("Montant TTC, en euros", "Amount with VAT, in euros")
    yield PromptQuestion(TTC, _MONTANT, amount, Form.AMOUNT, default=computed, about=ordered)


def _solution(answers: Answers) -> Iterator[PromptQuestion]:
    name = Text("Nom du logiciel (Entrée : ne pas le dire)", "Name of the software (Enter: not said)")
    yield PromptQuestion("/solution/nom", _SOLUTION, name, optional=True)
    if answers.get("/solution/nom"):
        version = Text("Sa version (Entrée : ne pas la dire)", "Version (Enter: not said)")
        yield PromptQuestion("/solution/version", _SOLUTION, version, optional=True)


def _fournisseur(known: Known, given: frozenset[str]) -> Iterator[PromptQuestion]:
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
        # A part that the settings give, such as an address, is not asked for line by line.
        if key.partition("/")[0] not in given:
            pointer = f"/fournisseur/{key}"
            yield PromptQuestion(pointer, _VENDOR, text, form, default=known.proposed.get(pointer, ""))


def _va(answers: Answers, appel: Appel) -> Iterator[PromptQuestion]:
    """Ask for the VA or PV pilote, if the software is already installed."""
    # A descriptor writes `pv_pilote`, a file name `pv-pilote`.
    kinds = tuple(kind.value.replace("-", "_") for kind in appel.end_documents)
    if not kinds:
        return
    named = ", ".join(kinds)
    kind = Text(f"Document de fin : {named} (Entrée : pas encore)", f"End document: {named} (Enter: not yet)")
    yield PromptQuestion("/va/type", _VA, kind, choices=kinds, optional=True)
    if not answers.get("/va/type"):
        return
    yield PromptQuestion("/va/date", _VA, Text("Date du constat", "Date of the acceptance"), Form.DATE)
    version = str(answers.get("/solution/version") or "")
    yield PromptQuestion("/va/version_installee", _VA, Text("Version installée", "Version installed"), default=version)
    address = Text(
        "Adresse MSSanté utilisée par le client (Entrée : pas encore connue)",
        "MSSanté address that the client uses (Enter: not known yet)",
    )
    yield PromptQuestion("/va/adresse_mssante", _VA, address, optional=True, about=str(answers.get(FINESS)))


def _yes_no(form: Form) -> tuple[str, ...]:
    return ("oui", "non") if form is Form.YES_NO else ()
