"""Ask for an order at the terminal, question after question, until its descriptor is valid.

A question takes one line, which is checked while it is typed, with completion from the base.

questionary 2.1, tried in its place, takes no “<”, “oui” or Ctrl-D, appends what is typed to a proposed answer, shows no
warnings, and writes escape codes to plain terminals; with its text question alone no line is saved.
"""

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, DummyCompleter, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import shift_selection_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import is_dumb_terminal
from prompt_toolkit.validation import Validator

from generator.common.findings import ERROR, Finding, Place, define, has_errors
from generator.common.folding import fold_spaces
from generator.common.jsonio.source import JsonObject
from generator.common.language import Lang, Text, text
from generator.intake.clients.fields import ValueKind
from generator.intake.interview.check import Checker, build_descriptor
from generator.intake.interview.questions import Answers, Known, PromptQuestion, questions
from generator.rules.eligibles import Base
from generator.rules.eligibles.search import search

NOM_A_CHOISIR = define("NOM-A-CHOISIR", ERROR)

BACK = "<"
# Names offered by the completion.
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
# People would have to guess how these answers are typed.
_EXPLAINED_KINDS = (ValueKind.YES_NO, ValueKind.DATE)
# The questions answered, with their answers, by pointer.
_Given = dict[str, tuple[PromptQuestion, str | bool | None]]
_OVER_SELECTION = KeyBindings()


@_OVER_SELECTION.add(Keys.BracketedPaste, filter=shift_selection_mode)
def _paste_over(event: KeyPressEvent) -> None:
    event.current_buffer.cut_selection()
    # A pasted text may have several lines, and an answer has one.
    event.current_buffer.insert_text(fold_spaces(event.data))


@_OVER_SELECTION.add("c-u", filter=shift_selection_mode)
@_OVER_SELECTION.add("c-w", filter=shift_selection_mode)
def _clear(event: KeyPressEvent) -> None:
    # These keys remove the text before the cursor; over a selection, they remove the selection.
    event.current_buffer.cut_selection()


class Asker:
    """Asks questions on the terminal."""

    def __init__(self, checker: Checker, base: Base | None, lang: Lang) -> None:
        self._checker, self._base, self.lang = checker, base, lang
        self._session: PromptSession[str] = PromptSession(style=_STYLE, complete_while_typing=True)

    def ask(
        self, question: PromptQuestion, answers: Answers, proposed: str
    ) -> tuple[str | bool | None, tuple[Finding, ...]] | None:
        """Ask one question until its answer has no error.

        Args:
            question: the question.
            answers: the answers before it.
            proposed: the initial text of the line.

        Returns:
            The value for the descriptor, and the warnings about it; None to go back.

        Raises:
            KeyboardInterrupt: the user stops (Ctrl-C).
            EOFError: the input ends (Ctrl-D, or a closed terminal).
        """
        # A terminal that cannot move its cursor selects nothing: there an empty line takes the proposed answer.
        if_empty = proposed if is_dumb_terminal() else ""
        shown_answer = f" [{if_empty}]" if if_empty else ""
        is_explained = question.kind in _EXPLAINED_KINDS
        how = text(f"intake.prompt.typed-{question.kind.value}").say(self.lang) if is_explained else ""
        asked = f"{question.text.say(self.lang)}{how}{shown_answer}"
        buffer = self._session.default_buffer
        typed = self._session.prompt(
            [("class:question", text("common.labelled", label=asked, value="").say(self.lang))],
            default="" if if_empty else proposed,
            pre_run=self._select_proposed,
            key_bindings=_OVER_SELECTION,
            completer=self._completer(question),
            validator=Validator.from_callable(
                lambda line: self._accepts(question, line, line or if_empty, answers),
                error_message="",  # the toolbar has the message
                move_cursor_to_end=True,
            ),
            # The toolbar reports findings while a text is typed; Enter alone refuses it.
            validate_while_typing=False,
            bottom_toolbar=lambda: [
                *self.toolbar(question, buffer.text, answers, refused=buffer.validation_error is not None)
            ],
        )
        typed = typed or if_empty
        return None if _goes_back(typed) else self.read(question, typed, answers)

    def _select_proposed(self) -> None:
        # Enter takes the proposed answer, and what is typed replaces it.
        buffer = self._session.default_buffer
        if buffer.text:
            buffer.start_selection()
            assert buffer.selection_state
            buffer.selection_state.enter_shift_mode()
            buffer.selection_state.original_cursor_position = 0

    def read(
        self, question: PromptQuestion, typed: str, answers: Answers
    ) -> tuple[str | bool | None, tuple[Finding, ...]]:
        """Return the value of an answer, and its findings; the name of one establishment gives its FINESS."""
        # The first two characters may have a letter in a FINESS too: 2A and 2B are Corsica.
        if question.kind is ValueKind.FINESS and self._base and any(char.isalpha() for char in typed.strip()[2:]):
            named = search(self._base, typed, _MANY)
            if len(named) != 1:
                count = text("intake.prompt.or-more", most=_MANY) if len(named) == _MANY else str(len(named))
                return None, (NOM_A_CHOISIR.at(Place(), count=count, name=typed.strip()),)
            typed = named[0].finess
        return self._checker.read(question, typed, answers)

    def _accepts(self, question: PromptQuestion, typed: str, answer: str, answers: Answers) -> bool:
        """Return whether an answer has no errors, or goes back."""
        return _goes_back(typed) or not has_errors(self.read(question, answer, answers)[1])

    def check(self, answers: Answers) -> tuple[Finding, ...]:
        """Return the findings on the descriptor of these answers."""
        return self._checker.whole(answers).findings

    def _completer(self, question: PromptQuestion) -> Completer:
        if question.kind is ValueKind.FINESS and self._base:
            return EstablishmentCompleter(self._base)
        choices = question.choices
        if question.kind is ValueKind.YES_NO:
            choices = (shown(question, True, self.lang), shown(question, False, self.lang))
        # `sentence`: a choice such as `AF-HOP-DPI-Va2` or `V1+V2` is one word.
        return WordCompleter(list(choices), ignore_case=True, sentence=True) if choices else DummyCompleter()

    def toolbar(
        self, question: PromptQuestion, typed: str, answers: Answers, *, refused: bool = False
    ) -> list[tuple[str, str]]:
        """Return the text at the bottom: the worst finding on the text typed so far, else the keys to use.

        Args:
            question: the question.
            typed: the text typed so far.
            answers: the answers before it.
            refused: whether Enter was refused: then an empty text has a finding as well.
        """
        if (refused or typed.strip()) and not _goes_back(typed):
            _, findings = self.read(question, typed, answers)
            # One finding at a time: the toolbar has few lines.
            worst = sorted(findings, key=lambda found: found.severity is not ERROR)
            if worst:
                style = "class:refused" if worst[0].severity is ERROR else "class:doubt"
                return [(style, self._explained(worst[0]))]
        return [("class:hint", self._wrapped(text("intake.prompt.hint").say(self.lang)))]

    def _explained(self, finding: Finding) -> str:
        fix = finding.fix(self.lang)
        return self._wrapped(finding.message(self.lang), *([f"→ {fix}"] if fix else []))

    def _wrapped(self, *lines: str) -> str:
        # The toolbar cuts lines that are longer than the terminal is wide.
        columns = self._session.app.output.get_size().columns
        return "\n".join(textwrap.fill(line, columns) for line in lines)


