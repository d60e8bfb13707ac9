import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from generator.batch.manifest import Manifest, ManifestError, check_outputs
from generator.documents.manifest_line import NAME, Identity, ManifestLine, OrderStatus
from generator.documents.outputs import Output, is_intact, read_output


def delivered(order: str, *outputs: Output, inputs: str = "0") -> ManifestLine:
    return ManifestLine(order, "a.json", OrderStatus.DELIVERED, inputs, outputs)


def refused(file: str) -> ManifestLine:
    return ManifestLine(None, file, OrderStatus.REFUSED)


def test_what_a_run_adds_the_next_one_finds(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a"), delivered("b")])
    with Manifest(tmp_path) as manifest:
        found = manifest.find("b")
        assert found
        assert found[1].order == "b"
        assert manifest.find("c") is None


def test_line_that_a_killed_run_left_unfinished_is_dropped(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a")])
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + whole[:20])
    with Manifest(tmp_path) as manifest:
        assert manifest.find("a")
        manifest.add([delivered("b")])
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 2


def test_manifest_drops_a_bad_line_with_the_next_run(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a"), delivered("b")])
    first, second = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
    (tmp_path / NAME).write_bytes(b"garbage\n" + first + b"{}\n" + second + b"[")
    assert [(found.code, found.place.line) for found in check_outputs(tmp_path) if found.code == "MANIFESTE-LIGNE"] == [
        ("MANIFESTE-LIGNE", line) for line in (1, 3, 5)
    ]
    with Manifest(tmp_path) as manifest:
        found = manifest.find("b")
        assert found
        assert found[1].order == "b"
    assert (tmp_path / NAME).read_bytes() == first + second


@pytest.mark.parametrize("data", [b"{}\n", b"precious", b'{"mine": 1}\n{"mine": 2}\n', b"precious\n" * 3])
def test_manifest_replaces_no_file_of_somebody_else(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    with pytest.raises(ManifestError) as caught:
        Manifest(tmp_path)
    assert caught.value.finding.code == "MANIFESTE-AUTRE"
    assert (tmp_path / NAME).read_bytes() == data


def test_check_misses_files_that_no_record_names(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    asked = replace(delivered("a", read_output(tmp_path / "a.pdf")), asked=("a.docx", "a.pdf"))
    with Manifest(tmp_path) as manifest:
        manifest.add([asked, delivered("none")])
    assert [Path(found.place.file).name for found in check_outputs(tmp_path)] == ["a.docx", NAME]


def test_manifest_knows_whose_a_name_is(tmp_path: Path) -> None:
    (tmp_path / "BC-1_BDC.pdf").write_bytes(b"%PDF")
    first, second = (Identity("AF", finess, "1", "V2") for finess in ("010000024", "990000093"))
    record = replace(delivered("BC-1", read_output(tmp_path / "BC-1_BDC.pdf")), identity=first)
    with Manifest(tmp_path) as manifest:
        manifest.add([record])
        assert manifest.find_owner(second, "BC-1", []) == first
        assert manifest.find_owner(second, "other", ["bc-1_bdc.PDF"]) == first
        assert manifest.find_owner(replace(first, prestation="V1"), "BC-1", ["BC-1_BDC.pdf"]) is None
        (tmp_path / "BC-1_BDC.pdf").unlink()
        assert manifest.find_owner(second, "BC-1", ["BC-1_BDC.pdf"]) is None


def test_of_several_records_of_order_last_counts_and_is_kept(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a", inputs="1"), delivered("b"), refused("old.json")])
    with Manifest(tmp_path) as manifest:
        (again,) = manifest.add([delivered("a", inputs="2")])
        (place,) = manifest.add([refused("new.json")])
        assert manifest.find("a") == (again, delivered("a", inputs="2"))
        manifest.tidy([place])
    kept = (tmp_path / NAME).read_text("utf-8").splitlines()
    assert len(kept) == 3
    assert '"inputs": "2"' in kept[1]
    assert "new.json" in kept[2]


def test_two_runs_cannot_have_one_folder(tmp_path: Path) -> None:
    hold = f"from generator.batch.manifest import Manifest; from pathlib import Path; m = Manifest(Path({str(tmp_path)!r})); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline()
        with pytest.raises(ManifestError) as caught:
            Manifest(tmp_path)
        assert caught.value.finding.code == "MANIFESTE-PRIS"
        other.kill()
    Manifest(tmp_path).__exit__(None, None, None)


def test_manifest_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / NAME).symlink_to(victim)
    with pytest.raises(OSError, match="symbolic"):
        Manifest(tmp_path / "out")
    assert victim.read_bytes() == b"precious"


def test_check_tells_what_is_gone_changed_or_unknown(tmp_path: Path) -> None:
    for name in ("same.pdf", "changed.pdf", "gone.pdf", "unknown.docx", "notes.txt"):
        (tmp_path / name).write_bytes(b"before")
    outputs = [read_output(tmp_path / f"{name}.pdf") for name in ("same", "changed", "gone")]
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a", *outputs)])
    (tmp_path / "changed.pdf").write_bytes(b"after!")
    (tmp_path / "gone.pdf").unlink()
    assert [(found.code, Path(found.place.file).name) for found in check_outputs(tmp_path)] == [
        ("FICHIER-DELIVRE-CHANGE", "changed.pdf"),
        ("FICHIER-DELIVRE-ABSENT", "gone.pdf"),
        ("FICHIER-INCONNU", "unknown.docx"),
    ]
    assert is_intact(tmp_path, outputs[0])


def test_folder_without_manifest_is_reported(tmp_path: Path) -> None:
    assert [found.code for found in check_outputs(tmp_path)] == ["MANIFESTE-ABSENT"]
    assert [found.code for found in check_outputs(tmp_path / "none")] == ["MANIFESTE-ABSENT"]


def test_check_and_batch_refuse_the_same_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"order": []}\n' * 3, "utf-8")
    with pytest.raises(ManifestError) as refused:
        Manifest(tmp_path)
    assert list(check_outputs(tmp_path)) == [refused.value.finding]
