"""docs/architecture.md names files and folders that exist."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

# A file or folder to open; capitals stand for any name.
FILE = re.compile(r"`([\w*/.-]+(?:\.(?:py|toml|json|typ)|/))`")
ROWS = [line for line in (ROOT / "docs/architecture.md").read_text("utf-8").splitlines() if FILE.search(line)]


def missing(row: str) -> Iterator[str]:
    """Yield the files of a row that are nowhere; a bare name is in a folder that the row names before it."""
    places = [ROOT / "generator", ROOT]
    for name in FILE.findall(row):
        pattern = re.sub(r"[A-Z]{3,}", "*", name)
        if not any(any(place.glob(pattern)) for place in places):
            yield name
        places.append(ROOT / "generator" / name.rpartition("/")[0])


@pytest.mark.parametrize("row", ROWS, ids=[row[:40] for row in ROWS])
def test_files_to_open_are_there(row: str) -> None:
    assert list(missing(row)) == []
