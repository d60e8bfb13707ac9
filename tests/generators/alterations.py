"""PDFs and scans of a document, altered as forgers and mistakes do: each alteration has a name and can be drawn again."""

import io
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from generator.verify.raster import rasterise
from generator.verify.synthesis.expected import ExpectedPage, Word, expected_pages
from generator.verify.text import union

Box = tuple[float, float, float, float]
PixelBox = tuple[int, int, int, int]
# How often a pair of like glyphs is drawn.
_HALF = 0.5
_TRIES = 500
# A run of text of fewer glyphs is no line.
_LEAST_SHOWN, _LOOK_DPI = 4, 100


@dataclass(frozen=True)
class Alteration:
    """An altered PDF and what was done to it."""

    name: str
    pdf: bytes


def places_of(pdf: bytes, text: str) -> Iterator[tuple[int, Box]]:
    """Return the pages and boxes (left, bottom, right, top, in points) where a text stands."""
    with pdfium.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            layer = page.get_textpage()
            search = layer.search(text)
            while found := search.get_next():
                boxes = [layer.get_charbox(index) for index in range(found[0], found[0] + found[1])]
                lefts, bottoms, rights, tops = zip(*boxes, strict=True)
                yield number, (min(lefts), min(bottoms), max(rights), max(tops))


