"""A run with real processes; `tests/cli/test_batch.py` runs the command."""

import json
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from stdnum import luhn

from generator.batch.run import Batch, BatchOptions
from generator.batch.work import ChunkSettings, render_chunk, task_of
from generator.common.missing_tools import MissingToolError
from generator.documents.file_names import order_name
from generator.documents.manifest_line import Done, OrderStatus
from generator.references import Appels
from generator.render.options import Engine, Format, RenderOptions
from generator.render.pipeline import render_orders
from generator.rules.validation import check_descriptor
from tests.conftest import Json, descriptor

DOCX = RenderOptions(formats=(Format.DOCX,))


def orders_in(folder: Path, order_json: Json, count: int) -> Path:
    """Write `count` sound orders, each of another establishment."""
    folder.mkdir()
    for number in range(count):
        base = f"01{number:06}"
        order_json["client"]["finess_pmsi"] = base + luhn.calc_check_digit(base)
        (folder / f"{number:03}.json").write_text(json.dumps({**order_json, "numero": f"N-{number}"}), "utf-8")
    return folder


def run(
    out: Path, source: Path, appels: Appels, *, jobs: int = 2, fresh: bool = False, render: RenderOptions = DOCX
) -> list[Done]:
    """Run, and return what became of every order."""
    with Batch(BatchOptions(out, render, jobs, fresh), appels) as batch:
        for _ in batch.plan([str(source)]):
            pass
        for _ in batch.render():
            pass
        results = list(batch.results())
        batch.tidy()
    return results


def test_unforeseen_failure_does_not_take_other_orders(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.render import pipeline

    real = render_orders

    def fails(orders: Sequence[tuple[object, object]], *rest: object) -> object:
        if any(order.numero == "N-1" for order, _ in orders):  # type: ignore[attr-defined]
            raise ZeroDivisionError("unforeseen")
        return real(orders, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "render_orders", fails)
    tasks = []
    for number in range(3):
        checked = check_descriptor(descriptor({**order_json, "numero": f"N-{number}"}), appels)
        assert checked.order
        assert checked.appel
        tasks.append(task_of(number, checked.order, checked.appel, name=order_name(checked.order), inputs="0"))
    outcomes = render_chunk(tasks, ChunkSettings(tmp_path, DOCX))
    assert [[found.code for found in outcome.findings] for outcome in outcomes] == [[], ["COMMANDE-ECHEC"], []]
    assert "unforeseen" in outcomes[1].findings[0].message("fr")


def test_second_run_does_only_what_changed(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    source, out = orders_in(tmp_path / "orders", order_json, 4), tmp_path / "out"
    assert [done.unchanged for done in run(out, source, appels)] == [False] * 4
    changed = json.loads((source / "002.json").read_text("utf-8"))
    (source / "002.json").write_text(json.dumps({**changed, "date_emission": "2026-05-06"}), "utf-8")
    next(out.glob("*_N-3.docx")).write_bytes(b"touched")
    assert [done.unchanged for done in run(out, source, appels)] == [True, True, False, False]
    assert all(done.unchanged for done in run(out, source, appels))
    assert not any(done.unchanged for done in run(out, source, appels, fresh=True))
    assert len((out / "manifest.jsonl").read_text("utf-8").splitlines()) == 4


def test_documents_of_an_order_that_changed_its_number_are_named(
    order_json: Json, appels: Appels, tmp_path: Path
) -> None:
    source = orders_in(tmp_path / "orders", order_json, 2)
    run(tmp_path / "out", source, appels)
    order = json.loads((source / "000.json").read_text("utf-8"))
    (source / "000.json").write_text(json.dumps({**order, "numero": "N-NEW"}), "utf-8")

    with Batch(BatchOptions(tmp_path / "out", DOCX, 2, False), appels) as batch:
        for _ in (*batch.plan([str(source)]), *batch.render()):
            pass
        (found,) = (each for each in batch.reviews() if each.code == "DOCUMENTS-HORS-PASSAGE")

    assert dict(found.values)["count"] == "1"
    assert "N-0.docx" in str(dict(found.values)["names"])


def test_orders_are_rendered_while_others_are_checked(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    source, out = orders_in(tmp_path / "orders", order_json, 120), tmp_path / "out"

    def slowly(*, ahead: bool) -> list[Path]:
        """Return what is there when all orders have been checked."""
        with Batch(BatchOptions(out, DOCX, 2, fresh=True), appels) as batch:
            for _ in batch.plan([str(source)], ahead=ahead):
                time.sleep(0.1 if ahead and not any(out.glob("*.docx")) else 0)
            made = list(out.glob("*.docx"))
            assert batch.waiting == 120
            assert sorted(done.number for done in batch.render()) == list(range(120))
            assert len(list(batch.results())) == 120
        return made

    assert slowly(ahead=True)
    for path in out.glob("*.docx"):
        path.unlink()
    assert not slowly(ahead=False)
    assert len(list(out.glob("*.docx"))) == 120


def test_order_that_failed_is_tried_again(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    source, out = orders_in(tmp_path / "orders", order_json, 2), tmp_path / "out"
    out.mkdir()
    taken = out / "BDC_AF-HOP-DPI-Va2_010000008_N-0.docx"
    taken.mkdir()
    first, second = run(out, source, appels)
    assert (first.record.status, second.record.status) == (OrderStatus.FAILED, OrderStatus.DELIVERED)
    (found,) = first.record.findings
    assert (found.code, found.place.file) == ("SORTIE-IMPOSSIBLE", str(source / "000.json"))
    assert str(taken) in found.message("en")
    taken.rmdir()
    assert [(done.record.status, done.unchanged) for done in run(out, source, appels)] == [
        (OrderStatus.DELIVERED, False),
        (OrderStatus.DELIVERED, True),
    ]


def test_missing_libreoffice_is_reported_before_any_work(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    render = RenderOptions(engine=Engine.LIBREOFFICE)
    with pytest.raises(MissingToolError) as caught:
        run(tmp_path / "out", orders_in(tmp_path / "orders", order_json, 1), appels, render=render)
    assert caught.value.finding.code == "LIBREOFFICE-ABSENT"


def when_working(act: Callable[[int], None]) -> threading.Thread:
    """Call `act` with the number of a worker, as soon as there is one."""

    def wait() -> None:
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            workers = multiprocessing.active_children()
            if workers and workers[0].pid:
                act(workers[0].pid)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_worker_that_is_killed_costs_no_order(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    source = orders_in(tmp_path / "orders", order_json, 12)
    killer = when_working(lambda pid: os.kill(pid, signal.SIGKILL))
    results = run(tmp_path / "out", source, appels)
    killer.join()
    assert [done.record.status for done in results] == [OrderStatus.DELIVERED] * 12
    assert len(list((tmp_path / "out").glob("*.docx"))) == 12


def test_nothing_is_left_of_a_run(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mine = temporary / "segurdoc-batch-²-x"
    mine.mkdir()
    # Workers that other tests have started in this process live on.
    others = set(multiprocessing.active_children())
    run(tmp_path / "out", orders_in(tmp_path / "orders", order_json, 1), appels)
    assert list(temporary.iterdir()) == [mine]
    assert set(multiprocessing.active_children()) <= others
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_what_a_killed_run_left_half_written_goes(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in (".segurdoc-BDC_x.pdf.abc.tmp", ".segurdoc-manifest.jsonl.abc.tmp", ".mine.tmp"):
        (out / name).write_bytes(b"half")
    run(out, orders_in(tmp_path / "orders", order_json, 1), appels)
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == [".mine.tmp"]
