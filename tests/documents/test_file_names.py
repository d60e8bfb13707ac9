from hypothesis import given
from hypothesis import strategies as st

from generator.documents.file_names import file_stem
from generator.references import DocumentKind
from tests.conftest import FULL, Json, order_of


def test_names_say_document_reference_client_and_number(order_json: Json) -> None:
    assert file_stem(order_of(order_json), DocumentKind.BDC) == "BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123"


@given(number=st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ._/#:-]{0,30}[A-Za-z0-9])?", fullmatch=True))
def test_names_keep_to_the_safe_alphabet(number: str) -> None:
    stem = file_stem(order_of({**FULL, "numero": number}), DocumentKind.VA)
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert len(stem) < 100
