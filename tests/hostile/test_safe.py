"""Each hostile template, settings file, manifest and folder ends with a finding, and changes nothing of others."""

import os
import sys
from pathlib import Path

import pytest

from tests.hostile import commands, folders, layouts, templates
from tests.hostile.case import Case, write_files
from tests.hostile.runner import run_measured

CASES = [*templates.cases(), *folders.cases(), *commands.cases(), *layouts.cases()]
# A third of them, for each starts the program; all with SEGURDOC_EVERY_CASE=1.
SOME = CASES if "SEGURDOC_EVERY_CASE" in os.environ else CASES[::3]
# What a terminal would obey.
UNSAFE = ("\x1b", "\u202e")


def test_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes are those of POSIX")
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_hostile_input_ends_with_a_finding(case: Case, tmp_path: Path) -> None:
    write_files(case, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in case.kept}
    ended = run_measured(case.arguments, tmp_path, timeout=case.seconds, settings=(), exits=case.exits)
    assert not ended.faults, ended.output
    assert not case.codes or any(code in ended.output for code in case.codes), ended.output
    assert not any(char in ended.output for char in UNSAFE)
    assert {name: (tmp_path / name).read_bytes() for name in case.kept} == before
