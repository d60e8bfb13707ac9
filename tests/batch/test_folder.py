"""What the runs of one folder may do to each other's files."""

import json
from pathlib import Path

import pytest

from generator.batch.run import Batch, BatchOptions
from generator.common.files import sweep_unfinished
from generator.documents.manifest_line import NAME, Done, OrderStatus
from generator.references import Appels
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from tests.conftest import Json, order_of

BY_NUMBER = RenderOptions(formats=(Format.DOCX,), name="{numero}_{document}")


@pytest.fixture
def hospitals(order_json: Json) -> tuple[Json, Json]:
    """Two orders of two hospitals, whose numbers give one file name."""
    other = {**order_json["client"], "finess_pmsi": "990000093"}
    return {**order_json, "numero": "BC/1"}, {**order_json, "numero": "BC 1", "client": other}


def run(out: Path, order: Json, appels: Appels, options: RenderOptions = BY_NUMBER) -> list[Done]:
    source = out.parent / "order.json"
    source.write_text(json.dumps(order), "utf-8")
    with Batch(BatchOptions(out, options, jobs=1), appels) as batch:
        for _ in batch.plan([str(source)]):
            pass
        for _ in batch.render():
            pass
        results = list(batch.results())
        batch.tidy()
    return results


def test_batch_keeps_the_files_of_another_order(tmp_path: Path, hospitals: tuple[Json, Json], appels: Appels) -> None:
    out = tmp_path / "out"
    (first,) = run(out, hospitals[0], appels)
    before = (out / "BC-1_BDC.docx").read_bytes()
    (second,) = run(out, hospitals[1], appels)
    assert [found.code for found in second.record.findings] == ["NOM-PRIS"]
    assert (out / "BC-1_BDC.docx").read_bytes() == before
    (again,) = run(out, hospitals[0], appels)
    assert again.unchanged
    assert again.record.identity == first.record.identity


def test_render_keeps_the_files_of_another_order(tmp_path: Path, hospitals: tuple[Json, Json], appels: Appels) -> None:
    for form in Format:
        options = RenderOptions(formats=(form,), name=BY_NUMBER.name)
        first, second = (order_of(each) for each in hospitals)
        (made,) = render_order(first, appels[first.reference], tmp_path, options)
        before = made.files[0].read_bytes()
        (refused,) = render_order(second, appels[second.reference], tmp_path, options)
        assert [found.code for found in refused.findings] == ["NOM-PRIS"]
        assert made.files[0].read_bytes() == before
        (again,) = render_order(first, appels[first.reference], tmp_path, options)
        assert again.files
    (done,) = run(tmp_path, hospitals[1], appels)
    assert [found.code for found in done.record.findings] == ["NOM-PRIS"]


def test_resume_makes_files_that_no_record_names(tmp_path: Path, order_json: Json, appels: Appels) -> None:
    out = tmp_path / "out"
    run(out, order_json, appels)
    record = json.loads((out / NAME).read_bytes())
    (out / NAME).write_text(json.dumps({**record, "outputs": []}) + "\n", "utf-8")
    for path in out.glob("*.docx"):
        path.unlink()
    (done,) = run(out, order_json, appels)
    assert (done.unchanged, done.record.status) == (False, OrderStatus.DELIVERED)
    assert len(list(out.glob("*.docx"))) == 1


def test_long_names_are_cut_and_stay_apart(tmp_path: Path, order_json: Json, appels: Appels) -> None:
    options = RenderOptions(formats=(Format.DOCX,), name="€" * 80 + "_{numero}_{document}")
    names = set()
    for number in ("1", "2"):
        order = order_of({**order_json, "numero": number})
        for rendered in render_order(order, appels[order.reference], tmp_path, options):
            assert not rendered.findings or rendered.files
            names |= {path.name for path in rendered.files}
    assert len(names) == 2
    assert max(len(name.encode()) for name in names) <= 255
    sweep_unfinished(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == names
