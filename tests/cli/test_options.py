"""Options that no other test of their command uses, and the proof that none is left."""

import json
from pathlib import Path

import click
import pytest
from pypdf import PdfReader

from generator.cli.session import Exit
from generator.common.resources import APPELS, TEMPLATES
from tests.cli.calls import call
from tests.cli.test_commands import EVERY
from tests.conftest import ROOT, VALID
from tests.generators.signing import identity
from tests.hostile.commands import many_scans

OWN = "AF-HOP-OWN-Va2"


@pytest.fixture
def own(tmp_path: Path) -> tuple[str, Path]:
    """The option of an own record of an appel à financement."""
    path = tmp_path / "own.json"
    path.write_text((APPELS / "af-hop-dpi-va2.json").read_text("utf-8").replace("AF-HOP-DPI-Va2", OWN), "utf-8")
    return "--appel", path


@pytest.fixture
def order(tmp_path: Path) -> Path:
    """An order of the own record."""
    path = tmp_path / "order.json"
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    path.write_text(json.dumps({**value, "reference": OWN}), "utf-8")
    return path


def test_every_option_is_used_in_a_test_of_its_command() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    unused = []
    for names, command, _ in EVERY:
        last = f'"{names.rpartition(" ")[2]}"' if names else ""
        of_command = [source for source in sources if last in source]
        for option in command.params:
            for name in (max(option.opts, key=len), *option.secondary_opts) if isinstance(option, click.Option) else ():
                if not any(
                    f'"{spelling}"' in source for source in of_command for spelling in {name, *option.opts[:-1]}
                ):
                    unused.append((names, name))
    assert unused == []


def test_trust_lets_settings_name_files_elsewhere(tmp_path: Path, own: tuple[str, Path]) -> None:
    settings = tmp_path / "project" / "segurdoc.toml"
    settings.parent.mkdir()
    settings.write_text(f'appels = ["../{own[1].name}"]\n', "utf-8")
    assert call("--config", settings, "references").code == Exit.FINDINGS
    assert OWN in call("--trust", "--config", settings, "references").out


def test_validate_bounds_the_work_on_a_logo(order: Path, own: tuple[str, Path]) -> None:
    value = json.loads(order.read_text("utf-8"))
    value["fournisseur"]["logo"] = "scans.jpg"
    order.write_text(json.dumps(value), "utf-8")
    (order.parent / "scans.jpg").write_bytes(many_scans())
    # The process of the tests, which the worker starts from, fills more than a gigabyte.
    said = call("validate", order, "--timeout", "5", "--memory", "2500", *own)
    assert said.code == Exit.FINDINGS
    assert "LIMITE-DUREE" in said.out + said.err


def test_templates_know_an_own_record(tmp_path: Path, own: tuple[str, Path]) -> None:
    assert OWN in call("template", "list", *own).out
    assert "mention.finess" in call("template", "fields", "--reference", OWN, "--document", "bdc", *own).out
    copy = tmp_path / "bdc.docx"
    made = call("template", "new", "--reference", OWN, "--document", "bdc", "-o", copy, *own)
    assert made.code == Exit.FINE
    assert call("template", "new", "--reference", OWN, "--document", "bdc", "-o", copy).code == Exit.USAGE


@pytest.mark.slow
def test_template_check_and_preview_know_an_own_record(tmp_path: Path, own: tuple[str, Path]) -> None:
    options = ("--reference", OWN, "--document", "bdc", "--timeout", "60", "--memory", "1500", *own)
    checked = call("template", "check", "--static", TEMPLATES / "bdc.docx", *options)
    assert checked.code == Exit.FINE, checked.out
    seen = call("template", "preview", TEMPLATES / "bdc.docx", "-o", tmp_path / "bdc.png", *options)
    assert seen.code == Exit.FINE, seen.err


def test_status_and_pack_know_an_own_record(tmp_path: Path, order: Path, own: tuple[str, Path]) -> None:
    assert OWN in call("status", order, "--memory", "1500", *own).out
    root = tmp_path / "root.pem"
    root.write_bytes(identity("Racine").der)
    (tmp_path / "signed").mkdir()
    options = ("--signed", tmp_path / "signed", "--reader", "tesseract", "--trust-roots", root, *own)
    packed = call("pack", order, "-o", tmp_path / "x.zip", *options)
    assert packed.code == Exit.FINDINGS
    assert "PIECE-ABSENTE" in packed.err


@pytest.mark.slow
def test_render_and_verify_know_an_own_record(tmp_path: Path, order: Path, own: tuple[str, Path]) -> None:
    out = tmp_path / "out"
    options = ("--format", "pdf", "--no-attach", "--timeout", "60", *own)
    rendered = call("render", order, "-o", out, *options)
    assert rendered.code == Exit.FINE, rendered.err
    (pdf,) = out.iterdir()
    assert not PdfReader(pdf).attachments
    root = tmp_path / "root.der"
    root.write_bytes(identity("Racine").der)
    with_order = ("--order", order, "--template", TEMPLATES / "bdc.docx", "--trust-roots", root, *own)
    verified = call("verify", pdf, *with_order)
    assert "0 erreur" not in verified.err
    assert verified.code == Exit.FINE, verified.out
    # What `--reader` was called before.
    assert call("verify", pdf, *with_order, "--strict", "--engine", "tesseract").out.count("mentions lues") == 1


@pytest.mark.slow
def test_batch_resumes_or_starts_afresh(tmp_path: Path) -> None:
    options = ("-o", tmp_path / "out", "--format", "pdf", "--no-attach", "--jobs", "1", "--memory", "2000", "--quiet")
    report = tmp_path / "report.json"

    def outcomes(option: str) -> dict[str, int]:
        assert call("batch", VALID / "bdc-dpi-v2.json", *options, option, "--report", report).code == Exit.FINE
        counts: dict[str, int] = json.loads(report.read_text("utf-8"))["outcomes"]
        return {outcome: count for outcome, count in counts.items() if count}

    assert outcomes("--resume") == {"delivered": 1}
    assert outcomes("--resume") == {"unchanged": 1}
    assert outcomes("--fresh") == {"delivered": 1}
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    assert not PdfReader(pdf).attachments


@pytest.mark.parametrize(
    "command",
    [
        ("render", VALID),
        ("batch", VALID),
        ("verify", VALID),
        ("status", VALID),
        ("pack", VALID, "--signed", VALID),
        ("import", VALID / "bdc-dpi-v2.json"),
        ("eligibles", "import", VALID / "bdc-dpi-v2.json"),
        ("template", "check", TEMPLATES / "bdc.docx"),
    ],
    ids=lambda command: " ".join(str(word) for word in command[:2]),
)
def test_memory_has_a_least_value(command: tuple[str | Path, ...]) -> None:
    assert call(*command, "--memory", "199").code == Exit.USAGE
