"""The Python API: the same in three lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from generator import FindingsError
from generator import load_order
from generator import load_orders
from generator import render
from generator.eligibles import Base
from generator.eligibles.store import save_base
from generator.resources import APPELS
from tests.conftest import INVALID
from tests.conftest import VALID


def test_three_lines_render_an_order(tmp_path: Path) -> None:
    order = load_order(VALID / "bdc-dpi-v2.json")
    (rendered,) = render(order, tmp_path, formats=["docx"])
    assert [file.name for file in rendered.files] == ["BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123.docx"]


def test_an_unsound_descriptor_raises_with_all_its_findings() -> None:
    with pytest.raises(FindingsError) as caught:
        load_order(INVALID / "schema-cle-inconnue.json")
    assert [found.code for found in caught.value.findings] == ["SCHEMA-CLE-INCONNUE"]


def test_a_document_that_is_withheld_raises(tmp_path: Path) -> None:
    order = load_order(VALID / "bdc-dpi-v2.json")
    with pytest.raises(FindingsError, match="DOCUMENT-SANS-VA"):
        render(order, tmp_path, documents=["bdc", "va"], formats=["docx"])
    assert [file.name[:3] for file in tmp_path.iterdir()] == ["BDC"]


def test_an_af_that_is_not_given_again_raises_by_name(tmp_path: Path) -> None:
    record = json.loads((APPELS / "af-hop-dpi-va2.json").read_text("utf-8"))
    (tmp_path / "own.json").write_text(json.dumps({**record, "reference": "AF-HOP-XXX-Va9"}), "utf-8")
    descriptor = json.loads((VALID / "bdc-dpi-v1-v2-sans-option.json").read_text("utf-8"))
    (tmp_path / "order.json").write_text(json.dumps({**descriptor, "reference": "AF-HOP-XXX-Va9"}), "utf-8")
    order = load_order(tmp_path / "order.json", [tmp_path / "own.json"])
    with pytest.raises(FindingsError, match="REFERENCE-INCONNUE"):
        render(order, tmp_path / "out")
    assert render(order, tmp_path / "out", appels=[tmp_path / "own.json"], formats=["docx"])


def test_orders_may_be_held_against_a_base(tmp_path: Path, base: Base) -> None:
    save_base(base, tmp_path / "eligibles.base")
    assert load_order(VALID / "bdc-dpi-v2.json", eligibles=tmp_path / "eligibles.base")
    with pytest.raises(FindingsError, match="PLAFOND-DEPASSE"):
        load_order(INVALID / "plafond-depasse.json", eligibles=tmp_path / "eligibles.base")
    with pytest.raises(FindingsError, match="ELIGIBLES-FICHIER"):
        load_order(VALID / "bdc-dpi-v2.json", eligibles=VALID / "bdc-dpi-v2.json")


def test_several_orders_need_load_orders() -> None:
    with pytest.raises(ValueError, match="load_orders"):
        load_order(VALID / "lot.jsonl")
    assert len(load_orders(VALID / "lot.jsonl")) == 2


def test_an_unknown_kind_of_document_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="facture"):
        render(load_order(VALID / "bdc-dpi-v2.json"), tmp_path, documents=["facture"])


def test_importing_the_package_stays_light() -> None:
    code = "import generator, json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {"docxtpl", "jsonschema", "lxml", "pypdf", "pypdfium2"} & set(loaded)