class EstablishmentCompleter(Completer):
    """Completes the FINESS of an establishment from its number or name."""

    def __init__(self, base: Base) -> None:
        self._base = base

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002  # prompt_toolkit's own signature
        """Give the establishments that match what is typed."""
        typed = document.text_before_cursor
        for each in search(self._base, typed, _MANY) if typed.strip() else ():
            yield Completion(each.finess, -len(typed), f"{each.finess}  {each.nom}")


def _goes_back(typed: str) -> bool:
    """Return whether a line asks for the previous question: it ends with `<`."""
    return typed.rstrip().endswith(BACK)


def shown(question: PromptQuestion, answer: str | bool | None, lang: Lang) -> str:
    """Return an answer in the form in which people type it: in French with a decimal comma."""
    if isinstance(answer, bool):
        return (text("common.yes") if answer else text("common.no")).say(lang)
    if answer and question.kind is ValueKind.DATE:
        return "/".join(reversed(answer.split("-")))
    if answer and question.kind in (ValueKind.AMOUNT, ValueKind.RATE) and lang == "fr":
        return answer.replace(".", ",")
    return answer or ""


@dataclass(frozen=True)
class Answered:
    """The result of the interview: the descriptor and its findings."""

    value: JsonObject
    findings: tuple[Finding, ...]


def interview(asker: Asker, known: Known, say: Callable[[Text | Finding], None]) -> Answered:
    """Ask for one order.

    Args:
        asker: asks a question.
        known: the data for questions.
        say: prints headings, and findings between the questions.

    Returns:
        The descriptor; `findings` has errors only if no question can correct them.

    Raises:
        KeyboardInterrupt: the user stops.
        EOFError: the terminal is closed.
    """
    given: _Given = {}
    # After « < », a question proposes its former answer.
    former: dict[PromptQuestion, str | bool | None] = {}
    section = ""
    while True:
        answers, question = _valid_answers(given, known)
        if question is None:
            checked = asker.check(answers)
            faulty = _faulty(checked, [given[pointer][0] for pointer in answers])
            if not faulty:
                return Answered(build_descriptor(answers), checked)
            for found in checked:
                say(found)
            # An error that shows with the whole order only: its question is asked again, with the former answer.
            former[faulty] = given.pop(faulty.pointer)[1]
            continue
        if question.section != section:
            section = question.section
            say(text(f"intake.questions.{section}.heading"))
        proposed = shown(question, former.get(question), asker.lang) or shown(question, question.default, asker.lang)
        reply = asker.ask(question, answers, proposed)
        if reply is None:
            if answers:
                before, answer = given.pop([*answers][-1])
                former[before] = answer
            # The heading is repeated, because the previous question may have another one.
            section = ""
            continue
        answer, findings = reply
        given[question.pointer] = question, answer
        for found in findings:
            say(found)


def _valid_answers(given: _Given, known: Known) -> tuple[dict[str, str | bool | None], PromptQuestion | None]:
    """Return the valid answers, and the first question without one.

    An answer is valid while its question is equal, with its subject and proposal: a name is asked again after a change
    of the FINESS, an amount with VAT after a change of the amount without.
    """
    answers: dict[str, str | bool | None] = {}
    for question in questions(answers, known):
        asked, answer = given.get(question.pointer, (None, None))
        # A question with another subject is another question: its answer falls.
        if asked != question:
            return answers, question
        answers[question.pointer] = answer
    return answers, None


def _faulty(findings: tuple[Finding, ...], asked: list[PromptQuestion]) -> PromptQuestion | None:
    if not has_errors(findings):
        return None
    # Errors without a question, in the settings for example, cannot be corrected here.
    pointers = [found.place.pointer or "" for found in findings if has_errors([found])]
    return next((each for each in asked if each.pointer in pointers), None)
