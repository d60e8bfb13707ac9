"""Many orders, three ways, in one run: `python -m benchmarks.throughput [--growth] [--memory] [--validate] …`.

(b) docxtpl in as many processes as there are cores, each with a warm unoserver of its own: the best that its users do;
(d) `segurdoc batch` with typst, which also validates every order, reads every document back and records it;
(f) the same with LibreOffice.

All make DOCX and PDF of the same orders from the same template. (b) does some of them, half before and half after (d),
and is counted by documents a second. `--growth` runs (d) over 10, 100 and 1,000 orders; `--memory` over 1,000 and
10,000 with `--format docx`; `--validate` checks 10,000 descriptors, next to plain jsonschema on the same files;
`--national` makes BDC and VA for DPI and PFI of 3,000 establishments; `--parts` measures the CPU time of DOCX, PDF and
read-back.

(b) needs `pip install unoserver` and LibreOffice's own Python bindings (Debian: python3-uno); without them it is left
out.
"""

import argparse
import datetime
import io
import json
import os
import resource
import shutil
import statistics
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
from docxtpl import DocxTemplate, InlineImage

from generator.common.findings import Place
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.resources import SCHEMAS, TEMPLATES
from generator.documents.mentions import expected_texts
from generator.documents.properties import document_descriptor
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.references import Appel, DocumentKind, load_appels
from generator.render.docx.context import template_context
from generator.render.docx.render import render_docx
from generator.render.docx.templates import load_template
from generator.render.pdf.properties import PdfProperties
from generator.render.pdf.typst import typeset_docx
from generator.rules.validation import check_descriptor
from generator.verify.missing_mentions import missing_mentions
from generator.verify.text import page_texts
from tests.generators.logos import write_logos
from tests.generators.orders import draw_orders, national_orders

TEMPLATE = TEMPLATES / "bdc.docx"
CORES = len(os.sched_getaffinity(0))
APPELS = load_appels()
FIRST_PORT = 25100
SEED = 17
SYSTEM_PYTHON = "/usr/bin/python3"


def write_orders(folder: Path, count: int) -> list[Path]:
    """Write descriptors that vary everything, one a file, and the logos that some of them name."""
    folder.mkdir()
    write_logos(folder)
    paths = [folder / f"{number:05}.json" for number in range(count)]
    for path, descriptor in zip(paths, draw_orders(SEED, count), strict=True):
        path.write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), "utf-8")
    return paths


def read_order(descriptor: Path) -> tuple[Order, Appel]:
    """Return the order of a descriptor, with the record of its AF."""
    (read,) = parse_descriptors(descriptor.read_text("utf-8"), str(descriptor))
    assert isinstance(read, Descriptor)
    checked = check_descriptor(read, APPELS)
    assert checked.order
    assert checked.appel
    return checked.order, checked.appel


def by_docxtpl(descriptor: Path, out: Path) -> Path:
    """Render a DOCX as docxtpl's manual shows it."""
    order, appel = read_order(descriptor)
    docx = DocxTemplate(TEMPLATE)
    picture = io.BytesIO()
    qrcode.make(order.numero).save(picture, "PNG")
    context = template_context(order, appel, DocumentKind.BDC, frozenset())
    docx.render({**context, "qr_code": InlineImage(docx, picture, width=Mm(25)), "logo": None}, autoescape=True)
    path = out / f"{descriptor.stem}.docx"
    docx.save(path)
    return path


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
    """Ways (d) and (f): return the seconds, and the peak memory in MB of the main process and of all processes.

    Documents that do not read back are made and withheld; how many were delivered is for the caller to print.
    """
    start = time.perf_counter()
    command = [sys.executable, "-m", "generator", "batch", str(orders), "--out", str(out), "--quiet", *options]
    own = everyone = 0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        main = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                own = max(own, main.memory_info().rss)
                everyone = max(everyone, sum(each.memory_info().rss for each in [main, *main.children(recursive=True)]))
            except psutil.Error:
                pass
            # Looking at all processes takes a good part of a core if it is done often.
            time.sleep(0.25)
    assert process.returncode in (0, 1)
    return time.perf_counter() - start, own / 1e6, everyone / 1e6


