"""The help of every command in both languages, from its catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from generator.cli.commands import Command, option_help
from generator.cli.main import segurdoc
from generator.common.language import LANGS, Lang
from generator.common.texts import catalogue
from tests.cli.calls import call

# Words that click or our English texts use, and no French help.
ENGLISH = re.compile(
    r"\b(Usage:|Options:|Commands:|default:|required|the|of|and|Show|Folder|File|Report|FILE|DIR|FIELD|RANGE|TEXT|INTEGER)\b"
)
FRENCH = re.compile(r"\b(défaut|obligatoire|Afficher|Dossier|Fichier|Peut|FICHIER|DOSSIER|CHAMP|COMMANDE|les|du|une)\b")


def commands(command: click.Command, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    """Yield every command and group, with its names below `segurdoc`."""
    ctx = click.Context(command, obj="fr")
    yield names, command, ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found
            yield from commands(found, *names, name)


EVERY = [(" ".join(names), command, ctx) for names, command, ctx in commands(segurdoc)]


@pytest.mark.parametrize("lang", LANGS)
def test_help_of_every_command_is_in_one_language(lang: Lang) -> None:
    for names, command, _ in EVERY:
        assert isinstance(command, Command), names
        shown = call(*names.split(), "--help", "--lang", lang)
        assert shown.code == 0, names
        assert not (ENGLISH if lang == "fr" else FRENCH).findall(shown.out), names


def test_every_option_has_a_help_and_every_help_an_option() -> None:
    own: set[tuple[str, str]] = set()
    shared: set[str] = set()
    for names, command, ctx in EVERY:
        path = names or "segurdoc"
        for option in command.get_params(ctx):
            if not isinstance(option, click.Option) or option.hidden:
                continue
            texts = option_help(path, option)
            assert set(texts) == set(LANGS), (path, option.opts)
            assert texts["fr"] != texts["en"], (path, option.opts)
            name = max(option.opts, key=len)
            is_own = name in catalogue("help")["commands"][path].get("options", {})
            if is_own:
                own.add((path, name))
            else:
                shared.add(name)
    entries = catalogue("help")["commands"]
    assert set(entries) == {names or "segurdoc" for names, _, _ in EVERY}
    assert own == {(path, name) for path, entry in entries.items() for name in entry.get("options", ())}
    assert shared == set(catalogue("help")["options"])


def test_every_command_has_its_line_and_its_help_in_both_languages() -> None:
    for path, entry in catalogue("help")["commands"].items():
        for text in (entry["about"], *([] if path == "segurdoc" else [entry["line"]])):
            assert set(text) == set(LANGS), path
            assert text["fr"] != text["en"], path


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "en", "render", "--help"],
        ["render", "--lang", "en", "--help"],
        ["render", "--help", "--lang", "en"],
        ["render", "--lang=fr", "--lang=en", "--help"],
    ],
)
def test_language_is_accepted_before_and_after_the_command(arguments: list[str]) -> None:
    assert call(*arguments, LC_ALL="fr_FR.UTF-8").out.startswith("Usage: segurdoc render")


def test_language_of_the_locale_or_of_the_settings_decides_the_help(tmp_path: Path) -> None:
    settings = tmp_path / "segurdoc.toml"
    settings.write_text('lang = "fr"\n')
    assert call("render", "--help", LC_ALL="en_US.UTF-8").out.startswith("Usage:")
    assert call("render", "--help", LC_ALL="de_DE.UTF-8").out.startswith("Usage :")
    assert call("--config", settings, "render", "--help", LC_ALL="en_US.UTF-8").out.startswith("Usage :")
    assert call("--config", settings, "--no-config", "render", LC_ALL="en_US.UTF-8").err.startswith("Usage: segurdoc")
