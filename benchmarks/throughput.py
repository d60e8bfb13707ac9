"""Many orders, several ways, in one run: `python benchmarks/throughput.py [--growth] [--memory] [--validate] …`.

(a) docxtpl, then `soffice --convert-to pdf` for each file, one after the other: what its users write first;
(b) docxtpl in as many processes as there are cores, each with a warm unoserver of its own;
(c) `segurdoc batch`, which also validates every order, reads every document back and records it; its formes are made
    in the run;
(d) the same with formes at hand, (e) without the DOCX, (f) by LibreOffice alone.

All make DOCX and PDF of the same orders from the same template. (a) and (b) do some of them, half before and half after
(c), and are counted by documents a second. `--growth` runs (c) over 10, 100 and 1,000 orders; `--memory` over 1,000 and
10,000 with `--format docx`; `--validate` checks 10,000 descriptors, beside plain jsonschema on the same files;
`--national` makes BDC and VA for DPI and PFI of 3,000 establishments; `--pdf` measures the making of PDFs alone.

(b) needs `pip install unoserver` and LibreOffice's own Python bindings (Debian: python3-uno);
without them it is left out.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psutil
import qrcode
from docx.shared import Mm
from docxtpl import DocxTemplate
from docxtpl import InlineImage

from benchmarks.drawn import drawn_descriptor
from benchmarks.drawn import national_descriptors
from generator.docx.context import template_context
from generator.formes.copy import Copy
from generator.formes.forme import Forme
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.references import DocumentKind
from generator.references import load_appels
from generator.resources import SCHEMAS
from generator.resources import TEMPLATES
from generator.validation import check_descriptor

TEMPLATE = TEMPLATES / "bdc.docx"
CORES = len(os.sched_getaffinity(0))
APPELS = load_appels()
FIRST_PORT = 25100
SYSTEM_PYTHON = "/usr/bin/python3"


def write_orders(folder: Path, count: int) -> list[Path]:
    """Write so many descriptors, one a file."""
    folder.mkdir()
    paths = [folder / f"{number:05}.json" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(json.dumps(drawn_descriptor(number), ensure_ascii=False, indent=2), "utf-8")
    return paths


def by_docxtpl(descriptor: Path, out: Path) -> Path:
    """Render a DOCX as docxtpl's manual shows it."""
    (read,) = parse_descriptors(descriptor.read_text("utf-8"), str(descriptor))
    assert isinstance(read, Descriptor)
    checked = check_descriptor(read, APPELS)
    assert checked.order
    assert checked.appel
    docx = DocxTemplate(TEMPLATE)
    picture = io.BytesIO()
    qrcode.make(checked.order.numero).save(picture, "PNG")
    context = template_context(checked.order, checked.appel, DocumentKind.BDC, frozenset())
    docx.render({**context, "qr_code": InlineImage(docx, picture, width=Mm(25)), "logo": None}, autoescape=True)
    path = out / f"{descriptor.stem}.docx"
    docx.save(path)
    return path


def one_by_one(orders: Sequence[Path], out: Path) -> float:
    """Way (a): return the seconds."""
    start = time.perf_counter()
    for order in orders:
        docx = by_docxtpl(order, out)
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(docx)],
            check=True,
            capture_output=True,
        )
    return time.perf_counter() - start


def through_server(task: tuple[Path, Path, int]) -> None:
    """Render an order, and have it converted by the unoserver of a port."""
    order, out, port = task
    docx = by_docxtpl(order, out)
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
        answer = proxy.convert(str(docx), None, str(docx.with_suffix(".pdf")), "pdf", None, [], True, None, None)
    assert answer is None, answer


