import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import psutil
import pytest
from lxml import etree

from generator.cli.batch import REPORT_SUFFIXES
from generator.cli.session import Exit
from generator.reports.batch import BATCH_REPORTERS
from tests.batch.test_run import orders_in
from tests.conftest import ROOT, VALID, Json, RenderedSample

BATCH = [sys.executable, "-m", "generator", "--lang", "en", "batch"]
LIBREOFFICE = ("--jobs", "1", "--engine", "libreoffice")
DOCX = ("--format", "docx", "--jobs", "1")


def batch(
    *arguments: str | Path, given: str = "", cwd: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BATCH, *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environ},
        cwd=cwd,
        check=False,
    )


@pytest.fixture
def orders(tmp_path: Path, order_json: Json) -> Path:
    """Three sound orders and two that are not."""
    folder = orders_in(tmp_path / "orders", order_json, 3)
    broken = json.loads((folder / "001.json").read_text("utf-8"))
    broken["montant"]["ttc"] = "1.00"
    (folder / "001b.json").write_text(json.dumps({**broken, "numero": "N-1b"}), "utf-8")
    (folder / "zz.json").write_text("{", "utf-8")
    return folder


def test_good_ones_are_made_and_the_bad_ones_are_reported(orders: Path, tmp_path: Path) -> None:
    result = batch(orders.name, "-o", "out", *DOCX, cwd=tmp_path)
    assert result.returncode == 1
    assert sorted(path.name.rpartition("_")[2] for path in (tmp_path / "out").glob("*.docx")) == [
        "N-0.docx",
        "N-1.docx",
        "N-2.docx",
    ]
    for told in ("MONTANT-TTC", "001b.json", "JSON-SYNTAXE", "zz.json"):
        assert told in result.stderr
    for counted in ("delivered", "refused", "manifest.jsonl"):
        assert counted in result.stdout
    assert re.search(r"MONTANT-TTC +1 +orders/001b\.json *\n", result.stdout)
    assert batch("--check", tmp_path / "out").returncode == 0


def test_with_fail_fast_nothing_is_made_where_order_is_refused(orders: Path, tmp_path: Path) -> None:
    result = batch(orders, "-o", tmp_path / "out", "--fail-fast", *DOCX)
    assert result.returncode == 1
    assert "not rendered" in result.stdout
    assert not list((tmp_path / "out").glob("*.docx"))


def test_quiet_prints_errors_alone(orders: Path, tmp_path: Path) -> None:
    for name in ("001b.json", "zz.json"):
        (orders / name).unlink()
    result = batch(orders, "-o", tmp_path / "out", "--quiet", *DOCX)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    (orders / "zz.json").write_text("{", "utf-8")
    result = batch(orders, "-o", tmp_path / "out", "--quiet", *DOCX)
    assert result.stderr.count("JSON-SYNTAXE") == 1
    assert result.stdout == ""


def test_orders_come_from_lists_patterns_and_standard_input(orders: Path, tmp_path: Path) -> None:
    values = [json.loads((orders / f"00{number}.json").read_text("utf-8")) for number in range(3)]
    (tmp_path / "list.json").write_text(json.dumps(values[:1]), "utf-8")
    (tmp_path / "lines.jsonl").write_text(json.dumps(values[1]) + "\n", "utf-8")
    result = batch(tmp_path / "l*.json*", "-", "-o", tmp_path / "out", *DOCX, given=json.dumps(values[2]) + "\n")
    assert result.returncode == 0, result.stderr
    assert len(list((tmp_path / "out").glob("*.docx"))) == 3


def test_reports_say_what_became_of_every_order(orders: Path, tmp_path: Path) -> None:
    reports = [tmp_path / f"report{suffix}" for suffix in REPORT_SUFFIXES]
    batch(orders, "-o", tmp_path / "out", *DOCX, *(word for report in reports for word in ("--report", str(report))))
    page, value, suite = (report.read_text("utf-8") for report in reports)
    assert "MONTANT-TTC" in page
    assert "AF-HOP-DPI-Va2_010000008_N-0" in page
    assert "http" not in page
    whole = json.loads(value)
    assert whole["outcomes"] == {"delivered": 3, "unchanged": 0, "failed": 0, "refused": 2, "repeated": 0}
    assert [order["outcome"] for order in whole["orders"]] == [
        "delivered",
        "delivered",
        "refused",
        "delivered",
        "refused",
    ]
    assert whole["orders"][2]["findings"][0]["code"] == "MONTANT-TTC"
    etree.XMLSchema(etree.parse(ROOT / "tests" / "data" / "jenkins-junit-10.xsd")).assertValid(
        etree.fromstring(suite.encode())
    )
    root = ET.fromstring(suite)
    assert (root.get("tests"), root.get("failures"), len(root.findall(".//failure"))) == ("5", "2", 2)


