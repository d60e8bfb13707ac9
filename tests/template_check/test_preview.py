"""Pictures of a template with the places of its findings."""

from pathlib import Path

import pytest

from generator.references import Appels
from generator.render.options import DEFAULT_TIMEOUT
from generator.template_check.check import CheckOptions, check_template
from generator.template_check.preview import LONG, SHORT, draw_orders, draw_template
from tests.conftest import ROOT
from tests.template_check.edits import changed, edit

TEMPLATE = ROOT / "templates" / "bdc.docx"


@pytest.mark.slow
def test_findings_are_framed_where_they_are(tmp_path: Path, appels: Appels) -> None:
    bad = tmp_path / "bdc.docx"
    bad.write_bytes(changed("bdc", edit("mention.siret.text", "mention.siret.texte")))
    check = check_template(bad, tuple(appels.values()), CheckOptions())
    drawn = draw_template(check, DEFAULT_TIMEOUT)
    number = [finding.code for finding in check.findings].index("MODELE-NOM-INCONNU") + 1
    assert (number, 1) in drawn.marks
    red = sum(count for count, colour in drawn.pages[0].getcolors(1 << 24) or [] if colour == (200, 0, 0))
    assert red > 500
    assert draw_orders(check, tuple(appels.values()), DEFAULT_TIMEOUT) == {}


@pytest.mark.slow
def test_sound_template_is_drawn_with_two_orders(appels: Appels) -> None:
    check = check_template(TEMPLATE, tuple(appels.values()), CheckOptions())
    drawn = draw_orders(check, tuple(appels.values()), DEFAULT_TIMEOUT)
    assert {name: len(each.pages) for name, each in drawn.items()} == {SHORT: 2, LONG: 2}
    assert drawn[SHORT].pages[0].tobytes() != drawn[LONG].pages[0].tobytes()
    assert draw_template(check, DEFAULT_TIMEOUT).marks == ()
