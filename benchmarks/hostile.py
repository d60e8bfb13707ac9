"""Whether hostile files end within limits: `python -m benchmarks.hostile [WORD]...`, for files whose names have a word.

For each file: the exit code, the time, the peak memory of the whole process tree, and what no input may cause.
"""

import sys
import tempfile
from pathlib import Path

from tests.hostile.files import all_files
from tests.hostile.test_files import measured


def main() -> None:
    """Run the program on each file, and print what it did."""
    words, count, failed, most = sys.argv[1:], 0, 0, 0
    for file in all_files():
        if words and not any(word in file.name for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = measured(file, Path(folder))
        faults = [*found.faults, *([] if found.code == 1 else ["no finding"])]
        count, failed, most = count + 1, failed + bool(faults), max(most, found.peak)
        print(
            f"{file.name:28} {found.code} {found.seconds:6.1f} s {found.peak / 1e6:6.0f} MB {', '.join(faults)}",
            flush=True,
        )
    print(f"{count} files, {failed} with faults, at most {most / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
