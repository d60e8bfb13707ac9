"""The command line called in this process."""

import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from generator.cli.main import run


@dataclass(frozen=True)
class Ended:
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str


def call(*arguments: str | Path, **environ: str) -> Ended:
    """Return what a call of `segurdoc` prints, and its exit code."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, {"LC_ALL": "C.UTF-8", **environ}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run([str(argument) for argument in arguments])
    for stream in (out, err):
        stream.seek(0)
    return Ended(code, out.read(), err.read())
