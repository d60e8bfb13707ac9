import shutil
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from generator.render.docx.templates import Template
from generator.template_check.parts import open_layout
from generator.template_check.typography import check_fonts, forbids_embedding
from tests.template_check.edits import changed, font

RESTRICTED = "Police Interdite"


@pytest.fixture
def restricted_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install, for fontconfig alone, a font whose licence forbids embedding."""
    if not shutil.which("fc-match"):
        pytest.fail("fontconfig is needed: bash scripts/setup --tests")
    source = subprocess.run(["fc-match", "--format", "%{file}", "DejaVu Sans"], check=True, capture_output=True)
    with TTFont(source.stdout.decode()) as opened:
        opened["OS/2"].fsType = 2
        for record in opened["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = RESTRICTED
        (tmp_path / "fonts").mkdir()
        opened.save(tmp_path / "fonts" / "interdite.ttf")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    forbids_embedding.cache_clear()


def codes(data: bytes) -> set[str]:
    return {found.finding.code for found in check_fonts(open_layout(Template("modele.docx", data)))}


@pytest.mark.usefixtures("restricted_font")
def test_font_that_forbids_embedding_is_reported() -> None:
    assert codes(changed("bdc", font(RESTRICTED))) == {"MODELE-POLICE-INTERDITE"}


def test_fonts_of_built_in_templates_are_embeddable() -> None:
    assert not codes(changed("bdc"))
