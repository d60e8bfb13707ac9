"""What the check of a template costs: `python benchmarks/check.py [--rounds N] [--ocr]`.

Without `--ocr`: the whole command, cold, beside one conversion of the template by `soffice --convert-to pdf`, in turns;
what it takes more is what counts. With `--ocr`: the reading of all its pages on every profile of wear, beside the
time that the optical engine alone has for the same pages, in one process.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from unittest.mock import patch

from generator.checking.check import CheckOptions
from generator.checking.check import check_template
from generator.readback import engines
from generator.readback import verify
from generator.readback.raster import PageImage
from generator.readback.text import Line
from generator.readback.wear import PROFILES
from generator.references import load_appels
from generator.resources import TEMPLATES

TEMPLATE = TEMPLATES / "bdc.docx"


def seconds(command: Sequence[str]) -> float:
    """Return how long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def compare(rounds: int) -> None:
    """Print the medians of both, and their difference."""
    with tempfile.TemporaryDirectory() as folder:
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(TEMPLATE)]
        check = [sys.executable, "-m", "generator", "template", "check", str(TEMPLATE)]
        seconds(convert)
        times = [(seconds(convert), seconds(check)) for _ in range(rounds)]
    theirs, ours = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"one conversion by soffice: {theirs:.2f} s; template check, 6 documents rendered: {ours:.2f} s")
    print(f"the check takes {ours - theirs:+.2f} s more (median of {rounds} rounds)")


def read() -> None:
    """Print the time of a check with optical reading, and how much of it is the engine's own."""
    engine = engines.installed_engines()[0]
    spent = 0.0
    plain = engines.read_pages

    def timed(name: str, pages: Sequence[PageImage]) -> list[tuple[Line, ...]]:
        nonlocal spent
        start = time.perf_counter()
        lines = plain(name, pages)
        spent += time.perf_counter() - start
        return lines

    appel = load_appels()["AF-HOP-DPI-Va2"]
    start = time.perf_counter()
    with patch.object(verify, "read_pages", timed):
        options = CheckOptions(engines=(engine,), wears=tuple(PROFILES))
        checked = check_template(TEMPLATE, [appel], options)
    whole = time.perf_counter() - start
    assert checked.orders
    print(f"check with {engine}, {len(PROFILES) + 1} readings: {whole:.1f} s, the engine's own {spent:.1f} s")
    print(f"ratio {whole / spent:.2f}")


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ocr", action="store_true")
    asked = parser.parse_args()
    if asked.ocr:
        read()
    else:
        compare(asked.rounds)


if __name__ == "__main__":
    main()