def test_forms_of_reports_are_known_before_they_are_imported() -> None:
    assert tuple(BATCH_REPORTERS) == REPORT_SUFFIXES


def test_report_tells_what_earlier_runs_did(orders: Path, tmp_path: Path) -> None:
    for new in (3, 0):
        result = batch(orders, "-o", tmp_path / "out", *DOCX, "--report", tmp_path / "report.json")
        assert re.search(r"their files in the folder +3 *\n", result.stdout)
        assert re.search(rf"of them new +{new} *\n", result.stdout)
    whole = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (whole["outcomes"]["unchanged"], whole["outcomes"]["delivered"], whole["files"]) == (3, 0, 3)


def test_file_that_was_changed_after_delivery_is_reported(orders: Path, tmp_path: Path) -> None:
    batch(orders, "-o", tmp_path / "out", *DOCX)
    next((tmp_path / "out").glob("*.docx")).write_bytes(b"")
    result = batch("--check", tmp_path / "out")
    assert result.returncode == 1
    assert "FICHIER-DELIVRE-CHANGE" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x.json", "--report", "x.pdf"),
        ("x.json", "--executor", "slurm"),
        ("x.json", "--jobs", "0"),
        ("x.json", "--sample", "2"),
    ],
)
def test_mistake_in_the_call_is_reported_before_any_work(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = batch(*arguments, "-o", tmp_path / "out")
    assert result.returncode == 2
    assert not (tmp_path / "out").exists()


def test_output_folder_that_cannot_be_is_the_machine_s_fault(orders: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = batch(orders, "-o", tmp_path / "file" / "out", *DOCX)
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


NAMES = ["../../x", "CON", "a/../b", "\u202egnp.exe", "nul\x00", "x" * 300, "-rf", "a\nb", "$(reboot)", "é" * 40]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_whatever_a_number_is_files_stay_in_the_folder(name: str, orders: Path, tmp_path: Path) -> None:
    value = json.loads((orders / "000.json").read_text("utf-8"))
    inner = tmp_path / "deep" / "deeper" / "out"
    before = set(tmp_path.rglob("*"))
    batch("-", "-o", inner, *DOCX, given=json.dumps({**value, "numero": name}))
    after = set(tmp_path.rglob("*")) - before
    assert all(path in inner.parents or inner in (path, path.parent) for path in after)
    for path in inner.glob("*.docx"):
        assert path.name.startswith("BDC_")
        assert path.name.isascii()
        assert len(path.name) < 120


def test_link_in_a_document_s_place_is_replaced_not_followed(orders: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.docx"
    victim.write_bytes(b"precious")
    out = tmp_path / "out"
    out.mkdir()
    place = out / "BDC_AF-HOP-DPI-Va2_010000008_N-0.docx"
    place.symlink_to(victim)
    batch(orders / "000.json", "-o", out, *DOCX)
    assert victim.read_bytes() == b"precious"
    assert not place.is_symlink()


def children_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR", "").startswith(str(folder)):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_leaves_nothing_and_says_how_to_go_on(
    orders: Path, tmp_path: Path, number: int, code: int
) -> None:
    soffice = tmp_path / "soffice"
    marker = tmp_path / "converting"
    soffice.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "LibreOffice 7.4.7.2 40(Build:2)" && exit\n: > {marker}\nsleep 60\n'
    )
    soffice.chmod(0o755)
    # Short: the path of a socket under it has at most 107 characters.
    temporary = tmp_path / "t"
    temporary.mkdir()
    environ = {**os.environ, "SEGURDOC_SOFFICE": str(soffice), "TMPDIR": str(temporary)}
    command = [*BATCH, str(orders), "-o", str(tmp_path / "out"), "--jobs", "2", "--engine", "libreoffice"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        limit = time.monotonic() + 120
        while not marker.exists() and time.monotonic() < limit:
            time.sleep(0.05)
        assert marker.exists()
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code, said
    assert "Traceback" not in said
    assert "3 left" in said
    assert not list(temporary.iterdir())
    assert not children_of(temporary)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.jsonl"]


FAULTS = {
    "hangs": "sleep 60",
    "dies": "kill -9 $$",
    "exits 0 without output": "exit 0",
    "gives an empty PDF": 'for word; do [ "$before" = --outdir ] && out=$word; before=$word; done; for word; do case $word in *.docx) : > "$out/$(basename "$word" .docx).pdf";; esac; done',
    "floods its output": "yes | head -c 50000000; exit 1",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_misbehaving_libreoffice_leaves_nothing_half_there(fault: str, orders: Path, tmp_path: Path) -> None:
    soffice = tmp_path / "soffice"
    soffice.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "LibreOffice 7.4.7.2 40(Build:2)" && exit\n{FAULTS[fault]}\n'
    )
    soffice.chmod(0o755)
    for name in ("001b.json", "zz.json", "002.json"):
        (orders / name).unlink()
    result = batch(orders, "-o", tmp_path / "out", *LIBREOFFICE, "--timeout", "1", SEGURDOC_SOFFICE=str(soffice))
    assert result.returncode == 1
    assert result.stderr.count("error CONVERSION-") == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.jsonl"]


def test_batch_delivers_docx_where_the_engine_is_missing(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = batch(orders, "-o", out, *LIBREOFFICE, SEGURDOC_SOFFICE="/nosuch/soffice")
    assert ended.returncode == Exit.MACHINE
    assert ended.stderr.count("LIBREOFFICE-ABSENT") == 1
    assert {path.suffix for path in out.iterdir() if path.name.startswith("BDC")} == {".docx"}
    alone = batch(orders, "-o", tmp_path / "pdf", *LIBREOFFICE, "--format", "pdf", SEGURDOC_SOFFICE="/nosuch/soffice")
    assert alone.returncode == Exit.MACHINE
    assert not (tmp_path / "pdf").exists()


def test_docx_without_pdf_is_listed_until_libreoffice_is_there(
    order_json: Json, tmp_path: Path, framed_template: Path
) -> None:
    orders, out = orders_in(tmp_path / "orders", order_json, 2), tmp_path / "out"
    command = (orders, "-o", out, "--template", framed_template)

    def records() -> list[dict[str, Any]]:
        return [json.loads(line) for line in (out / "manifest.jsonl").read_text("utf-8").splitlines()]

    assert batch(*command, SEGURDOC_SOFFICE="/nosuch/soffice").returncode == 1
    for record in records():
        assert record["status"] == "failed"
        assert [found["code"] for found in record["findings"]] == ["LIBREOFFICE-NECESSAIRE"]
        assert [Path(output["name"]).suffix for output in record["outputs"]] == [".docx"]
    assert batch("--check", out).returncode == 0
    assert batch(*command).returncode == 0
    for record in records():
        assert record["status"] == "delivered"
        assert [Path(output["name"]).suffix for output in record["outputs"]] == [".docx", ".pdf"]
        assert record["engines"]["bdc"].startswith("libreoffice: frame or drop cap [w:framePr] (paragraph ")
    # Documents that are there stay, whatever becomes of LibreOffice.
    again = batch(*command, SEGURDOC_SOFFICE="/nosuch/soffice")
    assert again.returncode == 0
    assert "unchanged" in again.stdout


@pytest.mark.slow
def test_batch_gives_the_bytes_that_one_order_at_a_time_gives(
    rendered_samples: list[RenderedSample], tmp_path: Path
) -> None:
    result = batch(VALID, "-o", tmp_path / "é out", "--jobs", "2", "--engine", "libreoffice", HOME="/nonexistent")
    assert result.returncode == 0, result.stderr
    expected = {file.name: file.read_bytes() for sample in rendered_samples for file in sample.rendered.files}
    assert expected == {
        path.name: path.read_bytes() for path in (tmp_path / "é out").iterdir() if path.name != "manifest.jsonl"
    }


@pytest.mark.slow
def test_documents_are_read_optically_where_it_is_asked_for(orders: Path, tmp_path: Path) -> None:
    result = batch(orders / "000.json", "-o", tmp_path / "out", "--verify", "ocr", "--reader", "tesseract")
    assert result.returncode == 0, result.stderr
    none = batch(
        orders / "000.json", "-o", tmp_path / "out", "--verify", "ocr", "--reader", "tesseract", "--sample", "0"
    )
    assert none.returncode == 0


@pytest.mark.slow
def test_dask_cluster_of_two_workers_does_the_work(orders: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        result = batch(orders, "-o", tmp_path / "out", "--executor", f"dask://{address}")
    assert result.returncode == 1
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 3
    assert batch("--check", tmp_path / "out").returncode == 0


def test_cluster_that_does_not_answer_is_reported(orders: Path, tmp_path: Path) -> None:
    result = batch(
        orders,
        "-o",
        tmp_path / "out",
        *DOCX,
        "--executor",
        "dask://127.0.0.1:1",
        DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="1s",
    )
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("start", "line"), [("", "{}"), ("{}\n{}\n", "x"), ("{}\n{}\n", "[]"), ("{}\n{}\n", " " * 1000)]
)
def test_batch_stops_to_read_endless_standard_input(tmp_path: Path, start: str, line: str) -> None:
    writer = f"import sys\nsys.stdout.write({start!r})\nwhile True: sys.stdout.write({line + chr(10)!r})"
    command = (sys.executable, "-m", "generator", "batch", "-", "-o", str(tmp_path), "--quiet")
    with subprocess.Popen([sys.executable, "-c", writer], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as endless:
        try:
            ended = subprocess.run(command, stdin=endless.stdout, capture_output=True, timeout=50, check=False)
        finally:
            endless.kill()
    assert ended.returncode == 1
    assert "FICHIER-TROP-" in (tmp_path / "manifest.jsonl").read_text("utf-8")
