"""The asking: one line a question, checked while it is typed, names of the base offered."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.completion import Completer
from prompt_toolkit.completion import Completion
from prompt_toolkit.completion import DummyCompleter
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.styles import Style
from prompt_toolkit.validation import ValidationError
from prompt_toolkit.validation import Validator

from generator.clients.fields import Form
from generator.eligibles import Base
from generator.eligibles.search import search
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings import has_errors
from generator.interview.check import Checker
from generator.interview.questions import Answers
from generator.interview.questions import Question
from generator.lang import Lang
from generator.lang import Text

NOM_A_CHOISIR = define(
    "NOM-A-CHOISIR", ERROR,
    fr="{count} établissements de la base répondent à « {name} »",
    en="{count} establishments of the base answer “{name}”",
    fix_fr="en choisir un avec les flèches, ou écrire le FINESS PMSI",
    fix_en="choose one with the arrow keys, or write the FINESS PMSI",
)  # fmt: skip

BACK = "<"
# Names offered for what is typed; more of them are no help.
_MANY = 10
_STYLE = Style.from_dict(
    {
        "question": "bold",
        "bottom-toolbar": "noreverse",
        "refused": "ansired",
        "doubt": "ansiyellow",
        "hint": "ansibrightblack",
    }
)
_HINT = Text(
    "Entrée : répondre · « < » : question précédente · Ctrl-C : tout abandonner, rien n'est écrit",
    "Enter: answer · “<”: question before · Ctrl-C: give up, nothing is written",
)


class Asker:
    """Asks questions on the terminal."""

    def __init__(self, checker: Checker, base: Base | None, lang: Lang) -> None:
        self._checker, self._base, self._lang = checker, base, lang
        self._session: PromptSession[str] = PromptSession(style=_STYLE, complete_while_typing=True)

    def ask(
        self, question: Question, answers: Answers, proposed: str
    ) -> tuple[str | bool | None, tuple[Finding, ...]] | None:
        """Ask one question until its answer can stand.

        Args:
            question: the question.
            answers: those given before.
            proposed: what stands on the line to begin with.

        Returns:
            The answer, as a descriptor holds it, and the warnings about it; None to go back.

        Raises:
            KeyboardInterrupt: the user gives up (Ctrl-C).
            EOFError: so does the terminal (Ctrl-D, or it is gone).
        """
        validator = _Standing(self, question, answers)
        typed = self._session.prompt(
            [("class:question", f"{question.text.say(self._lang)} : ")],
            default=proposed,
            completer=self._completer(question),
            complete_in_thread=True,
            validator=validator,
            validate_while_typing=False,
            bottom_toolbar=lambda: [*self.toolbar(question, self._session.default_buffer.text, answers)],
        )
        return None if goes_back(typed) else self.read(question, typed, answers)

    def read(self, question: Question, typed: str, answers: Answers) -> tuple[str | bool | None, tuple[Finding, ...]]:
        """Return what an answer says, and what is to be said of it; a name that one establishment has is its number."""
        if question.form is Form.FINESS and self._base and any(char.isalpha() for char in typed.strip()[2:]):
            named = search(self._base, typed, _MANY)
            if len(named) != 1:
                more = Text(f"{_MANY} ou plus", f"{_MANY} or more")
                count = more if len(named) == _MANY else str(len(named))
                return None, (NOM_A_CHOISIR.at(Place(), count=count, name=typed.strip()),)
            typed = named[0].finess
        return self._checker.read(question, typed, answers)

    def check(self, answers: Answers) -> tuple[Finding, ...]:
        """Return all that is to be said of the descriptor that answers make."""
        return self._checker.whole(answers).findings

    def _completer(self, question: Question) -> Completer:
        if question.choices:
            return WordCompleter(list(question.choices), ignore_case=True, sentence=True)
        return _Names(self._base) if question.form is Form.FINESS and self._base else DummyCompleter()

    def toolbar(self, question: Question, typed: str, answers: Answers) -> list[tuple[str, str]]:
        """Return what the line at the bottom says: what is wrong with what is typed so far, else how to go on."""
        if typed.strip() and not goes_back(typed):
            _, findings = self.read(question, typed, answers)
            worst = sorted(findings, key=lambda found: found.severity is not ERROR)
            if worst:
                style = "class:refused" if worst[0].severity is ERROR else "class:doubt"
                return [(style, self.said(worst[0], "\n"))]
        return [("class:hint", _HINT.say(self._lang))]

    def said(self, finding: Finding, separator: str = " ") -> str:
        """Return a finding, and what to do, parted by `separator`."""
        fix = finding.fix(self._lang)
        return f"{finding.message(self._lang)}{separator}→ {fix}" if fix else finding.message(self._lang)


class _Standing(Validator):
    """Lets an answer pass that can stand, or that goes back."""

    def __init__(self, asker: Asker, question: Question, answers: Answers) -> None:
        self._asker, self._question, self._answers = asker, question, answers

    def validate(self, document: Document) -> None:
        if goes_back(document.text):
            return
        _, findings = self._asker.read(self._question, document.text, self._answers)
        if has_errors(findings):
            worst = next(found for found in findings if found.severity is ERROR)
            raise ValidationError(len(document.text), self._asker.said(worst))


class _Names(Completer):
    """Offers establishments of the base, by number or name; what is taken is the number."""

    def __init__(self, base: Base) -> None:
        self._base = base

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002  # prompt_toolkit's own signature
        typed = document.text_before_cursor
        for each in search(self._base, typed, _MANY) if typed.strip() else ():
            yield Completion(each.finess, -len(typed), f"{each.finess}  {each.nom}")


def goes_back(typed: str) -> bool:
    """Tell whether a line asks for the question before: a `<` ends it, after what was proposed or not."""
    return typed.rstrip().endswith(BACK)


def shown(question: Question, answer: str | bool | None) -> str:
    """Return an answer as it is typed."""
    if isinstance(answer, bool):
        return "oui" if answer else "non"
    if answer and question.form is Form.DATE:
        return "/".join(reversed(answer.split("-")))
    return answer or ""
