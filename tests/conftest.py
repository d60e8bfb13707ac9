import datetime
import json
import os
import signal
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from generator.common.findings import has_errors
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.resources import TEMPLATES
from generator.common.tables import read_table
from generator.common.tables.mapping import propose, resolve
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appels, DocumentKind, load_appels
from generator.render.options import Engine, Rendered, RenderOptions
from generator.render.pipeline import render_order
from generator.rules import RuleContext
from generator.rules.eligibles import Base
from generator.rules.eligibles.importing import base_fields, import_base
from generator.rules.validation import validate
from tests.schema import delivered_errors

# A busy machine draws examples slowly: that says nothing of the program.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

# A program that is started in the background ignores interrupts, and so do those that it starts: tests send some.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
VALID = ROOT / "samples" / "valid"
INVALID = ROOT / "samples" / "invalid"
WORKBOOK = ROOT / "samples" / "eligibles" / "base-fictive.xlsx"

Json = dict[str, Any]

# A sound descriptor with a VA and most of the optional keys, for the property tests.
FULL: Json = {
    "reference": "AF-HOP-DPI-Va2",
    "prestation": "V2",
    "numero": "BC-1",
    "date_emission": "2026-05-04",
    "fournisseur": {
        "denomination_sociale": "Éditeur Fictif",
        "siret": "73282932000074",
        "adresse": {"lignes": ["1 rue"], "code_postal": "75001", "ville": "Paris"},
        "responsable_transaction": "Nom",
        "telephone": "0123456789",
        "mail": "a@b.example",
        "signataire": {"nom": "Nom"},
    },
    "client": {
        "denomination_sociale": "CH",
        "finess_pmsi": "010000024",
        "responsable": {"nom": "Nom", "telephone": "0123456789", "mail": "a@b.example"},
        "signataire": {"nom": "Nom"},
    },
    "solution": {"nom": "DPI"},
    "montant": {"ht": "10000.00", "taux_tva": "20.00", "ttc": "12000.00"},
    "scenario": {"date_previsionnelle_installation": "2026-11-02", "prosante_connect": True},
    "va": {
        "type": "va",
        "date": "2027-02-15",
        "version_installee": "1",
        "adresse_mssante": "a@b.mssante.fr",
        "scenario": {"prosante_connect": False},
        "reserves": ["Une réserve"],
        "signataire": {"nom": "Nom", "qualite": "Directrice"},
    },
}


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep a base that the user has imported out of the tests."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(autouse=True)
def valid_docx(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check every DOCX that a test has delivered, whatever else the test is about."""
    yield
    folder = request.node.funcargs.get("tmp_path")
    if folder is not None:
        assert delivered_errors(folder) == {}


@pytest.fixture(scope="session")
def appels() -> Appels:
    return load_appels()


@pytest.fixture(scope="session")
def base(appels: Appels) -> Base:
    """The base of the fictional workbook, imported as its headers propose."""
    table = read_table(WORKBOOK)
    fields = base_fields(appels.values())
    imported = import_base(resolve(table, fields, propose(table, fields)), appels)
    assert not imported.findings
    return imported.base


@pytest.fixture(scope="session")
def context(base: Base) -> RuleContext:
    """What the samples are checked against: the base, and a day on which all of the valid ones are past."""
    return RuleContext(base, today=datetime.date(2027, 3, 31))


@pytest.fixture
def order_json() -> Json:
    """The descriptor of the README, free to change."""
    loaded: Json = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del loaded["fournisseur"]["logo"]
    return loaded


@pytest.fixture
def va_json() -> Json:
    """A descriptor with a VA, free to change."""
    loaded: Json = json.loads((VALID / "va-dpi-avec-reserves.json").read_text("utf-8"))
    del loaded["fournisseur"]["logo"]
    return loaded


def descriptor(value: object) -> Descriptor:
    """Return a JSON value as a descriptor, as if it had been read."""
    (read,) = parse_descriptors(json.dumps(value, ensure_ascii=False, indent=2), "order.json")
    assert isinstance(read, Descriptor)
    return read


def order_of(value: Json) -> Order:
    """Return the order of a descriptor that has no error."""
    draft = draft_order(descriptor(value))
    assert not has_errors(draft.findings)
    return draft.order


@dataclass(frozen=True)
class RenderedSample:
    """A document of a valid sample, rendered for real."""

    order: Order
    rendered: Rendered

    @property
    def document(self) -> DocumentKind:
        return self.rendered.document

    def file(self, suffix: str) -> Path:
        return next(file for file in self.rendered.files if file.suffix == suffix)


@pytest.fixture(scope="session")
def rendered_samples(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> list[RenderedSample]:
    """Every document of every valid sample, rendered once by LibreOffice."""
    out = tmp_path_factory.mktemp("samples")
    samples: list[RenderedSample] = []
    for checked in validate([VALID], appels):
        assert checked.order is not None
        options = RenderOptions(engine=Engine.LIBREOFFICE)
        results = render_order(checked.order, appels[checked.order.reference], out, options)
        samples += [RenderedSample(checked.order, result) for result in results]
    assert delivered_errors(out) == {}
    return samples


@pytest.fixture
def framed_template(tmp_path: Path) -> Path:
    """The built-in BDC and a line of its own in a frame, which typst does not support."""
    path = tmp_path / "cadre.docx"
    frame = '<w:framePr w:w="9000" w:wrap="notBeside" w:vAnchor="text" w:hAnchor="margin" w:y="1"/>'
    line = f"<w:body><w:p><w:pPr>{frame}</w:pPr><w:r><w:t>Notre devise</w:t></w:r></w:p>"
    with zipfile.ZipFile(TEMPLATES / "bdc.docx") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<w:body>", line.encode()))
    return path


@pytest.fixture
def fake_soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a maker of a LibreOffice that misbehaves: `body` is what it does instead of converting."""

    def make(body: str) -> Path:
        script = tmp_path / "soffice"
        version = 'if [ "$1" = --version ]; then echo "LibreOffice 7.4.7.2 40(Build:2)"; exit 0; fi'
        script.write_text(f"#!/bin/sh\n{version}\n{body}\n", "utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("SEGURDOC_SOFFICE", str(script))
        return script

    return make
