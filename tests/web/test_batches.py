"""Batches: many orders with progress, through restarts, bounded in number."""

import json
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from stdnum import luhn

from generator.web.batches import Batches, Orders
from tests.web.server import ORDER, Served, served


def orders(count: int) -> str:
    lines = []
    for number in range(count):
        order = json.loads(ORDER)
        order["numero"] = f"BC-2026-{number:06}"
        finess = f"9977{number + 1000:04}"
        order["client"]["finess_pmsi"] = finess + luhn.calc_check_digit(finess)
        lines.append(json.dumps(order))
    return "\n".join(lines)


def last_event(client: httpx.Client, batch: str) -> dict[str, object]:
    with client.stream("GET", f"/api/v1/batches/{batch}/events", timeout=240) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in events.iter_lines() if line.startswith("data:")]
    last: dict[str, object] = json.loads(lines[-1].removeprefix("data:"))
    return last


@pytest.mark.slow
@pytest.mark.parametrize("group", [False, True], ids=["server-killed", "all-killed"])
def test_batch_goes_on_after_a_kill(tmp_path: Path, group: bool) -> None:
    count = 150
    server = Served(tmp_path / "state")
    with server.client() as client:
        batch = client.post("/api/v1/batches", content=orders(count)).json()["id"]
        while not client.get(f"/api/v1/batches/{batch}").json()["recorded"]:
            time.sleep(0.02)
    server.kill(group=group)
    recorded = (tmp_path / "state" / batch / "documents" / "manifest.jsonl").read_bytes().count(b"\n")
    assert 0 < recorded < count
    with served(tmp_path / "state") as again, again.client() as client:
        last = last_event(client, batch)
        archive = zipfile.ZipFile(BytesIO(client.get(f"/api/v1/batches/{batch}/files.zip").content))
        assert client.delete(f"/api/v1/batches/{batch}").status_code == 204
        assert client.get(f"/api/v1/batches/{batch}").status_code == 404
    assert (last["state"], last["recorded"]) == ("done", count)
    pdfs = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert len(pdfs) == len(set(pdfs)) == count
    recorded_orders = [json.loads(line)["order"] for line in archive.read("manifest.jsonl").splitlines()]
    assert set(Counter(recorded_orders).values()) == {1}
    assert len(recorded_orders) == count


@pytest.mark.slow
def test_batch_reports_refused_orders(client: httpx.Client) -> None:
    body = orders(2) + "\n" + json.dumps({**json.loads(ORDER), "numero": "?"}) + "\n{\n"
    made = client.post("/api/v1/batches", content=body)
    assert made.status_code == 202
    assert [found["code"] for found in made.json()["findings"]] == ["JSON-SYNTAXE"]
    assert last_event(client, made.json()["id"])["state"] == "refused"
    report = client.get(made.headers["location"]).json()["report"]
    assert Counter(each["outcome"] for each in report["orders"]) == {"delivered": 2, "refused": 1}


@pytest.mark.slow
def test_documents_of_a_running_batch_are_a_conflict(client: httpx.Client) -> None:
    batch = client.post("/api/v1/batches", content=orders(200)).json()["id"]
    assert client.get(f"/api/v1/batches/{batch}/files.zip").status_code == 409
    assert client.delete(f"/api/v1/batches/{batch}").status_code == 204


@pytest.mark.slow
def test_too_many_batches_are_refused(client: httpx.Client) -> None:
    answers = [client.post("/api/v1/batches", content=orders(50)) for _ in range(22)]
    refused = [answer for answer in answers if answer.status_code == 429]
    made = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    assert refused
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert all(client.delete(f"/api/v1/batches/{batch}").status_code == 204 for batch in made)


def test_drafts_are_bounded_and_expire(tmp_path: Path) -> None:
    batches = Batches(tmp_path, keep_days=0, most_kept=1)
    first = batches.create_draft("clients.csv", b"FINESS\n")
    assert first is not None
    assert batches.source(first) == ("clients.csv", b"FINESS\n")
    # With no days to keep, the first expired; a new one takes its place.
    second = batches.create_draft("clients.csv", b"")
    assert second is not None
    assert batches.state(first) is None
    kept = Batches(tmp_path, keep_days=1, most_kept=1)
    assert kept.create_draft("clients.csv", b"") is None


@pytest.mark.parametrize("name", ["..", "../x", "0" * 31, "0" * 32, "A" * 32, ""])
def test_unknown_batches_have_no_state(tmp_path: Path, name: str) -> None:
    batches = Batches(tmp_path, keep_days=1)
    assert batches.state(name) is None
    assert batches.source(name) is None


def test_orders_of_a_draft_become_ready(tmp_path: Path) -> None:
    batches = Batches(tmp_path, keep_days=1)
    made = batches.create_draft("clients.csv", b"x")
    assert made is not None
    batches.make_ready(made, Orders(b"{}\n", 1, [{"code": "X"}]))
    state = batches.state(made)
    assert state is not None
    assert (state["state"], state["orders"], batches.refused(made)) == ("ready", 1, [{"code": "X"}])
