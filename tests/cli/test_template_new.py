"""`segurdoc template new`, `list`, `fields`, `preview`: what a vendor starts from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from generator.cli.session import Exit
from generator.cli.template import FORMS
from generator.common.resources import TEMPLATES
from generator.reports.fields import FIELD_REPORTERS

NEW = ("template", "new", "--document", "bdc", "--reference", "AF-HOP-DPI-Va2")


def segurdoc(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def test_new_copies_the_built_in_template_and_says_what_comes_next(tmp_path: Path) -> None:
    ended = segurdoc(tmp_path, *NEW, "-o", "mes modèles/mon bdc.docx")
    assert (ended.returncode, ended.stdout) == (Exit.FINE, "mes modèles/mon bdc.docx\n")
    assert (tmp_path / "mes modèles" / "mon bdc.docx").read_bytes() == (TEMPLATES / "bdc.docx").read_bytes()
    # A line that can be pasted.
    assert "segurdoc template check 'mes modèles/mon bdc.docx' --document bdc" in ended.stderr


def test_new_overwrites_nothing_unless_told_to(tmp_path: Path) -> None:
    mine = tmp_path / "mine.docx"
    mine.write_bytes(b"a day's work")
    assert segurdoc(tmp_path, *NEW, "-o", mine).returncode == Exit.USAGE
    assert mine.read_bytes() == b"a day's work"
    assert segurdoc(tmp_path, *NEW, "-o", mine, "--force").returncode == Exit.FINE
    assert mine.read_bytes() == (TEMPLATES / "bdc.docx").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--document", "bdc", "-o", "mine.doc"],
        ["--document", "facture", "-o", "mine.docx"],
        ["--document", "bdc", "--reference", "AF-NOSUCH", "-o", "mine.docx"],
        ["-o", "mine.docx"],
        ["--document", "bdc"],
    ],
)
def test_new_says_what_it_cannot_use(tmp_path: Path, arguments: list[str]) -> None:
    assert segurdoc(tmp_path, "template", "new", *arguments).returncode == Exit.USAGE
    assert not list(tmp_path.iterdir())


def test_new_makes_the_file_that_the_settings_already_name(tmp_path: Path) -> None:
    (tmp_path / "segurdoc.toml").write_text('[template]\nbdc = "mine.docx"\n')
    assert segurdoc(tmp_path, "template", "list").returncode == Exit.FINDINGS
    assert segurdoc(tmp_path, *NEW, "-o", "mine.docx").returncode == Exit.FINE
    listed = json.loads(segurdoc(tmp_path, "template", "list", "--format", "json").stdout)
    assert [(each["document"], each["built_in"]) for each in listed] == [
        ("bdc", False),
        ("bdc", True),
        ("va", True),
        ("pv-pilote", True),
    ]
    assert listed[0]["file"] == "mine.docx"
    assert listed[0]["references"] == ["AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"]


def test_fields_are_listed_in_every_form(tmp_path: Path) -> None:
    assert tuple(FIELD_REPORTERS) == FORMS
    text, value, table = (
        segurdoc(tmp_path, "template", "fields", "--document", "va", "--format", form).stdout for form in FORMS
    )
    paths = [each["path"] for each in json.loads(value)]
    assert {"mention.siret.value", "questions[].text", "qr_code", "reserves.items[]"} <= set(paths)
    assert len(paths) == len(set(paths))
    assert [line.split("`")[1] for line in table.splitlines()[2:]] == paths
    assert [line.split()[0] for line in text.splitlines() if not line.startswith(" ")] == paths


def test_fields_of_all_documents_say_which_have_them(tmp_path: Path) -> None:
    said = segurdoc(tmp_path, "--lang", "en", "template", "fields").stdout.splitlines()
    (line,) = [line for line in said if line.startswith("mention.titre_bdc.text ")]
    assert line.split(maxsplit=1)[1] == "text, bdc"
    (line,) = [line for line in said if line.startswith("numero ")]
    assert line.split(maxsplit=1)[1] == "text"


@pytest.mark.slow
def test_preview_draws_the_pages_of_the_longest_order(tmp_path: Path) -> None:
    segurdoc(tmp_path, "template", "new", "--document", "va", "-o", "mine.docx")
    ended = segurdoc(tmp_path, "template", "preview", "mine.docx", "-o", "page.png", "--page", "all")
    assert ended.returncode == Exit.FINE, ended.stderr
    assert ended.stdout.split() == ["page-1.png", "page-2.png"]
    with Image.open(tmp_path / "page-1.png") as picture:
        assert picture.width / picture.height == pytest.approx(210 / 297, abs=0.01)
        assert len(picture.convert("L").getcolors() or ()) > 10
    assert segurdoc(tmp_path, "template", "preview", "mine.docx", "-o", "p.png").stdout == "p.png\n"
    assert segurdoc(tmp_path, "template", "preview", "mine.docx", "-o", "p.png", "--page", "3").returncode == Exit.USAGE


def test_preview_of_what_is_no_template_says_why(tmp_path: Path) -> None:
    (tmp_path / "no.docx").write_bytes(b"no DOCX")
    for name, code in (("no.docx", Exit.FINDINGS), ("nosuch.docx", Exit.USAGE)):
        ended = segurdoc(tmp_path, "template", "preview", name, "-o", "p.png", "--document", "bdc")
        assert ended.returncode == code
        assert "Traceback" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["no.docx"]


@pytest.mark.parametrize(
    "arguments", [["-o", "mine.docx"], ["-o", "p.jpg"], ["-o", "p.png", "--page", "0"], ["-o", "p.png", "--page", "x"]]
)
def test_preview_refuses_what_it_cannot_write(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "mine.docx").write_bytes((TEMPLATES / "bdc.docx").read_bytes())
    assert segurdoc(tmp_path, "template", "preview", "mine.docx", *arguments).returncode == Exit.USAGE