def compare(folder: Path, count: int, some: int) -> None:
    """Run the three ways, and print the rates and ratios.

    Args:
        folder: where the files go.
        count: how many orders (d) and (f) make.
        some: how many of them (b) makes.
    """
    orders = write_orders(folder / "orders", count)[:some]
    theirs = folder / "b"
    theirs.mkdir()
    # (b) makes the BDC of each order alone.
    bdc = ("--document", "bdc")
    by_us = (*bdc, "--engine", "typst")
    servers = Servers(folder) if find_spec("unoserver") and Path(SYSTEM_PYTHON).exists() else None
    by_servers = 0.0
    try:
        if servers:
            servers.start()
            by_servers += servers.convert(orders[: some // 2], theirs)
        by_typst, own, everyone = batch(folder / "orders", folder / "d", *by_us)
        if servers:
            by_servers += servers.convert(orders[some // 2 :], theirs)
    finally:
        if servers:
            servers.stop()
    again, *_ = batch(folder / "orders", folder / "d", *by_us)
    by_office, *_ = batch(folder / "orders", folder / "f", *bdc, "--engine", "libreoffice")
    rate = count / by_typst
    delivered = {way: len(list((folder / way).glob("*.pdf"))) for way in ("d", "f")}
    print(f"{CORES} cores, {count} orders, DOCX and PDF; read back and delivered: {delivered}")
    ways = {f"(b) docxtpl, {CORES} warm unoservers": some / by_servers} if servers else {}
    ways["(f) segurdoc batch, LibreOffice"] = count / by_office
    print(f"{'(d) segurdoc batch, typst':36} {rate:7.1f} documents/s, {by_typst:.1f} s")
    for way, other in ways.items():
        print(f"{way:36} {other:7.1f} documents/s; (d) is {rate / other:.1f} times as fast")
    print(f"    peak memory of (d): main process {own:.0f} MB, all processes {everyone:.0f} MB")
    print(f"    a second run of (d), with nothing to do: {again:.2f} s")


def grow(folder: Path) -> None:
    """Print how the time of (d) grows with the number of orders."""
    for count in (10, 100, 1000):
        write_orders(folder / f"orders-{count}", count)
        seconds, *_ = batch(folder / f"orders-{count}", folder / f"out-{count}", "--engine", "typst")
        print(f"{count:5} orders: {seconds:6.1f} s, {seconds / count * 1000:6.1f} ms each")


def remember(folder: Path) -> None:
    """Print the peak memory of (d) with ten times as many orders."""
    for count in (1000, 10_000):
        write_orders(folder / f"many-{count}", count)
        seconds, own, everyone = batch(folder / f"many-{count}", folder / f"many-out-{count}", "--format", "docx")
        print(f"{count:6} orders, DOCX: main process {own:.0f} MB, all processes {everyone:.0f} MB, {seconds:.0f} s")
        shutil.rmtree(folder / f"many-out-{count}")


def nation(folder: Path, establishments: int = 3000) -> None:
    """Print the time and the peak memory of a national batch; a tenth of it comes first."""
    for count in (establishments // 10, establishments):
        orders = folder / f"nation-{count}"
        orders.mkdir()
        lines = (json.dumps(data, ensure_ascii=False) for number in range(count) for data in national_orders(number))
        (orders / "lot.jsonl").write_text("\n".join(lines), "utf-8")
        out = folder / f"nation-out-{count}"
        seconds, own, everyone = batch(orders, out, "--engine", "typst")
        pdfs = len(list(out.glob("*.pdf")))
        print(f"{count} establishments, {pdfs} documents, DOCX and PDF: {seconds:.0f} s")
        print(f"    peak memory: main process {own:.0f} MB, all processes {everyone:.0f} MB")
        shutil.rmtree(out)


def time_parts(folder: Path, count: int = 200) -> None:
    """Print the CPU time that a document takes for its DOCX, its PDF by typst, and the read-back of the PDF."""
    template = load_template(DocumentKind.BDC)
    date = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    spent: dict[str, list[float]] = {"DOCX": [], "PDF": [], "read-back": []}
    lost = 0
    for descriptor in write_orders(folder / "parts", count):
        order, appel = read_order(descriptor)
        qr_text = qr_payload(order, DocumentKind.BDC, document_descriptor(order, DocumentKind.BDC)).encode()
        times = [time.process_time()]
        docx = render_docx(order, appel, DocumentKind.BDC, template, qr_text)
        times.append(time.process_time())
        pdf = typeset_docx(docx, PdfProperties("title", "author", "subject", date), None)
        times.append(time.process_time())
        expected = expected_texts(order, appel, DocumentKind.BDC)
        lost += any(missing_mentions(expected, page_texts(pdf), Place()))
        times.append(time.process_time())
        for name, start, end in zip(spent, times, times[1:], strict=False):
            spent[name].append((end - start) * 1000)
    for name, each in spent.items():
        print(
            f"{name:10} {statistics.median(each):5.1f} ms of CPU time, the median of {count}; {max(each):.0f} at most"
        )
    print(f"{lost} documents do not read back")


_PLAIN = """
import json, sys, pathlib, jsonschema
schema = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
for path in sorted(pathlib.Path(sys.argv[2]).glob('*.json')):
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
    parser.add_argument("--some", type=int, default=200, help="how many of them docxtpl and unoserver make")
    actions = {"growth": grow, "memory": remember, "validate": check, "national": nation, "parts": time_parts}
    for flag in actions:
        parser.add_argument(f"--{flag}", action="store_true")
    asked = parser.parse_args()
    chosen = [action for name, action in actions.items() if getattr(asked, name)]
    with tempfile.TemporaryDirectory() as temporary:
        for action in chosen:
            action(Path(temporary))
        if not chosen:
            compare(Path(temporary), asked.orders, asked.some)


if __name__ == "__main__":
    main()
