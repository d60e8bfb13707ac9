"""Mentions cut out of the pages of a verified document."""

import json
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageDraw

from generator.orders import Order
from generator.references import Appel, Appels, DocumentKind
from generator.render.pipeline import render_expected
from generator.rules.validation import CheckedOrder, validate
from generator.verify.documents import VerifyOptions, verify_files
from generator.verify.opened import GivenDocument
from generator.verify.pictures import seen_mentions, with_expected_places
from generator.verify.verify import Verified
from tests.conftest import VALID

pytestmark = pytest.mark.slow


@pytest.fixture
def checked(tmp_path: Path, appels: Appels) -> CheckedOrder:
    value = json.loads((VALID / "bdc-dpi-v2.json").read_bytes())
    del value["fournisseur"]["logo"]
    (tmp_path / "order.json").write_text(json.dumps(value), "utf-8")
    (checked,) = validate([tmp_path / "order.json"], appels)
    return checked


def expected_of(checked: CheckedOrder, folder: Path) -> bytes:
    assert checked.order
    assert checked.appel
    order: Order = checked.order
    appel: Appel = checked.appel
    pdf, findings = render_expected(order, appel, DocumentKind.BDC, None, folder)
    assert pdf, findings
    return pdf


def verified(path: Path, checked: CheckedOrder, appels: Appels) -> Verified:
    options = VerifyOptions(readers=("tesseract",), reads=False)
    (found,) = verify_files([GivenDocument(path)], [checked], appels, options, render_expected)
    return found


def test_every_mention_of_a_sound_document_is_cut_out(tmp_path: Path, checked: CheckedOrder, appels: Appels) -> None:
    pdf = expected_of(checked, tmp_path)
    (tmp_path / "bdc.pdf").write_bytes(pdf)
    mentions = seen_mentions(with_expected_places(verified(tmp_path / "bdc.pdf", checked, appels), pdf))
    assert len(mentions) > 20
    assert all(mention.is_fine and mention.crop and mention.page in (1, 2) for mention in mentions)
    (siret,) = (mention for mention in mentions if mention.id == "siret")
    assert siret.crop
    # Letters are dark on light paper.
    shades = siret.crop.convert("L").tobytes()
    assert min(shades) < 60
    assert max(shades) == 255


def test_mention_that_was_changed_is_not_fine(tmp_path: Path, checked: CheckedOrder, appels: Appels) -> None:
    pdf = expected_of(checked, tmp_path)
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().convert("L")
    (tmp_path / "bdc.pdf").write_bytes(pdf)
    sound = seen_mentions(with_expected_places(verified(tmp_path / "bdc.pdf", checked, appels), pdf))
    (finess,) = (mention for mention in sound if mention.id == "finess")
    assert finess.crop
    # Cover the number on a scan, where the sound document has it.
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = text.search("Numéro FINESS").get_next()
    assert found
    left, bottom, _, top = text.get_charbox(found[0])
    height = pypdfium2.PdfDocument(pdf)[0].get_height()
    scale = 200 / 72
    ImageDraw.Draw(image).rectangle(
        (left * scale, (height - top) * scale - 6, 1200, (height - bottom) * scale + 6), fill=255
    )
    image.save(tmp_path / "scan.png", dpi=(200, 200))
    seen = seen_mentions(with_expected_places(verified(tmp_path / "scan.png", checked, appels), pdf))
    assert not next(mention for mention in seen if mention.id == "finess").is_fine
    assert next(mention for mention in seen if mention.id == "siret").is_fine
