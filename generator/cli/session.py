"""One call of the command: its language, its settings file and its exit codes."""

import enum
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import click

from generator.cli.settings.find import find_settings, language_of
from generator.common.language import LANGS, Lang, Text, detect_lang

# Names in `meta` of click, which all contexts of one call share.
_FILE, _TRUST = "segurdoc.settings_file", "segurdoc.trust"


class Exit(enum.IntEnum):
    """What the exit code of `segurdoc` says; 130 is an interrupt (Ctrl-C)."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    # Something is missing on the machine: an engine, a reader, room on the disk.
    MACHINE = 3
    # An error of this program; `SEGURDOC_DEBUG` shows its trace.
    INTERNAL = 4
    INTERRUPT = 130


def language_of_call(arguments: Sequence[str]) -> Lang:
    """Return the language of a call, read from its arguments before click parses them: errors are in it as well.

    It is that of `--lang`, anywhere in the call, else that of the settings, else that of the locale.
    """
    # The last one counts, as of any option that click is given twice.
    asked = [lang for value in _values(arguments, "--lang") for lang in LANGS if lang == value.casefold()]
    if asked:
        return asked[-1]
    # The settings are not even looked for: they might be the reason for this option.
    if "--no-config" in arguments:
        return detect_lang()
    # `--config` is read here as well, for the language may be in that very file.
    configs = [Path(value) for value in _values(arguments, "--config")]
    return language_of(configs[-1] if configs else find_settings(trusted="--trust" in arguments)) or detect_lang()


def current_language(ctx: click.Context | None = None) -> Lang:
    """Return the language of the call that a context, by default the current one, belongs to."""
    lang: Lang = (ctx or click.get_current_context()).obj
    return lang


def echo(sentence: Text, *, err: bool = False) -> None:
    """Print a sentence in the language of the call, by default on the standard output."""
    click.echo(sentence.say(current_language()), err=err)


def normalized_token(token: str) -> str:
    """Return a command, an option or a choice as it is compared: `BDC` is `bdc`, `pv_pilote` is `pv-pilote`."""
    # Settings and descriptors write `pv_pilote`, file names and options `pv-pilote`.
    return token.casefold().replace("_", "-")


def _values(arguments: Sequence[str], option: str) -> Iterator[str]:
    """Return the values that an option is given, in `--option VALUE` or `--option=VALUE`; after `--` there is none."""
    # What follows `--` are file names, even one that is called `--lang`.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    # The empty word follows the last one: `--lang` at the end has no value.
    for word, following in pairwise([*arguments[:end], ""]):
        name, equals, value = word.partition("=")
        if normalized_token(name) == option:
            yield value if equals else following


def keep_settings_file(file: Path | None, *, trusted: bool) -> None:
    """Note which settings file was given or found, and whether its paths may lead anywhere."""
    meta = click.get_current_context().meta
    meta[_FILE], meta[_TRUST] = file, trusted


def settings_file() -> Path | None:
    """Return the settings file that was given or found."""
    file: Path | None = click.get_current_context().meta.get(_FILE)
    return file


def is_trusted() -> bool:
    """Return whether the paths of the settings may lead anywhere."""
    return bool(click.get_current_context().meta.get(_TRUST))
