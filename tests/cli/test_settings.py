"""Settings as a user of the command line has them: found, used, overruled, refused."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli.session import Exit
from generator.common.resources import TEMPLATES
from tests.conftest import VALID, Json

VENDOR = """[fournisseur]
denomination_sociale = "Éditeur des Réglages"
siret = "73282932000074"
responsable_transaction = "Nom"
telephone = "0123456789"
mail = "a@b.example"
adresse = {lignes = ["1 rue"], code_postal = "75001", ville = "Paris"}
"""


def segurdoc(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def project(tmp_path: Path, order_json: Json) -> Path:
    """A vendor's folder: settings, an own layout, an order without its vendor."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "own.docx").write_bytes((TEMPLATES / "bdc.docx").read_bytes())
    del order_json["fournisseur"]
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "one.json").write_text(json.dumps(order_json), "utf-8")
    (tmp_path / "segurdoc.toml").write_text(
        'lang = "en"\n[output]\nfolder = "documents"\nname = "{numero}_{document}"\n[template]\nbdc = "layouts/own.docx"\n'
        + VENDOR,
        "utf-8",
    )
    return tmp_path


def test_render_takes_what_settings_give(project: Path) -> None:
    ended = segurdoc(project / "orders", "render", "one.json", "--format", "docx")
    assert ended.returncode == Exit.FINE, ended.stderr
    assert ended.stdout.strip() == str(project / "documents" / "BC-2026-000123_BDC.docx")
    assert "1 file written" in ended.stderr


def test_layout_of_the_settings_is_the_one_used(project: Path) -> None:
    (project / "layouts" / "own.docx").write_bytes(b"no layout")
    ended = segurdoc(project, "render", "orders/one.json", "--format", "docx")
    assert ended.returncode == Exit.FINDINGS
    assert str(Path("layouts", "own.docx")) in ended.stderr


def test_options_of_the_command_line_win(project: Path) -> None:
    ended = segurdoc(
        project, "--lang", "fr", "render", "orders/one.json", "--format", "docx", "--out", "elsewhere",
        "--template", TEMPLATES / "bdc.docx",
    )  # fmt: skip
    assert ended.stdout.strip() == "elsewhere/BC-2026-000123_BDC.docx"
    assert "1 fichier écrit" in ended.stderr


def test_without_settings_the_order_lacks_its_vendor(project: Path) -> None:
    assert segurdoc(project, "validate", "orders").returncode == Exit.FINE
    assert "« fournisseur » manque" in segurdoc(project, "--no-config", "validate", "orders").stdout


def test_batch_does_again_what_settings_change(project: Path) -> None:
    command = ("batch", "orders", "--format", "docx", "--jobs", "1")
    assert segurdoc(project, *command).returncode == Exit.FINE
    assert "unchanged" in segurdoc(project, *command).stdout
    settings = project / "segurdoc.toml"
    settings.write_text(settings.read_text("utf-8").replace("{numero}_{document}", "{document}_{numero}"), "utf-8")
    assert segurdoc(project, *command).returncode == Exit.FINE
    assert {path.name for path in (project / "documents").glob("*.docx")} == {
        "BC-2026-000123_BDC.docx",
        "BDC_BC-2026-000123.docx",
    }


def test_two_orders_of_one_short_name_do_not_overwrite(project: Path) -> None:
    other = json.loads((project / "orders" / "one.json").read_text("utf-8"))
    other["client"]["finess_pmsi"] = "990000036"
    (project / "orders" / "two.json").write_text(json.dumps(other), "utf-8")
    for command in ("render", "batch"):
        ended = segurdoc(project, command, "orders", "--format", "docx", "--out", command)
        assert ended.returncode == Exit.FINDINGS
        assert "NOM-DOUBLE" in ended.stderr
        assert len(list((project / command).glob("*.docx"))) == 1


def test_settings_that_are_broken_end_the_run_with_their_line(project: Path) -> None:
    (project / "segurdoc.toml").write_text('[output]\nfoldre = "x"\n')
    for command in (["validate"], ["validate", "orders"], ["render", "orders"], ["batch", "orders"], ["references"]):
        ended = segurdoc(project, *command)
        assert ended.returncode == Exit.FINDINGS, command
        assert (ended.stdout + ended.stderr).startswith("segurdoc.toml:2:1 /output/foldre: erreur REGLAGE-INCONNU")
    (found,) = json.loads(segurdoc(project, "validate", "--format", "json").stdout)
    assert (found["code"], found["line"]) == ("REGLAGE-INCONNU", 2)


def test_without_a_path_the_settings_alone_are_checked(project: Path) -> None:
    assert segurdoc(project, "validate").returncode == Exit.FINE
    assert segurdoc(project, "--no-config", "validate").returncode == Exit.USAGE
    (project / "layouts" / "own.docx").unlink()
    ended = segurdoc(project, "validate")
    assert ended.returncode == Exit.FINDINGS
    assert "REGLAGE-FICHIER" in ended.stdout + ended.stderr


def test_doctor_and_verbose_say_which_settings_are_used(project: Path) -> None:
    assert f"settings: {project / 'segurdoc.toml'}" in segurdoc(project / "orders", "doctor").stdout
    assert f"settings: {project / 'segurdoc.toml'}" in segurdoc(project, "-v", "validate", "orders").stderr
    assert "réglages : aucun" in segurdoc(project, "--no-config", "-v", "schema").stderr


def test_folder_that_is_gone_has_no_settings(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    python, order = shlex.quote(sys.executable), shlex.quote(str(VALID / "bdc-dpi-v2.json"))
    script = f"cd {gone} && rmdir {gone} && {python} -m generator validate {order}"
    environment = {**os.environ, "PYTHONPATH": str(TEMPLATES.parent), "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == Exit.FINE, ended.stderr


def test_file_that_is_given_counts_instead_of_the_one_found(project: Path) -> None:
    (project / "other.toml").write_text('lang = "fr"\n' + VENDOR, "utf-8")
    assert "1 valide" in segurdoc(project, "--config", "other.toml", "validate", "orders").stdout
    assert segurdoc(project, "--config", "nosuch.toml", "validate", "orders").returncode == Exit.USAGE
    assert segurdoc(project, "--config", "other.toml", "--no-config", "doctor").returncode == Exit.USAGE


def test_records_of_the_settings_are_known(project: Path) -> None:
    record = json.loads((TEMPLATES.parent / "schemas" / "appels" / "af-hop-pfi-va2.json").read_text("utf-8"))
    record["reference"] = "AF-HOP-OWN-Va2"
    (project / "own.json").write_text(json.dumps(record), "utf-8")
    with (project / "segurdoc.toml").open("r+", encoding="utf-8") as stream:
        text = stream.read()
        stream.seek(0)
        stream.write('appels = ["own.json"]\n' + text)
    assert "AF-HOP-OWN-Va2" in segurdoc(project, "references").stdout


def test_schema_of_settings_is_printed() -> None:
    assert json.loads(segurdoc(VALID, "schema", "settings").stdout)["properties"]["template"]
