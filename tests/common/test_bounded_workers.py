"""Work in worker processes: answers, exceptions, limits, crashes, and what remains afterwards."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import pytest

from generator.common.bounded_workers import BoundedError, Workers, run_bounded, set_limits
from generator.common.findings import Place
from generator.common.programs import run
from generator.common.worker_process import step


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    # Forked workers begin with the memory of this process.
    own = psutil.Process().memory_info().rss
    set_limits(memory=own + 400_000_000, seconds=30)
    yield
    set_limits(memory=2_000_000_000, seconds=60)


def is_gone(pid: int) -> bool:
    """Tell whether a process ends within half a minute; a zombie has ended."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def hang() -> None:
    while True:
        pass


def fill() -> int:
    held = []
    while True:
        held.append(bytearray(os.urandom(1000)) * 10_000)


def fill_slowly(share: int) -> int:
    held = bytearray(b"x") * share
    time.sleep(1)
    return len(held)


def ask_for_too_much() -> None:
    "a" * 10**12


def abort() -> None:
    os.abort()


class Panic(BaseException):
    """As pyo3 raises it."""


def panic() -> None:
    raise Panic("index out of bounds")


def unexpected() -> None:
    raise KeyError("/Kids")


def answer_endlessly() -> bytes:
    return bytes(129_000_000)


def write_endlessly(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10**12)


def start_program(pid_file: Path) -> None:
    run(["sh", "-c", f"echo $$ > {pid_file}; sleep 100"], timeout=100)
    hang()


def leave_program() -> int:
    return subprocess.Popen(["sleep", "100"], start_new_session=True).pid


def two_steps() -> str:
    for name in ("a.pdf", "b.pdf"):
        step(Place(name))
        time.sleep(2)
    step(Place("c.pdf"))
    hang()
    return ""


def identity() -> tuple[int, str]:
    return os.getpid(), str(Path.cwd())


def code_of(function: Callable[..., object], *args: object, file: str = "in.pdf") -> str:
    with pytest.raises(BoundedError) as caught:
        run_bounded(file, function, *args)
    assert caught.value.finding.place.file == file
    return caught.value.finding.code


def test_worker_is_warm_and_knows_the_folder(tmp_path: Path) -> None:
    # In a process of its own: a worker that is forked from a large one is replaced after each call.
    script = (
        "from generator.common.bounded_workers import run_bounded; import os\n"
        "from tests.common.test_bounded_workers import identity\n"
        f"first, _ = run_bounded('x', identity); os.chdir({str(tmp_path)!r})\n"
        "second, folder = run_bounded('x', identity)\n"
        "print(first, second, os.getpid(), folder)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, second, own, folder = ended.stdout.split()
    assert first == second != own
    assert folder == str(tmp_path)


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (hang, "LIMITE-DUREE"),
        (fill, "LIMITE-MEMOIRE"),
        (ask_for_too_much, "LIMITE-MEMOIRE"),
        (abort, "TRAITEMENT-INTERROMPU"),
        (panic, "TRAITEMENT-INTERROMPU"),
        (unexpected, "TRAITEMENT-INTERROMPU"),
        (answer_endlessly, "TRAITEMENT-INTERROMPU"),
    ],
)
def test_limit_or_crash_is_a_finding_and_the_next_works(function: Callable[..., object], code: str) -> None:
    if function is hang:
        set_limits(seconds=1)
    assert code_of(function) == code
    assert run_bounded("next", identity)[0]


def test_own_exceptions_and_those_of_the_system_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_bounded("x", (tmp_path / "nosuch").read_bytes)


def test_files_are_bounded(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        run_bounded("x", write_endlessly, tmp_path / "big")
    assert (tmp_path / "big").stat().st_size <= 1_000_000_000


def test_programs_of_a_worker_end_with_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    set_limits(seconds=1)
    with Workers(1) as workers:
        future = workers.submit(start_program, pid_file)
        while not pid_file.exists() or not pid_file.read_text():
            time.sleep(0.01)
        workers.shutdown(wait=False)
        assert future.exception()
    assert is_gone(int(pid_file.read_text()))


def test_program_that_a_job_left_ends_with_the_idle_worker() -> None:
    with Workers(1) as workers:
        pid = workers.submit(leave_program).result()
    assert is_gone(pid)


def test_step_restarts_the_clock_and_names_the_file() -> None:
    set_limits(seconds=3)
    with Workers(1) as workers, pytest.raises(BoundedError) as caught:
        workers.submit(two_steps).result()
    assert (caught.value.finding.code, caught.value.finding.place.file) == ("LIMITE-DUREE", "c.pdf")


def test_memory_is_shared_and_the_larger_is_tried_alone() -> None:
    set_limits(seconds=20)
    with Workers(2) as workers:
        calls = [workers.submit(fill_slowly, 250_000_000) for _ in range(2)]
        assert [call.result() for call in calls] == [250_000_000] * 2


def test_killed_worker_is_replaced() -> None:
    with Workers(1) as workers:
        pid, _ = workers.submit(identity).result()
        os.kill(pid, signal.SIGKILL)
        assert workers.submit(identity).result()[0] != pid


def test_workers_end_with_a_killed_parent() -> None:
    script = (
        "from generator.common.bounded_workers import run_bounded; import os, time\n"
        "from tests.common.test_bounded_workers import identity\n"
        "print(run_bounded('x', identity)[0], flush=True); time.sleep(100)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert is_gone(pid)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_forked_process_has_workers_of_its_own() -> None:
    ours = run_bounded("a.pdf", os.getpid)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        theirs = pool.submit(run_bounded, "a.pdf", os.getpid).result()
    assert theirs not in (ours, os.getpid())
    assert run_bounded("a.pdf", os.getpid) == ours


def test_script_of_threads_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os, threading\n"
        "from generator.common.bounded_workers import run_bounded\n"
        "print('started')\n"
        "hold = threading.Event()\n"
        "threading.Thread(target=hold.wait, daemon=True).start()\n"
        "print(run_bounded('x', os.getpid) != os.getpid())\n",
        "utf-8",
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["started", "True"]
