"""The base of eligible establishments, in one run: `python -m benchmarks.eligibles [--rows 5000] [--orders 3000]`.

(a) how long a workbook takes to become a base: read, mapped, every cell checked, written;
(b) the same orders checked without a base, and against it, the loading of the base included, in turn: the ratio of the
    medians; then the whole of `segurdoc batch --format docx`, without and with.

Every order is for an establishment of the base, at its ceiling: the rules have all to look, and nothing to say.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from generator.common.tables import read_table
from generator.common.tables.mapping import propose, resolve
from generator.references import load_appels
from generator.rules import RuleContext
from generator.rules.duplicates import mark_duplicates
from generator.rules.eligibles import load_base
from generator.rules.eligibles.base import save_base
from generator.rules.eligibles.importing import base_fields, import_base
from generator.rules.validation import validate
from tests.generators.establishments import rows, write
from tests.generators.orders import ordinary_order

APPELS = load_appels()
_HT, _TTC = 7, 8


@dataclass(frozen=True)
class Times:
    """Seconds by the clock, and of the processors: the latter mean something on a machine that is busy, too."""

    clock: float
    processors: float


def timed(work: Callable[[], object]) -> Times:
    """Return how long `work` takes, in this process and in those it starts."""
    start, before = time.perf_counter(), _processors()
    work()
    return Times(time.perf_counter() - start, _processors() - before)


def _processors() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


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
            order = ordinary_order(number)
            order["client"]["finess_pmsi"] = row[0]
            ht, ttc = (Decimal(str(row[column])).quantize(Decimal("0.01")) for column in (_HT, _TTC))
            order["montant"] = {"ht": str(ht), "taux_tva": "20.00", "ttc": str(ttc)}
            stream.write(json.dumps(order, ensure_ascii=False) + "\n")


def check(orders: Path, base: Path | None) -> None:
    """Check every order, against the base where there is one."""
    context = RuleContext(load_base(base)) if base else RuleContext()
    for checked in mark_duplicates(validate([orders], APPELS, context=context)):
        # The one establishment of the samples whose category is on no list gets a warning.
        assert checked.order, checked.findings


def batch(orders: Path, base: Path | None, folder: Path) -> None:
    """Run a whole batch, DOCX alone."""
    command = [sys.executable, "-m", "generator", "batch", orders, "-o", folder, "--format", "docx", "--quiet"]
    command += ["--eligibles", base] if base else []
    subprocess.run(list(map(str, command)), check=True, env={**os.environ, "XDG_DATA_HOME": "/nosuch"})


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
        print(f"import of {asked.rows} rows: {_said(imports)}")
        print(f"loading the base, {base.stat().st_size / 1e6:.1f} MB: {_said([timed(lambda: load_base(base))])}")
        write_orders(orders, asked.orders, asked.rows)
        show(f"{asked.orders} orders checked", asked.rounds, lambda _, used: check(orders, used), base)
        show(
            f"{asked.orders} orders, whole batch, DOCX",
            asked.batches,
            lambda number, used: batch(orders, used, folder / f"{number}-{used is None}"),
            base,
        )


def show(what: str, rounds: int, work: Callable[[int, Path | None], object], base: Path) -> None:
    """Do some work without the base and against it, in turn, and print both, and the speed as a share."""
    without, against = list[Times](), list[Times]()
    for number in range(rounds):
        without.append(timed(partial(work, number, None)))
        against.append(timed(partial(work, number, base)))
    if not rounds:
        return
    print(f"{what}: {_said(without)} without, {_said(against)} against the base")
    for name in ("clock", "processors"):
        one, other = (median(getattr(each, name) for each in side) for side in (without, against))
        print(f"  by the {name}: {one / other:.0%} of the speed")


def _said(times: Sequence[Times]) -> str:
    clock, processors = (median(getattr(each, name) for each in times) for name in ("clock", "processors"))
    return f"{clock:.2f} s ({processors:.2f} s of the processors)"


if __name__ == "__main__":
    main()