def drawn_over(pdf: bytes, page: int, content: str) -> bytes:
    """Return a PDF with content drawn over a page; `/Forged` is Helvetica."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    _draw(writer, page, content)
    return _written(writer)


def _draw(writer: PdfWriter, page: int, content: str) -> None:
    sheet = writer.pages[page]
    resources = sheet["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = DictionaryObject(resources.get("/Font", DictionaryObject()).get_object())
    fonts[NameObject("/Forged")] = writer._add_object(_helvetica())
    resources[NameObject("/Font")] = fonts
    stream = DecodedStreamObject()
    stream.set_data(content.encode("cp1252"))
    before = sheet["/Contents"].get_object()
    parts = list(before) if isinstance(before, ArrayObject) else [sheet.raw_get("/Contents")]
    sheet[NameObject("/Contents")] = ArrayObject([*parts, writer._add_object(stream)])


def _helvetica() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _text(x: float, y: float, text: str, size: float = 11, grey: float = 0.0) -> str:
    return f"q {grey} g BT /Forged {size} Tf {x:.1f} {y:.1f} Td ({text}) Tj ET Q"


def _cover(box: Box, grey: float = 1.0, pad: float = 1.0) -> str:
    left, bottom, right, top = box
    return f"q {grey} g {left - pad:.1f} {bottom - pad:.1f} {right - left + 2 * pad:.1f} {top - bottom + 2 * pad:.1f} re f Q"


def pdf_alterations(pdf: bytes, values: list[str], seed: int) -> Iterator[Alteration]:
    """Return a PDF altered in every way, each over one of its values, drawn by `seed`."""
    draw = random.Random(seed)

    def place() -> tuple[str, int, Box]:
        value = draw.choice(values)
        page, box = next(iter(places_of(pdf, value)))
        return value, page, box

    overs: dict[str, Callable[[int, Box], str]] = {
        "covered": lambda _page, box: _cover(box),
        "blackened": lambda _page, box: _cover(box, 0.0),
        "replaced": lambda _page, box: f"{_cover(box)} {_text(box[0], box[1], '99 999,00')}",
        "pale-digit": lambda _page, box: _text(box[0] - 6, box[1], "9", grey=0.7),
        "digit-before": lambda _page, box: _text(box[0] - 7, box[1], "9"),
        "small-line": lambda _page, _box: _text(60, 30, "Montant : 99 999,00 EUR TTC", size=5),
        "line-added": lambda _page, box: _text(60, box[1] - 9, "AVENANT : le montant TTC est de 99 999,00", size=8),
        "struck": lambda _page, box: f"q 1 w {box[0]} {(box[1] + box[3]) / 2} m {box[2]} {(box[1] + box[3]) / 2} l S Q",
    }
    for name, over in overs.items():
        _, page, box = place()
        yield Alteration(name, drawn_over(pdf, page, over(page, box)))
    _, page, box = place()
    for name, flags in (("annotation", 4), ("annotation-print-only", 4 | 32), ("annotation-screen-only", 0)):
        yield Alteration(name, _annotated(pdf, page, box, flags))
    yield Alteration("widget", _with_widget(pdf, page, box))
    yield Alteration("layer-shown", _with_layer(pdf, page, box, shown=True))
    yield Alteration("layer-hidden", _with_layer(pdf, page, box, shown=False))
    yield Alteration("appended", _appended(pdf, page, box))
    yield Alteration("page-removed", _pages(pdf, [0]))
    yield Alteration("page-added", _with_page(pdf))
    yield Alteration("invisible-text", drawn_over(pdf, page, f"q BT 3 Tr {_text(60, 100, '99 999,00 EUR')[10:]}"))
    yield Alteration("white-text", drawn_over(pdf, page, _text(60, 100, "Montant : 99 999,00 EUR", grey=1.0)))


def _annotated(pdf: bytes, page: int, box: Box, flags: int) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    note = FreeText(text="99 999,00", rect=box, font_size="11pt", background_color="ffffff", border_color=None)
    note[NameObject("/F")] = NumberObject(flags)
    if flags == 0:
        note[NameObject("/F")] = NumberObject(0)
    form = _form(writer, box, "99 999,00")
    note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): form})
    writer.add_annotation(page, note)
    return _written(writer)


def _form(writer: PdfWriter, box: Box, text: str) -> object:
    wide, high = box[2] - box[0], box[3] - box[1]
    stream = DecodedStreamObject()
    stream.set_data(f"1 g 0 0 {wide} {high} re f {_text(1, 2, text, 9)}".encode("cp1252"))
    stream[NameObject("/Type")] = NameObject("/XObject")
    stream[NameObject("/Subtype")] = NameObject("/Form")
    stream[NameObject("/BBox")] = ArrayObject([FloatObject(value) for value in (0, 0, wide, high)])
    fonts = DictionaryObject({NameObject("/Forged"): writer._add_object(_helvetica())})
    stream[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return writer._add_object(stream)


def _with_widget(pdf: bytes, page: int, box: Box) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("montant"),
            NameObject("/V"): TextStringObject("99 999,00"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): ArrayObject([FloatObject(value) for value in box]),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): _form(writer, box, "99 999,00")}),
        }
    )
    reference = writer._add_object(field)
    writer.pages[page][NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject([reference])})
    return _written(writer)


def _with_layer(pdf: bytes, page: int, box: Box, *, shown: bool) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("x")})
    )
    settings = DictionaryObject() if shown else DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): settings}
    )
    _draw(writer, page, f"/OC /Layer BDC {_cover(box)} {_text(box[0], box[1], '99 999,00')} EMC")
    resources = writer.pages[page]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/Layer"): layer})
    return _written(writer)


def _appended(pdf: bytes, page: int, box: Box) -> bytes:
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    note = FreeText(text="99 999,00", rect=box)
    note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): _form(writer, box, "99 999,00")})
    note[NameObject("/F")] = NumberObject(4)
    writer.add_annotation(page, note)
    return _written(writer)


def _pages(pdf: bytes, kept: list[int]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for number in reversed(range(len(writer.pages))):
        if number not in kept:
            writer.remove_page(number)
    return _written(writer)


def _with_page(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.add_blank_page(595, 842)
    page = writer.pages[-1]
    page[NameObject("/Resources")] = DictionaryObject()
    page[NameObject("/Contents")] = writer._add_object(DecodedStreamObject())
    _draw(writer, len(writer.pages) - 1, _text(60, 700, "AVENANT : le montant TTC est de 99 999,00 EUR"))
    return _written(writer)


def text_alterations(pdf: bytes, seed: int) -> Iterator[Alteration]:
    """Return a PDF whose own text is altered: another glyph of its fonts; a line moved, removed, doubled or pale."""
    draw = random.Random(seed)
    for number, is_digit in enumerate((True, True, True, False, False, False)):
        yield Alteration(f"glyph-{'digit' if is_digit else 'letter'}-{number}", _with_glyph(pdf, draw, is_digit))
    for name, change in _ON_LINES.items():
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
        sheet = draw.choice(writer.pages)
        content = ContentStream(sheet["/Contents"], writer)
        start, end = draw.choice(list(_lines_of(content.operations)))
        content.operations = change(content.operations, start, end)
        sheet[NameObject("/Contents")] = writer._add_object(content)
        altered = _written(writer)
        # A run of spaces, or one that text of another run covers, may be moved unseen.
        if not _look_alike(pdf, altered):
            yield Alteration(name, altered)


def _look_alike(one: bytes, other: bytes) -> bool:
    pairs = zip(rasterise(one, _LOOK_DPI), rasterise(other, _LOOK_DPI), strict=True)
    return all(np.array_equal(first.pixels, second.pixels) for first, second in pairs)


Operations = list[tuple[Any, Any]]


def _lines_of(operations: Operations) -> Iterator[tuple[int, int]]:
    """Return where runs of text begin and end among the operations of a page: from `q` to `Q`."""
    for start, (_, operator) in enumerate(operations):
        if operator == b"q":
            end = next(at for at in range(start, len(operations)) if operations[at][1] == b"Q")
            shown = sum(len(_codes_of(operands)) for operands, each in operations[start:end] if each in (b"TJ", b"Tj"))
            if shown >= _LEAST_SHOWN and operations[start + 1][1] == b"cm":
                yield start, end + 1


def _shifted(operations: Operations, start: int, end: int, *, to: float | None = None, by: float = 0) -> Operations:
    matrix, _ = operations[start + 1]
    place = FloatObject(to if to is not None else float(matrix[5]) + by)
    return [operations[start], ([*matrix[:5], place], b"cm"), *operations[start + 2 : end]]


def _greyed(operations: Operations, start: int, end: int) -> Operations:
    grey = [FloatObject(0.88)] * 3
    return [(grey if operator == b"scn" else operands, operator) for operands, operator in operations[start:end]]


_ON_LINES: dict[str, Callable[[Operations, int, int], Operations]] = {
    "text-removed": lambda all_, start, end: [*all_[:start], *all_[end:]],
    "text-moved": lambda all_, start, end: [*all_[:start], *_shifted(all_, start, end, by=-13), *all_[end:]],
    "text-doubled": lambda all_, start, end: [*all_, *_shifted(all_, start, end, to=24)],
    "text-pale": lambda all_, start, end: [*all_[:start], *_greyed(all_, start, end), *all_[end:]],
}


def _codes_of(operands: Any) -> list[bytes]:
    """Return the codes, of two bytes each, of the glyphs that an operation shows."""
    parts = operands[0] if isinstance(operands[0], list) else operands
    shown = b"".join(part.original_bytes for part in parts if hasattr(part, "original_bytes"))
    return [shown[at : at + 2] for at in range(0, len(shown), 2)]


def _with_glyph(pdf: bytes, draw: random.Random, is_digit: bool) -> bytes:
    """Return a PDF with one glyph put in the place of another."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    sheet = draw.choice(writer.pages)
    chars = {
        name: _chars_of(font.get_object()["/ToUnicode"].get_object().get_data())
        for name, font in sheet["/Resources"]["/Font"].items()  # type: ignore[index]
    }
    content = ContentStream(sheet["/Contents"], writer)
    font, places = "", list[tuple[int, int, bytes]]()
    for index, (operands, operator) in enumerate(content.operations):
        font = operands[0] if operator == b"Tf" else font
        if operator in (b"TJ", b"Tj"):
            for at, code in enumerate(_codes_of(operands)):
                char = chars[font].get(code, " ")
                others = [
                    other
                    for other, shown in chars[font].items()
                    if (shown.isdigit() if is_digit else shown.isalpha()) and shown.casefold() != char.casefold()
                ]
                if (char.isdigit() if is_digit else char.isalpha()) and others:
                    places.append((index, at, draw.choice(others)))
    index, at, other = draw.choice(places)
    operands, operator = content.operations[index]
    content.operations[index] = (_with_code(operands, at, other), operator)
    sheet[NameObject("/Contents")] = writer._add_object(content)
    return _written(writer)


