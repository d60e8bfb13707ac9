"""Commands that take their help, in the language of the call, from `generator/messages/interface/help.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click
from click.shell_completion import CompletionItem

from generator.cli.language import current_language, language_of_call
from generator.common.language import LANGS, Lang
from generator.common.texts import catalogue

_METAVAR = re.compile(r"\b[A-Z][A-Z]+\b")
# French sets a space before these marks, at which no line is broken.
_MARK = re.compile(r" (?=[:;?!»])|(?<=«) ")
_BRACKETS = re.compile(r"  \[(?P<extra>[^\[]*)\]$")
# Every command takes it; `language_of_call` has read it before.
_LANG = click.Option(["--lang"], type=click.Choice(LANGS), expose_value=False)
# Where click's context keeps the arguments of the command as they were typed.
ARGUMENTS = "segurdoc.arguments"


class Command(click.Command):
    """A command that takes `--lang`, and whose help is in the language of the call."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, the language being known first."""
        ctx.obj = ctx.obj or language_of_call(args)
        ctx.meta[ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, `--lang` and `--help` last."""
        *own, help_option = super().get_params(ctx)
        return [*own, _LANG, help_option]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what follows the name of the command in its usage."""
        return [metavars_in(piece, current_language(ctx)) for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{help_word('usage', current_language(ctx))} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_unbroken(help_entry(path_of(ctx))["about"][current_language(ctx)].strip()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        lang = current_language(ctx)
        records = []
        for option in self.document_options(ctx):
            if record := option.get_help_record(ctx):
                spec, explanation = record
                explanation = _BRACKETS.sub(lambda found: _brackets(found, lang), explanation)
                records.append((metavars_in(spec, lang), _unbroken(explanation)))
        with formatter.section(help_word("options", lang)):
            formatter.write_dl(records)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options that begin so, each with its help."""
        self.document_options(ctx)
        return super().shell_complete(ctx, incomplete)

    def document_options(self, ctx: click.Context) -> list[click.Option]:
        """Return the options that help shows, each with its text in the language of the call."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option) and not param.hidden]
        for option in options:
            option.help = option_help(path_of(ctx), option)[current_language(ctx)]
        return options


def path_of(ctx: click.Context) -> str:
    """Return the key of a command in the catalogue: its names below `segurdoc`, such as `template check`."""
    names = []
    while ctx.parent:
        names.append(ctx.command.name or "")
        ctx = ctx.parent
    return " ".join(reversed(names)) or "segurdoc"


def help_entry(path: str) -> Mapping[str, Any]:
    """Return what the catalogue says about a command."""
    entry: Mapping[str, Any] = catalogue("help")["commands"][path]
    return entry


def option_help(path: str, option: click.Option) -> Mapping[Lang, str]:
    """Return the texts of an option: those of its command, else those that commands share."""
    name = max(option.opts, key=len)
    texts: Mapping[Lang, str] = help_entry(path).get("options", {}).get(name) or catalogue("help")["options"][name]
    return texts


def help_word(key: str, lang: Lang) -> str:
    """Return a word of the layout, such as the heading above the options."""
    word: str = catalogue("help")["words"][key][lang]
    return word


def metavars_in(piece: str, lang: Lang) -> str:
    """Return a part of a usage, its placeholders in a language: `FILE.docx` is `FICHIER.docx` in French."""
    french: Mapping[str, str] = catalogue("help")["metavars"]
    return _METAVAR.sub(lambda found: french.get(found[0], found[0]), piece) if lang == "fr" else piece


def _brackets(found: re.Match[str], lang: Lang) -> str:
    """Return what click adds behind the help of an option: its default, its range, whether it is required."""
    words = catalogue("help")["added"]
    extra = found["extra"]
    for english, french in words.items() if lang == "fr" else ():
        extra = extra.replace(english, french)
    return f"  [{extra}]"


def _unbroken(paragraphs: str) -> str:
    return _MARK.sub("\u00a0", paragraphs)
