"""Reads a rendered DOCX into the model; constructs outside the supported subset are noted, never dropped."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.render.docx.archive import Package, PartRelationship, R
from generator.render.pdf.typst.model import Block, Document, PageMargins, Paragraph, Running, Section, TextRun
from generator.render.pdf.typst.reading.attributes import (
    Element,
    Notes,
    UnsupportedError,
    W,
    check_attributes,
    is_on,
    read_choice,
    read_integer,
    read_length,
    value_of,
    xml_name,
)
from generator.render.pdf.typst.reading.numbering import Counters, lists_of
from generator.render.pdf.typst.reading.paragraphs import MARKS, ParagraphReader, flattened
from generator.render.pdf.typst.reading.settings import DocumentSettings, read_settings
from generator.render.pdf.typst.reading.styles import style_sheet
from generator.render.pdf.typst.reading.tables import TableReader

_SECTION_HARMLESS = frozenset(
    ("footnotePr", "endnotePr", "formProt", "noEndnote", "printerSettings", "paperSrc", "headerReference")
)
_PAGE_SIZE = frozenset(("w", "h", "orient", "code"))
_PAGE_MARGINS = frozenset(("top", "right", "bottom", "left", "header", "footer", "gutter"))
_KINDS_OF_PAGES = {each: each for each in ("default", "first", "even")}
_ORIENTATIONS = {"portrait": True, "landscape": True}
_MAX_CODE = 0xFFFF
# The kind of break before the first section changes nothing.
_FIRST_BREAKS = frozenset((None, "nextPage", "continuous", "oddPage", "evenPage", "nextColumn"))


def read_document(docx: bytes) -> Document:
    """Return the model of a rendered DOCX.

    Raises:
        UnsupportedError: it has constructs that are not typeset, all of which are named.
    """
    notes = Notes()
    document = _Reader(Package(docx), notes).read()
    if notes.found:
        raise UnsupportedError(notes.found)
    return document


class _Reader:
    def __init__(self, package: Package, notes: Notes) -> None:
        self._package, self._notes = package, notes
        main = package.main
        self._sheet = style_sheet(
            package.read(package.related(main, "styles")), package.read(package.related(main, "theme"))
        )
        self._settings = DocumentSettings()
        self._counters = Counters(lists_of(package.read(package.related(main, "numbering"))))

    def read(self) -> Document:
        main = self._package.main
        self._notes.enter("settings.xml", None)
        self._settings = read_settings(self._package.xml(self._package.related(main, "settings")), self._notes)
        root = self._package.xml(main)
        body = root.find(f"{W}body") if root is not None else None
        self._notes.enter("styles.xml", None)
        for construct in self._sheet.constructs:
            self._notes.add(construct)
        self._notes.enter(main, root)
        sections = tuple(self._sections(body)) if body is not None else ()
        return Document(sections, self._settings.default_tab)

    def _sections(self, body: Element) -> Iterator[Section]:
        relationships = self._package.relationships(self._package.main)
        pending: list[Element] = []
        parts: dict[tuple[str, str], str] = {}
        first = True
        for element in body:
            pending.append(element)
            ends = element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")
            if ends is None:
                continue
            self._notes.enter(self._package.main, body.getparent())
            # A section has the headers and footers of the one before where it names none.
            parts = parts | dict(self._references(ends, relationships))
            section, has_first = self._empty_section(ends, first=first)
            first = False
            # Before headers and footers: reasons for LibreOffice begin with those of the body.
            blocks = tuple(self._blocks(pending, self._package.main))
            pending = []
            header, footer = (self._running(kind, parts, has_first=has_first) for kind in ("header", "footer"))
            yield replace(section, header=header, footer=footer, blocks=blocks)

    def _references(
        self, element: Element, relationships: Mapping[str, PartRelationship]
    ) -> Iterator[tuple[tuple[str, str], str]]:
        """Give the headers and footers that a section names: their kind, the pages they are for, and their parts."""
        for each in element.iterchildren(f"{W}headerReference", f"{W}footerReference"):
            pages = read_choice(each, _KINDS_OF_PAGES, self._notes, "default", "type")
            related = relationships.get(each.get(f"{R}id") or "")
            if related is None or related.external:
                self._notes.add(f"{xml_name(each.tag)}/@r:id")
            else:
                yield (str(each.tag).removeprefix(W).removesuffix("Reference"), pages), related.target

    def _empty_section(self, element: Element, *, first: bool) -> tuple[Section, bool]:
        """Return a section without its content, and whether its first page has headers and footers of its own."""
        notes, has_first = self._notes, False
        # A document that gives no size has Letter paper, with margins of one inch.
        width, height = 612.0, 792.0
        margins = PageMargins(72.0, 72.0, 72.0, 72.0, 36.0, 36.0)
        for child in element:
            name = str(child.tag).removeprefix(W)
            if name == "pgSz":
                width, height = _page_size(child, notes)
            elif name == "pgMar":
                margins = _page_margins(child, notes)
            elif name == "titlePg":
                has_first = is_on(child, notes)
            elif name not in {"footerReference", *_SECTION_HARMLESS}:
                _check_section_property(child, notes, first=first)
        # No room would be left for text.
        if margins.left + margins.right >= width or margins.top + margins.bottom >= height:
            notes.add("w:pgMar>w:pgSz")
        return Section(width, height, margins, Running(), Running(), ()), has_first

    def _running(self, kind: str, parts: dict[tuple[str, str], str], *, has_first: bool) -> Running:
        def content(which: str) -> tuple[Block, ...]:
            part = parts.get((kind, which), "")
            root = self._package.xml(part) if part else None
            self._notes.enter(part, root)
            return tuple(self._blocks(list(root), part)) if root is not None else ()

        return Running(
            content("default"),
            content("first") if has_first else None,
            content("even") if self._settings.even_and_odd else None,
        )

    def _blocks(self, elements: list[Element], part: str) -> Iterator[Block]:
        paragraphs = ParagraphReader(self._package, part, self._sheet, self._counters, self._notes)
        tables = TableReader(paragraphs, self._sheet, self._settings, read_blocks)
        yield from read_blocks(elements, paragraphs, tables)


def read_blocks(elements: list[Element], paragraphs: ParagraphReader, tables: TableReader) -> Iterator[Block]:
    """Read paragraphs and tables; a page break that ends a paragraph becomes one before the next."""
    notes = paragraphs.notes
    for element in flattened(elements, notes):
        breaks, paragraphs.breaks_after = paragraphs.breaks_after, False
        if element.tag == f"{W}p":
            paragraph = paragraphs.read(element)
            # LibreOffice saves the setting as on, and switches it off in the document's defaults.
            if tables.settings.hyphenates and paragraph.format.hyphenates and _has_text(paragraph):
                notes.add("w:autoHyphenation")
            yield _broken(paragraph) if breaks else paragraph
        elif element.tag == f"{W}tbl":
            notes.at(next(element.iter(f"{W}p"), None))
            if breaks:
                notes.add("w:br=page")
            yield tables.read(element)
        elif element.tag not in MARKS and element.tag != f"{W}sectPr":
            notes.add(xml_name(element.tag))
        else:
            paragraphs.breaks_after = breaks


def _has_text(paragraph: Paragraph) -> bool:
    return any(isinstance(each, TextRun) for each in paragraph.inlines)


def _broken(paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, format=replace(paragraph.format, page_break_before=True))


def _page_size(element: Element, notes: Notes) -> tuple[float, float]:
    check_attributes(element, _PAGE_SIZE, notes)
    # Width and height are those of the turned page: the orientation changes nothing.
    read_choice(element, _ORIENTATIONS, notes, default=True, name="orient")
    read_integer(element, notes, "code", most=_MAX_CODE)
    return read_length(element, notes, "w", default=612.0), read_length(element, notes, "h", default=792.0)


def _page_margins(element: Element, notes: Notes) -> PageMargins:
    check_attributes(element, _PAGE_MARGINS, notes)
    # A gutter is not typeset: it has to have no width.
    read_length(element, notes, "gutter", most=0.0)
    top, right, bottom, left, header, footer = (
        read_length(element, notes, name) for name in ("top", "right", "bottom", "left", "header", "footer")
    )
    return PageMargins(top, right, bottom, left, header, footer)


def _check_section_property(child: Element, notes: Notes, *, first: bool) -> None:
    name = str(child.tag).removeprefix(W)
    value, start = value_of(child), child.get(f"{W}start")
    given = child.get(f"{W}val")
    # A grid of lines moves lines even where no paragraph snaps to it: LibreOffice 7.4 centres it on the page.
    harmless = {
        "type": given in (_FIRST_BREAKS if first else {None, "nextPage"}),
        "cols": child.get(f"{W}num") in {None, "1"},
        "docGrid": child.get(f"{W}type") in {None, "default"},
        "vAlign": given in {None, "top"},
        "pgNumType": child.get(f"{W}fmt") in {None, "decimal"} and (start is None or (first and start == "1")),
        "textDirection": given in {"lrTb", "lr"},
    }
    if name in {"bidi", "rtlGutter"}:
        harmless[name] = not is_on(child, notes)
    if not harmless.get(name, False):
        notes.add(f"{xml_name(child.tag)}={value}" if value else xml_name(child.tag))
