"""What the check of a template costs: `python benchmarks/check.py [--rounds N] [--ocr]`.

Without `--ocr`: the whole command, cold, beside one conversion of the template by `soffice --convert-to pdf`, in turns;
what it takes more is what counts. With `--ocr`: the check with the reading of its longest documents on every
profile of wear, beside the optical engine alone on the same pages, in one process.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from unittest.mock import patch

from generator.common.resources import TEMPLATES
from generator.references import load_appels
from generator.template_check.check import CheckOptions, check_template
from generator.verify import readers, verify
from generator.verify.raster import PageImage
from generator.verify.text import Line
from generator.verify.wear import PROFILES

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
    """Print the time of a check with optical reading, and that of the engine alone for the same pages afterwards."""
    engine = readers.installed_readers()[0]
    given: list[Sequence[PageImage]] = []

    def noted(name: str, pages: Sequence[PageImage]) -> list[tuple[Line, ...]]:
        given.append(pages)
        return readers.read_pages(name, pages)

    options = CheckOptions(readers=(engine,), wears=tuple(PROFILES))
    start = time.perf_counter()
    with patch.object(verify, "read_pages", noted):
        checked = check_template(TEMPLATE, list(load_appels().values()), options)
    whole = time.perf_counter() - start
    assert checked.orders
    start = time.perf_counter()
    for pages in given:
        readers.read_pages(engine, pages)
    alone = time.perf_counter() - start
    print(f"check with {engine}, {len(given)} readings: {whole:.1f} s; the engine alone: {alone:.1f} s")
    print(f"ratio {whole / alone:.2f}")


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
