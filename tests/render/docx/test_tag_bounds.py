from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from generator.common.resources import TEMPLATES
from tests.cli.calls import call
from tests.conftest import VALID

EXCESSIVE = {
    "digits": ("{{ " + "9" * 6000 + " }}",),
    "brackets": ("{{ " + "(" * 400 + "1" + ")" * 400 + " }}",),
    "lists": ("{{ " + "[" * 60 + "]" * 60 + " }}",),
    "sum": ("{{ " + "+".join("1" * 900) + " }}",),
    "filters": ("{{ numero" + "|upper" * 900 + " }}",),
    "not": ("{{ " + "not " * 900 + "numero }}",),
    "loops": (*["{%p for a in 'a' %}"] * 30, *["{%p endfor %}"] * 30),
    "conditions": (*["{%p if numero %}"] * 300, "x", *["{%p endif %}"] * 300),
}
SOUND = (
    "{{ '((((((((((((((((((((((((((((((((((' }}",
    "{{ '" + "9" * 400 + "' }}",
    "{{ " + " + ".join(["1"] * 60) + " }}",
    *["{%p if numero %}", "x", "{%p endif %}"] * 30,
)
ORDER = str(VALID / "bdc-dpi-v2.json")


def template_with(path: Path, paragraphs: tuple[str, ...]) -> Path:
    document = Document(str(TEMPLATES / "bdc.docx"))
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


@pytest.mark.parametrize("paragraphs", EXCESSIVE.values(), ids=EXCESSIVE)
@pytest.mark.parametrize(
    "arguments",
    [
        ("template", "check", "a.docx"),
        ("template", "preview", "a.docx", "-o", "page.png"),
        ("render", ORDER, "--template", "a.docx", "-o", "out"),
    ],
    ids=lambda arguments: arguments[0] + arguments[1][:5] if isinstance(arguments, tuple) else None,
)
def test_tag_beyond_bounds_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], paragraphs: tuple[str, ...]
) -> None:
    template_with(tmp_path / "a.docx", paragraphs)
    monkeypatch.chdir(tmp_path)
    ended = call(*arguments)
    assert ended.code == 1
    assert "MODELE-SYNTAXE" in ended.out + ended.err
    assert "a.docx paragraphe " in ended.out + ended.err


def test_usual_tags_are_within_bounds(tmp_path: Path) -> None:
    template = template_with(tmp_path / "a.docx", SOUND)
    assert call("render", ORDER, "--template", template, "-o", tmp_path / "out", "--format", "docx").code == 0
