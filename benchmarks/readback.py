"""How much of each document reads back: `python benchmarks/readback.py [--engine NAME]... [--profile NAME]...`.

Renders one document of each kind, draws it, wears it, reads it with each engine, and prints for each profile and engine
how many of the mentions came back verbatim, with those that did not.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from generator.mentions import expected_texts
from generator.pipeline import Format
from generator.pipeline import RenderOptions
from generator.pipeline import render_order
from generator.readback.compare import Outcome
from generator.readback.compare import compare
from generator.readback.engines import ENGINES
from generator.readback.engines import engine
from generator.readback.raster import rasterise
from generator.readback.wear import PROFILES
from generator.readback.wear import worn
from generator.references import load_appels
from generator.validation import validate

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "valid"
DOCUMENTS = ("va-noms-longs.json", "va-dpi-avec-reserves.json", "pv-pilote-pfi-corse.json")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("--profile", action="append", choices=list(PROFILES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", action="append", help="descriptor in samples/valid")
    asked = parser.parse_args()
    appels = load_appels()
    with tempfile.TemporaryDirectory() as temporary:
        documents = []
        for checked in validate([SAMPLES / name for name in asked.sample or DOCUMENTS], appels):
            assert checked.order
            assert checked.appel
            options = RenderOptions(formats=(Format.PDF,))
            for rendered in render_order(checked.order, checked.appel, Path(temporary), options):
                expected = expected_texts(checked.order, checked.appel, rendered.document)
                documents.append((rendered.files[0].stem, rendered.files[0].read_bytes(), expected))
        for name in asked.profile or PROFILES:
            profile = PROFILES[name]
            for engine_name in asked.engine or ENGINES:
                reader, total, verbatim, start, failures = engine(engine_name), 0, 0, time.perf_counter(), []
                for stem, data, expected in documents:
                    pages = [reader.read(worn(page, profile, asked.seed)) for page in rasterise(data, profile.dpi)]
                    readings = compare(expected, pages)
                    total += len(readings)
                    verbatim += sum(reading.outcome is Outcome.VERBATIM for reading in readings)
                    failures += [(stem, reading) for reading in readings if reading.outcome is not Outcome.VERBATIM]
                seconds = time.perf_counter() - start
                print(f"{name:12} {engine_name:10} {verbatim:4} / {total:4}  {verbatim / total:6.1%}  {seconds:5.1f} s")
                for stem, reading in failures:
                    print(f"    {stem[:22]:22} {reading.mention.id:26} {reading.outcome} {reading.read[:90]}")


if __name__ == "__main__":
    main()
