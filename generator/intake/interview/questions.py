"""List the questions for an order, which depend on the answers so far."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from generator.common.language import Text, text
from generator.documents.printed import cents
from generator.intake.clients.fields import ValueKind
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


@dataclass(frozen=True, slots=True)
class PromptQuestion:
    """A question at the prompt.

    Attributes:
        pointer: the pointer of its answer in the descriptor.
        section: the part of the order that it is about; the catalogue has its heading.
        text: its text.
        kind: the kind of value that answers it.
        choices: the possible answers; empty for a free answer.
        default: the proposed answer, as in a descriptor.
        optional: whether the answer may be empty.
        about: the subject of the question, such as the FINESS: with another subject it is asked again.
    """

    pointer: str
    section: str
    text: Text
    kind: ValueKind = ValueKind.TEXT
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
    af = text("intake.questions.order.reference")
    yield PromptQuestion(REFERENCE, "order", af, choices=references, default=references[0])
    appel = known.appels.get(str(answers.get(REFERENCE)))
    if appel is None:
        return
    prestations = tuple(each.id for each in appel.prestations)
    prestation = text("intake.questions.order.prestation")
    yield PromptQuestion(PRESTATION, "order", prestation, choices=prestations, default=prestations[-1])
    today = known.today.isoformat()
    yield PromptQuestion(DATE, "order", text("intake.questions.order.date"), ValueKind.DATE, default=today)
    # After the date: the pattern of numbers may contain its year.
    year = int(str(answers.get(DATE) or today)[:4])
    yield PromptQuestion(NUMERO, "order", text("intake.questions.order.numero"), default=known.numero(year))
    yield from _client(answers, appel, known)
    # Only `V1+V2` depends on what the client had in wave 1.
    if _VAGUE_1 in str(answers.get(PRESTATION)).split("+"):
        yield from _history(str(answers.get(FINESS)))
    yield from _montant(answers)
    for each in appel.questions:
        kind = ValueKind.DATE if each.is_date else ValueKind.YES_NO
        yield PromptQuestion(f"/scenario/{each.id}", "scenario", Text(each.text, each.text), kind)
    yield from _solution(answers)
    yield from _va(answers, appel)
    yield from _fournisseur(known, known.fournisseur)


def _client(answers: Answers, appel: Appel, known: Known) -> Iterator[PromptQuestion]:
    finess = text("intake.questions.client.finess-or-name") if known.base else text("intake.questions.client.finess")
    yield PromptQuestion(FINESS, "client", finess, ValueKind.FINESS)
    client = str(answers.get(FINESS))
    found = known.base.get(client) if known.base else None
    # Without a base, or for an AF without FINESS PMSI, nothing tells that the client is missing.
    if known.base and not found and appel.knows_by_finess_pmsi:
        yield from _merger(answers)
    name, default = text("intake.questions.client.nom"), found.nom if found else ""
    yield PromptQuestion(NOM, "client", name, default=default, about=client)
    signatory = text("intake.questions.client.signataire")
    yield PromptQuestion("/client/signataire/nom", "client", signatory, optional=True, about=client)
    if signed := answers.get("/client/signataire/nom"):
        quality = text("intake.questions.client.qualite")
        yield PromptQuestion("/client/signataire/qualite", "client", quality, optional=True, about=f"{client} {signed}")


def _merger(answers: Answers) -> Iterator[PromptQuestion]:
    # A hospital that is not in the base is eligible only as a merger of establishments that are in it.
    client = str(answers.get(FINESS))
    for number in range(_MOST_MERGED):
        optional = number >= _FEWEST_MERGED
        rank = "more" if optional else "second" if number else "first"
        merged = text(f"intake.questions.client.merged-{rank}")
        pointer = f"{MERGED}/{number}"
        yield PromptQuestion(pointer, "client", merged, ValueKind.FINESS, optional=optional, about=client)
        if optional and not answers.get(pointer):
            break
    yield PromptQuestion(JUSTIFICATIF, "client", text("intake.questions.client.justificatif"), about=client)


def _history(client: str) -> Iterator[PromptQuestion]:
    for name in ("vague_1_financee", "vague_1_a_ses_frais"):
        had = text(f"intake.questions.historique.{name}")
        yield PromptQuestion(f"/historique/{name}", "historique", had, ValueKind.YES_NO, about=client)


def _montant(answers: Answers) -> Iterator[PromptQuestion]:
    # Another client or prestation has another ceiling: the amount is asked again.
    ordered = f"{answers.get(FINESS)} {answers.get(PRESTATION)}"
    yield PromptQuestion(HT, "montant", text("intake.questions.montant.ht"), ValueKind.AMOUNT, about=ordered)
    yield PromptQuestion(TAUX, "montant", text("intake.questions.montant.taux"), ValueKind.RATE, default=_USUAL_RATE)
    ht, rate = answers.get(HT), answers.get(TAUX)
    if isinstance(rate, str) and not Decimal(rate):
        return  # The vendor is not subject to VAT.
    computed = (
        str(cents(Decimal(ht) * (1 + Decimal(rate) / 100))) if isinstance(ht, str) and isinstance(rate, str) else ""
    )
    amount = text("intake.questions.montant.ttc")
    yield PromptQuestion(TTC, "montant", amount, ValueKind.AMOUNT, default=computed, about=ordered)


def _solution(answers: Answers) -> Iterator[PromptQuestion]:
    yield PromptQuestion("/solution/nom", "solution", text("intake.questions.solution.nom"), optional=True)
    if answers.get("/solution/nom"):
        yield PromptQuestion("/solution/version", "solution", text("intake.questions.solution.version"), optional=True)


def _fournisseur(known: Known, given: frozenset[str]) -> Iterator[PromptQuestion]:
    for key, kind in (
        ("denomination_sociale", ValueKind.TEXT),
        ("siret", ValueKind.SIRET),
        ("adresse/lignes/0", ValueKind.TEXT),
        ("adresse/code_postal", ValueKind.CODE_POSTAL),
        ("adresse/ville", ValueKind.TEXT),
        ("responsable_transaction", ValueKind.TEXT),
        ("telephone", ValueKind.TELEPHONE),
        ("mail", ValueKind.TEXT),
    ):
        # A part that the settings give, such as an address, is not asked for line by line.
        if key.partition("/")[0] not in given:
            pointer = f"/fournisseur/{key}"
            asked = text(f"intake.questions.fournisseur.{key.replace('/', '-')}")
            yield PromptQuestion(pointer, "fournisseur", asked, kind, default=known.proposed.get(pointer, ""))


def _va(answers: Answers, appel: Appel) -> Iterator[PromptQuestion]:
    """Ask for the VA or PV pilote, if the software is already installed."""
    # A descriptor writes `pv_pilote`, a file name `pv-pilote`.
    kinds = tuple(kind.value.replace("-", "_") for kind in appel.end_documents)
    if not kinds:
        return
    kind = text("intake.questions.va.type", kinds=", ".join(kinds))
    yield PromptQuestion("/va/type", "va", kind, choices=kinds, optional=True)
    if not answers.get("/va/type"):
        return
    yield PromptQuestion("/va/date", "va", text("intake.questions.va.date"), ValueKind.DATE)
    version = str(answers.get("/solution/version") or "")
    yield PromptQuestion("/va/version_installee", "va", text("intake.questions.va.version"), default=version)
    address = text("intake.questions.va.adresse_mssante")
    yield PromptQuestion("/va/adresse_mssante", "va", address, optional=True, about=str(answers.get(FINESS)))
