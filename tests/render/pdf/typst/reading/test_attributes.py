"""Values of attributes that nobody expects: each gives a PDF, or the reason why typst does not make one."""

import random
import re
from collections.abc import Iterator

import pytest
from lxml import etree

from generator.common.language import Text, catalogue
from generator.common.opc import parse_xml, write_package
from generator.render.docx.archive import read_parts
from generator.render.pdf.typst import (
    MissingFontError,
    Unsupported,
    UnsupportedError,
    typeset_docx,
    unsupported_constructs,
)
from tests.generators.documents import Document, order_documents, restyled_documents, sample_orders
from tests.generators.wordprocessing import A4, MARGINS, SETTINGS, docx, exact, paragraph
from tests.render.pdf.typst.test_engine import PROPERTIES, image, picture
from tests.render.pdf.typst.test_layout import row, table

_VALUES = ("foo", "", "-1", "99999999999", "1e400")
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|styles|numbering|settings)\.xml")
_SEED = 20


def documents() -> list[Document]:
    """Return documents of the built-in templates, and of own ones that no LibreOffice has to save."""
    restyled = (each for number in range(1, 36, 4) for each in restyled_documents(f"restyled/{number:02}-"))
    return [*order_documents("samples", sample_orders()), *restyled]


def attributes(document: Document) -> Iterator[tuple[str, str, str]]:
    """Give the part, the path and the name of each attribute of a document."""
    for part, data in read_parts(document.docx).items():
        if _PARTS.fullmatch(part):
            root = parse_xml(data)
            for element in root.iter(etree.Element):
                for name in element.keys():  # noqa: SIM118  # an element iterates over its children
                    yield part, root.getroottree().getelementpath(element), str(name)


