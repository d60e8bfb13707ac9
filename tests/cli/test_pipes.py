"""Commands that are given a pipe or a device where they read a file: they refuse it at once, or read it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import VALID

ORDER = str(VALID / "bdc-dpi-v2.json")
REFUSED = "it is not a regular file"
# The arguments of a command, with `pipe` where it reads a file.
READERS = (
    ("validate", "pipe"),
    ("validate", "/dev/zero"),
    ("validate", ORDER, "--eligibles", "pipe"),
    ("validate", ORDER, "--appel", "pipe"),
    ("validate", ORDER, "--register", "folder"),
    ("render", ORDER, "-o", "out", "--template", "pipe"),
    ("template", "check", "pipe"),
    ("template", "preview", "pipe", "-o", "page.png"),
    ("verify", "pipe"),
    ("verify", "pipe", "--trust-roots", "pipe"),
    ("verify", ORDER, "--manifest", "pipe"),
    ("import", "pipe", "-o", "out"),
    ("eligibles", "import", "pipe"),
    ("status", ORDER, "--suivi", "pipe"),
    ("batch", "pipe", "-o", "out"),
    ("batch", ORDER, "-o", "folder"),
    ("serve", "--token-file", "pipe"),
)

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_pipe_without_writer_is_refused_at_once(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "folder" / "manifest.jsonl")
    command = (sys.executable, "-m", "generator", *arguments)
    environ = {**os.environ, "LC_ALL": "en_US.UTF-8"}
    ended = subprocess.run(
        command,
        cwd=tmp_path,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    said = " ".join((ended.stdout + ended.stderr).split())
    assert REFUSED in said
    assert ended.returncode in (1, 3)


def test_standard_input_has_a_name(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "generator", "validate", "/dev/stdin")
    ended = subprocess.run(command, cwd=tmp_path, input=b"{}", capture_output=True, timeout=20, check=False)
    assert b"SCHEMA-CLE-ABSENTE" in ended.stdout + ended.stderr


def test_pipe_of_a_shell_is_read() -> None:
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(b"{}")
        path = f"/dev/fd/{reading}"
        command = (sys.executable, "-m", "generator", "validate", path)
        ended = subprocess.run(command, pass_fds=(reading,), capture_output=True, timeout=20, check=False)
    finally:
        os.close(reading)
    assert b"SCHEMA-CLE-ABSENTE" in ended.stdout + ended.stderr
