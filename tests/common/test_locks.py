import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from generator.common.files import Delivery, deliver, sweep_unfinished
from generator.common.locks import SHARED, abandoned, try_lock

HOLD = """
import sys
from pathlib import Path
from generator.common.files import Delivery
from generator.common.locks import try_lock
lock = try_lock(Path(sys.argv[1]) / "lock")
delivery = Delivery({Path(sys.argv[1]) / "a.pdf": b"half"})
print("held", flush=True)
input()
"""


def test_lock_ends_with_its_process_and_temporary_files_go(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline()
        assert try_lock(tmp_path / "lock") is None
        sweep_unfinished(tmp_path)
        assert len(list(tmp_path.glob(".segurdoc-*.tmp"))) == 1
        holder.kill()
    lock = try_lock(tmp_path / "lock")
    assert lock
    lock.release()
    sweep_unfinished(tmp_path)
    assert not list(tmp_path.iterdir())


FORKED = """
import os, sys, time
from pathlib import Path
from generator.common.bounded_workers import run_bounded
from generator.common.locks import try_lock
lock = try_lock(Path(sys.argv[1]))
print(run_bounded("x", os.getpid), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_worker_does_not_keep_the_lock_of_a_killed_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORKED, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        os.kill(worker, signal.SIGSTOP)
        parent.kill()
        parent.wait()
        try:
            lock = try_lock(tmp_path / "lock")
            assert lock
            lock.release()
        finally:
            os.kill(worker, signal.SIGKILL)


def test_shared_locks_keep_an_exclusive_one_out(tmp_path: Path) -> None:
    first, second = try_lock(tmp_path / "lock", SHARED), try_lock(tmp_path / "lock", SHARED)
    assert first
    assert second
    first.release()
    assert try_lock(tmp_path / "lock") is None
    second.release()
    alone = try_lock(tmp_path / "lock")
    assert alone
    assert try_lock(tmp_path / "lock", SHARED) is None
    alone.release()
    assert not list(tmp_path.iterdir())


def test_live_and_foreign_files_are_not_swept(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / ".segurdoc-link.tmp").symlink_to(tmp_path / "victim")
    live = Delivery({tmp_path / "b.pdf": b"%PDF"})
    deliver({tmp_path / "c.pdf": b"%PDF"})
    sweep_unfinished(tmp_path)
    live.finish()
    assert (tmp_path / "b.pdf").read_bytes() == b"%PDF"
    assert (tmp_path / ".segurdoc-link.tmp").is_symlink()
    with abandoned(tmp_path / "none") as is_abandoned:
        assert not is_abandoned


def test_names_of_many_bytes_are_written(tmp_path: Path) -> None:
    deliver({tmp_path / ("€" * 80 + ".json"): b"{}"})
    assert [path.name for path in tmp_path.iterdir()] == ["€" * 80 + ".json"]
