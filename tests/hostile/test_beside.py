"""Good files next to hostile ones are verified, rendered and imported in the same run."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import VALID
from tests.hostile.case import order
from tests.hostile.files import HostileFile, json_files, pdf_files, pictures
from tests.hostile.runner import run_measured
from tests.test_samples import LISTS_LEAVE_OUT

LIMITS = ("--memory", "1500", "--timeout", "20")
# A list of clients: the settings say what its columns hold.
CLIENTS = VALID.parent / "invalid-clients"
HOSTILE_CELLS = ("x" * 100_000, "CH \x1b[2J", "CH \u202egolb", "CH 1\u0336", '"CH\nCH"')


def write(folder: Path, files: Iterable[HostileFile], *names: str) -> None:
    """Write some of the hostile files to a folder; those that come after the last take long to make."""
    missing = {*names}
    for file in files:
        if file.name in missing:
            (folder / file.name).write_bytes(file.data)
            missing.remove(file.name)
        if not missing:
            return


@pytest.mark.slow
def test_good_document_beside_hostile_ones_is_verified(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    write(papers, pdf_files(), "forms-10-10.pdf", "operators.pdf", "restores.pdf")
    write(papers, pictures(), "100000x100000.png", "1x1.png")
    (tmp_path / "order.json").write_bytes(order())
    made = run_measured(["render", "order.json", "--format", "pdf", "-o", papers], tmp_path, timeout=180)
    assert made.code == 0, made.output
    found = run_measured(["verify", papers, *LIMITS], tmp_path, timeout=400)
    assert not found.faults, found.output[-2000:]
    (good,) = papers.glob("BDC_*.pdf")
    compliant = [line for line in found.output.splitlines() if "· compliant ·" in line]
    assert [line.partition(": ")[0] for line in compliant] == [str(good)], found.output[-2000:]


@pytest.mark.slow
def test_good_order_beside_hostile_ones_is_rendered(tmp_path: Path) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    write(orders, json_files(), *(file.name for file in json_files()))
    vendor = json.loads(order())["fournisseur"]
    logos = ("6000x6600.png", "100000x100000.png", "0x0.png")
    write(orders, pictures(), *logos)
    for number, logo in enumerate(logos):
        with_logo = order(numero=f"BC-{number}", fournisseur={**vendor, "logo": logo})
        (orders / f"logo-{number}.json").write_bytes(with_logo)
    (orders / "good.json").write_bytes(order())
    ended = run_measured(["batch", orders, "-o", "out", "--jobs", "2", *LIMITS], tmp_path, timeout=400)
    assert not ended.faults, ended.output[-2000:]
    assert ended.code == 1
    number = json.loads(order())["numero"]
    assert len(list((tmp_path / "out").glob(f"*{number}.pdf"))) == 1, ended.output[-2000:]


@pytest.mark.slow
def test_good_row_beside_hostile_ones_is_imported(tmp_path: Path) -> None:
    head, other, good = (CLIENTS / "deja-la.csv").read_text("utf-8").splitlines()
    cells = other.split(";")
    bad = [[text if place == 1 else cell for place, cell in enumerate(cells)] for text in HOSTILE_CELLS]
    rows = [";".join([*cells[:5], f"BC-2027-{number:06}", *cells[6:]]) for number, cells in enumerate(bad)]
    (tmp_path / "list.csv").write_text("\n".join([head, *rows, good]), "utf-8")
    given = [part for each in LISTS_LEAVE_OUT for part in ("--set", each)]
    arguments = ["import", "list.csv", "-o", "out", *given, *LIMITS]
    ended = run_measured(arguments, tmp_path, timeout=180, settings=("--config", str(CLIENTS / "segurdoc.toml")))
    assert not ended.faults, ended.output[-2000:]
    made = [json.loads(path.read_text("utf-8"))["numero"] for path in (tmp_path / "out").glob("*.json")]
    assert made == [good.split(";")[5]], ended.output[-2000:]
