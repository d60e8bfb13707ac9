"""Whether verify errs, and its cost: `python -m benchmarks.verify --worn N`, `--hands`, `--altered` and so on.

`--worn`: drawn orders, worn as people's devices do (profiles alone and two at once, photos, 150 to 400 dpi, JPEG 30
to 90, bilevel, without a resolution): every error on them is false. `--hands`: signed and stamped by hand in their
frames. `--altered`: documents altered as `tests.generators.alterations` does, as PDFs and on worn scans of 200 dpi:
each must be an error. `--foreign`: documents of `tests.generators.foreign` as PDFs and as scans, half with a fault.
`--speed`: pages a second and CPU time a page over files of our own, and the memory at the end.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from generator.common.findings import has_errors, has_warnings
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.references import DocumentKind, load_appels
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from generator.reports.verdicts import verdict
from generator.rules.validation import check_descriptor
from generator.verify.opened import look_at, open_document
from generator.verify.raster import PageImage, rasterise
from generator.verify.verify import Verified, Wanted, verify
from generator.verify.wear import PROFILES, worn
from generator.verify.without_order import inspect
from tests.generators.alterations import pdf_alterations, places_of, scan_alterations, text_alterations
from tests.generators.foreign import TOOLS, as_scan, corpus
from tests.generators.logos import write_logos
from tests.generators.orders import mixed_order
from tests.generators.wears import signed_by_hand, tiff_of, worn_scan

READER = "tesseract"
APPELS = load_appels()
SHARE_OF_WEARS = 5
# Of the foreign documents, how many are seen as scans for each one that is seen as a PDF.
_FOREIGN_DPI = (200, 240, 300)


@dataclass(frozen=True)
class Case:
    """A document to verify: its name, its bytes, the order it is of, and what the order gives."""

    name: str
    data: bytes
    suffix: str
    wanted: Wanted
    expected: bytes


def _order_of(number: int, folder: Path) -> Wanted:
    """Return the drawn order of this number."""
    (read,) = parse_descriptors(json.dumps(mixed_order(number)), str(folder / "drawn.json"))
    assert isinstance(read, Descriptor)
    checked = check_descriptor(read, APPELS)
    assert checked.order, checked.findings
    assert checked.appel
    return Wanted(checked.order, checked.appel, DocumentKind.BDC)


@cache
def _rendered(number: int, folder: Path) -> tuple[Wanted, bytes]:
    """Return the order of this number and its BDC."""
    wanted = _order_of(number, folder)
    options = RenderOptions(documents=(DocumentKind.BDC,), formats=(Format.PDF,))
    (made,) = render_order(wanted.order, wanted.appel, folder, options)
    assert made.files, made.findings
    return wanted, made.files[0].read_bytes()


def _verified(case: Case, folder: Path) -> Verified:
    path = folder / f"document{case.suffix}"
    path.write_bytes(case.data)
    return verify(look_at(open_document(path)), case.wanted, (READER,), expected=[case.expected], reads=False)


def _report(name: str, found: Verified) -> None:
    """Print what is found, a line each."""
    for finding in found.findings:
        if finding.severity != "info":
            print(f"    {name}: {finding.severity} {finding.code} {finding.message('en')[:150]}", flush=True)


def _keep(case: Case, kept: Path | None) -> None:
    """Write a document that got a wrong answer, and its order's own, to a folder for a look at it."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        stem = "".join(char if char.isalnum() else "-" for char in case.name)
        (kept / f"{stem}{case.suffix}").write_bytes(case.data)
        (kept / f"{stem}-expected.pdf").write_bytes(case.expected)


