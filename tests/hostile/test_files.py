"""Hostile workbooks, JSON, PDF and picture files end with a finding, within limits.

`python -m benchmarks.hostile` runs every one of them, which takes too long for a test.
"""

from pathlib import Path

from tests.hostile.files import HostileFile, json_files, open_documents, workbooks
from tests.hostile.runner import Measured, run_measured

MEMORY, SECONDS = "1500", "20"


def measured(file: HostileFile, folder: Path) -> Measured:
    """Return what the command that reads such a file does with it."""
    path = folder / file.name
    path.write_bytes(file.data)
    suffix, limits = path.suffix, ("--memory", MEMORY, "--timeout", SECONDS)
    if suffix in (".xlsx", ".ods", ".csv"):
        return run_measured(["import", path, "-o", folder / "out", *limits], folder, timeout=180)
    if suffix == ".json":
        return run_measured(["render", path, "-o", folder / "out", *limits], folder, timeout=180)
    return run_measured(["verify", path, *limits], folder, timeout=180)


def test_some_hostile_files_are_findings_within_limits(tmp_path: Path) -> None:
    makers = {"far-corner-case.xlsx": workbooks, "both.ods": open_documents, "long-pointer.json": json_files}
    for name, make in makers.items():
        file = next(each for each in make() if each.name == name)
        found = measured(file, tmp_path)
        assert not found.faults, found.output[-2000:]
        assert found.code == 1, found.output[-2000:]
