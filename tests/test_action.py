"""The script of the GitHub Action, run as GitHub runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, VALID


def _action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "SEGURDOC_REPORTS": str(folder / "reports"), **inputs}
    return subprocess.run(
        ["bash", ROOT / "scripts/action"], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def test_nothing_to_check_is_an_error(tmp_path: Path) -> None:
    done = _action(tmp_path)

    assert done.returncode == 2
    assert "::error title=segurdoc::nothing to check" in done.stdout


def test_pattern_that_names_nothing_keeps_no_other_from_being_checked(tmp_path: Path) -> None:
    (tmp_path / "a b.json").write_bytes((VALID / "bdc-dpi-fusion.json").read_bytes())

    done = _action(tmp_path, SEGURDOC_PATHS="nope/*.json\n*.json\n")

    assert done.returncode == 2, done.stdout
    assert "::error title=segurdoc::no file: nope/*.json" in done.stdout
    (run,) = json.loads((tmp_path / "reports/validate.sarif").read_text("utf-8"))["runs"]
    assert run["automationDetails"]["id"] == "segurdoc validate/"


def test_commands_have_runs_of_their_own_name(tmp_path: Path) -> None:
    done = _action(tmp_path, SEGURDOC_TEMPLATES=str(ROOT / "templates/bdc.docx"))

    assert done.returncode == 0, done.stdout
    (run,) = json.loads((tmp_path / "reports/templates.sarif").read_text("utf-8"))["runs"]
    assert run["automationDetails"]["id"] == "segurdoc template check/"
