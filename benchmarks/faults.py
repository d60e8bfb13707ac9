"""What a batch survives: `python -m benchmarks.faults [--runs 100] [--seed 1]`.

Each run renders the same orders with the real LibreOffice, and meets one fault, drawn with its moment: an soffice, a
worker or the run itself killed, a conversion that stands still, Ctrl-C, SIGTERM, a full disk, an output folder that
turns read-only, a template that breaks for one order. Then the run is taken up again without the fault, and everything
is counted: every sound order's documents are there, byte for byte those of an undisturbed run, once; every bad order is
reported; the manifest agrees; no process and no temporary file is left. The disk faults need the right to mount a
tmpfs; without it they are left out, and that is said.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import psutil

from benchmarks.processes import processes_of
from generator.common.resources import TEMPLATES
from tests.generators.orders import ordinary_order

ORDERS = 24
BAD = {5: "MONTANT-TTC", 17: "SCHEMA-CLE-ABSENTE"}
BROKEN = 11
MACHINE = 3
# From a signal to the end of the run.
ENDING_SECONDS = 4
COMMAND = [sys.executable, "-m", "generator", "--lang", "fr", "batch"]


class Bench:
    """The orders, what they give undisturbed, and the folder of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.out = folder / "out"
        self.orders = folder / "orders"
        self.orders.mkdir()
        for number in range(ORDERS):
            order = ordinary_order(number)
            if BAD.get(number) == "MONTANT-TTC":
                order["montant"]["ttc"] = "1.00"
            if BAD.get(number) == "SCHEMA-CLE-ABSENTE":
                del order["client"]
            if number == BROKEN:
                self.broken = order["numero"]
            (self.orders / f"{number:03}.json").write_text(json.dumps(order), "utf-8")
        template = docx.Document(str(TEMPLATES / "bdc.docx"))
        template.add_paragraph("{% if numero == '" + self.broken + "' %}{{ 1 // 0 }}{% endif %}")
        template.save(str(folder / "broken.docx"))
        self.run()
        self.expected = self.files()
        shutil.rmtree(self.out)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a run."""
        command = [
            *COMMAND,
            str(self.orders),
            "--out",
            str(self.out),
            "--jobs",
            "2",
            "--engine",
            "libreoffice",
            *options,
        ]
        environ = {**os.environ, "TMPDIR": str(self.temporary)}
        return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def run(self, *options: str) -> tuple[int, str]:
        """Run to the end, and return the exit code and what was said."""
        process = self.start(*options)
        said = process.communicate(timeout=300)[1].decode()
        return process.returncode, said

    def files(self) -> dict[str, bytes]:
        """Return the documents that are there."""
        return {path.name: path.read_bytes() for path in self.out.iterdir() if path.suffix in (".docx", ".pdf")}

    def problems(self) -> list[str]:
        """Take the run up again, and return what is not as it should be."""
        code, said = self.run()
        problems = [f"the second run ended with {code}: {said[-600:]}"] * (code != 1)
        problems += [f"{code} is not reported" for code in BAD.values() if code not in said]
        there = self.files()
        problems += [f"{name} is missing" for name in self.expected if name not in there]
        problems += [f"{name} differs" for name in self.expected if there.get(name, b"") != self.expected[name]]
        problems += [f"{name} is too much" for name in there if name not in self.expected]
        records = [json.loads(line) for line in (self.out / "manifest.jsonl").read_text("utf-8").splitlines()]
        named = Counter(record["order"] for record in records if record["order"])
        problems += [f"{name} has {count} records" for name, count in named.items() if count != 1]
        problems += [f"{len(named)} orders are recorded"] * (len(named) != ORDERS - len(BAD))
        if subprocess.run([*COMMAND, "--check", str(self.out)], capture_output=True, check=False).returncode:
            problems.append("the manifest does not agree")
        left = [path.name for path in self.out.iterdir() if path.name.startswith(".")] + [
            path.name for path in self.temporary.iterdir()
        ]
        problems += [f"{name} is left" for name in left]
        return problems + [f"{process} still runs" for process in processes_of(self.temporary)]


def named(bench: Bench, *words: str) -> list[psutil.Process]:
    """Return the bench's processes whose command line has one of `words`."""
    found = []
    for process in processes_of(bench.temporary):
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if any(word in line for word in words):
            found.append(process)
    return found


