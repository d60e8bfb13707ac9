"""What verify costs and whether it errs: `python benchmarks/verify.py [--good N] [--faults]`.

First the time to read a page back with Tesseract, beside the engine's own time on that page. Then false alarms: N good
orders with drawn names and numbers, rendered and verified. Then planted faults: every mention of a BDC removed, blurred
and covered on a scan, each of which must be reported, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PIL import ImageFilter

from benchmarks.drawn import drawn_descriptor
from generator.findings import Finding
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.machine import french_data
from generator.pipeline import render_order
from generator.readback.compare import compare
from generator.readback.engines import THRESHOLD
from generator.readback.engines import engine
from generator.readback.opened import open_document
from generator.readback.raster import PageImage
from generator.readback.raster import rasterise
from generator.readback.seen import look_at
from generator.readback.verify import Wanted
from generator.readback.verify import verify
from generator.references import DocumentKind
from generator.references import load_appels
from generator.rendered import Format
from generator.rendered import RenderOptions
from generator.validation import check_descriptor

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "valid"
ENGINE = "tesseract"
APPELS = load_appels()


def order_of(number: int) -> Wanted:
    """Return the drawn order of this number."""
    (read,) = parse_descriptors(json.dumps(drawn_descriptor(number)), str(SAMPLES / "drawn.json"))
    assert isinstance(read, Descriptor)
    checked = check_descriptor(read, APPELS)
    assert checked.order, checked.findings
    assert checked.appel
    return Wanted(checked.order, checked.appel, DocumentKind.BDC)


def rendered(wanted: Wanted, folder: Path) -> Path:
    """Return the order's BDC."""
    options = RenderOptions(documents=(DocumentKind.BDC,), formats=(Format.PDF,))
    (made,) = render_order(wanted.order, wanted.appel, folder, options)
    assert made.files, made.findings
    return made.files[0]


def measure_speed(wanted: Wanted, pdf: Path) -> None:
    """Print our time to draw, read and compare a page, over the engine's own on the same pixels.

    The engine is asked twice: with its own settings, and with the threshold that ours chooses.
    """
    data = pdf.read_bytes()
    # Loaded first: it sets the number of threads, for all.
    engine(ENGINE)
    import tesserocr

    page = next(rasterise(data, 300))
    height, width = page.pixels.shape

    def alone(settings: dict[str, str]) -> Callable[[], object]:
        api = tesserocr.PyTessBaseAPI(
            path=str(french_data()), lang="fra", psm=tesserocr.PSM.SINGLE_BLOCK, variables=settings
        )

        def read() -> None:
            api.SetImageBytes(page.pixels.tobytes(), width, height, 1, width)
            api.SetSourceResolution(300)
            api.GetUTF8Text()

        return read

    runs: dict[str, Callable[[], object]] = {
        "ours": lambda: compare(wanted.mentions, [engine(ENGINE).read(next(rasterise(data, 300)))]),
        "the engine alone, the same threshold": alone(THRESHOLD),
        "the engine alone, its own threshold": alone({}),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(7):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    ours = min(seconds["ours"])
    for name, taken in seconds.items():
        print(f"one page, {name}: {min(taken):.3f} s, ratio {ours / min(taken):.2f}")


def count_false_alarms(count: int, folder: Path) -> None:
    """Print what is said of good documents."""
    said: Counter[str] = Counter()
    start = time.perf_counter()
    for number in range(count):
        wanted = order_of(number)
        found = verify(look_at(open_document(rendered(wanted, folder))), wanted, (ENGINE,))
        said.update(f"{finding.severity} {finding.code}" for finding in found.findings)
        for finding in found.findings:
            print(f"    {wanted.order.numero} {finding.code} {dict(finding.values)}")
    print(f"{count} good documents, {time.perf_counter() - start:.0f} s: {dict(said) or 'nothing is said'}")


def spoiled(image: Image.Image, box: tuple[int, int, int, int], fault: str) -> Image.Image:
    """Return a page with what stands in `box` removed, blurred or covered."""
    left, top, right, bottom = box
    made = image.copy()
    piece = image.crop(box)
    if fault == "removed":
        piece = Image.new("L", piece.size, 255)
    elif fault == "blurred":
        piece = piece.filter(ImageFilter.GaussianBlur(10))
    else:
        stripes = (np.indices((bottom - top, right - left)).sum(0) // 5 % 2 * 140).astype(np.uint8)
        piece = Image.fromarray(stripes)
    made.paste(piece, (left, top))
    return made


def plant_faults(wanted: Wanted, pdf: Path) -> None:
    """Print for each fault how many mentions were reported, and what else was."""
    seen = look_at(open_document(pdf))
    good = verify(seen, wanted, (ENGINE,))
    # As a scan: without a text layer to tell.
    paper = replace(seen, opened=replace(seen.opened, texts=()))
    for fault in ("removed", "blurred", "covered"):
        reported, others, total = 0, [], 0
        for reading in good.looks[0].readings:
            left, top, right, bottom = reading.lines[-1].box
            box = (left - 6, top - 3, right + 6, bottom + 3)
            pages = list(seen.pages)
            page = pages[reading.page - 1]
            image = spoiled(Image.fromarray(page.pixels), box, fault)
            pages[reading.page - 1] = PageImage(np.asarray(image), page.dpi)
            found = verify(replace(paper, pages=tuple(pages)), wanted, (ENGINE,)).findings
            named = {mention_of(finding) for finding in found if finding.severity == "error"}
            total += 1
            reported += reading.mention.id in named
            shared = {other.mention.id for other in good.looks[0].readings if set(other.lines) & set(reading.lines)}
            others += sorted(named - shared - {reading.mention.id})
            if reading.mention.id not in named:
                print(f"    {fault}: {reading.mention.id} is not reported")
        print(f"{fault}: {reported} of {total} reported, others: {others or 'none'}")


def mention_of(finding: Finding) -> str:
    """Return the id of the mention that a finding names."""
    return str(dict(finding.values).get("id", finding.code))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=0)
    parser.add_argument("--faults", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wanted = order_of(0)
        pdf = rendered(wanted, folder)
        measure_speed(wanted, pdf)
        if asked.good:
            count_false_alarms(asked.good, folder)
        if asked.faults:
            plant_faults(wanted, pdf)


if __name__ == "__main__":
    main()
