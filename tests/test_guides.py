"""The README and the guides: each block is executed in order, each output compared.

`docs/index.md` lists the guides, both languages of one guide in a row. Blocks are executed in a folder that contains a
copy of `samples/`, by their language:

- `console`: each command after `$`, with its output; a line `…` takes the place of any lines.
- `python`: a program, its output in the block `text` that follows.
- `diff title="FILE"`: changes in a file.
- anything else with `title="FILE"`: the content of a file.

Commands that install something are in tables, not in blocks: `tests/test_package.py` runs them.
`python -m tests.test_guides` writes the outputs into the guides anew.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli.main import segurdoc
from generator.cli.session import Exit
from generator.common.language import LANGS, Lang
from tests.conftest import ROOT

DOCS = ROOT / "docs"
READMES: dict[Lang, Path] = {"fr": ROOT / "README.md", "en": ROOT / "README.en.md"}
# French and English guides of one content.
PAIRS = [
    (DOCS / french, DOCS / english)
    for french, english in re.findall(
        r"^\| \[.+?\]\((.+?)\) \| \[.+?\]\((.+?)\) \|", (DOCS / "index.md").read_text("utf-8"), re.M
    )
]
GUIDES = [*READMES.values(), *(guide for pair in PAIRS for guide in pair)]
# Written by the program (`tests/common/test_findings.py`).
GENERATED = {DOCS / "fr" / "constats.md", DOCS / "en" / "findings.md"}
BLOCK = re.compile(r'^```(\w*)(?: title="(.+?)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
WIDTH = 100


def language(guide: Path) -> Lang:
    return "en" if guide == READMES["en"] or guide.parent.name == "en" else "fr"


def blocks(guide: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(guide.read_text("utf-8"))


def run(command: str, lang: Lang) -> str:
    """Return the output of a command of a guide."""
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    if program != "segurdoc":
        return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout
    given = ["--no-config"] if not Path("segurdoc.toml").exists() else []
    # A folder for temporary files that anybody may write to is no place for settings.
    ended = CliRunner(env={"COLUMNS": str(WIDTH)}).invoke(segurdoc, [*given, "--lang", lang, *arguments])
    if ended.exit_code == Exit.USAGE:
        # Only the program itself puts click's own words into French.
        command_line = [sys.executable, "-m", "generator", *given, "--lang", lang, *arguments]
        environment = {**os.environ, "COLUMNS": str(WIDTH), "LC_ALL": "C.UTF-8"}
        return subprocess.run(command_line, check=False, capture_output=True, text=True, env=environment).stderr
    assert ended.exit_code in (Exit.FINE, Exit.FINDINGS), ended.output
    return ended.output


def change(file: Path, lines: list[str]) -> None:
    removed, added = ([line[1:] for line in lines if line.startswith(sign)] for sign in "-+")
    content = file.read_text("utf-8")
    for old, new in zip(removed, added, strict=True):
        assert old in content
        content = content.replace(old, new)
    file.write_text(content, "utf-8")


def executed(guide: Path) -> Iterator[tuple[str, str]]:
    """Execute a guide in the current folder; return each text of the guide that shows an output, and the right text."""
    shutil.copytree(ROOT / "samples", "samples")
    answer = None
    for kind, name, text in blocks(guide):
        if kind == "diff":
            change(Path(name), text.splitlines())
        elif name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, "utf-8")
        elif kind == "console":
            for command, shown in COMMAND.findall(text):
                given = re.sub(r"\s+$", "", run(command, language(guide)), flags=re.MULTILINE).strip("\n") + "\n"
                yield f"$ {command}\n{shown}", f"$ {command}\n{shown if matches(shown, given) else given}"
        elif kind == "python":
            answer = subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True).stdout
        elif kind == "text" and answer is not None:
            yield f"```text\n{text}```", f"```text\n{answer}```"
            answer = None


def matches(shown: str, given: str) -> bool:
    """Compare an output shown with the output given: `…` on a line takes the place of any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…\n" else re.escape(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, given) is not None


def marks(guide: Path) -> list[pytest.MarkDecorator]:
    """Guides that read pages need the extra `ocr`."""
    return [pytest.mark.slow] if re.search(r"^\$ segurdoc (?:verify|pack)", guide.read_text("utf-8"), re.M) else []


@pytest.mark.parametrize(
    "guide", [pytest.param(guide, marks=marks(guide), id=guide.name) for guide in GUIDES if guide not in GENERATED]
)
def test_guide_shows_what_the_program_does(guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for shown, given in executed(guide):
        assert shown == given


@pytest.mark.parametrize("guide", [*GUIDES, DOCS / "index.md"], ids=lambda guide: guide.name)
def test_guide_is_wrapped(guide: Path) -> None:
    text = BLOCK.sub("", guide.read_text("utf-8"))
    assert not [line for line in text.splitlines() if len(line) > WIDTH and not line.startswith(("|", "!["))]


@pytest.mark.parametrize("guide", [*GUIDES, *DOCS.glob("*.md"), *ROOT.glob("*.md")], ids=lambda guide: guide.name)
def test_links_lead_somewhere(guide: Path) -> None:
    text = BLOCK.sub("", guide.read_text("utf-8"))
    for target in re.findall(r"\]\((?!https:)([^)#]+)", text):
        assert (guide.parent / target).exists(), target


def test_every_guide_is_listed_in_both_languages() -> None:
    assert {guide for pair in PAIRS for guide in pair} == {
        guide for lang in LANGS for guide in (DOCS / lang).glob("*.md")
    }
    assert all([french.parent.name, english.parent.name] == ["fr", "en"] for french, english in PAIRS)


@pytest.mark.parametrize(("french", "english"), [*PAIRS, tuple(READMES.values())], ids=lambda guide: guide.name)
def test_both_languages_have_the_same_commands(french: Path, english: Path) -> None:
    assert commands(french) == commands(english)


def commands(guide: Path) -> list[object]:
    """Return what a reader types: the blocks of a guide, without the outputs and the comments in configurations."""
    return [
        COMMAND.sub(r"\1", text) if kind == "console" else re.sub(r" *#.*", "", text)
        for kind, name, text in blocks(guide)
        if kind == "console" or name or kind in ("python", "sh", "yaml", "ini")
    ]


def test_no_shell_block_goes_unchecked() -> None:
    checked = {"console", "csv", "diff", "json", "python", "text", "toml", "yaml"}
    # `tests/test_package.py` runs those of the README, `tests/web/test_guide.py` those of the service.
    elsewhere = {"sh", "ini"}
    # Examples of other languages and servers, which `scripts/setup` does not install.
    unchecked = {"csharp", "java", "nginx", "php"}
    for guide in GUIDES:
        is_elsewhere = guide in READMES.values() or guide.stem == "service"
        allowed = checked | elsewhere | (unchecked if guide.stem == "service" else set()) if is_elsewhere else checked
        assert {kind for kind, _, _ in blocks(guide)} <= allowed, guide


def _write() -> None:
    for guide in GUIDES:
        if guide in GENERATED or (sys.argv[1:] and guide.name not in sys.argv[1:]):
            continue
        text = guide.read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            for shown, given in executed(guide):
                text = text.replace(shown, given, 1)
            os.chdir(ROOT)
        guide.write_text(text, "utf-8")


if __name__ == "__main__":
    _write()
