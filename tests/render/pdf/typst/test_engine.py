"""PDFs by Typst: what they contain, that values are never code, and that nothing is dropped silently."""

import datetime
import io
import subprocess
import sys
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image
from pypdf import PdfReader

from generator.documents.qr import qr_picture
from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.typst import (
    MissingFontError,
    MissingGlyphError,
    UnsupportedError,
    typeset_docx,
    unsupported_constructs,
)
from generator.verify.text import page_texts
from tests.generators.lines import read_pages
from tests.generators.strategies import hostile_texts
from tests.generators.wordprocessing import A4, MARGINS, SETTINGS, STYLES, docx, exact, paragraph

PROPERTIES = PdfProperties(
    "Bon de commande", "Éditeur Fictif", "Sujet", datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)
)
ATTACHMENT = Attachment("ordre.json", '{"numero": "é\\"\\\\#1"}'.encode(), "Descripteur")
LINE = exact(20)


def made(body: str, **parts: object) -> bytes:
    return typeset_docx(docx(body, **parts), PROPERTIES, None)  # type: ignore[arg-type]  # passed on


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\r", "")


def picture(name: str, *, width: float = 40.0, described: str = "") -> str:
    emu = round(width * 12700)
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{emu}" cy="{emu}"/><wp:docPr id="1" name="p" '
        f'descr="{described}"/><a:graphic><a:graphicData uri="p"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="media-{name}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def image(width: int, kind: str) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((width, width), 60).convert("RGB").save(stream, kind)
    return stream.getvalue()


