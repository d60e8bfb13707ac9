"""The words that this repository avoids (docs/glossary.md)."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

BANNED = re.compile(
    r"what is to be said|what is said|\b(?:is|are) told\b|\bso many\b|beside\s+those|held against|stands for itself"
    r"|no good for|\bas it is[.;]"
)
SUFFIXES = frozenset({".py", ".md", ".toml", ".json", ".html", ".sh"})
FOLDERS = ("generator", "docs", "tests", "benchmarks", "templates", "scripts", "schemas", "samples")


def texts() -> list[Path]:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    # This file quotes the phrases.
    files = [path for path in files if path != Path(__file__) and "invalid" not in path.parts]
    return [*files, *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "README.en.md"))]


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_has_no_banned_phrase(path: Path) -> None:
    found = [phrase[0] for phrase in BANNED.finditer(path.read_text("utf-8"))]
    assert not found


def test_public_type_has_a_name_of_its_own() -> None:
    homes: dict[str, list[str]] = {}
    for path in (ROOT / "generator").rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_tests_import_no_private_name() -> None:
    private = [
        f"{path.relative_to(ROOT).as_posix()}: {alias.name}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert private == []


def test_names_of_tests_are_short_and_begin_with_their_subject() -> None:
    names = [
        node.name
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [name for name in names if len(name) > 60 or name.startswith(("test_a_", "test_an_", "test_the_"))] == []
