"""The calls of the guide of the service, made by curl to a real server."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, VALID
from tests.web.server import Served

pytestmark = pytest.mark.slow
GUIDES = [ROOT / "docs" / lang / "service.md" for lang in ("fr", "en")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.parent.name)
def test_calls_of_the_guide_are_answered(guide: Path, site: Served, tmp_path: Path) -> None:
    shutil.copy(VALID / "bdc-dpi-fusion.json", tmp_path / "commande.json")
    calls, *_installation = re.findall(r"^```sh\n(.*?)^```$", guide.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    render, verify = calls.replace("http://127.0.0.1:8765", site.address).splitlines()
    subprocess.run(["bash", "-c", f"{render} --fail-with-body"], cwd=tmp_path, check=True)
    (tmp_path / "bdc.pdf").rename(tmp_path / "scan.pdf")
    assert (tmp_path / "scan.pdf").read_bytes().startswith(b"%PDF")
    answer = subprocess.run(
        ["bash", "-c", f"{verify} --fail-with-body"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert json.loads(answer.stdout)["documents"][0]["verdict"] == "compliant"
