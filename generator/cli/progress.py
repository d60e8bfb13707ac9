"""Show the progress of a batch: a bar on a terminal, plain lines in a log, nothing with `--quiet`."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.text import Text as RichText

from generator.common.language import Lang, Text
from generator.common.texts import text

# Seconds between two lines of a log.
_LINE_SECONDS = 10.0


class Display(Protocol):
    """Shows the progress of a batch."""

    def __enter__(self) -> Display:
        """Start showing progress."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Restore the terminal."""

    def begin(self, step: Text, total: int | None) -> None:
        """Begin a step; `total` is its number of orders, None where it is not known yet."""

    def advance(self, bad: int) -> None:
        """Count one more order; `bad` is the number of orders that lack a document so far."""

    def say(self, line: str) -> None:
        """Print a line that the progress does not overwrite."""


def display(lang: Lang, *, quiet: bool) -> Display:
    """Return the display that suits the standard error."""
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

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class _Lines(_Silent):
    """A line every ten seconds."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._step, self._total, self._count, self._started, self._printed = Text("", ""), 0, 0, 0.0, 0.0

    def begin(self, step: Text, total: int | None) -> None:
        self._step, self._total, self._count = step, total or 0, 0
        self._started = self._printed = time.monotonic()

    def advance(self, bad: int) -> None:
        self._count += 1
        now = time.monotonic()
        if now - self._printed < _LINE_SECONDS:
            return
        self._printed = now
        rate = self._count / (now - self._started)
        done = f"{self._count}/{self._total}" if self._total else str(self._count)
        parts = [text("batch.progress", step=self._step, done=done), Text(f"{rate:.1f}/s", f"{rate:.1f}/s")]
        if self._total:
            parts.append(text("batch.left", seconds=round((self._total - self._count) / rate)))
        parts.append(text("batch.bad", orders=bad))
        self.say(", ".join(part.say(self._lang) for part in parts))


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
        failures = text("batch.bad", orders=bad).say(self._lang) if bad else ""
        self._progress.update(self._task, advance=1, rate=f"{rate:.1f}/s", failures=failures)

    def say(self, line: str) -> None:
        self._progress.console.print(RichText.from_ansi(line), soft_wrap=True)
