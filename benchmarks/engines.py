"""What the engines make, how alike, and how fast: `python -m benchmarks.engines [--made | --equality | --cpu] …`.

`--made` (default): the share of drawn orders, of samples and of the README's order that are delivered as PDF where
there is no LibreOffice, and why the others are not.
`--equality`: the PDFs of the engine against those of LibreOffice, line by line, on samples, drawn orders and restyled
templates. LibreOffice's are kept between runs. `--only NAME` looks at some documents, `--steps` at where deviations
begin, `--keep DIR` writes both PDFs and pictures: LibreOffice's alone is red, the engine's alone is blue.
`--cpu`: milliseconds of CPU for a PDF.

Exit code 1 where the goal is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

from benchmarks.equality import (
    CLOSE,
    CORES,
    ENGINES,
    MOST_OFF,
    Totals,
    compare_documents,
    report_differences,
    report_steps,
    sum_up,
)
from generator.render.pdf.libreoffice import SOFFICE_VARIABLE
from generator.render.pipeline import render_order
from generator.rules.validation import CheckedOrder
from tests.generators.documents import drawn_orders, order_documents, restyled_documents, sample_orders

# The goal for one PDF, in milliseconds of CPU.
CPU_GOAL = 8.0
_CACHE = Path(tempfile.gettempdir()) / f"segurdoc-equality-{os.getuid()}"


def measure_made(asked: argparse.Namespace) -> bool:
    """Print the share of orders that are delivered as PDF without LibreOffice; return whether it is all."""
    os.environ[SOFFICE_VARIABLE] = "/nonexistent"
    os.environ["PATH"] = "/nonexistent"
    complete = True
    with tempfile.TemporaryDirectory() as folder:
        groups = {
            "samples and README": sample_orders(),
            f"{asked.orders} drawn orders": drawn_orders(asked.seed, asked.orders, Path(folder)),
        }
        for name, orders in groups.items():
            chosen = [checked for checked in orders if asked.only in checked.file]
            with ProcessPoolExecutor(CORES) as pool:
                outcomes = list(pool.map(_outcomes, chosen, chunksize=8))
            complete = _print_made(name, chosen, outcomes, asked.most) and complete
    return complete


def _outcomes(checked: CheckedOrder) -> list[str]:
    """Return a line for each document of an order: "" where its PDF is delivered, else why it is not."""
    if checked.order is None or checked.appel is None:
        return [f"refused: {', '.join(finding.message('en') for finding in checked.findings)}"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            rendered = render_order(checked.order, checked.appel, Path(folder))
        except Exception as error:  # noqa: BLE001  # a failure is a line of the report
            return [f"{type(error).__name__}: {error}"]
        return [
            ""
            if any(file.suffix == ".pdf" for file in each.files)
            else "; ".join(f"{finding.kind.code}: {finding.message('en')}" for finding in each.findings)
            for each in rendered
        ]


def _print_made(name: str, orders: Sequence[CheckedOrder], outcomes: Sequence[Sequence[str]], most: int) -> bool:
    documents = [(checked.file, outcome) for checked, each in zip(orders, outcomes, strict=True) for outcome in each]
    whole = sum(not any(each) for each in outcomes)
    made = sum(not outcome for _, outcome in documents)
    print(f"{name}: {_share(whole, len(orders))} of orders, {_share(made, len(documents))} of documents")
    reasons = Counter(outcome for _, outcome in documents if outcome)
    for reason, count in reasons.most_common(most):
        first = next(Path(file).name for file, outcome in documents if outcome == reason)
        print(f"  {count} × {reason} (first: {first})")
    if len(reasons) > most:
        print(f"  … and {len(reasons) - most} more reasons")
    return whole == len(orders)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / max(whole, 1):.2f} %)"


def measure_equality(asked: argparse.Namespace) -> bool:
    """Print how alike the engine's PDFs and LibreOffice's are; return whether the goal is met."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        documents = [
            *order_documents("samples", sample_orders(), asked.only),
            *order_documents("drawn", drawn_orders(asked.seed, asked.drawn, Path(folder)), asked.only),
            *restyled_documents(asked.only),
        ]
    compared = compare_documents(documents, asked.engine, asked.cache, asked.keep)
    for line in report_differences(compared, asked.most):
        print(line)
    if asked.steps:
        print(*report_steps(compared), sep="\n")
    print(f"{asked.engine} against LibreOffice, {len(documents)} documents, {time.perf_counter() - start:.0f} s")
    for group, members in groupby(compared, key=lambda each: each.group):
        _print_totals(group, sum_up(list(members)))
    totals = sum_up(compared)
    _print_totals("all", totals)
    return totals.is_goal_met


def _print_totals(name: str, totals: Totals) -> None:
    print(
        f"  {name}: documents made {_share(totals.made, totals.documents)}, with the same pages "
        f"{totals.same_pages}, with the same lines {totals.same_lines}\n"
        f"    lines equal {_share(totals.equal, totals.lines)}, "
        f"of these within {CLOSE} pt {_share(totals.close, totals.equal)}, "
        f"within {MOST_OFF} pt {_share(totals.within, totals.equal)}, at most {totals.most_off:.2f} pt; "
        f"pictures within {MOST_OFF} pt {totals.pictures_within} of {totals.pictures}"
    )


def measure_cpu(asked: argparse.Namespace) -> bool:
    """Print the CPU that a PDF by Typst takes; return whether the goal is met."""
    from generator.render.pdf.typst import unsupported_constructs

    with tempfile.TemporaryDirectory() as folder:
        documents = list(order_documents("drawn", drawn_orders(asked.seed, asked.drawn, Path(folder)), asked.only))
    for document in documents[:20]:
        ENGINES["typst"](document)
    whole, reading = [], []
    for document in documents:
        reading.append(_milliseconds(lambda document=document: unsupported_constructs(document.docx)))
        whole.append(_milliseconds(lambda document=document: ENGINES["typst"](document)))
    for what, times in (("reading", reading), ("reading and typesetting", whole)):
        ordered = sorted(times)
        print(
            f"{what}: mean {statistics.mean(ordered):.1f} ms, median {statistics.median(ordered):.1f}, "
            f"95 % below {ordered[int(0.95 * len(ordered))]:.1f}, at most {ordered[-1]:.1f} ({len(ordered)} documents)"
        )
    return statistics.mean(whole) <= CPU_GOAL


def _milliseconds(call: object) -> float:
    assert callable(call)
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--made", action="store_true")
    what.add_argument("--equality", action="store_true")
    what.add_argument("--cpu", action="store_true")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="typst", help="what LibreOffice is compared with")
    parser.add_argument("--orders", type=int, default=1000, help="orders to make")
    parser.add_argument("--drawn", type=int, default=300, help="orders to compare, or to time")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn orders")
    parser.add_argument("--only", default="", metavar="NAME", help="documents whose group/name holds this")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write DOCX, PDFs and overlaid pages")
    parser.add_argument("--steps", action="store_true", help="list where the vertical deviation changes")
    parser.add_argument("--most", type=int, default=12, help="differences listed of each document")
    parser.add_argument("--cache", type=Path, default=_CACHE, help="where LibreOffice's PDFs are kept")
    return parser.parse_args()


def main() -> int:
    """Measure, as the options say."""
    asked = _parse()
    measures = {"equality": measure_equality, "cpu": measure_cpu}
    chosen = next((measure for name, measure in measures.items() if getattr(asked, name)), measure_made)
    return 0 if chosen(asked) else 1


if __name__ == "__main__":
    sys.exit(main())
