"""What kills leave: `python -m benchmarks.kills [--runs 200] [--seed 1] [--command NAME]`.

Each run kills (SIGKILL) the command itself, one of its workers, a LibreOffice or another child, at a moment that is
drawn, and counts: what is in the output folder is whole; the same command again gives what an undisturbed run gives;
no temporary file, no lock and no process is left after it.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.processes import processes_of
from tests.conftest import ROOT, VALID
from tests.generators.orders import ordinary_order
from tests.generators.wears import signed_by_hand
from tests.test_samples import LISTS_LEAVE_OUT

VICTIMS = ("run", "worker", "LibreOffice", "child")
_CLIENTS = VALID.parent / "invalid-clients"
_ENDING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its arguments, and the folder or file that it writes."""

    name: str
    arguments: tuple[str, ...]
    writes: str
    settings: str = "--no-config"


def commands() -> list[Command]:
    """Return the commands that are killed."""
    given = tuple(part for each in LISTS_LEAVE_OUT for part in ("--set", each))
    config = f"--config={_CLIENTS / 'segurdoc.toml'}"
    office = ("--engine", "libreoffice")
    return [
        Command("render", ("render", "orders/0.json", "orders/1.json", "-o", "out"), "out"),
        Command("render by LibreOffice", ("render", "orders/0.json", "-o", "out", *office), "out"),
        Command("batch", ("batch", "orders", "-o", "out", "--jobs", "2"), "out"),
        Command("batch by LibreOffice", ("batch", "orders", "-o", "out", "--jobs", "2", *office), "out"),
        Command("import", ("import", "list.csv", "-o", "out", *given), "out", config),
        Command("pack", ("pack", "orders/0.json", "--signed", "signed", "-o", "out/z.zip", "--for", "avance"), "out"),
        Command("verify", ("verify", "papers", "--manifest", "out/answers.jsonl"), "out"),
    ]


class Bench:
    """The inputs of the commands, and what each gives undisturbed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.temporary = folder, folder / "tmp"
        for name in ("tmp", "orders", "signed", "papers"):
            (folder / name).mkdir()
        for number in range(8):
            (folder / "orders" / f"{number}.json").write_text(json.dumps(ordinary_order(number)), "utf-8")
        lines = (_CLIENTS / "deja-la.csv").read_text("utf-8").splitlines()
        cells = lines[1].split(";")
        rows = (";".join([f"9900{number:05}", *cells[1:5], f"BC-{number:05}", *cells[6:]]) for number in range(300))
        (folder / "list.csv").write_text("\n".join([lines[0], *rows]), "utf-8")
        self.start(Command("", ("render", "orders/0.json", "-o", "papers", "--format", "pdf"), "")).wait()
        (paper,) = (folder / "papers").glob("BDC_*.pdf")
        (folder / "signed" / "scan.tiff").write_bytes(signed_by_hand(paper.read_bytes(), seed=1))

    def start(self, command: Command) -> subprocess.Popen[bytes]:
        """Start a command."""
        line = [sys.executable, "-m", "generator", command.settings, "--lang", "en", *command.arguments]
        environ = {**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            line, env=environ, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def files(self, command: Command) -> dict[str, str]:
        """Return what a command has written: the digest of each file; what changes from run to run is left out."""
        found = {}
        for path in sorted((self.folder / command.writes).rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                if path.name == "manifest.jsonl":
                    data = b"\n".join(sorted(_lasting(line) for line in data.splitlines()))
                found[path.name] = hashlib.sha256(data).hexdigest()
        return found

    def left(self) -> list[str]:
        """Return what is left after a run, which takes a moment to end."""
        deadline = time.monotonic() + _ENDING_SECONDS
        while time.monotonic() < deadline and (processes_of(self.temporary) or any(self.temporary.iterdir())):
            time.sleep(0.1)
        files = [str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*")]
        return [*files, *(f"{each}" for each in processes_of(self.temporary))]


def _lasting(line: bytes) -> bytes:
    """Return a record of a manifest without its times; what a killed run had begun is no record."""
    try:
        value = json.loads(line)
    except ValueError:
        return b""
    return json.dumps({key: each for key, each in value.items() if key not in ("finished", "seconds")}).encode()


def victim(bench: Bench, run: psutil.Process, kind: str) -> psutil.Process | None:
    """Return one of a run's processes of a kind, where it has one now."""
    found = []
    for process in processes_of(bench.temporary):
        try:
            name, line = process.name(), process.cmdline()
        except psutil.Error:
            continue
        if process.pid == run.pid:
            own = "run"
        elif "soffice" in name or "oosplash" in name:
            own = "LibreOffice"
        elif "resource_tracker" in " ".join(line) or not name.startswith("python"):
            own = "child"
        else:
            own = "worker"
        if own == kind:
            found.append(process)
    return random.choice(found) if found else None


