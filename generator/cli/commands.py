"""Commands and groups whose help, from `messages/sentences/help.toml`, and errors are in the language of the call."""

import difflib
import importlib
import keyword
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import click
from click.shell_completion import CompletionItem

from generator.cli.session import current_language, language_of_call, normalized_token
from generator.common.language import LANGS, Lang, catalogue, text

# A placeholder is a word of two capitals at least: `FILE` and `docx` part `FILE.docx`.
_METAVAR = re.compile(r"\b[A-Z][A-Z]+\b")
# French sets a space before these marks, at which no line is broken.
_MARK = re.compile(r" (?=[:;?!»])|(?<=«) ")
# What click adds behind a help text: two spaces, then `[default: text]` or `[required]`, at the end.
_BRACKETS = re.compile(r"  \[(?P<extra>[^\[]*)\]$")
# Every command takes it; `language_of_call` has read it before.
_LANG = click.Option(["--lang"], type=click.Choice(LANGS), expose_value=False)
# Where click's context keeps the arguments of the command as they were typed.
ARGUMENTS = "segurdoc.arguments"


class Command(click.Command):
    """A command that takes `--lang`, and whose help is in the language of the call."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, the language being known first."""
        # A group has set the language already, except where completion or a test calls a command alone.
        ctx.obj = ctx.obj or language_of_call(args)
        ctx.meta[ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, `--lang` and `--help` last."""
        # click puts `--help` last; readers look for what all commands share at the end of the list.
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


class CommandGroup(Command, click.Group):
    """A group whose help lists its commands in the order in which they were added."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that arguments begin with; an unknown one fails with the name nearest to it."""
        # click would say only that there is no such command.
        name, known = args[0], self.list_commands(ctx)
        # A word that begins with a dash is an option: click explains that one.
        if normalized_token(name) not in known and not name.startswith("-"):
            # `valdate` is near enough to `validate`; `xyz` is near to nothing, and all commands are listed.
            near = difflib.get_close_matches(normalized_token(name), known, n=1, cutoff=0.5)
            if near:
                raise usage_error("command-near", name=name, near=near[0])
            raise usage_error("command", name=name, known=", ".join(known))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        with formatter.section(help_word("commands", current_language(ctx))):
            formatter.write_dl([(name, self._line(ctx, name)) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin so; a lazy group imports none of its commands."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=self._line(ctx, name)) for name in names]
        self.document_options(ctx)
        # Not that of `click.Group`, which imports every command.
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def _line(self, ctx: click.Context, name: str) -> str:
        """Return the line of a command in the help of its group."""
        # The catalogue has the commands of a group under `template check`, those of the program under `render`.
        path = name if ctx.parent is None else f"{path_of(ctx)} {name}"
        line: str = help_entry(path)["line"][current_language(ctx)]
        return line


class LazyGroup(CommandGroup):
    """A group that imports the module of a command when it is called: `segurdoc schema` does not need LibreOffice."""

    def __init__(self, name: str, *, names: Sequence[str], **attributes: object) -> None:
        """Create a group.

        Args:
            name: its name.
            names: the commands, each with the name of its module in `generator.cli`, in the order of the help.
            attributes: as `click.Group` takes them.
        """
        super().__init__(name, **attributes)  # type: ignore[arg-type]  # click's own, passed on
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, without importing anything."""
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module imported now."""
        if cmd_name not in self._names:
            return None
        # `import` is a keyword of Python.
        module = importlib.import_module(f"generator.cli.{cmd_name}{'_' * keyword.iskeyword(cmd_name)}")
        command: click.Command = module.command
        return command


def usage_error(sentence: str, /, **values: object) -> click.UsageError:
    """Return a usage error of a command, to be raised.

    Args:
        sentence: its name in the table `usage` of the catalogue of texts.
        values: the values of the sentence.
    """
    ctx = click.get_current_context()
    return click.UsageError(text(f"cli.usage.{sentence}", **values).say(current_language(ctx)), ctx)


def print_error(error: click.ClickException, lang: Lang) -> None:
    """Print a usage error: how the command is used, where its help is, and what is wrong."""
    # A group without a command shows its help: that is an answer, not a mistake to explain.
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    # Errors of files, which click also has, belong to no command and have no usage to show.
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx:
        click.echo(f"{ctx.get_usage()}\n{text('cli.errors.try-help', command=ctx.command_path).say(lang)}\n", err=True)
    message = error.format_message()
    shown = in_french(message) if lang == "fr" else message
    click.echo(text("cli.errors.usage", message=shown).say(lang), err=True)


def in_french(sentence: str) -> str:
    """Return the French for a sentence of click; any other sentence, such as one of ours, is returned unchanged."""
    # click ships no translations. Its sentences are in the catalogue, and a test compares them with those of click.
    for pattern, french in _sentences():
        if found := pattern.fullmatch(sentence):
            # A value may be a sentence of click too, such as the list of choices.
            said = {name: in_french(value) for name, value in found.groupdict().items()}
            # click names an argument by its placeholder, which the usage line shows in French.
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
    # `{name}` becomes a group that takes as little as possible, for several values follow each other in one sentence.
    # A value may contain line ends, such as a file name.
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)


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
    # The catalogue has the long name: of `-o` and `--out` it is `--out`.
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
    # In English the placeholders stay those of the code.
    return _METAVAR.sub(lambda found: french.get(found[0], found[0]), piece) if lang == "fr" else piece


def _brackets(found: re.Match[str], lang: Lang) -> str:
    """Return what click adds behind the help of an option: its default, its range, whether it is required."""
    words = catalogue("help")["added"]
    extra = found["extra"]
    for english, french in words.items() if lang == "fr" else ():
        extra = extra.replace(english, french)
    return f"  [{extra}]"


def _unbroken(paragraphs: str) -> str:
    # click breaks lines at spaces, but not at a no-break space (U+00A0).
    return _MARK.sub("\u00a0", paragraphs)