def with_value(data: bytes, part: str, path: str, name: str, value: str) -> bytes:
    parts = read_parts(data)
    root = parse_xml(parts[part])
    element = root if path == "." else root.find(path)
    assert element is not None
    element.set(name, value)
    return write_package({**parts, part: etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


@pytest.mark.slow
def test_any_value_gives_a_pdf_or_a_reason() -> None:
    drawn = random.Random(_SEED)
    places = [(document, *place) for document in documents() for place in attributes(document)]
    # Attributes that are rare are drawn as often as those that each paragraph has.
    kinds: dict[tuple[str, str], list[tuple[Document, str, str, str]]] = {}
    for place in places:
        kinds.setdefault((re.sub(r"\[\d+\]", "", place[2])[-90:], place[3]), []).append(place)
    for kind in drawn.sample(sorted(kinds), 160):
        document, part, path, name = drawn.choice(kinds[kind])
        value = drawn.choice(_VALUES)
        try:
            typeset_docx(with_value(document.docx, part, path, name, value), document.properties, None)
        except UnsupportedError as error:
            assert error.reasons  # noqa: PT017  # any other exception fails the test
        except MissingFontError:
            assert "rFonts" in path


def test_negative_or_endless_lengths_are_named() -> None:
    body = (
        paragraph("x", '<w:ind w:left="1e400"/>') + paragraph("y", exact(-3)) + paragraph("z", run='<w:sz w:val="0"/>')
    )
    found = [each.construct for each in unsupported_constructs(docx(body))]
    assert found == ["w:ind/@w:left=1e400", "w:spacing/@w:line=-60", "w:sz=0"]


def row_of(cell: str) -> str:
    return f"<w:tr><w:tc><w:tcPr>{cell}</w:tcPr><w:p/></w:tc></w:tr>"


UNKNOWN_VALUES: dict[str, str] = {
    "w:highlight=foo": paragraph("x", run='<w:highlight w:val="foo"/>'),
    "w:vertAlign=foo": paragraph("x", run='<w:vertAlign w:val="foo"/>'),
    "w:color=foo": paragraph("x", run='<w:color w:val="foo"/>'),
    "w:b=foo": paragraph("x", run='<w:b w:val="foo"/>'),
    "w:outlineLvl=1e400": paragraph("x", '<w:outlineLvl w:val="1e400"/>'),
    "w:spacing/@w:lineRule=foo": paragraph("x", '<w:spacing w:line="240" w:lineRule="foo"/>'),
    "w:styleId=foo": paragraph("x", '<w:pStyle w:val="foo"/>'),
    "w:numId=7": paragraph("x", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'),
    "w:tab=foo": paragraph("x", '<w:tabs><w:tab w:val="foo" w:pos="20"/></w:tabs>'),
    "w:jc=foo": table(row("x"), properties='<w:jc w:val="foo"/>', widths=(3000,)),
    "w:tcW/@w:w=1e400": table(row_of('<w:tcW w:w="1e400"/>'), widths=(3000,)),
    "w:gridSpan=0": table(row_of('<w:gridSpan w:val="0"/>'), widths=(3000,)),
    "w:vAlign=foo": table(row("x", cell='<w:vAlign w:val="foo"/>'), widths=(3000,)),
    "w:vMerge=continue": table(row("x", cell="<w:vMerge/>"), widths=(3000,)),
    "w:trHeight/@w:hRule=foo": table(row("x", properties='<w:trHeight w:val="9" w:hRule="foo"/>'), widths=(3000,)),
    "w:tblLook=foo": table(row("x"), properties='<w:tblLook w:val="foo"/>', widths=(3000,)),
}


@pytest.mark.parametrize("construct", UNKNOWN_VALUES)
def test_unknown_value_is_named(construct: str) -> None:
    assert construct in [each.construct for each in unsupported_constructs(docx(UNKNOWN_VALUES[construct]))]


@pytest.mark.parametrize(
    ("construct", "section"),
    [
        ("w:headerReference/@r:id", f'<w:headerReference w:type="default" r:id="none"/>{A4}{MARGINS}'),
        ("w:footerReference/@w:type=foo", f'<w:footerReference w:type="foo" r:id="styles"/>{A4}{MARGINS}'),
        ("w:pgSz/@w:w=99999999999", f'<w:pgSz w:w="99999999999" w:h="16838"/>{MARGINS}'),
        ("w:pgMar>w:pgSz", f'<w:pgSz w:w="1000" w:h="16838"/>{MARGINS}'),
    ],
)
def test_unknown_value_of_a_section_is_named(construct: str, section: str) -> None:
    assert construct in [each.construct for each in unsupported_constructs(docx(paragraph("x"), section=section))]


def test_unknown_value_of_a_setting_is_named() -> None:
    settings = SETTINGS.replace('w:val="15"', 'w:val="1e400"')
    assert [each.construct for each in unsupported_constructs(docx(paragraph("x"), settings=settings))] == [
        "w:compatSetting=1e400"
    ]


def test_unknown_size_of_a_picture_is_named() -> None:
    body = re.sub(r'cx="\d+"', 'cx="foo"', picture("p.png"))
    found = unsupported_constructs(docx(body, media={"p.png": image(9, "PNG")}))
    assert [each.construct for each in found] == ["wp:extent/@cx=foo"]


def test_text_of_a_cell_that_a_merge_hides_is_named() -> None:
    rows = row("x", cell='<w:vMerge w:val="restart"/>') + row("hidden", cell="<w:vMerge/>")
    (found,) = unsupported_constructs(docx(table(rows, widths=(3000,))))
    assert found.construct == "w:vMerge=continue"
    with pytest.raises(UnsupportedError):
        typeset_docx(docx(table(rows, widths=(3000,))), PROPERTIES, None)


@pytest.mark.parametrize(
    ("construct", "fr", "en"),
    [
        ("w:cols", "colonnes [w:cols]", "columns [w:cols]"),
        ("w:instrText=DATE", "champ [w:instrText=DATE]", "field [w:instrText=DATE]"),
        ("w:tab=bar", "taquet barre [w:tab=bar]", "bar tab [w:tab=bar]"),
        ("w:unknown/@w:val", "w:unknown/@w:val", "w:unknown/@w:val"),
    ],
)
def test_construct_has_the_name_that_word_gives_it(construct: str, fr: str, en: str) -> None:
    assert Unsupported(construct, Text("", "")).named == Text(fr, en)


def test_every_name_is_in_both_languages() -> None:
    for construct, names in catalogue("constructs").items():
        assert names.keys() == {"fr", "en"}, construct
        assert all(names.values()), construct
