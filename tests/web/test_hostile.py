"""Requests made to break the server itself: each is answered, and none with an error of the server."""

import json

import httpx
import pytest

from tests.web.server import ORDER

pytestmark = pytest.mark.slow

DEEP = b'{"a":' * 900 + b"1" + b"}" * 900
SURROGATE = ORDER.replace(b"CH Fictif des Deux Rives", b"CH \\ud800 Fictif")
BODIES = [
    b"",
    b"\x00" * 100,
    DEEP,
    b"[" * 200_000,
    b'{"numero": ' + b"9" * 10_000 + b"}",
    SURROGATE,
    b'{"\\ud800": "\\udfff"}',
    b"null",
    b"[1, [2], {}]",
    b'"text"',
    b"{}\n" * 5_000,
    "é".encode("latin-1"),
]


@pytest.mark.parametrize("path", ["validate", "render", "batches"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_any_body_is_answered(client: httpx.Client, path: str, body: bytes) -> None:
    answer = client.post(f"/api/v1/{path}", content=body)
    assert answer.status_code in {200, 202, 422}, answer.text[:300]
    assert answer.json()


@pytest.mark.parametrize("name", ["load", "base"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_any_order_is_shown_in_the_form(client: httpx.Client, name: str, body: bytes) -> None:
    parts = {"action": (None, "load" if name == "load" else "check"), name: ("c.json", body)}
    if name == "base":
        parts = {"action": (None, "check"), "base": (None, body)}
    answer = client.post("/fr/commande", files=parts)
    assert answer.status_code in {200, 400}, answer.text[:300]


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("lot", {"orders": ("../../etc/passwd.csv", b"a;b\n1;2\n")}),
        ("lot", {"orders": ("", b"")}),
        ("lot", {}),
        ("lot", {"orders": (None, "text")}),
        ("verifier", {"file": ("\x00.pdf", b"%PDF-")}),
        ("verifier", {"file": ("a.pdf", b"%PDF-"), "order": ("c.json", DEEP)}),
        ("modele", {"template": ("m.docx", b"PK"), "document": (None, "facture")}),
        ("modele", {"template": (None, "text")}),
    ],
)
def test_any_upload_is_answered(client: httpx.Client, path: str, parts: dict[str, object]) -> None:
    answer = client.post(f"/fr/{path}", files=parts or {"other": (None, "")})  # type: ignore[arg-type]
    assert answer.status_code in {200, 303, 400, 422}, answer.text[:300]


@pytest.mark.parametrize(
    "query",
    ["?sort=nothing", "?sort=state&down=1", "?q=" + "a" * 5_000, "?state=%00&reference=%FF", "?lang=xx", "?refresh=1"],
)
def test_any_query_is_answered(client: httpx.Client, query: str) -> None:
    assert client.get(f"/fr/suivi{query}").status_code == 200


def test_draft_takes_any_columns(client: httpx.Client) -> None:
    made = client.post("/fr/lot", files={"orders": ("clients.csv", b"FINESS;Nom\n010000024;CH\n")})
    address = made.headers["location"]
    hostile = {
        "action": (None, "import"),
        "sheet": (None, "\x00"),
        "header": (None, "9" * 400),
        "column.client.finess_pmsi": (None, "=" * 50),
        "column.nothing": (None, "A"),
        "value.reference": (None, "x" * 5_000),
        "numbering": (None, "{n.__class__}"),
        "vendor": ("f.json", DEEP),
    }
    answer = client.post(f"{address}/colonnes", files=hostile)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert client.post(f"{address}/lancer").status_code == 303
    assert json.loads(client.get(f"/api/v1/batches/{address.rpartition('/')[2]}").content)["state"] == "draft"
