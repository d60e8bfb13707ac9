from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.batch.manifest import NAME
from generator.batch.manifest import Manifest
from generator.batch.manifest import ManifestError
from generator.batch.manifest import check_outputs
from generator.batch.outputs import Output
from generator.batch.outputs import is_intact
from generator.batch.outputs import output_of
from generator.batch.record import Record
from generator.batch.record import Status


def delivered(order: str, *outputs: Output, inputs: str = "0") -> Record:
    return Record(order, "a.json", Status.DELIVERED, inputs, outputs)


def refused(file: str) -> Record:
    return Record(None, file, Status.REFUSED)


def test_what_a_run_adds_the_next_one_finds(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a"), delivered("b")])
    with Manifest(tmp_path) as manifest:
        found = manifest.find("b")
        assert found
        assert found[1].order == "b"
        assert manifest.find("c") is None


def test_a_line_that_a_killed_run_left_unfinished_is_dropped(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a")])
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + whole[:20])
    with Manifest(tmp_path) as manifest:
        assert manifest.find("a")
        manifest.add([delivered("b")])
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 2
    assert not list(check_outputs(tmp_path))


def test_a_damaged_line_is_left_out_and_told_by_the_check(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"{}\n")
    with Manifest(tmp_path) as manifest:
        manifest.add([delivered("a")])
        assert manifest.find("a")
    (found,) = check_outputs(tmp_path)
    assert (found.code, found.place.line) == ("MANIFESTE-LIGNE", 1)


def test_of_several_records_of_an_order_the_last_counts_and_is_kept(tmp_path: Path) -> None:
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


def test_a_manifest_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / NAME).symlink_to(victim)
    with pytest.raises(OSError, match="symbolic"):
        Manifest(tmp_path / "out")
    assert victim.read_bytes() == b"precious"


def test_the_check_tells_what_is_gone_changed_or_unknown(tmp_path: Path) -> None:
    for name in ("same.pdf", "changed.pdf", "gone.pdf", "unknown.docx", "notes.txt"):
        (tmp_path / name).write_bytes(b"before")
    outputs = [output_of(tmp_path / f"{name}.pdf") for name in ("same", "changed", "gone")]
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


def test_a_folder_without_manifest_is_told(tmp_path: Path) -> None:
    assert [found.code for found in check_outputs(tmp_path)] == ["MANIFESTE-ABSENT"]
    assert [found.code for found in check_outputs(tmp_path / "none")] == ["MANIFESTE-ABSENT"]
