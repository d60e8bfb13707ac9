"""The Python API: the same in three lines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from generator import FindingsError, load_order, load_orders, render_order
from generator.common.resources import APPELS
from generator.rules.eligibles import Base
from generator.rules.eligibles.base import save_base
from tests.conftest import INVALID, VALID


def test_three_lines_render_an_order(tmp_path: Path) -> None:
    order = load_order(VALID / "bdc-dpi-v2.json")
    (rendered,) = render_order(order, tmp_path, formats=["docx"])
    assert [file.name for file in rendered.files] == ["BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123.docx"]


def test_unsound_descriptor_raises_with_all_its_findings() -> None:
    with pytest.raises(FindingsError) as caught:
        load_order(INVALID / "schema-cle-inconnue.json")
    assert [found.code for found in caught.value.findings] == ["SCHEMA-CLE-INCONNUE"]


def test_document_that_is_withheld_raises(tmp_path: Path) -> None:
    order = load_order(VALID / "bdc-dpi-v2.json")
    with pytest.raises(FindingsError, match="DOCUMENT-SANS-VA"):
        render_order(order, tmp_path, documents=["bdc", "va"], formats=["docx"])
    assert [file.name[:3] for file in tmp_path.iterdir()] == ["BDC"]


def test_af_that_is_not_given_again_raises_by_name(tmp_path: Path) -> None:
    record = json.loads((APPELS / "af-hop-dpi-va2.json").read_text("utf-8"))
    (tmp_path / "own.json").write_text(json.dumps({**record, "reference": "AF-HOP-XXX-Va9"}), "utf-8")
    descriptor = json.loads((VALID / "bdc-dpi-v1-v2-sans-option.json").read_text("utf-8"))
    (tmp_path / "order.json").write_text(json.dumps({**descriptor, "reference": "AF-HOP-XXX-Va9"}), "utf-8")
    order = load_order(tmp_path / "order.json", [tmp_path / "own.json"])
    with pytest.raises(FindingsError, match="REFERENCE-INCONNUE"):
        render_order(order, tmp_path / "out")
    assert render_order(order, tmp_path / "out", appels=[tmp_path / "own.json"], formats=["docx"])


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


def test_unknown_kind_of_document_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="facture"):
        render_order(load_order(VALID / "bdc-dpi-v2.json"), tmp_path, documents=["facture"])


def test_importing_the_package_stays_light() -> None:
    code = "import generator, json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {"docxtpl", "jsonschema", "lxml", "pypdf", "pypdfium2"} & set(loaded)


def test_rendering_by_typst_imports_no_reader_of_pdf_objects(tmp_path: Path) -> None:
    # Its import takes a sixth of the time of a cold command.
    code = (
        "import sys; from generator import load_order, render_order; "
        f"print([each.made_by.en for each in render_order(load_order({str(VALID / 'bdc-dpi-v2.json')!r}), "
        f"{str(tmp_path)!r})], 'pypdf' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "['typst'] False\n"


def test_loading_an_order_starts_no_process(tmp_path: Path) -> None:
    # A script without a guard, whose threads keep it from being forked: it could start no worker.
    script = tmp_path / "script.py"
    lines = (
        "import threading, time, psutil",
        "threading.Thread(target=time.sleep, args=(2,), daemon=True).start()",
        "from generator import load_order",
        f"print(load_order({str(VALID / 'bdc-dpi-v2.json')!r}).fournisseur.logo, psutil.Process().children())",
    )
    script.write_text("\n".join(lines), "utf-8")
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "logo.png []"
