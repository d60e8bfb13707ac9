"""The command line as a user has it: what it prints, where, and its exit codes."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from generator.cli import main as main_module
from generator.cli.main import COMMANDS
from generator.cli.session import Exit
from tests.conftest import INVALID, VALID, Json


def segurdoc(*arguments: str | Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **environ}
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, check=False)


def test_help_names_every_command() -> None:
    said = segurdoc("--help").stdout
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    ended = segurdoc(name, "--help")
    assert ended.returncode == Exit.FINE
    assert ended.stdout.startswith("Usage : ")


def test_sound_descriptor_is_fine() -> None:
    ended = segurdoc("validate", VALID / "bdc-dpi-v2.json")
    assert ended.returncode == Exit.FINE
    assert ended.stdout.endswith(
        "\n1 descripteur lu : 1 valide, 0 refusé ; 0 erreur, 0 avertissement, 2 informations\n"
    )


def test_finding_has_its_place_its_line_and_what_to_do() -> None:
    ended = segurdoc("validate", INVALID / "siret-cle.json")
    assert ended.returncode == Exit.FINDINGS
    lines = ended.stdout.split("\n")
    assert lines[0].endswith("siret-cle.json:9:14 /fournisseur/siret: erreur SIRET-CLE")
    assert lines[2:4] == ['  9 │     "siret": "73282932000075",', "    │              ^"]
    assert lines[4].startswith("  → ")


@pytest.mark.parametrize(
    ("arguments", "environ", "word"),
    [
        (["--lang", "en"], {}, "error"),
        ([], {"LC_ALL": "en_GB.UTF-8"}, "error"),
        ([], {"LC_ALL": "de_DE.UTF-8"}, "erreur"),
        (["--lang", "fr"], {"LC_ALL": "en_GB.UTF-8"}, "erreur"),
    ],
)
def test_messages_are_french_unless_english_is_asked_for(
    arguments: list[str], environ: dict[str, str], word: str
) -> None:
    said = segurdoc(*arguments, "validate", INVALID / "siret-cle.json", **environ).stdout
    assert f"{word} SIRET-CLE" in said


@pytest.mark.parametrize("arguments", [["validate", "--lang", "en"], ["validate", "--lang=en"]])
def test_language_counts_after_the_command_too(arguments: list[str]) -> None:
    assert "error SIRET-CLE" in segurdoc(*arguments, INVALID / "siret-cle.json", LC_ALL="fr_FR.UTF-8").stdout


def test_json_report_is_json_with_every_finding() -> None:
    ended = segurdoc("validate", "--format", "json", INVALID / "siret-cle.json")
    finding, *_ = json.loads(ended.stdout)
    assert (finding["code"], finding["line"], finding["pointer"]) == ("SIRET-CLE", 9, "/fournisseur/siret")


def test_reports_go_to_files_in_the_form_of_their_names(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a.json", "a.sarif", "a.xml", "a.md", "a.txt")]
    options = [word for name in names for word in ("--report", str(name))]
    ended = segurdoc("validate", *options, INVALID / "siret-cle.json")
    assert ended.returncode == Exit.FINDINGS
    assert all("SIRET-CLE" in name.read_text("utf-8") for name in names)
    assert names[4].read_text("utf-8") in ended.stdout
    assert segurdoc("validate", "--report", "a.pdf", VALID).returncode == Exit.USAGE


def test_report_is_never_written_over_what_was_checked(tmp_path: Path) -> None:
    order = tmp_path / "order.json"
    shutil.copy(VALID / "bdc-dpi-v2.json", order)
    before = order.read_bytes()
    for checked in (order, tmp_path):
        assert segurdoc("validate", checked, "--report", order).returncode == Exit.USAGE
        # Nor where the run ends before anything is checked.
        assert segurdoc("validate", checked, "--register", "nosuch", "--report", order).returncode == Exit.USAGE
        ended = segurdoc("batch", checked, "--out", tmp_path / "out", "--format", "docx", "--report", order)
        assert ended.returncode == Exit.USAGE
    assert order.read_bytes() == before


@pytest.mark.parametrize("option", ["--eligibles", "--appel"])
def test_what_ends_a_run_is_reported_in_the_form_asked_for(option: str, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("nonsense", "utf-8")
    report = tmp_path / "report.xml"
    ended = segurdoc("validate", VALID, option, given, "--format", "json", "--report", report)
    assert ended.returncode == Exit.FINDINGS
    (finding,) = json.loads(ended.stdout)
    assert finding["code"] in ("ELIGIBLES-FICHIER", "JSON-SYNTAXE")
    assert finding["code"] in report.read_text("utf-8")


def test_what_record_does_not_know_is_said_once_for_many_orders() -> None:
    findings = json.loads(segurdoc("validate", "--format", "json", VALID).stdout)
    assert [finding["code"] for finding in findings].count("APPEL-SCENARIO-A-CONFIRMER") == 1


def test_standard_input_is_a_descriptor_too() -> None:
    assert (
        segurdoc("validate", "-", stdin=(VALID / "bdc-dpi-v1-v2-sans-option.json").read_text("utf-8")).returncode
        == Exit.FINE
    )
    assert "-:1:1: erreur JSON-SYNTAXE" in segurdoc("validate", "-", stdin="nonsense").stdout


def test_usage_mistake_is_a_code_of_its_own() -> None:
    assert segurdoc("validate").returncode == Exit.USAGE
    assert segurdoc("nosuch").returncode == Exit.USAGE
    assert segurdoc("render", "x.json", "--document", "facture").returncode == Exit.USAGE
    assert segurdoc("references", "AF-NOSUCH").returncode == Exit.USAGE


def test_schema_prints_the_schema() -> None:
    assert json.loads(segurdoc("schema").stdout)["properties"]["reference"]
    assert json.loads(segurdoc("schema", "appel").stdout)["properties"]["mentions"]


def test_references_say_what_is_to_be_confirmed() -> None:
    said = segurdoc("references", "AF-HOP-PFI-Va2").stdout
    for deadline in (
        "17/03/2027  Date limite de réalisation de la prestation [à confirmer]",
        "16/06/2027",
        "28/09/2027",
    ):
        assert deadline in said
    assert "selon une source tierce : vérifier l'arrêté" in said
    assert "Signature du client [à confirmer]" in said
    assert "montant_etat (bdc) [confirmé]" in said
    assert "montant_ht (bdc) [à confirmer]: Total HT :" in said
    assert "adresse_mssante (va, pv-pilote) [à confirmer]: Adresse MSSanté utilisée par le client :" in said
    assert "Questions du scénario [à confirmer]" in said
    assert "17/02/2026" in said
    assert json.loads(segurdoc("references", "--format", "json").stdout)[0]["reference"] == "AF-HOP-DPI-Va2"


def test_doctor_says_what_is_missing_and_how_to_get_it() -> None:
    ended = segurdoc("doctor", SEGURDOC_SOFFICE="/nosuch/soffice")
    assert ended.returncode == Exit.FINE
    assert "✓ typst" in ended.stdout
    assert "– LibreOffice" in ended.stdout
    assert "apt-get install libreoffice-writer-nogui" in ended.stdout


def test_render_prints_the_files_alone_on_the_standard_output(tmp_path: Path) -> None:
    ended = segurdoc("render", VALID / "va-dpi-sans-reserve.json", "--out", tmp_path, "--format", "docx")
    assert ended.returncode == Exit.FINE
    files = sorted(map(Path, ended.stdout.splitlines()))
    assert files == sorted(tmp_path.iterdir())
    assert [file.name.split("_")[0] for file in files] == ["BDC", "VA"]
    assert "APPEL-MENTIONS-A-CONFIRMER" in ended.stderr


def test_one_refused_order_does_not_stop_the_others(tmp_path: Path, order_json: Json) -> None:
    broken = {**order_json, "numero": ""}
    lines = "\n".join(json.dumps(value) for value in (broken, order_json))
    (tmp_path / "orders.jsonl").write_text(lines, "utf-8")
    ended = segurdoc("render", tmp_path / "orders.jsonl", "--out", tmp_path / "out", "--format", "docx")
    assert ended.returncode == Exit.FINDINGS
    assert len(ended.stdout.splitlines()) == 1
    assert "orders.jsonl:1:" in ended.stderr


def test_two_orders_of_one_name_do_not_overwrite_each_other(tmp_path: Path, order_json: Json) -> None:
    other = json.loads(json.dumps(order_json))
    other["montant"] = {"ht": "1.00", "taux_tva": "20.00", "ttc": "1.20"}
    lines = "\n".join(json.dumps(value) for value in (order_json, other))
    (tmp_path / "orders.jsonl").write_text(lines, "utf-8")
    ended = segurdoc("render", tmp_path / "orders.jsonl", "--out", tmp_path / "out", "--format", "docx")
    assert ended.returncode == Exit.FINDINGS
    assert "NOM-DOUBLE" in ended.stderr
    assert len(ended.stdout.splitlines()) == 1


def test_without_libreoffice_the_machine_is_named(tmp_path: Path) -> None:
    command = ("render", VALID / "bdc-dpi-v2.json", "--out", tmp_path, "--engine", "libreoffice")
    ended = segurdoc(*command, SEGURDOC_SOFFICE="/nosuch/soffice")
    assert ended.returncode == Exit.MACHINE
    assert "LIBREOFFICE-ABSENT" in ended.stderr
    assert [path.suffix for path in tmp_path.iterdir() if path.suffix] == [".docx"]


def test_render_delivers_the_docx_without_libreoffice(tmp_path: Path, framed_template: Path) -> None:
    out = tmp_path / "out"
    command = ("render", VALID / "bdc-dpi-v2.json", "--out", out, "--template", framed_template)
    ended = segurdoc(*command, SEGURDOC_SOFFICE="/nosuch/soffice")
    assert ended.returncode == Exit.FINDINGS
    assert "LIBREOFFICE-NECESSAIRE" in ended.stderr
    assert "cadre ou lettrine [w:framePr] (paragraphe" in ended.stderr
    assert (
        [Path(line).suffix for line in ended.stdout.splitlines()]
        == [path.suffix for path in out.iterdir()]
        == [".docx"]
    )


@pytest.mark.slow
def test_render_names_the_engine_of_each_pdf(tmp_path: Path, framed_template: Path) -> None:
    command = ("render", VALID / "bdc-dpi-v2.json", "--out", tmp_path / "out", "--template", framed_template)
    ended = segurdoc(*command, "--verbose")
    assert ended.returncode == Exit.FINE, ended.stderr
    assert "bdc : PDF fait par libreoffice : cadre ou lettrine [w:framePr] (paragraphe" in ended.stderr


def test_broken_record_is_reported(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("{}")
    ended = segurdoc("validate", "--appel", tmp_path / "own.json", VALID / "bdc-dpi-v2.json")
    assert ended.returncode == Exit.FINDINGS
    assert "SCHEMA-CLE-ABSENTE" in ended.stderr


def test_internal_error_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from generator.cli import main as edge

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.delenv("SEGURDOC_DEBUG", raising=False)
    monkeypatch.setattr(edge.segurdoc, "main", fail)
    assert edge.run([]) == Exit.INTERNAL
    assert "Traceback" not in capsys.readouterr().err


def test_reader_that_has_had_enough_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m generator schema | head -n 1; exit ${{PIPESTATUS[0]}}"
    bash = shutil.which("bash") or "bash"
    ended = subprocess.run([bash, "-c", command], capture_output=True, text=True, check=False)
    assert ended.stdout == "{\n"
    assert ended.stderr == ""


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_output_that_cannot_encode_a_sign_is_no_crash(encoding: str) -> None:
    command = [sys.executable, "-m", "generator", "validate", str(INVALID / "siret-cle.json")]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert ended.returncode == Exit.FINDINGS
    assert b"SIRET-CLE" in ended.stdout


def test_output_that_is_full_is_the_machine_s_fault() -> None:
    command = [sys.executable, "-m", "generator", "schema"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == Exit.MACHINE
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr


def test_no_standard_input_is_an_empty_one() -> None:
    bash = shutil.which("bash") or "bash"
    command = f"{shlex.quote(sys.executable)} -m generator validate - <&-"
    ended = subprocess.run([bash, "-c", command], capture_output=True, text=True, check=False)
    assert ended.returncode == Exit.FINDINGS
    assert "FICHIER-VIDE" in ended.stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, Exit.INTERRUPT), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupt_ends_the_conversion_and_leaves_nothing(tmp_path: Path, number: int, code: int) -> None:
    pid_file = tmp_path / "pid"
    script = tmp_path / "soffice"
    script.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "LibreOffice 7.4.7.2 40(Build:2)"; exit 0; fi\n'
        f"echo $$ > {pid_file}; sleep 60\n"
    )
    script.chmod(0o755)
    out = tmp_path / "out"
    environment = {**os.environ, "SEGURDOC_SOFFICE": str(script), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "generator", "render", str(VALID / "bdc-dpi-v2.json"), "--out", str(out)]
    command += ["--engine", "libreoffice"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not (pid_file.exists() and pid_file.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code, said
    assert said.strip() in {"interrompu", "interrupted", ""}
    assert not out.exists()
    assert not list((tmp_path / "tmp").iterdir())
    assert not _is_running(int(pid_file.read_text()))


def _is_running(pid: int) -> bool:
    """Return whether a program runs; one that has ended may wait for the system to forget it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell starts the command")
@pytest.mark.parametrize(
    ("streams", "code"),
    [(">&-", 0), ("2>&-", 0), (">&- 2>&- <&-", 0), (">/dev/full", 3), (">/dev/full 2>/dev/full", 3)],
)
def test_streams_that_are_closed_or_full_have_their_code(streams: str, code: int) -> None:
    command = f'"{sys.executable}" -m generator validate "{VALID / "bdc-dpi-v2.json"}" {streams}'
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False)


def test_pipe_of_a_process_that_ends_is_no_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def vanishes(*_: object, **__: object) -> None:
        raise EOFError

    monkeypatch.setattr(main_module.segurdoc, "invoke", vanishes)
    assert main_module.run(["validate"]) == Exit.INTERNAL