def _with_code(operands: Any, at: int, code: bytes) -> Any:
    is_array = isinstance(operands[0], list)
    parts, before = [], 0
    for part in operands[0] if is_array else operands:
        shown = getattr(part, "original_bytes", None)
        if shown is not None:
            place = 2 * at - before
            before += len(shown)
            if 0 <= place < len(shown):
                shown = shown[:place] + code + shown[place + 2 :]
            parts.append(ByteStringObject(shown))
        else:
            parts.append(part)
    return [ArrayObject(parts)] if is_array else parts


def _chars_of(cmap: bytes) -> dict[bytes, str]:
    """Return the characters of a font's codes, as its ToUnicode map says."""
    found = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n", cmap)
    return {bytes.fromhex(code.decode()): chr(int(char, 16)) for code, char in found}


def scan_alterations(pdf: bytes, pages: Sequence[Image.Image], seed: int) -> Iterator[tuple[str, list[Image.Image]]]:
    """Return drawn pages altered in every way, before they are worn.

    Args:
        pdf: the document.
        pages: its pages, drawn at `DPI`.
        seed: draws where.
    """
    draw = random.Random(seed)
    expected = expected_pages(pdf)
    for name, alter in _ON_SCANS.items():
        index = draw.randrange(len(expected))
        changed = pages[index].copy()
        if alter(changed, expected[index], draw):
            yield name, [changed if number == index else page for number, page in enumerate(pages)]
    if len(pages) > 1:
        yield "page-removed", [pages[0]]
    extra = Image.new("L", pages[0].size, 255)
    ImageDraw.Draw(extra).text((180, 300), "AVENANT : le montant TTC est de 99 999,00", fill=0, font=_font(32))
    yield "page-added", [*pages, extra]


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype("DejaVuSans.ttf", size)


