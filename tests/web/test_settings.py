"""A server with settings: every order has the vendor, the logo, the layouts and the records that they give."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdf
import pytest
from PIL import Image

from generator.common.resources import SCHEMAS
from generator.verify.raster import rasterise
from generator.verify.wear import PROFILES, worn
from tests.conftest import ROOT
from tests.web.server import served
from tests.web.test_batches import last_event

_SAMPLES = ROOT / "samples/valid"
_ORDER = json.loads((_SAMPLES / "bdc-dpi-v2.json").read_bytes())
_OWN_REFERENCE = "AF-FICTIF"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "logo.png").write_bytes((_SAMPLES / "logo.png").read_bytes())
    record = json.loads((SCHEMAS / "appels/af-hop-dpi-va2.json").read_bytes())
    (folder / "own.json").write_text(json.dumps({**record, "reference": _OWN_REFERENCE}), "utf-8")
    vendor = _ORDER["fournisseur"]
    (folder / "segurdoc.toml").write_text(
        'appels = ["own.json"]\n'
        '[output]\nname = "{document}-{numero}"\n'
        f'[fournisseur]\nlogo = "logo.png"\nsiret = {json.dumps(vendor["siret"])}\n',
        "utf-8",
    )
    with served(folder / "state", settings=folder / "segurdoc.toml") as server, server.client() as client:
        yield client


def _order(**fournisseur: object) -> bytes:
    vendor = {key: value for key, value in _ORDER["fournisseur"].items() if key not in {"logo", "siret"}}
    return json.dumps({**_ORDER, "fournisseur": {**vendor, **fournisseur}}).encode()


def _pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_document_has_logo_siret_and_file_name_of_the_settings(client: httpx.Client) -> None:
    answer = client.post("/api/v1/render", content=_order())

    assert answer.status_code == httpx.codes.OK, answer.text
    assert f"BDC-{_ORDER['numero']}.pdf" in answer.headers["content-disposition"]
    assert _pictures(answer.content) > 0


def test_logo_that_an_order_names_is_that_of_the_settings(client: httpx.Client) -> None:
    answer = client.post("/api/v1/render", content=_order(logo="/etc/hostname"))

    assert answer.content == client.post("/api/v1/render", content=_order()).content


def test_batch_has_the_same_settings(client: httpx.Client) -> None:
    made = client.post("/api/v1/batches", content=_order()).json()["id"]

    assert last_event(client, made)["state"] == "done"
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1/batches/{made}/files.zip").content))
    assert _pictures(archive.read(f"BDC-{_ORDER['numero']}.pdf")) > 0


def test_own_records_are_listed_and_known(client: httpx.Client) -> None:
    listed = [each["reference"] for each in client.get("/api/v1/references").json()]
    answer = client.post("/api/v1/validate", content=_order().replace(b"AF-HOP-DPI-Va2", _OWN_REFERENCE.encode()))

    assert _OWN_REFERENCE in listed
    assert answer.json()["valid"], answer.text


def test_form_begins_with_the_vendor_of_the_settings(client: httpx.Client) -> None:
    assert f'value="{_ORDER["fournisseur"]["siret"]}"' in client.get("/fr/commande").text


@pytest.mark.parametrize("scan", ["", "bdc.pdf", "bdc.tif"])
def test_document_is_compared_with_the_logo_that_it_shows(
    scan: str, site_client: httpx.Client, client: httpx.Client
) -> None:
    """A server without settings has no logo: an order that names one is verified all the same."""
    pdf = client.post("/api/v1/render", content=_order()).content
    document = _scanned(pdf, scan.rpartition(".")[2]) if scan else pdf

    answer = site_client.post(
        "/api/v1/verify",
        files={"file": (scan or "bdc.pdf", document), "order": ("order.json", json.dumps(_ORDER).encode())},
    )

    assert answer.json()["compliant"], answer.text


def _scanned(pdf: bytes, form: str) -> bytes:
    pages = (worn(page, PROFILES["bureau-200"], seed=3) for page in rasterise(pdf, 200))
    first, *others = (Image.fromarray(page.pixels) for page in pages)
    file = io.BytesIO()
    dots = {"resolution": 200} if form == "pdf" else {"dpi": (200, 200)}
    first.save(file, {"pdf": "PDF", "tif": "TIFF"}[form], save_all=True, append_images=others, **dots)
    return file.getvalue()


@pytest.fixture(scope="module")
def site_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("plain")
    with served(folder / "state") as server, server.client() as client:
        yield client


def test_path_in_settings_does_not_leave_the_answers(client: httpx.Client, tmp_path: Path) -> None:
    answer = client.post("/api/v1/render", content=_order(siret="73282932000075"))

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert str(tmp_path.parent) not in answer.text
