"""The calls of the API, on a real server."""

import json
import zipfile
from io import BytesIO

import httpx
import pytest

from tests.web.server import ORDER, TEMPLATE

pytestmark = pytest.mark.slow


def test_validate_reports_findings(client: httpx.Client) -> None:
    assert client.post("/api/v1/validate", content=ORDER).json()["valid"]
    changed = ORDER.replace(b"73282932000074", b"1")
    wrong = client.post("/api/v1/validate", content=changed, params={"lang": "en"}).json()
    assert not wrong["valid"]
    assert {found["pointer"] for found in wrong["findings"] if found["severity"] == "error"} == {"/fournisseur/siret"}


@pytest.mark.parametrize("form", ["list", "lines"])
def test_validate_takes_several_orders(client: httpx.Client, form: str) -> None:
    one = json.dumps(json.loads(ORDER))
    other = one.replace("BC-2026-000130", "BC-2026-000131").replace("990000093", "12")
    body = f"[{one},{other}]" if form == "list" else f"{one}\n{other}\n"
    answer = client.post("/api/v1/validate", content=body).json()
    assert [each["valid"] for each in answer["orders"]] == [True, False]


def test_validate_uses_the_base_of_establishments(client: httpx.Client) -> None:
    order = json.loads(ORDER)
    del order["fusion"]
    codes = {found["code"] for found in client.post("/api/v1/validate", json=order).json()["findings"]}
    assert "ELIGIBLE-ABSENT" in codes


def test_render_gives_documents_and_etag(client: httpx.Client) -> None:
    first = client.post("/api/v1/render", content=ORDER)
    assert first.content.startswith(b"%PDF-")
    again = client.post("/api/v1/render", content=ORDER, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    changed = client.post("/api/v1/render?format=docx", content=ORDER, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    both = client.post("/api/v1/render?format=zip", content=ORDER)
    assert sorted(name[-4:] for name in zipfile.ZipFile(BytesIO(both.content)).namelist()) == [".pdf", "docx"]


def test_render_uses_an_uploaded_template(client: httpx.Client) -> None:
    source, stream = zipfile.ZipFile(BytesIO(TEMPLATE)), BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as own:
        for name in source.namelist():
            own.writestr(name, source.read(name).replace(b">Montant<", b">Prix de la commande<"))
    parts = {"order": ("c.json", ORDER), "template": ("m.docx", stream.getvalue())}
    answer = client.post("/api/v1/render?format=docx", files=parts)
    document = zipfile.ZipFile(BytesIO(answer.content)).read("word/document.xml")
    assert b"Prix de la commande" in document


def test_render_refuses_with_findings(client: httpx.Client) -> None:
    answer = client.post("/api/v1/render", content=b"{")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["findings"][0]["code"] == "JSON-SYNTAXE"


def test_descriptor_cannot_name_files_of_the_server(client: httpx.Client) -> None:
    order = json.loads(ORDER)
    order["fournisseur"]["logo"] = "/etc/hostname"
    answer = client.post("/api/v1/render", json=order)
    assert answer.json()["findings"][0]["code"] == "LOGO-ILLISIBLE"


def test_verify_shows_mentions_and_pages(client: httpx.Client, rendered: bytes) -> None:
    answer = client.post("/api/v1/verify", files={"file": ("../../../tmp/x.pdf", rendered)}).json()
    (document,) = answer["documents"]
    assert answer["compliant"]
    assert (document["file"], document["verdict"], len(document["pages"])) == ("x.pdf", "compliant", 2)
    assert all(mention["fine"] for mention in document["mentions"])
    assert all(mention["crop"] for mention in document["mentions"])
    assert {"siret", "finess", "numero"} <= {mention["id"] for mention in document["mentions"]}


def test_verify_compares_with_the_order(client: httpx.Client, rendered: bytes) -> None:
    other = ORDER.replace(b"732 829 320 00074", b"").replace(b"BC-2026-000130", b"BC-2026-000131")
    answer = client.post("/api/v1/verify", files={"file": ("x.pdf", rendered), "order": ("c.json", other)}).json()
    assert not answer["compliant"]
    assert answer["documents"][0]["verdict"] == "not-compliant"


def test_template_check_shows_where(client: httpx.Client) -> None:
    source, stream = zipfile.ZipFile(BytesIO(TEMPLATE)), BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in source.namelist():
            bad.writestr(name, source.read(name).replace(b"mention.siret.text", b"mention.siret.texte"))
    answer = client.post("/api/v1/templates/check", files={"template": ("m.docx", stream.getvalue())}).json()
    codes = [found["code"] for found in answer["findings"]]
    assert {"finding": codes.index("MODELE-NOM-INCONNU") + 1, "page": 1} in answer["marks"]
    assert len(answer["pages"]) >= 2
    sound = client.post("/api/v1/templates/check", files={"template": ("m.docx", TEMPLATE)}).json()
    assert sound["valid"]
    assert {name: len(pages) for name, pages in sound["previews"].items()} == {"court": 2, "long": 2}


def test_zip_bomb_as_template_is_a_finding(client: httpx.Client) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(600 << 20))
    answer = client.post("/api/v1/templates/check", files={"template": ("m.docx", stream.getvalue())})
    assert answer.status_code == 200
    assert not answer.json()["valid"]


def test_data_is_given(client: httpx.Client) -> None:
    references = client.get("/api/v1/references").json()
    assert {"AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"} <= {each["reference"] for each in references}
    assert client.get("/api/v1/schema").json()["type"] == "object"
    assert client.get("/api/v1/findings/siret-cle?lang=en").json()["severity"] == "error"
    assert client.get("/api/v1/findings/RIEN").status_code == 404


def test_operators_see_health_and_counts(client: httpx.Client) -> None:
    assert client.get("/api/v1/health").json()["status"] == "ok"
    client.get("/api/v1/schema")
    metrics = client.get("/api/v1/metrics").text
    assert 'segurdoc_requests_total{method="GET",route="/api/v1/schema",status="200"}' in metrics


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (("POST", "/api/v1/render?format=odt"), 400),
        (("POST", "/api/v1/render?document=facture"), 400),
        (("POST", "/api/v1/verify"), 400),
        (("POST", "/api/v1/templates/check"), 400),
        (("GET", "/api/v1/nothing"), 404),
        (("PUT", "/api/v1/render"), 405),
        (("GET", "/api/v1/batches/0"), 404),
    ],
)
def test_wrong_requests_are_problems(client: httpx.Client, call: tuple[str, str], status: int) -> None:
    answer = client.request(*call)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
