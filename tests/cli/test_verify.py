"""`segurdoc verify`, from the outside."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from generator.cli.main import segurdoc
from generator.cli.options import WEAR_NAMES
from generator.cli.verify import REPORT_FORMATS
from generator.reports.verified import VERIFIED_REPORTERS
from generator.verify.installed import READER_NAMES
from generator.verify.readers import READERS
from generator.verify.wear import PROFILES
from tests.conftest import VALID, RenderedSample

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def call(*args: object) -> Result:
        result = CliRunner().invoke(segurdoc, ["--lang", "en", *map(str, args)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def pdf(rendered_samples: list[RenderedSample]) -> Path:
    sample = next(sample for sample in rendered_samples if sample.order.numero == "BC-2026-000123")
    return sample.file(".pdf")


def test_names_that_help_shows_are_those_that_exist() -> None:
    assert tuple(READERS) == READER_NAMES
    assert tuple(PROFILES) == WEAR_NAMES
    assert tuple(VERIFIED_REPORTERS) == REPORT_FORMATS


def test_files_that_are_no_documents_are_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 damaged")
    (tmp_path / "b.txt").write_text("hello")
    result = run("verify", tmp_path / "a.pdf", tmp_path / "b.txt", tmp_path)
    assert result.exit_code == 1
    # The folder holds the first of them, which is given already.
    assert result.output.count("DOCUMENT-ILLISIBLE") == 2
    assert run("verify", tmp_path / "nosuch.pdf").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.pdf", "--order", "o.json", "--orders", "dir"), "exclude each other"),
        (("a.pdf", "b.pdf", "--annotate", "c.png"), "takes one document"),
        (("a.pdf", "--reference", "AF-X"), "the known references are AF-HOP-DPI-Va2"),
        (("a.pdf", "--wear", "mud"), "mud"),
    ],
)
def test_options_that_do_not_fit_are_usage_errors(
    run: Run, arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.pdf", "b.pdf", "o.json"):
        (tmp_path / name).touch()
    (tmp_path / "dir").mkdir()
    result = run("verify", *arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_engine_that_is_not_installed_says_how_to_get_it(
    run: Run, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.verify.readers.installed_readers", lambda: ())
    result = run("verify", pdf, "--reader", "tesseract")
    assert result.exit_code == 3
    assert "LECTURE-MOTEUR-ABSENT" in result.output
    assert "segurdoc[ocr]" in result.output
    # Without one that is asked for, the text is read, and the report says what was not checked.
    result = run("verify", pdf)
    assert result.exit_code == 0
    assert "LECTURE-SANS-MOTEUR" in result.output
    # A picture has no text: there is nothing to count.
    Image.new("L", (100, 100), 255).save(photo := tmp_path / "photo.png")
    result = run("verify", photo)
    assert result.exit_code == 3
    assert result.output.count("photo.png") == 1


def test_order_that_is_not_sound_is_said_instead_of_verified(run: Run, pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text("{}")
    result = run("verify", pdf, "--order", tmp_path / "o.json")
    assert result.exit_code == 1
    assert "o.json" in result.output


@pytest.mark.slow
def test_document_carries_its_own_order(run: Run, pdf: Path) -> None:
    result = run("verify", pdf)
    assert result.exit_code == 0, result.output
    assert "Bon de commande BC-2026-000123" in result.output
    assert "QR code read" in result.output


@pytest.mark.slow
def test_order_of_a_scan_is_found_among_many(run: Run, pdf: Path, tmp_path: Path) -> None:
    from generator.verify.opened import open_document

    page = Image.fromarray(next(open_document(pdf).pages(200)).pixels)
    page.save(tmp_path / "with.png", dpi=(200, 200))
    page.paste(255, (480, 60, 900, 400))
    page.save(tmp_path / "without.png", dpi=(200, 200))
    result = run("verify", tmp_path / "with.png", tmp_path / "without.png", "--orders", VALID)
    # The second page is missing from both: the order is found by code and by text all the same.
    assert result.output.count("Bon de commande BC-2026-000123") == 2
    assert result.output.count("PAGE-ABSENTE") == 2


@pytest.mark.slow
def test_photos_of_one_document_are_taken_together(run: Run, pdf: Path, tmp_path: Path) -> None:
    from generator.verify.opened import open_document

    for number, page in enumerate(open_document(pdf).pages(200), start=1):
        Image.fromarray(page.pixels).rotate(90 * number, expand=True).save(tmp_path / f"{number}.png")
    files = (tmp_path / "1.png", tmp_path / "2.png")
    together = run("verify", *files, "--order", VALID / "bdc-dpi-v2.json")
    assert together.exit_code == 0, together.output
    alone = run("verify", files[0], "--order", VALID / "bdc-dpi-v2.json")
    assert (alone.exit_code, alone.output.count("PAGE-ABSENTE")) == (1, 1)


@pytest.mark.slow
def test_document_without_its_order_is_held_against_the_record(run: Run, pdf: Path, tmp_path: Path) -> None:
    other = tmp_path / "orders"
    other.mkdir()
    shutil.copy(VALID / "bdc-pfi-v2.json", other)
    shutil.copy(VALID / "logo.png", other)
    result = run("verify", pdf, "--orders", other)
    assert result.exit_code == 1, result.output
    assert "COMMANDE-INTROUVABLE" in result.output
    assert "DOCUMENT-SANS-COMMANDE" in result.output


@pytest.mark.slow
def test_of_two_versions_of_order_one_of_code_is_taken(run: Run, pdf: Path, tmp_path: Path) -> None:
    order = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    (tmp_path / "logo.png").write_bytes((VALID / "logo.png").read_bytes())
    (tmp_path / "b.json").write_text(json.dumps(order))
    order["client"]["denomination_sociale"] = "Centre hospitalier Ancien"
    (tmp_path / "a.json").write_text(json.dumps(order))
    result = run("verify", pdf, "--orders", tmp_path)
    assert result.exit_code == 0, result.output


@pytest.mark.slow
def test_options_that_the_document_contradicts_are_reported(run: Run, pdf: Path) -> None:
    for arguments, code in (
        (["--reference", "AF-HOP-PFI-Va2"], "REFERENCE-AUTRE"),
        (["--document", "va"], "DOCUMENT-SANS-VA"),
    ):
        result = run("verify", pdf, *arguments)
        assert result.exit_code == 1
        assert code in result.output


@pytest.mark.parametrize("option", ["--annotate", "--report"])
def test_nothing_read_is_written_over(run: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 damaged")
    result = run("verify", tmp_path / "a.pdf", option, tmp_path / "a.pdf")
    assert result.exit_code == 2
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF-1.7 damaged"


@pytest.mark.slow
def test_every_form_tells_the_same(run: Run, pdf: Path) -> None:
    read = ("verify", pdf, "--reader", "tesseract")
    (document,) = json.loads(run(*read, "--format", "json").output)
    (look,) = document["looks"]
    assert {mention["outcome"] for mention in look["mentions"]} == {"verbatim"}
    assert document["numero"] == "BC-2026-000123"
    root = ET.fromstring(run(*read, "--format", "junit").output)
    assert root.get("tests") == str(len(look["mentions"]) + 1)
    assert json.loads(run(*read, "--format", "sarif").output)["runs"][0]["results"] == []


@pytest.mark.slow
def test_pictures_and_the_report_show_each_page(run: Run, pdf: Path, tmp_path: Path) -> None:
    pictured = ("--annotate", tmp_path / "a.png", "--report", tmp_path / "r.html")
    result = run("verify", pdf, "--reader", "tesseract", *pictured)
    assert result.exit_code == 0, result.output
    pictures = sorted(tmp_path.glob("a-*.png"))
    assert len(pictures) == 2
    with Image.open(pictures[0]) as picture:
        red, green, _ = (channel.tobytes() for channel in picture.convert("RGB").split())
    assert any(greens > reds + 60 for reds, greens in zip(red, green, strict=True))
    assert (tmp_path / "r.html").read_text("utf-8").count("data:image/png") == 2


@pytest.mark.slow
def test_render_can_read_back_before_it_delivers(run: Run, tmp_path: Path) -> None:
    result = run("render", VALID / "bdc-dpi-v1-v2-sans-option.json", "-o", tmp_path, "--format", "pdf", "--verify")
    assert result.exit_code == 0, result.output
    assert len(list(tmp_path.glob("*.pdf"))) == 1


@pytest.mark.slow
def test_second_run_verifies_what_is_new(run: Run, pdf: Path, tmp_path: Path) -> None:
    folder, manifest = tmp_path / "in", tmp_path / "answers.jsonl"
    folder.mkdir()
    shutil.copy(pdf, folder / "a.pdf")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 damaged")
    arguments = ("verify", folder, "--order", VALID / "bdc-dpi-v2.json", "--manifest", manifest)
    first = run(*arguments)
    assert first.exit_code == 1
    answers = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    assert [answer["verdict"] for answer in answers] == ["compliant", "not read"]
    second = run(*arguments)
    assert (second.exit_code, "a.pdf" in second.output) == (1, False)
    assert "unchanged: 2" in second.output
    (folder / "b.pdf").unlink()
    shutil.copy(pdf, folder / "c.pdf")
    third = run(*arguments)
    assert third.exit_code == 0, third.output
    assert ("c.pdf" in third.output, "a.pdf" in third.output) == (True, False)
    manifest.write_bytes(b"\xff not JSON")
    assert run(*arguments).exit_code == 0


def test_folder_without_documents_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    result = run("verify", tmp_path)
    assert result.exit_code == 2
    assert "no PDF" in result.output
