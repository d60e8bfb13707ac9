"""Whether `verify` keeps what it has read: `python -m benchmarks.memory [--files 500]`.

Prints the most memory of the whole process tree in each tenth of the run: the last is to be that of the second.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.hostile.case import order
from tests.hostile.runner import tree_memory

_GLANCE_SECONDS = 0.25


def main() -> None:
    """Verify many copies of a document, and print the memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=500)
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "order.json").write_bytes(order())
        line = [sys.executable, "-m", "generator", "--no-config"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        made = ("render", "order.json", "-o", "papers", "--document", "bdc", "--format", "pdf")
        subprocess.run([*line, *made], cwd=folder, env=environ, check=True, capture_output=True)
        (paper,) = (folder / "papers").iterdir()
        data = paper.read_bytes()
        for number in range(1, files):
            (folder / "papers" / f"{number}.pdf").write_bytes(data)
        seen = list[int]()
        start = time.monotonic()
        with subprocess.Popen(
            [*line, "verify", "papers"], cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None:
                seen.append(tree_memory(process.pid))
                time.sleep(_GLANCE_SECONDS)
        step = max(len(seen) // 10, 1)
        tenths = [max(seen[at : at + step]) / 1e6 for at in range(0, step * 10, step) if seen[at : at + step]]
        print(f"{files} files, exit code {process.returncode}, {time.monotonic() - start:.0f} s, MB by tenths:")
        print(" ".join(f"{each:.0f}" for each in tenths))


if __name__ == "__main__":
    main()
