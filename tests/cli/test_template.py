"""`segurdoc template`: own templates made, checked, drawn and listed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from PIL import Image

from generator.cli.main import segurdoc
from generator.cli.session import Exit
from generator.cli.template import REPORT_FORMATS
from generator.common.resources import TEMPLATES
from generator.reports.template_fields import FIELD_REPORTERS
from tests.template_check.corpus import FAULTS
from tests.template_check.edits import changed, edit_paragraph, run_properties


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template with an error (small type) and a warning (justified), in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return with_faults(tmp_path / "modele.docx", "mention en corps 8", "mention justifiée")


def with_faults(path: Path, *names: str) -> Path:
    changes = [fault.change for fault in FAULTS if fault.name in names]
    assert len(changes) == len(names)
    path.write_bytes(changed("bdc", *changes))
    return path


def check(*arguments: object) -> Result:
    return CliRunner().invoke(segurdoc, ["--lang", "fr", "template", "check", *map(str, arguments)])


def codes(result: Result) -> list[str]:
    return [finding["code"] for finding in json.loads(result.stdout)]


def test_each_finding_has_a_place_in_word_and_what_to_do(template: Path) -> None:
    result = check("--static", template)
    assert result.exit_code == 1
    assert "paragraphe 56: erreur MODELE-CORPS-PETIT" in result.stdout
    assert "{{ mention.finess.text }} {{ mention.finess.value }}" in result.stdout
    assert "→ agrandir ce texte, ou son style" in result.stdout
    assert "1 erreur, 1 avertissement" in result.stdout


@pytest.mark.slow
def test_finding_in_the_body_names_the_page_of_the_template(template: Path) -> None:
    result = check(template)
    assert "page 2, paragraphe 56: erreur MODELE-CORPS-PETIT" in result.stdout


def test_sound_template_exits_with_0() -> None:
    result = check("--static", TEMPLATES / "va.docx")
    assert result.exit_code == 0
    assert "0 erreur, 0 avertissement" in result.stdout


def test_several_templates_are_reported_together(template: Path, tmp_path: Path) -> None:
    other = with_faults(tmp_path / "autre.docx", "code QR oublié")
    result = check("--static", "--format", "json", template, other)
    assert codes(result) == ["MODELE-CORPS-PETIT", "MODELE-JUSTIFIE", "MODELE-SANS-QR"]


def test_missing_file_is_a_usage_error(template: Path, tmp_path: Path) -> None:
    result = check("--static", "--format", "json", tmp_path / "absent.docx", template)
    assert result.exit_code == 2
    assert "absent.docx" in result.stderr


def test_damaged_file_is_a_finding_and_others_are_checked(template: Path, tmp_path: Path) -> None:
    (tmp_path / "damaged.docx").write_bytes(b"PK")
    result = check("--static", "--format", "json", tmp_path / "damaged.docx", template)
    assert result.exit_code == 1
    assert codes(result)[0] == "MODELE-ILLISIBLE"
    assert "MODELE-CORPS-PETIT" in codes(result)


@pytest.mark.slow
def test_without_libreoffice_the_file_is_still_checked(framed_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nowhere/soffice")
    result = check("--format", "json", framed_template)
    assert result.exit_code == 3
    found = codes(result)
    assert "MODELE-COTE-A-COTE" not in found
    assert found.count("LIBREOFFICE-NECESSAIRE") == found.count("MODELE-HORS-TYPST") == 1


def test_check_stops_after_the_first_order_that_is_late(
    framed_template: Path, fake_soffice: Callable[[str], Path], tmp_path: Path
) -> None:
    fake_soffice(f"echo >> {tmp_path / 'starts'}; sleep 60")
    result = check("--timeout", "2", framed_template)
    assert result.exit_code == 1
    assert result.stdout.count("CONVERSION-DELAI") == 1
    assert "non rendu" in result.stdout
    assert len((tmp_path / "starts").read_text("utf-8").splitlines()) == 1


def test_construct_for_libreoffice_is_information(framed_template: Path) -> None:
    result = check("--static", framed_template)
    assert result.exit_code == 0
    assert "paragraphe 1: information MODELE-HORS-TYPST" in result.stdout
    assert "w:framePr" in result.stdout


def test_warning_is_ignored_in_the_settings_beside_the_template(template: Path) -> None:
    entry = '[[template.ignore]]\ncode = "MODELE-JUSTIFIE"\nreason = "charte graphique"\n'
    (template.parent / "segurdoc.toml").write_text(entry, "utf-8")
    assert codes(check("--static", "--format", "json", template)) == ["MODELE-CORPS-PETIT"]


def test_error_is_not_ignored_and_the_entry_is_reported(template: Path) -> None:
    entry = '[[template.ignore]]\ncode = "MODELE-CORPS-PETIT"\nreason = "charte graphique"\n'
    (template.parent / "segurdoc.toml").write_text(entry, "utf-8")
    result = check("--static", template)
    assert result.exit_code == 1
    assert "segurdoc.toml:2" in result.stdout
    assert "IGNORE-ERREUR" in result.stdout


def test_copy_has_what_was_found_as_comments_of_word(template: Path, tmp_path: Path) -> None:
    before = template.read_bytes()
    check("--static", "--annotate", tmp_path / "relus", template)
    document = Document(str(tmp_path / "relus" / "modele.annote.docx"))
    said = [comment.text for comment in document.comments]
    assert len(said) == 2
    assert any(text.startswith("erreur MODELE-CORPS-PETIT\n") for text in said)
    assert template.read_bytes() == before


def test_what_is_said_of_header_is_comment_on_first_paragraph(tmp_path: Path) -> None:
    template = with_faults(tmp_path / "modele.docx", "nom mal écrit dans l'en-tête")
    check("--static", "--annotate", tmp_path / "relus", template)
    document = Document(str(tmp_path / "relus" / "modele.annote.docx"))
    (comment,) = document.comments
    assert comment.text.startswith("en-tête, ")


def test_templates_of_the_settings_are_checked_by_default(template: Path) -> None:
    (template.parent / "segurdoc.toml").write_text('[template]\nbdc = "modele.docx"\n', "utf-8")
    assert "MODELE-CORPS-PETIT" in codes(check("--static", "--format", "json"))


def test_without_a_template_it_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check().exit_code == 2


def test_template_may_serve_one_appel_alone(tmp_path: Path) -> None:
    template = with_faults(tmp_path / "modele.docx", "mention de l'État oubliée")
    one = json.loads(check("--static", "--format", "json", "--reference", "AF-HOP-PFI-Va2", template).stdout)
    both = json.loads(check("--static", "--format", "json", template).stdout)
    assert one[0]["values"]["reference"] == "AF-HOP-PFI-Va2"
    assert both[0]["values"]["reference"] == "AF-HOP-DPI-Va2, AF-HOP-PFI-Va2"


@pytest.mark.parametrize("form", ["junit", "sarif", "github", "markdown"])
def test_every_form_of_report_names_template_and_code(form: str, template: Path) -> None:
    result = check("--static", "--format", form, template)
    assert "modele.docx" in result.stdout
    assert "MODELE-CORPS-PETIT" in result.stdout


@pytest.mark.slow
def test_mention_that_readers_lose_is_reported_with_its_wear(tmp_path: Path) -> None:
    # Dark enough on its grey for the eye, and for no engine.
    grey = run_properties('<w:shd w:val="pct50" w:color="auto" w:fill="auto"/>')
    template = tmp_path / "modele.docx"
    template.write_bytes(changed("bdc", edit_paragraph("mention.finess.text", grey)))
    arguments = ("--ocr", "--reader", "tesseract", "--wear", "net-200", "--reference", "AF-HOP-DPI-Va2")
    (found,) = [
        each
        for each in json.loads(check("--format", "json", *arguments, template).stdout)
        if each["severity"] == "error"
    ]
    assert found["code"] == "MODELE-LECTURE"
    assert found["values"] == {"id": "finess", "by": "tesseract : page nette, net-200"}
    assert "paragraphe 56" in found["part"]


def test_copies_of_templates_of_one_name_are_all_kept(template: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = with_faults(tmp_path / "b" / "modele.docx", "code QR oublié")
    check("--static", "--annotate", tmp_path / "relus", template, other)
    assert sorted(path.name for path in (tmp_path / "relus").iterdir()) == [
        "modele.annote-2.docx",
        "modele.annote.docx",
    ]


def test_file_name_is_not_obeyed_by_a_terminal(tmp_path: Path) -> None:
    template = with_faults(tmp_path / "\x1b[31mrouge.docx", "code QR oublié")
    assert "\x1b[31mrouge" not in check("--static", template).stdout


def test_settings_that_never_end_are_refused() -> None:
    result = CliRunner().invoke(segurdoc, ["--config", "/dev/zero", "validate"])
    assert result.exit_code == 1
    assert "FICHIER-ILLISIBLE" in result.output


NEW = ("template", "new", "--document", "bdc", "--reference", "AF-HOP-DPI-Va2")


def run_in(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def test_new_copies_built_in_template_and_says_what_comes_next(tmp_path: Path) -> None:
    ended = run_in(tmp_path, *NEW, "-o", "mes modèles/mon bdc.docx")
    assert (ended.returncode, ended.stdout) == (Exit.FINE, "mes modèles/mon bdc.docx\n")
    assert (tmp_path / "mes modèles" / "mon bdc.docx").read_bytes() == (TEMPLATES / "bdc.docx").read_bytes()
    # A line that can be pasted.
    assert "segurdoc template check 'mes modèles/mon bdc.docx' --document bdc" in ended.stderr


def test_new_overwrites_nothing_unless_told_to(tmp_path: Path) -> None:
    mine = tmp_path / "mine.docx"
    mine.write_bytes(b"a day's work")
    assert run_in(tmp_path, *NEW, "-o", mine).returncode == Exit.USAGE
    assert mine.read_bytes() == b"a day's work"
    assert run_in(tmp_path, *NEW, "-o", mine, "--force").returncode == Exit.FINE
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
    assert run_in(tmp_path, "template", "new", *arguments).returncode == Exit.USAGE
    assert not list(tmp_path.iterdir())


def test_new_makes_the_file_that_the_settings_already_name(tmp_path: Path) -> None:
    (tmp_path / "segurdoc.toml").write_text('[template]\nbdc = "mine.docx"\n')
    assert run_in(tmp_path, "template", "list").returncode == Exit.FINDINGS
    assert run_in(tmp_path, *NEW, "-o", "mine.docx").returncode == Exit.FINE
    listed = json.loads(run_in(tmp_path, "template", "list", "--format", "json").stdout)
    assert [(each["document"], each["built_in"]) for each in listed] == [
        ("bdc", False),
        ("bdc", True),
        ("va", True),
        ("pv-pilote", True),
    ]
    assert listed[0]["file"] == "mine.docx"
    assert listed[0]["references"] == ["AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"]


def test_fields_are_listed_in_every_form(tmp_path: Path) -> None:
    assert tuple(FIELD_REPORTERS) == REPORT_FORMATS
    text, value, table = (
        run_in(tmp_path, "template", "fields", "--document", "va", "--format", form).stdout for form in REPORT_FORMATS
    )
    paths = [each["path"] for each in json.loads(value)]
    assert {"mention.siret.value", "questions[].text", "qr_code", "reserves.items[]"} <= set(paths)
    assert len(paths) == len(set(paths))
    assert [line.split("`")[1] for line in table.splitlines()[2:]] == paths
    assert [line.split()[0] for line in text.splitlines() if not line.startswith(" ")] == paths


def test_fields_of_all_documents_say_which_have_them(tmp_path: Path) -> None:
    said = run_in(tmp_path, "--lang", "en", "template", "fields").stdout.splitlines()
    (line,) = [line for line in said if line.startswith("mention.titre_bdc.text ")]
    assert line.split(maxsplit=1)[1] == "text, bdc"
    (line,) = [line for line in said if line.startswith("numero ")]
    assert line.split(maxsplit=1)[1] == "text"


@pytest.mark.slow
def test_preview_draws_the_pages_of_the_longest_order(tmp_path: Path) -> None:
    run_in(tmp_path, "template", "new", "--document", "va", "-o", "mine.docx")
    ended = run_in(tmp_path, "template", "preview", "mine.docx", "-o", "page.png", "--page", "all")
    assert ended.returncode == Exit.FINE, ended.stderr
    assert ended.stdout.split() == ["page-1.png", "page-2.png"]
    with Image.open(tmp_path / "page-1.png") as picture:
        assert picture.width / picture.height == pytest.approx(210 / 297, abs=0.01)
        assert len(picture.convert("L").getcolors() or ()) > 10
    assert run_in(tmp_path, "template", "preview", "mine.docx", "-o", "p.png").stdout == "p.png\n"
    assert run_in(tmp_path, "template", "preview", "mine.docx", "-o", "p.png", "--page", "3").returncode == Exit.USAGE


def test_preview_of_what_is_no_template_says_why(tmp_path: Path) -> None:
    (tmp_path / "no.docx").write_bytes(b"no DOCX")
    for name, code in (("no.docx", Exit.FINDINGS), ("nosuch.docx", Exit.USAGE)):
        ended = run_in(tmp_path, "template", "preview", name, "-o", "p.png", "--document", "bdc")
        assert ended.returncode == code
        assert "Traceback" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["no.docx"]


@pytest.mark.parametrize(
    "arguments", [["-o", "mine.docx"], ["-o", "p.jpg"], ["-o", "p.png", "--page", "0"], ["-o", "p.png", "--page", "x"]]
)
def test_preview_refuses_what_it_cannot_write(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "mine.docx").write_bytes((TEMPLATES / "bdc.docx").read_bytes())
    assert run_in(tmp_path, "template", "preview", "mine.docx", *arguments).returncode == Exit.USAGE