class Servers:
    """As many unoservers as cores, warm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ports = [FIRST_PORT + 2 * number for number in range(CORES)]
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start them, and wait until each has converted a file."""
        (spec,) = [find_spec("unoserver")]
        assert spec
        assert spec.origin
        environ = {**os.environ, "PYTHONPATH": str(Path(spec.origin).parent.parent)}
        for port in self.ports:
            profile = str(self._folder / f"profile-{port}")
            command = [SYSTEM_PYTHON, "-m", "unoserver.server", "--port", str(port), "--uno-port", str(port + 1)]
            command += ["--user-installation", profile]
            self._running.append(
                subprocess.Popen(
                    command,
                    env=environ,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        warm = self._folder / "warm"
        warm.mkdir()
        (order,) = write_orders(self._folder / "warm-order", 1)
        for port in self.ports:
            for _ in range(60):
                try:
                    through_server((order, warm, port))
                    break
                except OSError:
                    time.sleep(0.5)

    def convert(self, orders: Sequence[Path], out: Path) -> float:
        """Way (b): return the seconds; the processes are warm too."""
        with ProcessPoolExecutor(CORES) as pool:
            tasks = [(order, out, self.ports[number % CORES]) for number, order in enumerate(orders)]
            list(pool.map(by_docxtpl, [orders[0]] * CORES, [out] * CORES))
            start = time.perf_counter()
            list(pool.map(through_server, tasks))
            return time.perf_counter() - start

    def stop(self) -> None:
        """End them with what they started."""
        for server in self._running:
            for child in psutil.Process(server.pid).children(recursive=True):
                child.kill()
            server.kill()
            server.wait()


def batch(orders: Path, out: Path, *options: str) -> tuple[float, float, float]:
    """Way (c): return the seconds, and the peak memory in MB of the main process and of all processes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "generator", "batch", str(orders), "--out", str(out), "--quiet", *options]
    own = everyone = 0
    with subprocess.Popen(command, env={**os.environ, "XDG_CACHE_HOME": str(orders.parent / "cache")}) as process:
        main = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                own = max(own, main.memory_info().rss)
                everyone = max(everyone, sum(each.memory_info().rss for each in [main, *main.children(recursive=True)]))
            except psutil.Error:
                pass
            # Looking at all processes takes a good part of a core if it is done often.
            time.sleep(0.25)
    assert process.returncode == 0
    return time.perf_counter() - start, own / 1e6, everyone / 1e6


def compare(folder: Path, count: int, some_a: int, some_b: int) -> None:
    """Run the three ways, and print the rates and ratios."""
    orders = write_orders(folder / "orders", count)
    out = folder / "theirs"
    out.mkdir()
    one_by_one(orders[:1], out)
    servers = Servers(folder) if find_spec("unoserver") and Path(SYSTEM_PYTHON).exists() else None
    if servers:
        servers.start()
    try:
        a, b = 0.0, 0.0
        for half in (slice(0, some_a // 2), slice(some_a // 2, some_a)):
            a += one_by_one(orders[half], out)
            if servers:
                b += servers.convert(orders[half.start * some_b // some_a : half.stop * some_b // some_a], out)
            if not half.start:
                c, own, everyone = batch(folder / "orders", folder / "ours")
    finally:
        if servers:
            servers.stop()
    again, *_ = batch(folder / "orders", folder / "ours")
    others = {
        "(d) batch, formes at hand": batch(folder / "orders", folder / "d"),
        "(e) batch, formes at hand, PDF alone": batch(folder / "orders", folder / "e", "--format", "pdf"),
        "(f) batch, LibreOffice alone": batch(folder / "orders", folder / "f", "--engine", "libreoffice"),
    }
    by_office = next(reversed(others.values()))[0]
    rate = count / c
    print(f"{CORES} cores, {count} orders, DOCX and PDF")
    ways = {"(a) docxtpl, soffice for each": some_a / a}
    if servers:
        ways[f"(b) docxtpl, {CORES} warm unoservers"] = some_b / b
    for way, theirs in ways.items():
        print(f"{way:33} {theirs:6.2f} documents/s   (c) is {rate / theirs:.1f} times as fast")
    print(f"(c) segurdoc batch                {rate:6.2f} documents/s   {c:.1f} s")
    for way, (seconds, *_) in others.items():
        said = f", {by_office / seconds:.1f} times (f)"
        said += f", {count / seconds / some_b * b:.1f} times (b)" if servers else ""
        print(f"{way:36} {count / seconds:6.2f} documents/s   {seconds:.1f} s{said}")
    print(f"    peak memory: main process {own:.0f} MB, all processes {everyone:.0f} MB")
    print(f"    a second run, with nothing to do: {again:.2f} s")


def grow(folder: Path) -> None:
    """Print how the time of (c) grows with the number of orders."""
    for count in (10, 100, 1000):
        write_orders(folder / f"orders-{count}", count)
        seconds, *_ = batch(folder / f"orders-{count}", folder / f"out-{count}")
        print(f"{count:5} orders: {seconds:6.1f} s, {seconds / count * 1000:6.1f} ms each")


def remember(folder: Path) -> None:
    """Print the peak memory of (c) with ten times as many orders."""
    for count in (1000, 10_000):
        write_orders(folder / f"many-{count}", count)
        seconds, own, everyone = batch(folder / f"many-{count}", folder / f"many-out-{count}", "--format", "docx")
        print(f"{count:6} orders, DOCX: main process {own:.0f} MB, all processes {everyone:.0f} MB, {seconds:.0f} s")
        shutil.rmtree(folder / f"many-out-{count}")


def nation(folder: Path, establishments: int = 3000) -> None:
    """Print the time and the peak memory of a national batch, formes at hand; a tenth of it comes first."""
    for count in (establishments // 10, establishments):
        orders = folder / f"nation-{count}"
        orders.mkdir()
        lines = (
            json.dumps(data, ensure_ascii=False) for number in range(count) for data in national_descriptors(number)
        )
        (orders / "lot.jsonl").write_text("\n".join(lines), "utf-8")
        out = folder / f"nation-out-{count}"
        seconds, own, everyone = batch(orders, out)
        pdfs = len(list(out.glob("*.pdf")))
        print(f"{count} establishments, {pdfs} documents, DOCX and PDF: {seconds:.0f} s")
        print(f"    peak memory: main process {own:.0f} MB, all processes {everyone:.0f} MB")
        shutil.rmtree(out)


def press_alone(count: int = 500) -> None:
    """Print the CPU time to set a PDF in its forme, and its size."""
    from generator.formes import press
    from generator.pipeline import render_orders
    from generator.rendered import Format
    from generator.rendered import RenderOptions

    spent: list[float] = []
    sizes: list[int] = []
    made = press.set_copy

    def timed(forme: Forme, copy: Copy) -> bytes:
        start = time.process_time()
        data = made(forme, copy)
        spent.append(time.process_time() - start)
        sizes.append(len(data))
        return data

    press.set_copy = timed
    orders = []
    for number in range(count):
        (read,) = parse_descriptors(json.dumps(drawn_descriptor(number)), "order.json")
        assert isinstance(read, Descriptor)
        checked = check_descriptor(read, APPELS)
        assert checked.order
        assert checked.appel
        orders.append((checked.order, checked.appel))
    with tempfile.TemporaryDirectory() as out:
        render_orders(orders, Path(out), RenderOptions(formats=(Format.PDF,), defer=True))
    print(
        f"{len(spent)} of {count} PDFs in formes: {sum(spent) / len(spent) * 1000:.2f} ms of CPU time each, the median"
    )
    print(f"    {sorted(spent)[len(spent) // 2] * 1000:.2f} ms; at most {max(sizes) / 1000:.0f} kB with the descriptor")


_PLAIN = """
import json, sys, pathlib, jsonschema
schema = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    assert not list(validator.iter_errors(json.loads(path.read_text("utf-8"))))
"""


def check(folder: Path, count: int = 10_000) -> None:
    """Print the CPU time to validate, beside plain jsonschema's."""
    write_orders(folder / "checked", count)
    schema = SCHEMAS / "order.schema.json"
    commands = {
        "segurdoc validate": [sys.executable, "-m", "generator", "validate", str(folder / "checked")],
        "plain jsonschema": [sys.executable, "-c", _PLAIN, str(schema), str(folder / "checked")],
    }
    for name, command in commands.items():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{name:20} {count} descriptors: {spent:.1f} s of CPU time, {count / spent:.0f}/s")


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--some", type=int, nargs=2, default=(20, 200), metavar=("A", "B"))
    for flag in ("growth", "memory", "validate", "national", "pdf"):
        parser.add_argument(f"--{flag}", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if asked.growth:
            grow(folder)
        if asked.memory:
            remember(folder)
        if asked.validate:
            check(folder)
        if asked.national:
            nation(folder)
        if asked.pdf:
            press_alone()
        if not (asked.growth or asked.memory or asked.validate or asked.national or asked.pdf):
            compare(folder, asked.orders, *asked.some)


if __name__ == "__main__":
    main()
