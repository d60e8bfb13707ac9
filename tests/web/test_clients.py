"""A client in another language renders and verifies."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.server import ORDER, Served

pytestmark = pytest.mark.slow


def test_node_renders_and_verifies(site: Served, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "node is missing: run scripts/setup --tests"
    (tmp_path / "order.json").write_bytes(ORDER)
    command = [node, str(Path(__file__).parent / "client.mjs"), site.address, str(tmp_path / "order.json")]
    # Node 18 warns of what it calls experimental.
    environment = {**os.environ, "NODE_NO_WARNINGS": "1"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert ended.stderr == ""
    answer = json.loads(ended.stdout)
    assert answer.pop("etag")
    assert answer == {"valid": True, "type": "application/pdf", "compliant": True, "verdict": "compliant"}
