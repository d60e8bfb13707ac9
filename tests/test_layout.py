"""The project's own rules about its code."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT

MODULES = [path for folder in ("generator", "templates") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_400_lines(path: object) -> None:
    (module,) = [known for known in MODULES if known == path]
    assert len(module.read_text("utf-8").splitlines()) <= 400
