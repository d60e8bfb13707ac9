from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.batch.run import Batch, BatchOptions
from generator.common.findings import Finding
from generator.documents.manifest_line import NAME, OrderStatus, order_identity, to_line
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from generator.rules.past_orders import Register, read_register
from tests.conftest import VALID, Json, order_of
from tests.documents.test_manifest_line import OUTPUT, record

DPI = VALID / "bdc-dpi-v2.json"


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def batch(out: Path, appels: Appels, *sources: Path) -> None:
    options = BatchOptions(out=out, render=RenderOptions(formats=(Format.DOCX,)), jobs=1)
    with Batch(options, appels) as run:
        assert not any(done for done in run.plan(map(str, sources)) if done)
        list(run.render())
        run.tidy()


@pytest.fixture
def batched(tmp_path: Path, appels: Appels) -> Path:
    batch(tmp_path / "2026" / "mai", appels, DPI)
    return tmp_path


def test_a_manifest_tells_orders_at_any_depth(batched: Path, order_json: Json) -> None:
    register = read_register([batched])
    (known,) = register.delivered
    assert not register.findings
    assert (known.reference, known.finess_pmsi) == (order_json["reference"], order_json["client"]["finess_pmsi"])
    assert (known.numero, known.prestation) == (order_json["numero"], order_json["prestation"])
    assert (known.folder, known.source) == (batched / "2026" / "mai", str(DPI))
    assert known.documents == {DocumentKind.BDC}
    assert [len(file.sha256) for file in known.files] == [64]


def test_orders_are_found_by_name_and_by_client(batched: Path, order_json: Json) -> None:
    register, order = read_register([batched]), order_of(order_json)
    assert register.of_order(order) == register.delivered
    assert register.of_client(order.reference, order.client.finess_pmsi) == register.delivered
    assert register.of_client("AF-HOP-PFI-Va2", order.client.finess_pmsi) == ()
    assert register.of_order(order_of({**order_json, "numero": "BC-2"})) == ()
    assert Register().of_order(order) == ()


def test_a_manifest_of_an_earlier_version_tells_what_its_names_tell(batched: Path, order_json: Json) -> None:
    manifest = batched / "2026" / "mai" / NAME
    value = json.loads(manifest.read_text("utf-8"))
    del value["identity"], value["documents"]
    manifest.write_text(json.dumps(value) + "\n", "utf-8")
    (known,) = read_register([batched]).delivered
    assert (known.finess_pmsi, known.numero, known.prestation) == ("010000024", order_json["numero"], None)
    assert known.documents == {DocumentKind.BDC}


def test_documents_without_a_manifest_are_known_by_name_and_descriptor(
    tmp_path: Path, order_json: Json, appels: Appels
) -> None:
    order = order_of({**order_json, "numero": "BC/2026 #7"})
    render_order(order, appels[order.reference], tmp_path, RenderOptions())
    (known,) = read_register([tmp_path]).delivered
    assert (known.numero, known.prestation, len(known.files)) == ("BC/2026 #7", order.prestation, 2)
    next(tmp_path.glob("*.pdf")).unlink()
    (known,) = read_register([tmp_path]).delivered
    assert (known.numero, known.prestation, len(known.files)) == ("BC-2026-7", None, 1)


def test_what_a_pdf_carries_counts_whatever_its_name(tmp_path: Path, va_json: Json, appels: Appels) -> None:
    order = order_of(va_json)
    render_order(
        order, appels[order.reference], tmp_path, RenderOptions(formats=(Format.PDF,), name="{numero}-{document}")
    )
    (known,) = read_register([tmp_path]).delivered
    assert (known.finess_pmsi, known.numero, known.prestation) == (
        order.client.finess_pmsi,
        order.numero,
        order.prestation,
    )
    assert known.documents == {DocumentKind.BDC, DocumentKind.VA}


def test_a_manifest_tells_documents_whatever_the_names_of_their_files(tmp_path: Path, va_json: Json) -> None:
    order = order_of(va_json)
    kept = record(
        order="BC-1", identity=order_identity(order), documents=(DocumentKind.BDC, DocumentKind.VA), outputs=(OUTPUT,)
    )
    (tmp_path / NAME).write_bytes(to_line(kept))
    (known,) = read_register([tmp_path]).of_order(order)
    assert known.documents == {DocumentKind.BDC, DocumentKind.VA}


def test_what_was_not_delivered_is_left_out(tmp_path: Path) -> None:
    name = "AF-HOP-DPI-Va2_010000024_BC-1"
    lines = [
        record(order=name, outputs=(OUTPUT,)),
        record(order=name, status=OrderStatus.FAILED, outputs=()),
        record(order=None, status=OrderStatus.REFUSED, outputs=()),
    ]
    (tmp_path / NAME).write_bytes(b"".join(map(to_line, lines)))
    assert read_register([tmp_path]).delivered == ()


def test_a_damaged_line_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    name = "AF-HOP-DPI-Va2_010000024_BC-1"
    (tmp_path / NAME).write_bytes(b"{}\n" + to_line(record(order=name)) + b'{"unfinished')
    register = read_register([tmp_path])
    assert [known.name for known in register.delivered] == [name]
    assert codes(register.findings) == ["REGISTRE-LIGNE"]
    assert register.findings[0].place.line == 1


def test_a_folder_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    assert codes(read_register([tmp_path / "none", tmp_path]).findings) == ["REGISTRE-ILLISIBLE", "REGISTRE-VIDE"]
