import io
import zipfile
from collections import Counter

import pytest
from lxml import etree

from generator.documents.mentions import expected_texts
from generator.documents.properties import document_descriptor
from generator.documents.qr import qr_payload
from generator.references import DocumentKind, load_appels
from generator.render.docx.archive import docx_text
from generator.render.docx.render import render_docx
from generator.render.docx.templates import Template
from generator.rules.validation import validate
from tests.conftest import VALID
from tests.generators.restyled import RESTYLED, Restyled

WRITTEN = [each for each in RESTYLED if not each.name.endswith("-saved")]
SAVED = [each for each in RESTYLED if each not in WRITTEN]
SAMPLES = {
    DocumentKind.BDC: "bdc-dpi-v2.json",
    DocumentKind.VA: "va-dpi-avec-reserves.json",
    DocumentKind.PV_PILOTE: "pv-pilote-pfi-corse.json",
}


def standard_order_name(restyled: Restyled) -> str:
    return restyled.name


def missing_texts(restyled: Restyled) -> list[str]:
    appels = load_appels()
    (checked,) = validate([VALID / SAMPLES[restyled.document]], appels)
    assert checked.order
    appel = appels[checked.order.reference]
    code = qr_payload(checked.order, restyled.document, document_descriptor(checked.order, restyled.document)).encode()
    docx = render_docx(checked.order, appel, restyled.document, Template(restyled.name, restyled.build()), code)
    # A mention may have its value in the next cell, or after a tab.
    printed = squeezed(docx_text(docx))
    expected = expected_texts(checked.order, appel, restyled.document)
    return [text for each in expected for text in (each.text, each.value) if squeezed(text or "") not in printed]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("restyled", WRITTEN, ids=standard_order_name)
def test_restyled_template_prints_every_mention(restyled: Restyled) -> None:
    assert missing_texts(restyled) == []


@pytest.mark.slow
@pytest.mark.parametrize("restyled", SAVED, ids=standard_order_name)
def test_template_saved_by_libreoffice_prints_every_mention(restyled: Restyled) -> None:
    assert missing_texts(restyled) == []


@pytest.mark.parametrize("restyled", WRITTEN, ids=standard_order_name)
def test_restyled_template_is_the_same_each_time(restyled: Restyled) -> None:
    assert restyled.build() == restyled.build()
    with zipfile.ZipFile(io.BytesIO(restyled.build())) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))


def test_restyled_templates_are_of_five_programs() -> None:
    assert len(RESTYLED) >= 30
    assert min(Counter(each.producer for each in RESTYLED).values()) >= 6
    assert set(Counter(each.document for each in RESTYLED)) == set(DocumentKind)
    assert len({each.name for each in RESTYLED}) == len(RESTYLED)
