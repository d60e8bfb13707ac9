"""What runs leave among the temporary files, and what they never touch."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from generator.common.run_folder import private_folder, run_folder

HOLD = """
import sys, threading, time
from pathlib import Path
from generator.common.processes import record_in
from generator.common.programs import run
from generator.common.run_folder import record_outside, run_folder
with run_folder() as folder:
    record_in(folder)
    record_outside(folder, Path(sys.argv[1]))
    threading.Thread(target=run, args=(["sleep", "60"],), kwargs={"timeout": 60}).start()
    while not list(folder.glob("process-*")) or not list(folder.glob("process-*"))[0].read_text():
        time.sleep(0.01)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(temporary: Path, outside: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a run folder and runs a program; return it and the folder."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", HOLD, str(outside)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


@pytest.mark.usefixtures("temporary")
def test_run_folder_is_private_and_goes() -> None:
    with run_folder() as folder:
        assert folder.parent == private_folder()
        assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert not folder.parent.exists()


def test_next_run_removes_the_remains_of_a_killed_one_alone(temporary: Path) -> None:
    outside = temporary / "sockets"
    outside.mkdir(mode=0o700)
    process, folder = holder(temporary, outside)
    (program,) = psutil.Process(process.pid).children()
    with run_folder():
        assert folder.is_dir()
    assert program.is_running()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with run_folder():
        assert not folder.exists()
        assert not outside.exists()
    for _ in range(1500):
        if not program.is_running() or program.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the program of the killed run still runs")


def test_run_folder_leaves_other_files_alone(temporary: Path) -> None:
    for name in ("segurdoc-batch-²-x", "segurdoc-batch-999999999-x", "segurdoc-0", "pymp-x"):
        (temporary / name).mkdir(exist_ok=True)
    before = sorted(temporary.iterdir())
    with run_folder():
        pass
    assert [*before] == sorted(each for each in temporary.iterdir() if each in before)


@pytest.mark.usefixtures("temporary")
def test_recorded_number_of_another_process_is_not_ended() -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        with run_folder() as folder:
            (folder / f"process-{other.pid}").write_text("1", "ascii")
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("taken", ["open", "link", "file"])
def test_private_folder_that_another_made_is_not_used(temporary: Path, taken: str) -> None:
    name = temporary / f"segurdoc-{os.geteuid()}"
    (temporary / "other").mkdir()
    if taken == "open":
        name.mkdir()
        name.chmod(0o777)
    elif taken == "link":
        name.symlink_to(temporary / "other")
    else:
        name.touch()
    with run_folder() as folder:
        assert folder.parent != name
        assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert not list((temporary / "other").iterdir())


def test_forked_process_that_drops_exit_handlers_keeps_folder() -> None:
    script = """
import atexit, os, tempfile
from pathlib import Path
from generator.common.run_folder import use_run_folder

use_run_folder()
if os.fork() == 0:
    atexit._clear()  # as multiprocessing of Python 3.13 does
    os._exit(0)
os.wait()
print(Path(tempfile.gettempdir()).is_dir())
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "True\n"
