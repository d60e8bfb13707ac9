"""The base of eligible establishments, in one run: `python -m benchmarks.eligibles [--rows 5000] [--orders 3000]`.

(a) how long a workbook takes to become a base: read, mapped, every cell checked, written;
(b) the same orders checked without a base, and against it, the loading of the base included, in turn: the ratio of the
    medians; then the whole of `segurdoc batch --format docx`, without and with.

Every order is for an establishment of the base, at its ceiling: the rules have all to look, and nothing to say.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.drawn import drawn_descriptor
from benchmarks.establishments import rows
from benchmarks.establishments import write
from generator.eligibles import load_base
from generator.eligibles.fields import base_fields
from generator.eligibles.importing import import_base
from generator.eligibles.store import save_base
from generator.references import load_appels
from generator.rules import Surroundings
from generator.tables import read_table
from generator.tables.mapping import propose
from generator.tables.mapping import resolve
from generator.validation import side_by_side
from generator.validation import validate

APPELS = load_appels()
_HT, _TTC = 7, 8


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def import_workbook(workbook: Path, file: Path) -> None:
    """Make a base of a workbook, as `segurdoc eligibles import` does."""
    table = read_table(workbook)
    fields = base_fields(APPELS.values())
    imported = import_base(resolve(table, fields, propose(table, fields)), APPELS)
    assert not imported.findings
    save_base(imported.base, file)


def write_orders(file: Path, total: int, establishments: int) -> None:
    """Write orders as JSON Lines, one for each of the first establishments."""
    with file.open("w", encoding="utf-8") as stream:
        for number, row in enumerate(islice(rows(establishments), total)):
            order = drawn_descriptor(number)
            order["client"]["finess_pmsi"] = row[0]
            ht, ttc = (Decimal(str(row[column])).quantize(Decimal("0.01")) for column in (_HT, _TTC))
            order["montant"] = {"ht": str(ht), "taux_tva": "20.00", "ttc": str(ttc)}
            stream.write(json.dumps(order, ensure_ascii=False) + "\n")


def check(orders: Path, base: Path | None) -> None:
    """Check every order, against the base where there is one."""
    around = Surroundings(load_base(base)) if base else Surroundings()
    for checked in side_by_side(validate([orders], APPELS, around=around)):
        # The one establishment of the samples whose category is on no list gets a warning.
        assert checked.order, checked.findings


def batch(orders: Path, base: Path | None, folder: Path) -> tuple[float, float]:
    """Return the seconds of a whole batch, DOCX alone: by the clock, and of the processors."""
    command = [sys.executable, "-m", "generator", "batch", orders, "-o", folder, "--format", "docx", "--quiet"]
    command += ["--eligibles", base] if base else []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {**os.environ, "XDG_DATA_HOME": "/nosuch"}
    clock = timed(lambda: subprocess.run(list(map(str, command)), check=True, env=environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--orders", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, default=3, help="whole batches of each kind; 0 leaves them out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        workbook, base, orders = folder / "base.xlsx", folder / "eligibles.base", folder / "orders.jsonl"
        write(workbook, asked.rows)
        imports = [timed(lambda: import_workbook(workbook, base)) for _ in range(asked.rounds)]
        print(f"import of {asked.rows} rows: {median(imports):.2f} s (worst {max(imports):.2f})")
        loads = [timed(lambda: load_base(base)) for _ in range(asked.rounds)]
        print(f"loading the base, {base.stat().st_size / 1e6:.1f} MB: {median(loads) * 1000:.0f} ms")
        write_orders(orders, asked.orders, asked.rows)
        without, against = [], []
        for _ in range(asked.rounds):
            without.append(timed(lambda: check(orders, None)))
            against.append(timed(lambda: check(orders, base)))
        show(f"{asked.orders} orders checked", median(without), median(against))
        if asked.batches:
            pairs = [
                (batch(orders, None, folder / f"without-{number}"), batch(orders, base, folder / f"against-{number}"))
                for number in range(asked.batches)
            ]
            for index, what in enumerate(("by the clock", "of the processors")):
                times = ([each[index] for each in side] for side in zip(*pairs, strict=True))
                show(f"{asked.orders} orders, whole batch, DOCX, {what}", *map(median, times))


def show(what: str, without: float, against: float) -> None:
    """Print both times, and the speed against the base as a share of that without."""
    print(f"{what}: {without:.2f} s without, {against:.2f} s against the base: {without / against:.0%} of the speed")


if __name__ == "__main__":
    main()
