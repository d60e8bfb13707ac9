"""Completion by the shells themselves: a real one, in a terminal of its own, in which the tab key is pressed."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli.completion import SHELLS
from generator.cli.main import COMMANDS

BIN = Path(sys.executable).parent
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
Complete = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "commande de mai.json").touch()
    (tmp_path / "modèle.docx").touch()
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8", "PS1": "> ", "PROMPT": "> "}


def typed(shell: list[str], folder: Path, setup: str, keys: str, awaited: str) -> str:
    """Return what a terminal shows after keys are typed into a shell, as soon as it shows what is awaited."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover  # another process
        os.chdir(folder)
        os.execvpe(shell[0], shell, environment(folder))
    try:
        os.write(terminal, f"{setup}; echo RE''ADY\n".encode())
        _read_until(terminal, "READY")
        os.write(terminal, keys.encode())
        return _read_until(terminal, awaited)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def _read_until(terminal: int, word: str) -> str:
    """Return what is shown until a word is, or until nothing more comes for some seconds."""
    shown, said = b"", ""
    while word not in said and select.select([terminal], [], [], 10)[0]:
        shown += os.read(terminal, 4096)
        said = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r|\x07", "", shown.decode("utf-8", "replace"))
    return said


def in_bash(folder: Path, keys: str, awaited: str) -> str:
    return typed(["bash", "--norc", "-i"], folder, 'eval "$(segurdoc completion bash)"', keys, awaited)


def in_zsh(folder: Path, keys: str, awaited: str) -> str:
    setup = 'autoload -U compinit; compinit -u; eval "$(segurdoc completion zsh)"'
    return typed(["zsh", "-f", "-i"], folder, setup, keys, awaited)


def in_fish(folder: Path, line: str) -> list[str]:
    script = f"segurdoc completion fish | source; complete -C '{line}'"
    ended = subprocess.run(
        ["fish", "--no-config", "-c", script], cwd=folder, env=environment(folder), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return [each.split("\t")[0] for each in ended.stdout.splitlines()]


CASES = [
    ("segurdoc val", "segurdoc validate "),
    ("segurdoc template prev", "segurdoc template preview "),
    ("segurdoc references AF-HOP-P", "segurdoc references AF-HOP-PFI-Va2 "),
    ("segurdoc template fields --reference AF-HOP-D", "segurdoc template fields --reference AF-HOP-DPI-Va2 "),
    ("segurdoc render --document pv", "segurdoc render --document pv-pilote "),
    ("segurdoc validate --form", "segurdoc validate --format "),
    ("segurdoc validate com", "segurdoc validate commande\\ de\\ mai.json "),
]


@pytest.mark.slow
@pytest.mark.parametrize(("start", "whole"), CASES)
def test_bash_completes_commands_values_and_files(folder: Path, start: str, whole: str) -> None:
    assert whole in in_bash(folder, f"{start}\t", whole)


@pytest.mark.slow
@needs_zsh
@pytest.mark.parametrize(("start", "whole"), CASES)
def test_zsh_completes_commands_values_and_files(folder: Path, start: str, whole: str) -> None:
    assert whole.strip() in in_zsh(folder, f"{start}\t", whole.strip())


@pytest.mark.slow
@needs_fish
@pytest.mark.parametrize(("start", "whole"), CASES)
def test_fish_completes_commands_values_and_files(folder: Path, start: str, whole: str) -> None:
    last = whole.removeprefix(start.rpartition(" ")[0]).strip().replace("\\", "")
    assert in_fish(folder, start) == [last]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_reads_is_printed(shell: str) -> None:
    command = [sys.executable, "-m", "generator", "completion", shell]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"_SEGURDOC_COMPLETE={shell}_complete" in said


def asked(*words: str) -> list[str]:
    variables = {
        "_SEGURDOC_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    ended = subprocess.run(
        [BIN / "segurdoc"], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    return [line.partition(",")[2] for line in ended.stdout.splitlines()]


def test_every_command_is_offered_without_importing_it() -> None:
    assert asked("segurdoc", "") == list(COMMANDS)
    script = (
        "import sys; from generator.cli.main import segurdoc; import click; "
        "print([each.value for each in segurdoc.shell_complete(click.Context(segurdoc, obj='fr'), 're')], "
        "[name for name in sys.modules if name in ('generator.cli.render', 'jsonschema', 'docxtpl')])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "['render', 'references'] []\n"


def test_references_of_the_settings_are_offered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.common.resources import APPELS

    record = (APPELS / "af-hop-pfi-va2.json").read_text("utf-8").replace("AF-HOP-PFI-Va2", "AF-HOP-OWN-Va2")
    (folder / "own.json").write_text(record, "utf-8")
    (folder / "segurdoc.toml").write_text('appels = ["own.json"]\n')
    monkeypatch.chdir(folder)
    assert asked("segurdoc", "references", "AF-HOP-O") == ["AF-HOP-OWN-Va2"]
    (folder / "segurdoc.toml").write_text("broken")
    assert asked("segurdoc", "references", "af-hop-d") == ["AF-HOP-DPI-Va2"]


def test_codes_are_offered() -> None:
    import click

    from generator.cli.completion import codes

    offered = [item.value for item in codes(click.Context(click.Command("x")), click.Argument(["code"]), "siret-")]
    assert offered == ["SIRET-CLE", "SIRET-SIREN"]
