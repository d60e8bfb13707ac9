"""How far a batch has come: a bar where somebody looks on, plain lines in a log, nothing where nothing is wanted."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import SpinnerColumn
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn
from rich.text import Text as RichText

from generator.lang import Lang
from generator.lang import Text

CHECKING = Text("Contrôle des commandes", "Checking the orders")
RENDERING = Text("Rendu", "Rendering")
FAILURES = Text("sans tous leurs documents : {0}", "lacking a document: {0}")
LEFT = Text("reste", "left")
# How often a log gets a line.
_LINE_SECONDS = 10.0


class Display(Protocol):
    """Shows how far a batch has come."""

    def __enter__(self) -> Display:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""

    def begin(self, step: Text, total: int | None) -> None:
        """Begin a step of so many orders; None where nobody knows."""

    def advance(self, bad: int) -> None:
        """Count one more order; `bad` of all so far lack a document."""

    def say(self, text: str) -> None:
        """Print a text that stays."""


def display(lang: Lang, *, quiet: bool) -> Display:
    """Return what fits the standard error."""
    if quiet:
        return _Silent()
    return _Bar(lang) if sys.stderr.isatty() else _Lines(lang)


class _Silent:
    def __enter__(self) -> Display:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was begun."""

    def begin(self, step: Text, total: int | None) -> None:
        """Show nothing."""

    def advance(self, bad: int) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        click.echo(text, err=True)


class _Lines(_Silent):
    """A line every ten seconds."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._step, self._total, self._count, self._started, self._said = CHECKING, 0, 0, 0.0, 0.0

    def begin(self, step: Text, total: int | None) -> None:
        self._step, self._total, self._count = step, total or 0, 0
        self._started = self._said = time.monotonic()

    def advance(self, bad: int) -> None:
        self._count += 1
        now = time.monotonic()
        if now - self._said < _LINE_SECONDS:
            return
        self._said = now
        rate = self._count / (now - self._started)
        parts = [f"{self._step.say(self._lang)} : {self._count}", f"{rate:.1f}/s"]
        if self._total:
            parts[0] += f"/{self._total}"
            parts.append(f"{LEFT.say(self._lang)} {(self._total - self._count) / rate:.0f} s")
        self.say(", ".join([*parts, FAILURES.say(self._lang).format(bad)]))


class _Bar:
    """A bar with rate, time left and failures."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[failures]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", visible=False, rate="", failures="")
        self._started = 0.0

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, step: Text, total: int | None) -> None:
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(step.say(self._lang), total=total, rate="", failures="")
        self._started = time.monotonic()

    def advance(self, bad: int) -> None:
        task = self._progress.tasks[0]
        rate = (task.completed + 1) / max(time.monotonic() - self._started, 0.001)
        failures = FAILURES.say(self._lang).format(bad) if bad else ""
        self._progress.update(self._task, advance=1, rate=f"{rate:.1f}/s", failures=failures)

    def say(self, text: str) -> None:
        self._progress.console.print(RichText.from_ansi(text), soft_wrap=True)