def signalled(bench: Bench, draw: random.Random, number: int, *words: str, options: tuple[str, ...] = ()) -> None:
    """Send a signal to one of the processes named so, at a moment that is drawn; none: to the run itself."""
    process = bench.start(*options)
    time.sleep(draw.uniform(0.2, 3.5))
    limit = time.monotonic() + 5
    while words and process.poll() is None and time.monotonic() < limit:
        found = named(bench, *words)
        if found:
            try:
                draw.choice(found).send_signal(number)
            except psutil.Error:
                continue
            break
        time.sleep(0.02)
    if not words:
        process.send_signal(number)
    start = time.monotonic()
    process.communicate(timeout=300)
    if number in (signal.SIGINT, signal.SIGTERM) and not words:
        taken = time.monotonic() - start
        assert taken < ENDING_SECONDS, f"{taken:.1f} s to end"
        assert not processes_of(bench.temporary), "processes are left at once"
    elif number == signal.SIGKILL and not words:
        time.sleep(1.5)  # its workers see that it is gone


def on_tmpfs(bench: Bench, options: str) -> tuple[int, str]:
    """Run into an output folder on a tmpfs of its own; what it holds at the end is kept."""
    bench.out.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(bench.out)], check=True)
    kept = bench.folder / "kept"
    try:
        code, said = bench.run()
        shutil.copytree(bench.out, kept)
    finally:
        subprocess.run(["umount", "-l", str(bench.out)], check=True)
    shutil.rmtree(bench.out)
    kept.rename(bench.out)
    assert "Traceback" not in said, said
    return code, said


def full_disk(bench: Bench, draw: random.Random) -> None:
    """Run into a folder that fills up, among the documents or in the manifest."""
    code, said = on_tmpfs(bench, f"size={draw.randint(20, 1200)}k")
    assert code in (1, 3), code
    assert "plus de place" in said, said


def read_only(bench: Bench, _: random.Random) -> None:
    """Run into a folder that takes nothing."""
    code, said = on_tmpfs(bench, "ro")
    assert code == MACHINE, code
    assert "lecture seule" in said, said


def broken_template(bench: Bench, _: random.Random) -> None:
    """Run with a template that breaks for one order: that one is reported, and it alone."""
    code, said = bench.run("--template", str(bench.folder / "broken.docx"))
    assert code == 1
    assert said.count("MODELE-") == 1, said
    assert len(bench.files()) == len(bench.expected) - 2


FAULTS: dict[str, Callable[[Bench, random.Random], None]] = {
    "kill -9 of an soffice": lambda bench, draw: signalled(bench, draw, signal.SIGKILL, "soffice"),
    "kill -9 of a worker": lambda bench, draw: signalled(bench, draw, signal.SIGKILL, "spawn_main"),
    "kill -9 of the run": lambda bench, draw: signalled(bench, draw, signal.SIGKILL),
    "a conversion that stands still": lambda bench, draw: signalled(
        bench, draw, signal.SIGSTOP, "soffice", options=("--timeout", "4")
    ),
    "Ctrl-C": lambda bench, draw: signalled(bench, draw, signal.SIGINT),
    "SIGTERM": lambda bench, draw: signalled(bench, draw, signal.SIGTERM),
    "a full disk": full_disk,
    "a read-only output": read_only,
    "a template that breaks for one order": broken_template,
}


def main() -> None:
    """Run, and print what is not as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=list(FAULTS))
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    met: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        faults = [asked.fault] if asked.fault else list(FAULTS)
        if os.geteuid():
            print("not root: the disk faults are left out")
            faults = [fault for fault in faults if fault not in ("a full disk", "a read-only output")]
        for number in range(asked.runs):
            fault = faults[number % len(faults)]
            shutil.rmtree(bench.out, ignore_errors=True)
            met[fault] += 1
            try:
                FAULTS[fault](bench, draw)
                problems = bench.problems()
            except AssertionError as error:
                problems = [str(error)]
            if problems:
                wrong[fault] += 1
                print(f"{fault}, run {number}: {'; '.join(problems)}", flush=True)
    for fault, count in met.items():
        print(f"{fault:40} {count - wrong[fault]} of {count} as it should be")


if __name__ == "__main__":
    main()
