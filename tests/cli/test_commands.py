"""Help texts and usage errors: in the language of the call, for every command, option and sentence of click."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from generator.cli.commands import Command, in_french, option_help
from generator.cli.main import segurdoc
from generator.cli.session import Exit
from generator.common.language import LANGS, Lang, catalogue
from generator.common.resources import SCHEMAS, TEMPLATES
from tests.cli.calls import call
from tests.conftest import VALID, WORKBOOK

SENTENCES = catalogue("click")["sentences"]
ORDER = VALID / "bdc-dpi-v2.json"
# What click has in these modules and no call of the command can give: errors of the programmer, prompts, types that no
# option has, and sentences that `print_error` writes itself.
NEVER = {
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Missing {param_type}",
    "Missing parameter: {param_name}",
    "unknown error",
    "Invalid start character for option ({option})",
    "Value must be an iterable.",
    "Choice({choices})",
    "{value} is not {choice}.",
    "{value} is not a valid UUID.",
    "{len_type} values are required, but {len_value} was given.",
    "{len_type} values are required, but {len_value} were given.",
}
# click joins these to the sentences before them.
PARTS = {
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Choose from:\n\t{choices}",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
}
NAMES = {"file", "directory", "path"}


def fields(sentence: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]


def messages_of_click() -> set[str]:
    """Return the sentences that click marks as translatable in the modules that raise usage errors."""
    found = set()
    for name in ("exceptions", "parser", "types"):
        module = Path(click.__file__).with_name(f"{name}.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return {re.sub(r"{(\w+)![rs]}", r"{\1}", sentence) for sentence in found}


def test_every_sentence_of_click_is_known() -> None:
    numbers = {
        sentence.replace("{number_type}", kind) for kind in ("integer", "float") for sentence in messages_of_click()
    }
    assert numbers - {entry["en"] for entry in SENTENCES} - NEVER - PARTS - NAMES == set()


@pytest.mark.parametrize("entry", SENTENCES, ids=lambda entry: entry["en"])
def test_french_of_click_keeps_the_values(entry: dict[str, str]) -> None:
    values = {name: f"'x{number}'" for number, name in enumerate(fields(entry["en"]))}
    assert set(fields(entry["fr"])) <= set(values)
    assert in_french(entry["en"].format_map(values)) == entry["fr"].format_map(values)


CALLS = [
    (["validate", "--lng", "x"], "l'option '--lng' n'existe pas ; peut-être '--lang' ?"),
    (["validate", "--repor", "x"], "l'option '--repor' n'existe pas ; peut-être '--help', '--memory', '--report' ?"),
    (["validate", "--xyz"], "l'option '--xyz' n'existe pas"),
    (["xyz"], "la commande « xyz » n'existe pas ; les commandes sont : render, batch"),
    (["valdate"], "la commande « valdate » n'existe pas ; vouliez-vous « validate » ?"),
    (["--no-config"], "la commande manque"),
    (["render"], "l'argument 'COMMANDE.json...' manque"),
    (["validate", "--no-config", "x"], "l'option '--no-config' n'existe pas"),
    (["--no-config", "validate"], "l'argument 'CHEMINS...' manque"),
    (["completion"], "l'argument '{bash|zsh|fish}' manque ; les choix :"),
    (["import", str(ORDER)], "l'option '-o' / '--out' manque"),
    (["template", "new", "-o", "x.docx"], "l'option '--document' manque ; les choix :"),
    (["schema", "order", "x"], "il y a un argument de trop : x"),
    (["schema", "order", "x", "y"], "il y a des arguments de trop : x y"),
    (["validate", "--today"], "l'option '--today' demande une valeur"),
    (["render", "--verbose=x", "y"], "l'option '--verbose' ne prend pas de valeur"),
    (["validate", "--format", "x"], "valeur refusée pour '--format' : 'x' n'est pas un des choix 'text', 'json'"),
    (["validate", "--lang", "de"], "valeur refusée pour '--lang' : 'de' n'est pas un des choix 'fr', 'en'"),
    (["validate", "--today", "x"], "valeur refusée pour '--today' : « x » n'est pas un jour : écrire AAAA-MM-JJ, par exemple 2026-05-22"),
    (["batch", "--jobs", "x"], "valeur refusée pour '--jobs' : 'x' n'est pas un nombre entier"),
    (["batch", "--jobs", "0"], "valeur refusée pour '--jobs' : 0 n'est pas dans l'intervalle x>=1"),
    (["batch", "--sample", "x"], "valeur refusée pour '--sample' : 'x' n'est pas un nombre"),
    (["batch", "--sample", "2"], "valeur refusée pour '--sample' : 2.0 n'est pas dans l'intervalle 0<=x<=1"),
    (["--config", "/nosuch", "doctor"], "valeur refusée pour '--config' : le chemin '/nosuch' n'existe pas"),
    (["--config", "/", "doctor"], "valeur refusée pour '--config' : '/' est un dossier, un fichier est attendu"),
    (["batch", str(ORDER), "-o", str(ORDER)], "est un fichier, un dossier est attendu"),
    (["--config", str(ORDER), "--no-config", "doctor"], "--config et --no-config s'excluent"),
    (["template", "preview", str(TEMPLATES / "bdc.docx"), "-o", "x.png", "--page", "0"], "pour '--page' : '0' n'est ni un nombre"),
    (["verify", str(ORDER), "--order", str(ORDER), "--orders", str(VALID)], "--order et --orders s'excluent"),
    (["verify", str(SCHEMAS / "appels")], "ce dossier ne contient ni PDF, ni PNG, JPEG ou TIFF"),
    (["verify", str(ORDER), str(SCHEMAS / "order.schema.json"), "--annotate", "x.png"], "--annotate prend un seul document"),
    (["verify", str(ORDER), "--annotate", "x.html", "--report", "x.html"], "--annotate, --report écriraient le même fichier"),
    (["validate", str(ORDER), "--report", "x.pdf"], "--report : le nom x.pdf ne finit pas par .txt, .json, .xml, .sarif, .md"),
    (["batch", str(ORDER), "--executor", "far"], "--executor : local, ou dask://hôte:port"),
    (["template", "check", str(TEMPLATES / "bdc.docx"), "--static", "--ocr"], "--static et --ocr s'excluent"),
    (["--no-config", "template", "check"], "l'argument 'FICHIER.docx...' manque"),
    (["validate", "/nosuch/x.json"], "pour '[CHEMINS]...' : « /nosuch/x.json » n'existe pas (cherché dans /)"),
    (["validate", str(SCHEMAS / "*.docx")], "aucun fichier ne correspond au motif"),
    (["verify", str(ORDER), "--template", str(VALID)], "est un dossier : donner un fichier"),
    (["validate", "--register", str(ORDER)], "est un fichier : donner un dossier"),
    (["import", str(ORDER), "-o", "x", "--set", "fournisseur.siret=1"], "le fournisseur vient d'un fichier"),
    (["import", str(WORKBOOK), "-o", "x", "--map", "x"], "--map x : la forme est CHAMP=TITRE"),
    (["new"], "new pose ses questions dans un terminal"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), CALLS, ids=[" ".join(words) for words, _ in CALLS])
def test_usage_error_is_in_the_language_of_the_call(arguments: list[str], message: str) -> None:
    french, english = call(*arguments, LC_ALL="fr_FR.UTF-8"), call(*arguments, LC_ALL="en_US.UTF-8")
    assert french.code == english.code == Exit.USAGE
    assert message in french.err.split("Erreur : ")[1].replace("\u00a0", " ")
    assert message not in english.err.split("Error: ")[1]
    # click names the command in all errors but those of its parser.
    if french.err != f"Erreur : {message}\n":
        assert french.err.startswith("Usage : segurdoc ")
        assert "\nL'aide : « segurdoc" in french.err
        assert english.err.startswith("Usage: segurdoc ")
        assert "\nTry 'segurdoc" in english.err


def test_language_after_the_command_decides_its_usage_error() -> None:
    assert "Error: No such option '--xyz'." in call("validate", "--xyz", "--lang", "en").err
    assert "Error: Missing argument 'ORDER.json...'." in call("render", "--lang", "en").err


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


def test_every_command_has_its_help_in_both_languages() -> None:
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


def test_language_of_locale_or_of_settings_decides_help(tmp_path: Path) -> None:
    settings = tmp_path / "segurdoc.toml"
    settings.write_text('lang = "fr"\n')
    assert call("render", "--help", LC_ALL="en_US.UTF-8").out.startswith("Usage:")
    assert call("render", "--help", LC_ALL="de_DE.UTF-8").out.startswith("Usage :")
    assert call("--config", settings, "render", "--help", LC_ALL="en_US.UTF-8").out.startswith("Usage :")
    assert call("--config", settings, "--no-config", "render", LC_ALL="en_US.UTF-8").err.startswith("Usage: segurdoc")
