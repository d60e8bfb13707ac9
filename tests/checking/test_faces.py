from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from generator.checking import faces as checked_faces
from generator.checking.faces import check_faces
from generator.checking.parts import open_layout
from generator.templates import Template
from tests.checking.edits import changed
from tests.checking.edits import face

RESTRICTED = "Police Interdite"


@pytest.fixture
def restricted_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install, for fontconfig alone, a face whose licence forbids that it be embedded."""
    if not shutil.which("fc-match"):
        pytest.fail("fontconfig is needed: bash scripts/setup --tests")
    source = subprocess.run(["fc-match", "--format", "%{file}", "DejaVu Sans"], check=True, capture_output=True)
    with TTFont(source.stdout.decode()) as font:
        font["OS/2"].fsType = 2
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = RESTRICTED
        (tmp_path / "fonts").mkdir()
        font.save(tmp_path / "fonts" / "interdite.ttf")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    checked_faces._is_restricted.cache_clear()


def codes(data: bytes) -> set[str]:
    return {found.finding.code for found in check_faces(open_layout(Template("modele.docx", data)))}


@pytest.mark.usefixtures("restricted_face")
def test_a_face_that_may_not_be_embedded_is_told() -> None:
    assert codes(changed("bdc", face(RESTRICTED))) == {"MODELE-POLICE-INTERDITE"}


def test_the_faces_of_the_built_in_templates_may_be_embedded() -> None:
    assert not codes(changed("bdc"))
