"""How a server starts, is busy, and stops."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.hostile.files import nested_forms
from tests.web.server import ORDER, TEMPLATE, Served, served

pytestmark = pytest.mark.slow

MANY = (json.dumps(json.loads(ORDER)) + "\n").encode() * 12_000


def test_job_beyond_its_time_is_a_finding(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--jobs", "1", "--timeout", "2") as server, server.client() as client:
        answer = client.post("/api/v1/validate", content=MANY)
        assert answer.status_code == 422
        assert [found["code"] for found in answer.json()["findings"]] == ["LIMITE-DUREE"]
        assert client.post("/api/v1/validate", content=ORDER).json()["valid"]


def test_job_stops_at_the_memory_of_one_and_names_its_file(tmp_path: Path) -> None:
    options = ("--jobs", "4", "--timeout", "40", "--memory", "300")
    with served(tmp_path / "state", *options) as server, server.client() as client:
        answer = client.post("/api/v1/verify", files={"file": ("folder/forms.pdf", nested_forms(10, 12))})
        assert answer.status_code == 422
        (found,) = answer.json()["findings"]
        assert (found["code"], found["file"]) == ("LIMITE-MEMOIRE", "forms.pdf")
        assert "300" in found["message"]
        assert client.post("/api/v1/validate", content=ORDER).json()["valid"]


def test_client_that_leaves_causes_no_error(tmp_path: Path) -> None:
    with served(tmp_path / "state") as server:
        for path in ("/api/v1/validate", "/api/v1/verify", "/fr/verifier"):
            kind = "application/json" if path.endswith("validate") else "multipart/form-data; boundary=x"
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            with socket.create_connection(("127.0.0.1", server.port)) as opened:
                opened.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\nff\r\n{{".encode())
                time.sleep(0.3)
        with server.client() as client:
            assert client.post("/api/v1/validate", content=ORDER).json()["valid"]
    assert "Traceback" not in server.log.read_text("utf-8")


def test_busy_server_answers_503(tmp_path: Path) -> None:
    options = ("--jobs", "1", "--waiting", "0", "--memory", "1000")
    with served(tmp_path / "state", *options) as server, server.client() as client, ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.post, "/api/v1/validate", content=MANY)
        while "segurdoc_jobs_running 1" not in client.get("/api/v1/metrics").text and not running.done():
            time.sleep(0.01)
        refused = client.post("/api/v1/validate", content=ORDER)
        page = client.post("/fr/commande", files={"action": (None, "check")})
        assert (refused.status_code, page.status_code) == (503, 503)
        assert int(refused.headers["retry-after"]) > 0
        assert int(page.headers["retry-after"]) > 0
        assert running.result().status_code == 200


def test_stop_ends_running_jobs_and_refuses_new_ones(tmp_path: Path) -> None:
    server = Served(tmp_path / "state", "--jobs", "1")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.post, "/api/v1/templates/check", files={"template": ("m.docx", TEMPLATE)})
        while "segurdoc_jobs_running 1" not in client.get("/api/v1/metrics").text and not running.done():
            time.sleep(0.01)
        server.process.terminate()
        while client.get("/api/v1/health").status_code == 200:
            time.sleep(0.01)
        refused = client.post("/api/v1/validate", content=ORDER)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert running.result().json()["valid"]
    server.process.wait(60)


def test_server_refuses_to_serve_others_without_token() -> None:
    command = [sys.executable, "-m", "generator", "--no-config", "serve", "--host", "0.0.0.0"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--token-file" in ended.stderr


@pytest.mark.parametrize("option", ["--signed", "--register", "--suivi"])
def test_folders_of_the_followup_need_orders(tmp_path: Path, option: str) -> None:
    given = tmp_path if option != "--suivi" else tmp_path / "suivi.csv"
    (tmp_path / "suivi.csv").write_text("numero;etape;date\n", "utf-8")
    command = [sys.executable, "-m", "generator", "--no-config", "serve", option, str(given)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--orders" in ended.stderr


def test_server_takes_every_option(tmp_path: Path) -> None:
    for name in ("orders", "signed", "register"):
        (tmp_path / name).mkdir()
    (tmp_path / "suivi.csv").write_text("numero;etape;date\n", "utf-8")
    (tmp_path / "token").write_text("a secret of many letters", "utf-8")
    (tmp_path / "orders" / "order.json").write_bytes(ORDER)
    folders = ["--orders", tmp_path / "orders", "--signed", tmp_path / "signed", "--register", tmp_path / "register"]
    files = ["--suivi", tmp_path / "suivi.csv", "--token-file", tmp_path / "token"]
    limits = ["--jobs", "1", "--waiting", "2", "--timeout", "30", "--memory", "1000", "--max-size", "1", "--keep", "1"]
    others = ["--host", "127.0.0.1", "--allow-host", "orders.example", "--log-format", "json", "--open"]
    options = map(str, [*folders, *files, *limits, *others])
    with served(tmp_path / "state", *options) as server, server.client() as client:
        client.headers["Authorization"] = "Bearer a secret of many letters"
        assert client.get("/api/v1/references", headers={"Host": "orders.example"}).status_code == 200
        assert "BC-2026-000130" in client.get("/fr/suivi").text
        assert client.post("/api/v1/validate", content=bytes(2 << 20)).status_code == 413
    assert '"/api/v1/references"' in server.log.read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "value"), [("--port", "65536"), ("--eligibles", "pyproject.toml"), ("--state", "pyproject.toml")]
)
def test_server_refuses_wrong_values(option: str, value: str) -> None:
    command = [sys.executable, "-m", "generator", "--no-config", "serve", option, value]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in {1, 2}
    assert ended.stderr


def test_server_prints_its_address(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--host", "127.0.0.1") as server:
        assert server.address in server.out.read_text("utf-8")
        assert httpx.get(server.address, follow_redirects=False).headers["location"] == "/fr/commande"
