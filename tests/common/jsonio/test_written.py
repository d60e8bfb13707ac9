"""Files that the program writes are never orders; the forms of the reports are those that the commands write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator.common.findings import Finding
from generator.common.jsonio.source import MatchedFile, expand, read_descriptors
from generator.documents.manifest_line import ManifestLine, OrderStatus, to_line
from generator.reports.machine import json_report, sarif_report
from generator.rules.eligibles import Base
from generator.rules.eligibles.store import save_base
from tests.conftest import Json


def codes(*paths: str | Path) -> list[str]:
    return [read.code if isinstance(read, Finding) else "ok" for read in read_descriptors(paths)]


@pytest.fixture
def folder(tmp_path: Path, order_json: Json, base: Base) -> Path:
    """One order among files of the program."""
    line = to_line(ManifestLine(None, "a.json", OrderStatus.REFUSED))
    broken = [read for read in read_descriptors([tmp_path / "none.json"]) if isinstance(read, Finding)]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.jsonl").write_bytes(line * 3)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.jsonl").touch()
    (tmp_path / "copy-of-manifest.jsonl").write_bytes(line)
    (tmp_path / "findings.json").write_text(json_report(broken, "fr"), "utf-8")
    (tmp_path / "sarif.json").write_text(sarif_report(broken, "fr"), "utf-8")
    save_base(base, tmp_path / "eligibles.json")
    (tmp_path / "order.json").write_text(json.dumps(order_json), "utf-8")
    return tmp_path


def test_folders_and_patterns_skip_written_files(folder: Path) -> None:
    assert codes(folder) == ["ok"]
    matched = list(expand([str(folder / "**" / "*.json*")]))
    assert len(matched) == 7
    assert all(isinstance(each, MatchedFile) for each in matched)
    assert codes(*matched) == ["ok"]


def test_a_written_file_that_is_named_gives_one_finding(folder: Path) -> None:
    for name in ("out/manifest.jsonl", "findings.json", "sarif.json", "eligibles.json"):
        assert codes(folder / name) == ["FICHIER-PRODUIT"], name


def test_a_folder_of_written_files_has_no_orders(folder: Path) -> None:
    assert codes(folder / "out") == ["FICHIER-VIDE"]


def test_folders_and_patterns_skip_the_vendor_alone(folder: Path) -> None:
    vendor = folder / "fournisseur.json"
    vendor.write_text('{"fournisseur": {"siret": "73282932000074"}}\n', "utf-8")
    assert codes(folder) == codes(*expand([str(folder / "*.json")])) == ["ok"]
    assert codes(vendor) == ["ok"]
    vendor.write_text('{"denomination_sociale": "Éditeur", "siret": "73282932000074"}\n', "utf-8")
    assert codes(folder) == ["ok"]
    (folder / "list.json").write_text('[{"fournisseur": {}}, {"fournisseur": {}}]', "utf-8")
    assert codes(folder) == ["ok"] * 3, "an order that lacks its other parts is no vendor's file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_in_a_folder_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    assert sorted(codes(folder)) == ["FICHIER-ILLISIBLE", "ok"]
