import json
import os
import sys
from pathlib import Path

import pytest

from generator.common.findings import Finding
from generator.common.jsonio import source
from generator.common.jsonio.source import Descriptor, MatchedFile, expand, parse_descriptors, read_descriptors
from generator.documents.manifest_line import ManifestLine, OrderStatus, to_line
from generator.reports.machine_readable import json_report, sarif_report
from generator.rules.eligibles import Base
from generator.rules.eligibles.base import save_base
from tests.conftest import Json


def codes(text: str, file: str = "x.json") -> list[str]:
    return [read.code if isinstance(read, Finding) else "ok" for read in parse_descriptors(text, file)]


def test_list_gives_one_descriptor_item_with_pointers_into_file() -> None:
    first, second = parse_descriptors('[{"a": 1},\n {"a": {"b": 2}}]')
    assert isinstance(first, Descriptor)
    assert isinstance(second, Descriptor)
    place = second.place("/a/b")
    assert (place.line, place.column, place.pointer) == (2, 14, "/1/a/b")


def test_json_lines_give_one_descriptor_line_with_line_of_file() -> None:
    _, second = parse_descriptors('{"a": 1}\n\n{"a": 2}\n', "x.jsonl")
    assert isinstance(second, Descriptor)
    assert second.place("/a").line == 3


def test_json_lines_are_known_without_a_telling_name() -> None:
    assert codes('{"a": 1}\n{"a": 2}', "-") == ["ok", "ok"]


def test_broken_line_does_not_stop_the_others() -> None:
    assert codes('{"a": 1}\n{"a": }\n{"a": 2}', "x.jsonl") == ["ok", "JSON-SYNTAXE", "ok"]


def test_repeated_key_refuses_its_own_order_only() -> None:
    assert codes('[{"a": 1, "a": 2}, {"b": 1}]') == ["JSON-CLE-DOUBLE", "ok"]


def test_place_that_is_not_there_is_its_nearest_parent() -> None:
    (read,) = parse_descriptors('{"a": {}}')
    assert isinstance(read, Descriptor)
    assert read.place("/a/b/c").column == 7


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FICHIER-VIDE"),
        ("[]", "FICHIER-VIDE"),
        ("null", "JSON-FORME"),
        ("{", "JSON-SYNTAXE"),
        ('{"a": NaN}', "JSON-SYNTAXE"),
        ('{"a": ' + "9" * 5000 + "}", "JSON-SYNTAXE"),
        ("[" * 100_000, "JSON-SYNTAXE"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "JSON-SYNTAXE"),
        ('{"a": "\x00"}', "JSON-SYNTAXE"),
    ],
)
def test_what_is_no_descriptor_is_a_finding(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_files_that_cannot_be_read_are_findings(tmp_path: Path) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes('{\n"a": "é"}'.encode("latin-1"))
    empty = tmp_path / "empty"
    empty.mkdir()
    found = list(read_descriptors([tmp_path / "none.json", latin, empty, "nul\x00.json"]))
    assert [read.code for read in found if isinstance(read, Finding)] == [
        "FICHIER-ILLISIBLE",
        "JSON-ENCODAGE",
        "FICHIER-VIDE",
        "FICHIER-ILLISIBLE",
    ]
    assert isinstance(found[1], Finding)
    assert found[1].place.line == 2
    assert isinstance(found[3], Finding)
    assert "caractère nul" in found[3].message("fr")


def test_file_above_the_bound_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    (tmp_path / "big.json").write_text('{"a": "0123456789"}')
    (found,) = read_descriptors([tmp_path / "big.json"])
    assert isinstance(found, Finding)
    assert found.code == "FICHIER-TROP-GRAND"


def calls_to_locate(count: int) -> int:
    """Return how many Python functions are called to find the places of `count` descriptors in a list."""
    calls = 0

    def count_call(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count_call)
    try:
        for read in parse_descriptors("[" + ",".join(['{"a": 1}', "1"] * count) + "]"):
            if isinstance(read, Descriptor):
                read.place("/a")
    finally:
        sys.setprofile(None)
    return calls


def test_work_on_a_long_list_grows_with_its_length() -> None:
    assert calls_to_locate(800) < 2.2 * calls_to_locate(400)


def test_names_in_capitals_are_read_in_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "A.JSON").write_text("{}")
    assert len(list(read_descriptors([tmp_path]))) == 1


def test_empty_name_is_no_folder() -> None:
    (found,) = read_descriptors([""])
    assert isinstance(found, Finding)


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "bom.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    (found,) = read_descriptors([tmp_path / "bom.json"])
    assert isinstance(found, Descriptor)


def test_long_line_is_shown_in_part_with_the_caret_at_its_place() -> None:
    (read,) = parse_descriptors('{"a": "' + "x" * 500 + '", "b": 1}')
    assert isinstance(read, Descriptor)
    place = read.place("/b", at_key=True)
    assert place.excerpt is not None
    assert place.caret is not None
    assert place.excerpt[place.caret :].startswith('"b"')


def test_faults_of_a_file_are_reported_up_to_a_bound() -> None:
    found = list(parse_descriptors("[" + ",".join("1" * 5000) + "]"))
    assert all(isinstance(each, Finding) for each in found)
    assert len(found) == source.MAX_FAULTS + 1
    assert isinstance(found[-1], Finding)
    assert found[-1].code == "FICHIER-TROP-FAUX"


def test_text_of_too_many_values_is_not_read() -> None:
    (found,) = parse_descriptors("[" + "1," * source.MAX_VALUES + "1]")
    assert isinstance(found, Finding)
    assert found.code == "JSON-SYNTAXE"


def codes_of(*paths: str | Path) -> list[str]:
    return [read.code if isinstance(read, Finding) else "ok" for read in read_descriptors(paths)]


@pytest.fixture
def folder(tmp_path: Path, order_json: Json, base: Base) -> Path:
    """One order among files of the program: they are never orders."""
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
    assert codes_of(folder) == ["ok"]
    matched = list(expand([str(folder / "**" / "*.json*")]))
    assert len(matched) == 7
    assert all(isinstance(each, MatchedFile) for each in matched)
    assert codes_of(*matched) == ["ok"]


def test_written_file_that_is_named_gives_one_finding(folder: Path) -> None:
    for name in ("out/manifest.jsonl", "findings.json", "sarif.json", "eligibles.json"):
        assert codes_of(folder / name) == ["FICHIER-PRODUIT"], name


def test_folder_of_written_files_has_no_orders(folder: Path) -> None:
    assert codes_of(folder / "out") == ["FICHIER-VIDE"]


def test_folders_and_patterns_skip_the_vendor_alone(folder: Path) -> None:
    vendor = folder / "fournisseur.json"
    vendor.write_text('{"fournisseur": {"siret": "73282932000074"}}\n', "utf-8")
    assert codes_of(folder) == codes_of(*expand([str(folder / "*.json")])) == ["ok"]
    assert codes_of(vendor) == ["ok"]
    vendor.write_text('{"denomination_sociale": "Éditeur", "siret": "73282932000074"}\n', "utf-8")
    assert codes_of(folder) == ["ok"]
    (folder / "list.json").write_text('[{"fournisseur": {}}, {"fournisseur": {}}]', "utf-8")
    assert codes_of(folder) == ["ok"] * 3, "an order that lacks its other parts is no vendor's file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_pipe_in_a_folder_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    assert sorted(codes_of(folder)) == ["FICHIER-ILLISIBLE", "ok"]
