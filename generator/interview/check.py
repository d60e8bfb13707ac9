"""An answer as it is typed: read as its form wants, then held against schema and rules, with the answers before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from generator.clients.fields import DIGITS
from generator.clients.fields import Form
from generator.clients.rows import close_lists
from generator.clients.rows import put
from generator.clients.rows import read_cell
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.interview.questions import Answers
from generator.interview.questions import Question
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject
from generator.jsonio.source import parse_descriptors
from generator.lang import Lang
from generator.references import Appels
from generator.rules import Surroundings
from generator.rules.eligibilite import ELIGIBLE_ABSENT
from generator.tables import Cell
from generator.tables.cells import CELLULE_VIDE
from generator.validation import Checked
from generator.validation import check_descriptor

# A hospital that is not in the base may be born of a merger: the questions that come next ask for it.
_ASKED_NEXT = frozenset({ELIGIBLE_ABSENT.code})


@dataclass(frozen=True)
class Checker:
    """Holds answers against schema and rules.

    Attributes:
        appels: the records of the AF.
        around: the base of eligible establishments, the register, and the day.
        fournisseur: what completes the descriptor, as `Settings.fournisseur`.
        lang: the language that questions are asked in.
        file: what findings call the descriptor.
    """

    appels: Appels
    around: Surroundings
    fournisseur: Descriptor | None
    lang: Lang
    file: str = field(default="-")

    def read(self, question: Question, typed: str, answers: Answers) -> tuple[str | bool | None, tuple[Finding, ...]]:
        """Return what an answer says, as a descriptor holds it, and what is to be said of it.

        Args:
            question: the question.
            typed: what was typed.
            answers: those given before.
        """
        text = " ".join(typed.split())
        if question.form in DIGITS and question.form is not Form.TELEPHONE:
            text = text.replace(" ", "").upper()
        read = read_cell(Cell(text or None, question.text.say(self.lang), Place()), question.form)
        if isinstance(read, Finding):
            return None, (read,)
        if read is None:
            return None, () if question.optional else (CELLULE_VIDE.at(Place(), header=question.text),)
        findings = self.whole({**answers, question.pointer: read}).findings
        about = (found for found in findings if found.place.pointer == question.pointer)
        return read, tuple(_doubted(found) if found.code in _ASKED_NEXT else found for found in about)

    def whole(self, answers: Answers) -> Checked:
        """Return the descriptor that answers make, checked; what it lacks is among its findings."""
        (descriptor,) = parse_descriptors(json.dumps(descriptor_of(answers), ensure_ascii=False, indent=2), self.file)
        assert isinstance(descriptor, Descriptor)
        return check_descriptor(descriptor, self.appels, self.fournisseur, self.around)


def _doubted(found: Finding) -> Finding:
    return replace(found, kind=replace(found.kind, severity=WARNING))


def descriptor_of(answers: Answers) -> JsonObject:
    """Return the descriptor that answers make."""
    value: JsonObject = {}
    for pointer, answer in answers.items():
        if answer is not None:
            put(value, pointer, answer)
    close_lists(value)
    return value