def killed(bench: Bench, command: Command, kind: str, after: float) -> str:
    """Run a command, and kill one of its processes.

    Args:
        bench: the inputs.
        command: the command.
        kind: one of `VICTIMS`.
        after: seconds from its start; then the first moment that there is such a process.

    Returns:
        The kind that was killed; empty where the run had ended before.
    """
    process = bench.start(command)
    time.sleep(after)
    run = psutil.Process(process.pid)
    while process.poll() is None:
        found = victim(bench, run, kind)
        if found:
            try:
                found.kill()
            except psutil.Error:
                continue
            break
        time.sleep(0.005)
    else:
        return ""
    process.wait(timeout=300)
    return kind


def problems(bench: Bench, command: Command, expected: Mapping[str, str]) -> list[str]:
    """Return what is half written after a kill, then what is wrong after the same command again."""
    there = bench.files(command)
    found = [
        f"{name} is half written"
        for name, digest in there.items()
        if not name.startswith(".") and name not in ("manifest.jsonl", "answers.jsonl") and expected.get(name) != digest
    ]
    before = [
        name for name, digest in expected.items() if there.get(name) == digest and name.endswith((".pdf", ".docx"))
    ]
    bench.start(command).wait(timeout=300)
    after = bench.files(command)
    found += [f"{name} was lost" for name in before if name not in after]
    found += [f"{name} is missing or differs" for name in expected if after.get(name) != expected[name]]
    found += [f"{name} is left" for name in after if name not in expected]
    return found + [f"{each} is left" for each in bench.left()]


def measure(bench: Bench, command: Command, runs: int, draw: random.Random) -> list[str]:
    """Kill a command as often as asked, and return what went wrong."""
    out = bench.folder / command.writes
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    start = time.monotonic()
    bench.start(command).wait()
    taken = time.monotonic() - start
    expected = bench.files(command)
    assert expected, command.name
    met, wrong = Counter[str](), list[str]()
    for number in range(runs):
        shutil.rmtree(out)
        out.mkdir()
        kind = VICTIMS[number % len(VICTIMS)]
        done = killed(bench, command, kind, draw.uniform(0, taken))
        met[done or "ended before"] += 1
        faults = problems(bench, command, expected)
        if faults:
            wrong.append(f"{command.name}, {kind}, kill {number}: {'; '.join(faults)}")
            print(wrong[-1], flush=True)
        for each in processes_of(bench.temporary):
            each.kill()
    kills = ", ".join(f"{kind} {count}" for kind, count in met.items())
    print(f"{command.name:22} {runs - len(wrong)} of {runs} as it should be ({kills}; {taken:.1f} s)", flush=True)
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print what is not as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", choices=[each.name for each in commands()])
    asked = parser.parse_args(arguments)
    draw = random.Random(asked.seed)
    random.seed(asked.seed)
    chosen = [each for each in commands() if asked.command in (None, each.name)]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for command in chosen:
            wrong += len(measure(bench, command, -(-asked.runs // len(chosen)), draw))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
