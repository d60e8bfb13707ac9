import json
from collections.abc import Iterator

import httpx
import pytest

from generator.rules.eligibles import Base
from generator.rules.eligibles.base import save_base
from tests.conftest import ROOT
from tests.web.server import ORDER, Served, served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, base: Base) -> Iterator[Served]:
    """Serve with every option that pages show something of."""
    folder = tmp_path_factory.mktemp("site")
    orders = folder / "orders"
    orders.mkdir()
    for name in ("bdc-dpi-fusion.json", "bdc-pfi-v2.json", "pv-pilote-pfi-corse.json"):
        value = json.loads((ROOT / "samples/valid" / name).read_bytes())
        value["fournisseur"].pop("logo", None)
        (orders / name).write_text(json.dumps(value), "utf-8")
    save_base(base, folder / "base.jsonl")
    options = ["--orders", str(orders), "--eligibles", str(folder / "base.jsonl"), "--max-size", "3", "--open"]
    with served(folder / "state", *options, "--log-format", "json", "--allow-host", "segurdoc.example") as server:
        yield server


@pytest.fixture
def client(site: Served) -> Iterator[httpx.Client]:
    with site.client() as opened:
        yield opened


@pytest.fixture(scope="session")
def rendered(site: Served) -> bytes:
    """The BDC of `ORDER`."""
    return httpx.post(f"{site.address}/api/v1/render", content=ORDER, timeout=60).content
