import datetime
import io
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generator.documents.properties import document_descriptor
from generator.documents.qr import QUIET_MODULES, QrPayload, decode_payload, qr_payload, qr_picture
from generator.orders.canonical import canonical_digest
from generator.references import DocumentKind
from tests.conftest import Json, order_of

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

payloads = st.builds(
    QrPayload,
    document=st.sampled_from(DocumentKind),
    reference=st.from_regex(r"[A-Z0-9]+(-[A-Za-z0-9]+)+", fullmatch=True),
    numero=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=32),
    finess_pmsi=st.from_regex(r"[0-9][0-9A-B][0-9]{7}", fullmatch=True),
    date=st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)),
    ht=st.decimals("0.01", "999999999.99", places=2),
    ttc=st.decimals("0.01", "999999999.99", places=2),
    digest=st.binary(min_size=16, max_size=16),
)


@given(payloads)
def test_what_is_encoded_is_decoded_and_stays_alphanumeric(payload: QrPayload) -> None:
    text = payload.encode()
    assert set(text) <= ALPHANUMERIC
    assert decode_payload(text) == payload


@pytest.mark.parametrize("text", ["", "SEGURDOC2*BDC", "SEGURDOC1*BDC*A*B*C*20260504*1*1*00", "https://example.org"])
def test_other_codes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_payload(text)


def test_payload_says_what_the_order_says(va_json: Json) -> None:
    order = order_of(va_json)
    canonical = document_descriptor(order, DocumentKind.VA)
    payload = qr_payload(order, DocumentKind.VA, canonical)
    assert order.va is not None
    assert payload == QrPayload(
        document=DocumentKind.VA,
        reference=order.reference,
        numero=order.numero,
        finess_pmsi=order.client.finess_pmsi,
        date=order.va.date,
        ht=Decimal("10000.00"),
        ttc=Decimal("12000.00"),
        digest=canonical_digest(canonical),
    )


def test_bdc_has_the_date_of_the_order(va_json: Json) -> None:
    order = order_of(va_json)
    payload = qr_payload(order, DocumentKind.BDC, document_descriptor(order, DocumentKind.BDC))
    assert payload.date == order.date_emission


@pytest.mark.parametrize("length", [80, 113, 180])
def test_qr_picture_decodes_and_is_25_mm_wide(length: int) -> None:
    text = ("SEGURDOC1*" * 20)[:length]
    picture = qr_picture(text, "code")
    image = Image.open(io.BytesIO(picture.data))
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    assert found.text == text
    assert found.ec_level == "Q"
    modules = image.width / 8
    assert picture.width_mm * (modules - 2 * QUIET_MODULES) / modules >= 25
    assert picture.width_mm / modules >= 0.4
