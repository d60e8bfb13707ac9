import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from generator.batch.plan import Inputs, plan
from generator.batch.work import read_tasks
from generator.common.jsonio.source import expand
from generator.documents.manifest_line import ManifestLine, OrderStatus
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pdf.libreoffice import LibreOffice
from generator.rules.validation import check_descriptor
from tests.conftest import VALID, Json, descriptor

OPTIONS = RenderOptions()


def digest(value: Json, appels: Appels, options: RenderOptions = OPTIONS, office: LibreOffice | None = None) -> str:
    checked = check_descriptor(descriptor(value), appels)
    assert checked.order
    assert checked.appel
    return Inputs(options, office).of(checked.order, checked.appel)


def planned(
    values: Sequence[Json], appels: Appels, done: tuple[str, ...] = ()
) -> tuple[list[ManifestLine | str | None], int]:
    checked = [check_descriptor(descriptor(value), appels) for value in values]
    tasks = io.BytesIO()
    entries = [
        entry
        for _, entry in plan(checked, Inputs(OPTIONS, None).of, lambda name, *_: name if name in done else None, tasks)
    ]
    tasks.seek(0)
    return entries, len(list(read_tasks(tasks, appels)))


def code_of(entry: ManifestLine | str | None, status: OrderStatus = OrderStatus.REFUSED) -> str:
    assert isinstance(entry, ManifestLine)
    assert entry.status is status
    return entry.findings[-1].code


def test_sound_orders_are_kept_to_be_rendered_as_they_were(order_json: Json, appels: Appels) -> None:
    checked = check_descriptor(descriptor(order_json), appels)
    tasks = io.BytesIO()
    list(plan([checked], Inputs(OPTIONS, None).of, lambda *_: None, tasks))
    tasks.seek(0)
    (task,) = read_tasks(tasks, appels)
    assert task.order == checked.order
    assert (task.number, task.name) == (0, "AF-HOP-DPI-Va2_010000024_BC-2026-000123")


def test_order_that_is_not_sound_is_refused_and_the_next_goes_on(order_json: Json, appels: Appels) -> None:
    (bad, good), count = planned([{**order_json, "numero": ""}, order_json], appels)
    assert code_of(bad).startswith("SCHEMA-")
    assert good is None
    assert count == 1


def test_order_that_was_delivered_is_not_rendered_again(order_json: Json, appels: Appels) -> None:
    name = "AF-HOP-DPI-Va2_010000024_BC-2026-000123"
    assert planned([order_json], appels, done=(name,)) == ([name], 0)


def test_one_name_for_two_orders_is_an_error(order_json: Json, appels: Appels) -> None:
    other = {**order_json, "date_emission": "2026-05-05"}
    for number in ("BC-2026-000123", "bc-2026-000123"):
        (_, second), count = planned([order_json, {**other, "numero": number}], appels)
        assert code_of(second) == "NOM-DOUBLE"
        assert count == 1


def test_two_orders_of_one_establishment_for_one_af_are_an_error(order_json: Json, appels: Appels) -> None:
    (_, second), _ = planned([order_json, {**order_json, "numero": "BC-2"}], appels)
    assert code_of(second) == "COMMANDE-DOUBLE"


def test_same_order_twice_is_made_once_with_a_warning(order_json: Json, appels: Appels) -> None:
    (_, second), count = planned([order_json, order_json], appels)
    assert code_of(second, OrderStatus.REPEATED) == "COMMANDE-REPETEE"
    assert count == 1


def test_pattern_gives_the_files_it_matches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.json", "a.json", "[x].json", "deep/c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert list(expand(["?.json"])) == ["a.json", "b.json"]
    assert list(expand(["**/*.json"])) == ["[x].json", "a.json", "b.json", str(Path("deep/c.json"))]
    assert list(expand(["[x].json"])) == ["[x].json"]
    assert list(expand(["none-*.json", "-"])) == ["none-*.json", "-"]


def test_documents_are_the_same_while_their_inputs_are(
    order_json: Json, appels: Appels, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = digest(order_json, appels)
    assert digest({key: order_json[key] for key in reversed(order_json)}, appels) == first
    others = [
        digest({**order_json, "numero": "BC-2"}, appels),
        digest(order_json, appels, RenderOptions(documents=(DocumentKind.BDC,))),
        digest(order_json, appels, RenderOptions(formats=(Format.PDF,))),
        digest(order_json, appels, RenderOptions(attach=False)),
        digest(order_json, appels, RenderOptions(read_back=False)),
        digest(order_json, appels, RenderOptions(template=VALID / "logo.png")),
        digest(order_json, appels, office=LibreOffice(Path("soffice"), "7.4", "40")),
        digest(order_json, appels, office=LibreOffice(Path("soffice"), "24.2", "40")),
    ]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    others.append(digest(order_json, appels))
    assert len({first, *others}) == len(others) + 1


def test_logo_that_changes_is_another_input(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    order_json["fournisseur"]["logo"] = str(logo)
    digests = []
    for colour in ("navy", "maroon"):
        Image.new("RGB", (300, 100), colour).save(logo)
        digests.append(digest(order_json, appels))
    assert digests[0] != digests[1]
