"""The hooks of this repository: what they run is what CI runs."""

import re

from tests.conftest import ROOT


def test_hooks_run_lines_of_the_test_command() -> None:
    config = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    commands = re.findall(r"^ +entry: (.+)$", config, re.MULTILINE)
    lines = (ROOT / "scripts" / "test").read_text("utf-8").splitlines()
    assert commands
    assert [command for command in commands if command not in lines] == []


def test_workflow_runs_the_readme_s_test_command() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert "run: bash scripts/test" in workflow
    assert "bash scripts/test" in (ROOT / "README.md").read_text("utf-8")
