import time
from pathlib import Path

import pytest

from generator.common.programs import KEPT_OUTPUT, run


def ends(pid: int) -> bool:
    """Tell whether a process ends within half a minute; one that only waits for its parent has ended."""
    stat = Path(f"/proc/{pid}/stat")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_code_and_the_words_are_kept() -> None:
    ended = run(["sh", "-c", "echo out; echo err >&2; exit 3"], timeout=10)
    assert ended.code == 3
    assert ended.output.split() == ["out", "err"]


def test_endless_words_are_kept_from_the_end() -> None:
    ended = run(["sh", "-c", "yes x | head -c 1000000; echo last"], timeout=10)
    assert len(ended.output) <= KEPT_OUTPUT
    assert ended.output.endswith("last")


def test_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    ended = run(["sh", "-c", f"sleep 60 & echo $! > {pid_file}; wait"], timeout=1)
    assert ended.code is None
    assert ends(int(pid_file.read_text()))


def test_children_left_behind_are_ended_too(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    run(["sh", "-c", f"sleep 60 & echo $! > {pid_file}"], timeout=10)
    assert ends(int(pid_file.read_text()))


def test_program_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError, match="nosuchprogram"):
        run(["/nosuchprogram"], timeout=1)