def catalogue(pdf: bytes) -> Any:
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def test_pdf_declares_its_conformance_language_and_origin() -> None:
    pdf = made(paragraph("Texte"))
    xmp = catalogue(pdf)["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert catalogue(pdf)["/Lang"].startswith("fr")
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == ("Bon de commande", "Éditeur Fictif")
    assert metadata.creation_date == PROPERTIES.date


def test_pdf_carries_the_descriptor_as_its_data() -> None:
    pdf = typeset_docx(docx(paragraph("Texte")), PROPERTIES, ATTACHMENT)
    assert PdfReader(io.BytesIO(pdf)).attachments == {"ordre.json": [ATTACHMENT.data]}
    (specification,) = catalogue(pdf)["/AF"]
    assert specification.get_object()["/AFRelationship"] == "/Data"


def test_same_document_gives_the_same_bytes_in_another_process() -> None:
    document = docx(paragraph("Texte") + picture("p.png", described="Logo"), media={"p.png": image(20, "PNG")})
    pdf = typeset_docx(document, PROPERTIES, ATTACHMENT)
    typeset_docx(docx(paragraph("Autre")), PROPERTIES, None)
    assert typeset_docx(document, PROPERTIES, ATTACHMENT) == pdf
    code = (
        "import sys; from tests.render.pdf.typst.test_engine import *; "
        "sys.stdout.buffer.write(typeset_docx(sys.stdin.buffer.read(), PROPERTIES, ATTACHMENT))"
    )
    other = subprocess.run([sys.executable, "-c", code], input=document, capture_output=True, check=True)
    assert other.stdout == pdf


@given(hostile_texts)
@settings(max_examples=60, deadline=None)
def test_value_is_text_and_never_code(text: str) -> None:
    pdf = made(paragraph(text), running={"header-default": paragraph(text)})
    printed = "".join(text_of(pdf).split())
    # PDFium gives a hyphen at the end of a line as another character.
    assert printed.replace("\x02", "-").replace("\ufffe", "-").count("".join(text.split())) == 2


def test_properties_and_attachment_are_never_code() -> None:
    hostile = '"); panic("x") #panic() \\u{41} $x$ */'
    properties = PdfProperties(hostile, hostile, hostile, PROPERTIES.date)
    attachment = Attachment(f"{hostile[:9]}.json", f'"{hostile}\n\t"'.encode(), hostile)
    reader = PdfReader(io.BytesIO(typeset_docx(docx(paragraph("Texte")), properties, attachment)))
    assert reader.metadata is not None
    assert reader.metadata.title == hostile
    assert list(reader.attachments.values()) == [[attachment.data]]


def test_text_is_tagged_and_headers_are_not() -> None:
    styles = STYLES + (
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    )
    body = paragraph("Titre", '<w:pStyle w:val="H"/>') + paragraph("Texte") + picture("p.png", described="Code QR")
    pdf = made(body, styles=styles, running={"header-default": paragraph("En-tête")}, media={"p.png": image(20, "PNG")})
    kinds, described = [], []
    for each in catalogue(pdf)["/StructTreeRoot"].get_object()["/K"]:
        waiting = [each.get_object()]
        while waiting:
            element = waiting.pop(0)
            kinds.append(element.get("/S"))
            described.append(element.get("/Alt"))
            inner = element.get("/K", [])
            waiting += [kid.get_object() for kid in inner if not isinstance(kid.get_object(), int)]
    assert {"/Document", "/H1", "/P", "/Figure"} <= set(kinds)
    assert kinds.count("/P") + kinds.count("/H1") <= 4
    assert "Code QR" in described


def test_png_keeps_its_pixels() -> None:
    data = image(90, "PNG")
    pdf = made(picture("p.png", width=30, described="Logo"), media={"p.png": data})
    (found,) = PdfReader(io.BytesIO(pdf)).pages[0].images
    assert found.image is not None
    assert found.image.convert("RGB").tobytes() == Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def test_code_is_drawn_as_vectors_where_the_docx_has_an_svg() -> None:
    code = qr_picture("SEGURDOC1*BDC*1234", "Code QR")
    vectors = (
        '<a:blip r:embed="media-p.png"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip '
        'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="media-p.svg"/></a:ext>'
        "</a:extLst></a:blip>"
    )
    body = picture("p.png", width=90, described="Code QR").replace('<a:blip r:embed="media-p.png"/>', vectors)
    pdf = made(body, media={"p.png": code.data, "p.svg": code.svg})
    assert not PdfReader(io.BytesIO(pdf)).pages[0].images
    (read,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())
    assert read.text == "SEGURDOC1*BDC*1234"


WPG = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"


def alternatives(drawing: str, required: str = "wpg", namespace: str = WPG) -> str:
    """Return a picture as OnlyOffice writes it."""
    choice = f'<mc:Choice xmlns:{required}="{namespace}" Requires="{required}">'
    fallback = "</mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent>"
    whole = drawing.replace("<w:drawing>", f"<mc:AlternateContent>{choice}<w:drawing>")
    return whole.replace("</w:drawing>", f"</w:drawing>{fallback}")


def test_picture_in_alternatives_is_drawn() -> None:
    pdf = made(alternatives(picture("p.png", width=30)), media={"p.png": image(20, "PNG")})
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1


@pytest.mark.parametrize(
    ("construct", "body"),
    [
        ("mc:AlternateContent", alternatives(picture("p.png"), "wpc")),
        ("mc:AlternateContent", alternatives(picture("p.png"), namespace="urn:other")),
        ("mc:AlternateContent", alternatives(picture("p.png").replace("pic:pic>", "pic:group>"))),
        ("mc:AlternateContent", alternatives(picture("p.png")).replace("</mc:Choice>", "<w:t>x</w:t></mc:Choice>")),
        ("mc:AlternateContent", alternatives("<w:p><w:r><w:drawing><wp:anchor/></w:drawing></w:r></w:p>")),
        ("a:prstGeom", alternatives(picture("p.png").replace('prst="rect"', 'prst="ellipse"'))),
    ],
)
def test_other_alternatives_are_named(construct: str, body: str) -> None:
    (found,) = unsupported_constructs(docx(body, media={"p.png": image(20, "PNG")}))
    assert (found.construct, found.place.en) == (construct, "paragraph 1")


def test_jpeg_is_carried_as_it_came() -> None:
    data = image(90, "JPEG")
    pdf = made(picture("p.jpg", width=30, described="Logo"), media={"p.jpg": data})
    assert data in pdf


def test_long_word_stays_within_the_margins() -> None:
    word = "Établissement" * 30
    pages = read_pages(made(paragraph(word, LINE)))
    assert "".join(line.text for line in pages.lines) == word
    assert all(line.left >= 50 - 0.5 and line.right <= 545.3 for line in pages.lines)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_spaces_beside_characters_of_another_font_are_read_back(space: str) -> None:
    text = space.join(("a", "≠", "≥", "b", "≠", "→", "−", "≤", "e\u0301", "№", "≠"))
    (page,) = page_texts(made(paragraph(text)))
    assert page.split() == text.split()


def test_missing_font_is_named() -> None:
    run = '<w:rFonts w:ascii="Police Absente" w:hAnsi="Police Absente"/>'
    with pytest.raises(MissingFontError) as raised:
        made(paragraph("Texte", run=run))
    assert raised.value.fonts == ("Police Absente",)


def test_missing_glyph_is_named() -> None:
    with pytest.raises(MissingGlyphError) as raised:
        made(paragraph("avant \U000f0000 après"))
    assert "".join(raised.value.characters) == "\U000f0000"


def test_page_numbers_and_total_are_worked_out() -> None:
    footer = (
        '<w:p><w:r><w:t xml:space="preserve">Page </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>9</w:t></w:r>'
        '</w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> NUMPAGES \\* MERGEFORMAT </w:instrText></w:r><w:r><w:fldChar '
        'w:fldCharType="separate"/></w:r><w:r><w:t>9</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    pdf = made(
        paragraph("un") + paragraph("deux", "<w:pageBreakBefore/>") + paragraph("trois", "<w:pageBreakBefore/>"),
        running={"footer-default": footer},
    )
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    assert [f"Page {number} / 3" in text for number, text in enumerate(texts, start=1)] == [True] * 3


UNSUPPORTED: dict[str, str] = {
    "w:ins": '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>x</w:t></w:r></w:ins></w:p>',
    "w:del": '<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>',
    "w:vanish": paragraph("x", run="<w:vanish/>"),
    "w:framePr": paragraph("x", '<w:framePr w:w="2000" w:hAnchor="page"/>'),
    "w:footnoteReference": '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
    "w:pict": "<w:p><w:r><w:pict/></w:r></w:p>",
    "w:object": "<w:p><w:r><w:object/></w:r></w:p>",
    "wp:anchor": "<w:p><w:r><w:drawing><wp:anchor/></w:drawing></w:r></w:p>",
    "w:sym": '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>',
    "w:instrText=DATE": '<w:p><w:fldSimple w:instr=" DATE "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>',
    "w:jc=distribute": paragraph("x", '<w:jc w:val="distribute"/>'),
    "w:u=wave": paragraph("x", run='<w:u w:val="wave"/>'),
    "w:top=double": paragraph("x", '<w:pBdr><w:top w:val="double" w:sz="4"/></w:pBdr>'),
    "w:br/@w:type=column": '<w:p><w:r><w:br w:type="column"/></w:r></w:p>',
    "w:position": paragraph("x", run='<w:position w:val="6"/>'),
    "w:unknown": "<w:unknown/>",
    "w:spacing/@w:unknown": paragraph("x", '<w:spacing w:unknown="1"/>'),
}


@pytest.mark.parametrize("construct", UNSUPPORTED)
def test_unsupported_construct_is_named_with_its_place(construct: str) -> None:
    body = UNSUPPORTED[construct]
    document = docx(paragraph("avant") + body)
    (found, *_) = unsupported_constructs(document)
    assert found.construct == construct
    if body.startswith("<w:p>"):
        assert found.place.en == "paragraph 2"
    with pytest.raises(UnsupportedError) as raised:
        typeset_docx(document, PROPERTIES, None)
    assert raised.value.reasons[0] == found


LAYOUTS: dict[str, str] = {
    "w:tab": '<w:p><w:r><w:tab/><w:t xml:space="preserve">' + "( mot " * 40 + "</w:t></w:r></w:p>",
    "w:pageBreakBefore": '<w:tbl><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:tc>'
    + (paragraph("a") + paragraph("b", "<w:pageBreakBefore/>") + "</w:tc></w:tr></w:tbl>"),
    "a:blip": picture("p.png"),
    "w:u+w:strike": paragraph("x", run='<w:strike/><w:u w:val="single"/>'),
}


@pytest.mark.parametrize("construct", LAYOUTS)
def test_error_of_the_compiler_is_named_as_a_construct(construct: str) -> None:
    with pytest.raises(UnsupportedError) as raised:
        made(LAYOUTS[construct], media={"p.png": b"\x89PNG damaged"})
    assert [(each.construct, each.place.fr) for each in raised.value.reasons] == [(construct, "mise en page")]


@pytest.mark.parametrize(
    ("construct", "section"),
    [
        ("w:cols", A4 + MARGINS + '<w:cols w:num="2"/>'),
        ("w:pgBorders", A4 + MARGINS + "<w:pgBorders/>"),
        ("w:docGrid", A4 + MARGINS + '<w:docGrid w:type="lines" w:linePitch="360"/>'),
        ("w:lnNumType", A4 + MARGINS + '<w:lnNumType w:countBy="1"/>'),
    ],
)
def test_unsupported_section_is_named(construct: str, section: str) -> None:
    (found,) = unsupported_constructs(docx(paragraph("x"), section=section))
    assert found.construct.partition("=")[0] == construct


@pytest.mark.parametrize("start", ["continuous", "oddPage"])
def test_section_that_starts_on_no_next_page_is_named(start: str) -> None:
    first = f"<w:p><w:pPr><w:sectPr>{A4}{MARGINS}</w:sectPr></w:pPr><w:r><w:t>un</w:t></w:r></w:p>"
    section = f'<w:type w:val="{start}"/>{A4}{MARGINS}'
    (found,) = unsupported_constructs(docx(first + paragraph("deux"), section=section))
    assert found.construct == f"w:type={start}"


def test_unsupported_setting_is_named() -> None:
    found = unsupported_constructs(docx(paragraph("x"), settings=SETTINGS + "<w:gutterAtTop/>"))
    assert [(each.construct, each.place.en) for each in found] == [("w:gutterAtTop", "settings.xml")]


def test_hyphenation_is_named_where_it_is_not_suppressed() -> None:
    settings, suppressed = SETTINGS + "<w:autoHyphenation/>", '<w:suppressAutoHyphens w:val="true"/>'
    body = paragraph("x", suppressed) + "<w:p/>"
    assert unsupported_constructs(docx(body, settings=settings)) == ()
    (found,) = unsupported_constructs(docx(body + paragraph("y"), settings=settings))
    assert (found.construct, found.place.en) == ("w:autoHyphenation", "paragraph 3")
    defaults = f"<w:pPrDefault><w:pPr>{suppressed}</w:pPr></w:pPrDefault></w:docDefaults>"
    styles = STYLES.replace("</w:docDefaults>", defaults)
    assert unsupported_constructs(docx(body + paragraph("y"), settings=settings, styles=styles)) == ()
    kept = paragraph("y", suppressed.replace("true", "false"))
    assert len(unsupported_constructs(docx(body + kept, settings=settings, styles=styles))) == 1


def test_style_is_named_only_where_it_is_used() -> None:
    styles = STYLES + (
        '<w:style w:type="paragraph" w:styleId="F"><w:name w:val="F"/><w:pPr><w:framePr w:w="9"/></w:pPr></w:style>'
    )
    assert unsupported_constructs(docx(paragraph("x"), styles=styles)) == ()
    (found,) = unsupported_constructs(docx(paragraph("y") + paragraph("x", '<w:pStyle w:val="F"/>'), styles=styles))
    assert (found.construct, found.place.fr) == ("w:framePr", "paragraphe 2")


@pytest.mark.parametrize(
    ("width", "properties", "fits"),
    [
        (2800, "", True),
        (2892, "", True),
        (3000, "", False),
        (2800, '<w:tblInd w:w="200" w:type="dxa"/>', False),
        (2800, '<w:tblInd w:w="-300" w:type="dxa"/>', False),
        (2880, '<w:jc w:val="right"/>', False),
        (2780, '<w:jc w:val="right"/>', True),
    ],
)
def test_nested_table_wider_than_its_cell_is_named(width: int, properties: str, fits: bool) -> None:
    grid = '<w:tblGrid><w:gridCol w:w="{}"/></w:tblGrid>'
    inner = f"<w:tbl><w:tblPr>{properties}</w:tblPr>{grid.format(width)}<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>"
    found = unsupported_constructs(docx(f"<w:tbl>{grid.format(3000)}<w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"))
    assert [(each.construct, each.place.en) for each in found] == (
        [] if fits else [("w:tbl>w:tc", "table 2, row 1, cell 1")]
    )


def test_place_in_a_content_control_is_named() -> None:
    hidden = f"<w:tc>{paragraph('x', run='<w:vanish/>')}</w:tc>"
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    rows = "<w:tr><w:tc><w:p/></w:tc></w:tr>" + control.format(f"<w:tr>{control.format(hidden)}</w:tr>")
    grid = '<w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid>'
    (found,) = unsupported_constructs(docx(f"<w:tbl>{grid}{rows}</w:tbl>"))
    assert (found.construct, found.place.en) == ("w:vanish", "table 1, row 2, cell 1")
    # A cell without a row is no table.
    (found,) = unsupported_constructs(docx(control.format(hidden)))
    assert (found.construct, found.place.en) == ("w:tc", "word/document.xml")
