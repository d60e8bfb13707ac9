"""Usage errors, those of click and those of the commands, in the language of the call."""

from __future__ import annotations

import re
from functools import cache

import click

from generator.cli.help import metavars_in
from generator.cli.language import current_language
from generator.common.language import Lang
from generator.common.texts import catalogue, text


def usage_error(sentence: str, /, **values: object) -> click.UsageError:
    """Return a usage error of a command, to be raised.

    Args:
        sentence: its name in the table `usage` of the catalogue of texts.
        values: the values of the sentence.
    """
    ctx = click.get_current_context()
    return click.UsageError(text(f"usage.{sentence}", **values).say(current_language(ctx)), ctx)


def print_error(error: click.ClickException, lang: Lang) -> None:
    """Print a usage error: how the command is used, where its help is, and what is wrong."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx:
        click.echo(f"{ctx.get_usage()}\n{text('errors.try-help', command=ctx.command_path).say(lang)}\n", err=True)
    message = error.format_message()
    shown = in_french(message) if lang == "fr" else message
    click.echo(text("errors.usage", message=shown).say(lang), err=True)


def in_french(sentence: str) -> str:
    """Return the French for a sentence of click; any other sentence, such as one of ours, is returned unchanged."""
    for pattern, french in _sentences():
        if found := pattern.fullmatch(sentence):
            said = {name: in_french(value) for name, value in found.groupdict().items()}
            if hint := said.get("param_hint"):
                said["param_hint"] = metavars_in(hint, "fr")
            return french.format_map(said)
    return sentence


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the pattern of each sentence of click, with the French for it."""
    return tuple((_pattern(entry["en"]), entry["fr"]) for entry in catalogue("click")["sentences"])


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return a pattern for a sentence, with a group for each name in braces."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)