def _number(page: ExpectedPage, draw: random.Random) -> Word:
    """Return a word of a page that has a digit."""
    return draw.choice([word for word in page.words if any(map(str.isdigit, word.text)) and len(word.text) > 1])


def _line_box(page: ExpectedPage, draw: random.Random) -> PixelBox:
    """Return the box of a line of text."""
    line = draw.choice([word.line for word in page.words if len(word.text) > 3])
    return union([word.box for word in page.words if word.line == line])


def _wider(box: PixelBox, by: int = 3) -> PixelBox:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _erased(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    ImageDraw.Draw(image).rectangle(_wider(_number(page, draw).box), fill=255)
    return True


def _line_erased(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    ImageDraw.Draw(image).rectangle(_wider(_line_box(page, draw)), fill=255)
    return True


def _blackened(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    ImageDraw.Draw(image).rectangle(_wider(_number(page, draw).box), fill=20)
    return True


def _replaced(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    box = _number(page, draw).box
    pen = ImageDraw.Draw(image)
    pen.rectangle(_wider(box), fill=255)
    pen.text((box[0], box[1] - 4), "99 999,00", fill=0, font=_font(box[3] - box[1]))
    return True


def _digit_before(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    box = _number(page, draw).box
    high = box[3] - box[1]
    ImageDraw.Draw(image).text((box[0] - 0.75 * high, box[1] - 4), str(draw.randint(1, 9)), fill=0, font=_font(high))
    return True


def _line_added(image: Image.Image, _: ExpectedPage, draw: random.Random) -> bool:
    text = f"Le montant est de {draw.randint(1, 9)}9 999,00"
    ImageDraw.Draw(image).text((180, image.height - 170), text, fill=0, font=_font(26))
    return True


def _moved(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    """Cut a line out and put it at the foot of the page."""
    box = _wider(_line_box(page, draw))
    piece = image.crop(box)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    image.paste(piece, (box[0], image.height - 150))
    return True


def _doubled(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    box = _wider(_line_box(page, draw))
    image.paste(image.crop(box), (box[0], image.height - 150))
    return True


def _glyph(image: Image.Image, page: ExpectedPage, draw: random.Random, *, digits: bool) -> bool:
    """Put a character of the page in the place of another of its size: a digit for a digit, a letter for a letter."""
    places = [
        (char, box)
        for word in page.words
        for char, box in zip(word.text, word.glyphs, strict=False)
        if (char.isdigit() if digits else char.isalpha()) and box[3] - box[1] > 9
    ]
    for _ in range(_TRIES):
        (char, box), (other, source) = draw.choice(places), draw.choice(places)
        wide, high = box[2] - box[0], box[3] - box[1]
        is_alike = abs(source[2] - source[0] - wide) <= 1 and abs(source[3] - source[1] - high) <= 1
        if char.casefold() != other.casefold() and is_alike:
            piece = image.crop(_wider(source, 1)).resize((wide + 2, high + 2))
            image.paste(piece, (box[0] - 1, box[1] - 1))
            return True
    return False


def dot(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    """Put an i in the place of an l, or an l in that of an i."""
    places = [(char, box) for word in page.words for char, box in zip(word.text, word.glyphs, strict=False)]
    stems = [(char, box) for char, box in places if char in "il"]
    for _ in range(_TRIES if stems else 0):
        (char, box), (other, source) = draw.choice(stems), draw.choice(stems)
        wide, high = source[2] - source[0], source[3] - source[1]
        if char != other and abs(high - (box[3] - box[1])) <= 2 and abs(wide - (box[2] - box[0])) <= 2:
            piece = image.crop(_wider(source, 1)).resize((box[2] - box[0] + 2, high + 2))
            image.paste(255, _wider(box, 1))
            image.paste(piece, (box[0] - 1, box[3] - high - 1))
            return True
    return False


def accent_erased(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    """Take the accent of a letter away."""
    accented = [box for char in "éèêàôÉ" for box in _boxes(page, char)]
    if not accented:
        return False
    left, top, right, bottom = draw.choice(accented)
    image.paste(255, (left - 1, top - 1, right + 1, top + round(0.24 * (bottom - top))))
    return True


def _boxes(page: ExpectedPage, char: str) -> list[PixelBox]:
    return [box for word in page.words for each, box in zip(word.text, word.glyphs, strict=False) if each == char]


def tick_moved(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    """Put an empty box in the place of a ticked one, and the ticked one in its place."""
    ticked, empty = _boxes(page, "☒"), _boxes(page, "☐")
    if not ticked or not empty:
        return False
    one, other = draw.choice(ticked), draw.choice(empty)
    pieces = [image.crop(_wider(box, 1)) for box in (one, other)]
    for box, piece in zip((other, one), pieces, strict=True):
        image.paste(piece, (box[0] - 1, box[1] - 1))
    return True


def ticked_by_pen(image: Image.Image, page: ExpectedPage, draw: random.Random) -> bool:
    """Draw a cross or a tick in an empty box, a little askew."""
    empty = _boxes(page, "☐")
    if not empty:
        return False
    left, top, right, bottom = draw.choice(empty)
    stray = [draw.randint(-3, 3) for _ in range(4)]
    pen = ImageDraw.Draw(image)
    if draw.random() < _HALF:
        pen.line((left + 3, top + stray[0] + 4, right - 2, bottom + stray[1] - 3), fill=40, width=3)
        pen.line((left + 3, bottom + stray[2] - 3, right - 2, top + stray[3] + 4), fill=40, width=3)
    else:
        middle = ((left + right) // 2 - 2, bottom - 4)
        pen.line((left + 4, (top + bottom) // 2, *middle), fill=40, width=3)
        pen.line((*middle, right + 3, top + stray[0]), fill=40, width=3)
    return True


_ON_SCANS: dict[str, Callable[[Image.Image, ExpectedPage, random.Random], bool]] = {
    "erased": _erased,
    "line-erased": _line_erased,
    "blackened": _blackened,
    "replaced": _replaced,
    "digit-before": _digit_before,
    "line-added": _line_added,
    "moved": _moved,
    "dot": dot,
    "accent-erased": accent_erased,
    "tick-moved": tick_moved,
    "ticked-by-pen": ticked_by_pen,
    "doubled": _doubled,
    "digit-other": lambda *each: _glyph(*each, digits=True),
    "digit-other-2": lambda *each: _glyph(*each, digits=True),
    "letter-other": lambda *each: _glyph(*each, digits=False),
    "letter-other-2": lambda *each: _glyph(*each, digits=False),
}
