import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.common.findings import Place
from generator.common.language import Text
from generator.documents.manifest_line import ManifestLine, ManifestLineError, OrderStatus, from_line, to_line
from generator.documents.outputs import Output
from generator.orders.canonical import composed
from generator.rules.montant import MONTANT_NUL

OUTPUT = Output("BDC_1.pdf", 3, "ab" * 32)


def record(**changes: object) -> ManifestLine:
    place = Place("lot.jsonl", 3, 7, "/montant", Text("en-tête", "header"))
    values: dict[str, object] = {
        "order": "AF_1_2",
        "file": "lot.jsonl",
        "status": OrderStatus.DELIVERED,
        "inputs": "00",
        "outputs": (OUTPUT,),
        "findings": (MONTANT_NUL.at(place),),
        "engines": (("segurdoc", "0.1.0"),),
        "finished": "2026-11-24T12:00:00+00:00",
        "seconds": 0.25,
    }
    return ManifestLine(**{**values, **changes})  # type: ignore[arg-type]  # what the tests ask for


def test_record_is_read_as_it_was_written() -> None:
    written = record()
    read = from_line(to_line(written))
    assert (read.order, read.outputs, read.engines, read.seconds) == ("AF_1_2", (OUTPUT,), written.engines, 0.25)
    (before,), (after,) = written.findings, read.findings
    assert (after.code, after.severity, after.place) == (before.code, before.severity, before.place)
    assert [after.message(lang) for lang in ("fr", "en")] == [before.message(lang) for lang in ("fr", "en")]
    assert after.fix("fr") == before.fix("fr")


def test_record_is_one_line_of_ascii() -> None:
    line = to_line(record(file="é\n\u2028.json"))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()


def test_braces_of_a_message_are_text() -> None:
    finding = MONTANT_NUL.at(Place("{file}"))
    value = json.loads(to_line(record(findings=(finding,))))
    value["findings"][0]["message"] = {"fr": "a {b} c", "en": "{"}
    assert from_line(json.dumps(value).encode()).findings[0].message("fr") == "a {b} c"


@pytest.mark.parametrize("name", ["../x.pdf", "/etc/passwd", "a/b.pdf", "", "."])
def test_file_out_of_the_folder_is_no_record(name: str) -> None:
    with pytest.raises(ManifestLineError):
        from_line(to_line(record(outputs=(Output(name, 1, "0"),))))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(json.loads(to_line(record())))), inner),
        max_leaves=20,
    )
)
def test_any_other_json_is_no_record(value: object) -> None:
    with pytest.raises(ManifestLineError):
        from_line(json.dumps(composed(value)).encode())
