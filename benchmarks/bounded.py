"""What the limits cost for good input: `python -m benchmarks.bounded [--pairs 15]`.

Each command runs with its bounded worker and without, by turns, as a process of its own. Printed are the medians of
wall clock and processor time, and their ratio: the limit is 1.05.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from stdnum import luhn

from tests.conftest import ROOT, VALID, WORKBOOK
from tests.hostile.case import order

BOUNDED = "from generator.cli.main import main; main()"
IN_PROCESS = (
    "from generator.common.bounded_workers import in_process; from generator.cli.main import main\n"
    "with in_process(): main()"
)
_ESTABLISHMENTS = 3000
_MAPPED = ("--map", "finess=FINESS PMSI", "--map", "nom=Raison sociale")
COMMANDS: dict[str, tuple[str, ...]] = {
    "render one order": ("render", "order.json", "-o", "out"),
    "render one order with a VA and a logo": ("render", str(VALID / "va-dpi-avec-reserves.json"), "-o", "out"),
    "validate an order with a logo": ("validate", str(VALID / "bdc-dpi-v2.json")),
    "verify one document": ("verify", "paper.pdf"),
    "import of a base of 300": ("eligibles", "import", str(WORKBOOK), "-o", "base", *_MAPPED),
    "import of a base of 3,000": ("eligibles", "import", "large.xlsx", "-o", "large", *_MAPPED),
}


def timed(code: str, arguments: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return the seconds of a command: by the clock, and of processors."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [sys.executable, "-c", code, "--no-config", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(line, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, used


def _write_large_base(path: Path) -> None:
    """Write a workbook of as many establishments as France has, with the columns of the fictional one."""
    workbook = openpyxl.load_workbook(WORKBOOK)
    (sheet,) = workbook.worksheets
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] and str(row[0])[:1].isdigit()]
    for number in range(_ESTABLISHMENTS - len(rows)):
        finess = f"97{number:06}"
        sheet.append((finess + luhn.calc_check_digit(finess), *rows[number % len(rows)][1:]))
    workbook.save(path)


def main() -> None:
    """Time each command both ways, and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "order.json").write_bytes(order())
        timed(BOUNDED, ("render", "order.json", "-o", "papers", "--format", "pdf"), folder)
        next((folder / "papers").glob("*.pdf")).rename(folder / "paper.pdf")
        _write_large_base(folder / "large.xlsx")
        for label, arguments in COMMANDS.items():
            found = [[timed(code, arguments, folder) for code in (BOUNDED, IN_PROCESS)] for _ in range(pairs)]
            for which, number in (("clock", 0), ("processor", 1)):
                bounded, alone = (statistics.median(pair[side][number] for pair in found) for side in (0, 1))
                ratio = statistics.median(pair[0][number] / pair[1][number] for pair in found)
                print(
                    f"{label:38} {which:9} {bounded:6.3f} s, in process {alone:6.3f} s, ratio {ratio:.3f}", flush=True
                )


if __name__ == "__main__":
    main()
