"""One order from a cold command, beside a bare LibreOffice on the same DOCX: `python benchmarks/render.py`.

Both are run in turn, several times after a warm-up; the ratio is that of the medians. segurdoc's time holds
everything: validation, DOCX, conversion, finishing, read-back.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "valid" / "bdc-dpi-v2.json"
ROUNDS = 9


def seconds(command: list[str]) -> float:
    """Return the wall time of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        ours = [sys.executable, "-m", "generator", "render", str(SAMPLE), "--out", str(out)]
        seconds(ours)
        (docx,) = out.glob("*.docx")
        bare = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out / "bare"), str(docx)]
        seconds(bare)
        pairs = [(seconds(ours), seconds(bare)) for _ in range(ROUNDS)]
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    print(f"segurdoc render             {medians[0]:.2f} s")
    print(f"soffice --convert-to pdf    {medians[1]:.2f} s")
    print(f"ratio                       {medians[0] / medians[1]:.2f}")


if __name__ == "__main__":
    main()
