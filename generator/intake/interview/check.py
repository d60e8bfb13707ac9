"""Check an answer: its format, then schema and rules on the descriptor of all answers so far."""

import json
from dataclasses import dataclass, replace

from generator.common.findings import ERROR, WARNING, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.jsonio.schema import CLE_ABSENTE
from generator.common.jsonio.source import Descriptor, JsonObject, parse_descriptors
from generator.common.language import Lang
from generator.common.tables import SheetCell, cells
from generator.intake.clients.fields import DIGITS, ValueKind
from generator.intake.clients.rows import CELLULE_OUI_NON, CELLULE_TAUX, close_lists, is_within, put, read_cell
from generator.intake.interview.questions import Answers, PromptQuestion
from generator.references import Appels
from generator.rules import RuleContext
from generator.rules.eligibilite import ELIGIBLE_ABSENT
from generator.rules.validation import CheckedOrder, check_descriptor

REPONSE_VIDE = define("REPONSE-VIDE", ERROR)
REPONSE_DATE = define("REPONSE-DATE", ERROR)
REPONSE_JOUR = define("REPONSE-JOUR", ERROR)
REPONSE_TAUX = define("REPONSE-TAUX", ERROR)
REPONSE_MONTANT = define("REPONSE-MONTANT", ERROR)
REPONSE_OUI_NON = define("REPONSE-OUI-NON", ERROR)

# The question is on the screen, so the message does not begin with it; an answer has no cell with a format.
_ANSWERED = {
    cells.CELLULE_DATE.code: REPONSE_DATE,
    cells.CELLULE_DATE_HEURE.code: REPONSE_DATE,
    cells.CELLULE_DATE_INEXISTANTE.code: REPONSE_JOUR,
    CELLULE_TAUX.code: REPONSE_TAUX,
    cells.CELLULE_MONTANT.code: REPONSE_MONTANT,
    CELLULE_OUI_NON.code: REPONSE_OUI_NON,
}
# The next questions ask whether a hospital that is not in the base comes from a merger.
_ASKED_NEXT = frozenset({ELIGIBLE_ABSENT.code})


@dataclass(frozen=True)
class Checker:
    """Checks answers with schema and rules.

    Attributes:
        appels: the AF records.
        context: the base of eligible establishments, the register, and the day.
        fournisseur: the vendor's part of the settings, which completes the descriptor.
        lang: the language of the questions.
        file: the name of the descriptor in findings.
        part: the pointer of the part that is asked for, where the rest of the order is not: `/fournisseur`.
    """

    appels: Appels
    context: RuleContext
    fournisseur: Descriptor | None
    lang: Lang
    file: str = "-"
    part: str = ""

    def read(
        self, question: PromptQuestion, typed: str, answers: Answers
    ) -> tuple[str | bool | None, tuple[Finding, ...]]:
        """Return the value of an answer for the descriptor, and its findings.

        Args:
            question: the question.
            typed: the text typed.
            answers: the answers before it.
        """
        text = fold_spaces(typed)
        # People group the digits of a FINESS or SIRET; 2a is typed for 2A.
        if question.kind in DIGITS and question.kind is not ValueKind.TELEPHONE:
            text = text.replace(" ", "").upper()
        read = read_cell(SheetCell(text or None, question.text.say(self.lang), Place()), question.kind)
        if isinstance(read, Finding):
            return None, (replace(read, kind=_ANSWERED.get(read.code, read.kind)),)
        if read is None:
            return None, () if question.optional else (REPONSE_VIDE.at(Place()),)
        # The rules need the other answers: the amount is compared with the ceiling of the establishment.
        findings = self.whole({**answers, question.pointer: read}).findings
        about = (found for found in findings if found.place.pointer == question.pointer)
        return read, tuple(_as_warning(found) if found.code in _ASKED_NEXT else found for found in about)

    def whole(self, answers: Answers) -> CheckedOrder:
        """Return the descriptor of these answers, checked; missing values are among its findings."""
        (descriptor,) = parse_descriptors(
            json.dumps(build_descriptor(answers), ensure_ascii=False, indent=2), self.file
        )
        assert isinstance(descriptor, Descriptor)
        checked = check_descriptor(descriptor, self.appels, self.fournisseur, self.context)
        # Only this part is asked for: every other part of the order is missing.
        within = (found for found in checked.findings if is_within(found.place.pointer or "", self.part))
        return replace(checked, findings=tuple(within)) if self.part else checked


def vendor_findings(vendor: Descriptor, appels: Appels, context: RuleContext) -> tuple[Finding, ...]:
    """Return the findings on a vendor's part, except for its missing keys, which the interview asks for."""
    # An empty order: all findings on the vendor's part are those of the file itself.
    (empty,) = parse_descriptors("{}")
    assert isinstance(empty, Descriptor)
    found = check_descriptor(empty, appels, vendor, context).findings
    asked = ("", "/fournisseur")
    return tuple(
        each
        for each in found
        if each.place.file == vendor.file and not (each.kind == CLE_ABSENTE and (each.place.pointer or "") in asked)
    )


def _as_warning(found: Finding) -> Finding:
    return replace(found, kind=replace(found.kind, severity=WARNING))


def build_descriptor(answers: Answers) -> JsonObject:
    """Return the descriptor of these answers."""
    value: JsonObject = {}
    for pointer, answer in answers.items():
        if answer is not None:
            put(value, pointer, answer)
    close_lists(value)
    return value
