"""An output folder that cannot be written: every command names the file asked for, a remedy, and ends alike."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli.session import Exit
from tests.conftest import VALID

ORDER = str(VALID / "bdc-dpi-v2.json")
# Root may write everywhere, unless it gives that up.
_PLAIN = ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []


@pytest.mark.slow
@pytest.mark.skipif(bool(_PLAIN) and shutil.which("setpriv") is None, reason="root, without setpriv")
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["render", ORDER, "--format", "docx", "-o", "closed/out"], "closed/out"),
        (["batch", ORDER, "--format", "docx", "-o", "closed"], "closed"),
        (["status", ORDER, "--format", "csv", "-o", "closed/a.csv"], "closed/a.csv"),
        (["validate", ORDER, "--report", "closed/a.json"], "closed/a.json"),
        (["template", "new", "--document", "bdc", "-o", "closed/a.docx"], "closed/a.docx"),
    ],
)
def test_folder_without_write_permission_is_named(arguments: list[str], named: str, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    ended = subprocess.run(
        [*_PLAIN, sys.executable, "-m", "generator", "--no-config", "--lang", "fr", *arguments],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, "PYTHONPATH": str(VALID.parent.parent)},
    )  # fmt: skip
    assert ended.returncode == Exit.MACHINE
    last = ended.stderr.splitlines()[-2:]
    assert last[0] == f"la machine refuse {named} : l'accès est refusé"
    assert "donner un autre emplacement" in last[1]
    assert list(closed.iterdir()) == []