def right_documents(numbers: Iterable[int], folder: Path, *, by_hand: bool) -> Iterator[Case]:
    """Return right documents that are worn, or signed by hand."""
    for number in numbers:
        wanted, expected = _rendered(number // SHARE_OF_WEARS, folder)
        if by_hand:
            yield Case(f"{number} by hand", signed_by_hand(expected, number), ".tiff", wanted, expected)
        else:
            name, suffix, data = worn_scan(expected, number)
            yield Case(f"{number} {name}", data, suffix, wanted, expected)


def count_false_errors(cases: Iterable[Case], folder: Path, kept: Path | None) -> None:
    """Print what is found on right documents."""
    said: Counter[str] = Counter()
    for case in cases:
        found = _verified(case, folder)
        word = "refused" if has_errors(found.findings) else "right"
        said[word] += 1
        said["layout not known"] += any(each.code == "MISE-EN-PAGE-INCONNUE" for each in found.findings)
        said["with warnings"] += has_warnings(found.findings)
        said["frames seen as signed"] += bool(found.compared and found.compared.rooms and all(found.compared.rooms))
        if word == "refused":
            _report(case.name, found)
            _keep(case, kept)
    print(f"right documents: {dict(said)}")


def altered_documents(numbers: Iterable[int], folder: Path) -> Iterator[Case]:
    """Return altered documents, as PDFs and as scans."""
    for number in numbers:
        wanted, expected = _rendered(number, folder)
        asked = (
            wanted.order.numero,
            f"{wanted.order.date_emission:%d/%m/%Y}",
            f"{wanted.order.montant.ttc:.2f}"[-6:].replace(".", ","),
        )
        values = [value for value in asked if any(places_of(expected, value))]
        for each in (*pdf_alterations(expected, values, number), *text_alterations(expected, number)):
            yield Case(f"{number} pdf {each.name}", each.pdf, ".pdf", wanted, expected)
        yield from _altered_scans(number, wanted, expected)


def _altered_scans(number: int, wanted: Wanted, expected: bytes) -> Iterator[Case]:
    draw = random.Random(number)
    profile = draw.choice([name for name in PROFILES if name not in ("net-300", "fax")])
    pages = [Image.fromarray(page.pixels) for page in rasterise(expected, 200)]
    for name, changed in scan_alterations(expected, pages, number):
        scans = [worn(PageImage(np.asarray(page), 200), PROFILES[profile], number) for page in changed]
        data = tiff_of([Image.fromarray(one.pixels) for one in scans], 200)
        yield Case(f"{number} scan {profile} {name}", data, ".tiff", wanted, expected)


def count_alterations(cases: Iterable[Case], folder: Path, kept: Path | None) -> None:
    """Print how many alterations are reported as errors."""
    total = found = 0
    for case in cases:
        result = _verified(case, folder)
        total += 1
        found += has_errors(result.findings)
        if not has_errors(result.findings):
            print(f"    {case.name}: not reported", flush=True)
            _report(case.name, result)
            _keep(case, kept)
    print(f"alterations reported: {found} of {total}")


def count_foreign(numbers: Iterable[int], folder: Path, kept: Path | None) -> None:
    """Print the answers to other vendors' documents: as PDFs by each tool, and as scans of them."""
    documents = [each for number, each in enumerate(corpus(max(numbers) + 1)) if number in numbers]
    for name, make in TOOLS.items():
        made = make(documents)
        said: Counter[str] = Counter()
        for number, each in enumerate(documents if made else ()):
            pdf = made[each.name]
            scan = as_scan(pdf, number, _FOREIGN_DPI[number % len(_FOREIGN_DPI)])
            for form, suffix, data in (("pdf", ".pdf", pdf), ("scan", ".tiff", scan)):
                path = folder / f"foreign{suffix}"
                path.write_bytes(data)
                seen = look_at(open_document(path))
                found = inspect(seen, APPELS, (READER,), reference=None, document=DocumentKind.BDC, reads=False)
                answer, kind = verdict(found.findings), "faulty" if each.fault else "right"
                said[f"{form} {kind}: {answer}"] += 1
                if (answer == "compliant") == bool(each.fault):
                    print(f"    {name} {form} {each.name} {each.fault}: {answer}", flush=True)
                    _report(f"{name} {form} {each.name}", found)
                    if kept:
                        (kept / f"{name}-{each.name}{suffix}").write_bytes(data)
        print(f"{name}: {dict(sorted(said.items()))}", flush=True)


def measure_speed(count: int, folder: Path) -> None:
    """Print how many pages a second are verified, without and with reading, in one process, and the memory."""
    wanted, expected = _rendered(1, folder)
    path = folder / "document.pdf"
    path.write_bytes(expected)
    for reads in (False, True):
        start, busy, pages = time.perf_counter(), time.process_time(), 0
        for _ in range(count):
            pages += len(
                verify(look_at(open_document(path)), wanted, (READER,), expected=[expected], reads=reads).pages
            )
        taken, worked = time.perf_counter() - start, time.process_time() - busy
        memory = psutil.Process().memory_info().rss // 1_000_000
        print(
            f"{'with' if reads else 'without'} reading: {pages / taken:.1f} pages a second, "
            f"{1000 * worked / pages:.0f} ms of CPU a page, {memory} MB at the end"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("worn", "hands", "altered", "foreign", "speed", "first"):
        parser.add_argument(f"--{name}", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the documents that get a wrong answer")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_logos(folder)
        for count, by_hand in ((asked.worn, False), (asked.hands, True)):
            if count:
                cases = right_documents(range(asked.first, asked.first + count), folder, by_hand=by_hand)
                count_false_errors(cases, folder, asked.keep)
        if asked.altered:
            cases = altered_documents(range(asked.first, asked.first + asked.altered), folder)
            count_alterations(cases, folder, asked.keep)
        if asked.foreign:
            count_foreign(range(asked.first, asked.first + asked.foreign), folder, asked.keep)
        if asked.speed:
            measure_speed(asked.speed, folder)


if __name__ == "__main__":
    main()
