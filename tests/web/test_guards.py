"""What a server refuses, what it says of itself, and what it keeps."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.server import ORDER, TEMPLATE, Served, served

pytestmark = pytest.mark.slow

TOKEN = "a secret of many letters"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_foreign_requests_are_refused(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    assert client.post("/api/v1/validate", content=ORDER, headers=headers).status_code == status


def test_named_host_is_allowed(client: httpx.Client) -> None:
    named = {"Host": "segurdoc.example", "Origin": "https://segurdoc.example"}
    assert client.post("/api/v1/validate", content=ORDER, headers=named).status_code == 200


def test_large_bodies_are_refused(client: httpx.Client) -> None:
    assert client.post("/api/v1/validate", content=bytes(4 << 20)).status_code == 413

    def chunks() -> Iterator[bytes]:
        yield from [bytes(1 << 20)] * 4

    assert client.post("/api/v1/validate", content=chunks()).status_code == 413


@pytest.mark.parametrize("path", ["/fr/commande", "/fr/verifier", "/fr/lot", "/fr/modele", "/fr/suivi", "/login"])
def test_pages_have_a_strict_policy(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    inline = re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=|javascript:", answer.text)
    assert inline == []
    assert "://" not in re.sub(r"http://www\.w3\.org/\S+", "", answer.text)


def test_answers_name_no_path_of_the_server(site: Served, client: httpx.Client) -> None:
    answers = [
        client.post("/api/v1/validate", content=b"{"),
        client.post("/api/v1/render", files={"order": ("c.json", ORDER), "template": ("m.docx", b"PK\x03\x04")}),
        client.post("/api/v1/verify", files={"file": ("a.pdf", b"%PDF-1.7 nothing")}),
        client.post("/api/v1/verify", files={"file": ("a.png", b"\x89PNG\r\n\x1a\n nothing")}),
        client.post("/api/v1/templates/check", files={"template": ("m.docx", TEMPLATE[:5000])}),
        client.get("/fr/suivi"),
        client.get("/fr/lot/" + "0" * 32),
    ]
    folders = (str(site.log.parent), "/tmp/", "segurdoc-w", "generator/", "site-packages", "/home", "/root")
    for answer in answers:
        assert [folder for folder in folders if folder in answer.text] == []


def test_log_has_no_personal_data(site: Served, client: httpx.Client) -> None:
    client.post("/api/v1/validate", content=ORDER)
    client.get("/fr/suivi?q=Fictif")
    client.get("/api/v1/batches/" + "a" * 32)
    client.post("/api/v1/verify", files={"file": ("Dupont.pdf", b"%PDF-1.7")})
    lines = [json.loads(line) for line in site.log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert {"method", "route", "status", "ms"} == set().union(*lines)
    said = site.log.read_text("utf-8")
    assert [word for word in ("990000093", "Fictif", "Dupont", "a" * 32, "127.0.0.1") if word in said] == []


def test_server_beyond_this_machine_needs_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    with served(tmp_path / "state", "--token-file", str(tmp_path / "token")) as server, server.client() as client:
        assert client.get("/api/v1/references").status_code == 401
        assert client.get("/api/v1/references", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/v1/references", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get("/fr/commande").headers["location"] == "/login"
        assert client.post("/login", files={"token": (None, "wrong")}).status_code == 401
        entered = client.post("/login", files={"token": (None, TOKEN)})
        cookie = entered.headers["set-cookie"]
        assert entered.status_code == 303
        assert TOKEN not in cookie
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict"))
        assert client.get("/fr/commande").status_code == 200


def test_old_batches_are_removed(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--keep", "1") as server, server.client() as client:
        made = client.post("/api/v1/batches", content=ORDER).json()["id"]
        while client.get(f"/api/v1/batches/{made}").json()["state"] != "done":
            time.sleep(0.1)
        two_days_ago = time.time() - 2 * 86400
        os.utime(tmp_path / "state" / made, (two_days_ago, two_days_ago))
        client.post("/api/v1/batches", content=ORDER)
        assert client.get(f"/api/v1/batches/{made}").status_code == 404
        assert not (tmp_path / "state" / made).exists()


def test_nothing_is_kept_but_batches(tmp_path: Path) -> None:
    before = {each.name for each in Path("/tmp").glob("segurdoc-web-*")}
    with served(tmp_path / "state") as server, server.client() as client:
        client.post("/api/v1/render", content=ORDER)
        client.post("/api/v1/templates/check", files={"template": ("m.docx", b"PK")})
        assert list((tmp_path / "state").iterdir()) == []
        assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert {each.name for each in Path("/tmp").glob("segurdoc-web-*")} <= before
