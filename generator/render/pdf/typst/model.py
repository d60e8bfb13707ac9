"""The typed model of a rendered DOCX, with styles, numbering and fields resolved. Lengths are in points."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Align(enum.StrEnum):
    """How lines, tables, and text at a tab stop are set; decimals are for tab stops alone."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    JUSTIFY = "justify"
    DECIMAL = "decimal"


class LineRule(enum.StrEnum):
    """What a line height means: a factor of the font's own, a minimum, or exactly that height."""

    # The words of `w:lineRule`.
    AUTO = "auto"
    AT_LEAST = "atLeast"
    EXACT = "exact"


class VerticalAlign(enum.StrEnum):
    """Where the content of a table cell sits."""

    TOP = "top"
    # Typst's word for the middle.
    CENTER = "horizon"
    BOTTOM = "bottom"


class Script(enum.StrEnum):
    """Whether text is raised or lowered."""

    # The words of `w:vertAlign`.
    NONE = "baseline"
    SUPER = "superscript"
    SUB = "subscript"


class Underline(enum.StrEnum):
    """How text is underlined."""

    # The words of `w:u`.
    NONE = "none"
    SINGLE = "single"
    DOUBLE = "double"
    DOTTED = "dotted"
    DASHED = "dash"


@dataclass(frozen=True, slots=True)
class RunFormat:
    """How a run of text looks.

    Attributes:
        font: the family's name.
        size: of the font.
        color: of the text, as `RRGGBB`.
        background: of the highlight or shading behind it, empty for none.
        tracking: added after each character.
        scale: of the letters in that size: small capitals and scripts are smaller, and change no line height.
    """

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    underline: Underline = Underline.NONE
    strike: bool = False
    color: str = "000000"
    background: str = ""
    tracking: float = 0.0
    kerning: bool = False
    script: Script = Script.NONE
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one format; `link` is the address it leads to, empty for none."""

    text: str
    format: RunFormat
    link: str = ""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break inside a paragraph."""

    format: RunFormat


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab character."""

    format: RunFormat


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The number of the page, or of all pages."""

    total: bool
    format: RunFormat


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """An inline picture: its bytes, their format (`png`, `jpg` or `svg`), its size and its alternative text."""

    data: bytes
    kind: str
    width: float
    height: float
    alt: str
    format: RunFormat


Inline = TextRun | LineBreak | Tab | PageNumber | InlinePicture


@dataclass(frozen=True, slots=True)
class Border:
    """A rule: its thickness, its colour as `RRGGBB`, its dash as Typst names it, and its distance from the text."""

    width: float
    color: str
    dash: str = "solid"
    space: float = 0.0


@dataclass(frozen=True, slots=True)
class Borders:
    """The rules around a paragraph or a table cell; `between` separates paragraphs that share their borders."""

    top: Border | None = None
    left: Border | None = None
    bottom: Border | None = None
    right: Border | None = None
    # Compared, not drawn: where it differs, paragraphs do not share a box.
    between: Border | None = None


@dataclass(frozen=True, slots=True)
class TabStop:
    """A tab stop: where it is from the left margin, how text is set at it, and what fills the way to it."""

    position: float
    align: Align
    leader: str = ""


@dataclass(frozen=True, slots=True)
class LineHeight:
    """The height of lines: a factor for `AUTO`, else points."""

    rule: LineRule = LineRule.AUTO
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """How a paragraph is set.

    Attributes:
        style: the identifier of its style, which contextual spacing compares.
        before: the space above.
        after: the space below.
        first_line: the indent of the first line, from `left`; negative for a hanging indent.
        heading: the level of a heading from 1, 0 for text.
        contextual: drop the space between paragraphs of the same style.
        hyphenates: break words where the settings ask for it; the engine does not typeset this.
    """

    style: str = ""
    before: float = 0.0
    after: float = 0.0
    line: LineHeight = LineHeight()
    left: float = 0.0
    right: float = 0.0
    first_line: float = 0.0
    align: Align = Align.LEFT
    keep_next: bool = False
    keep_lines: bool = False
    page_break_before: bool = False
    widow_control: bool = True
    borders: Borders | None = None
    background: str = ""
    tabs: tuple[TabStop, ...] = ()
    heading: int = 0
    contextual: bool = False
    hyphenates: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """The number or bullet of a list paragraph, and whether a tab follows it instead of a space or nothing."""

    text: str
    format: RunFormat
    tab: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `mark` is the format of its end, which gives an empty paragraph its height."""

    inlines: tuple[Inline, ...]
    format: ParagraphFormat
    mark: RunFormat
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Margins:
    """The space inside a table cell."""

    top: float
    left: float
    bottom: float
    right: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell at a column of its row; `rows` is how many rows it spans, `signer` who signs in it."""

    column: int
    columns: int
    rows: int
    blocks: tuple[Block, ...]
    margins: Margins
    borders: Borders
    background: str
    align: VerticalAlign
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; `height` is 0 where its content decides."""

    cells: tuple[Cell, ...]
    height: float = 0.0
    exact: bool = False
    splits: bool = True
    is_header: bool = False
    keep_next: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of fixed column widths; `left` is where its first column begins, from the margin."""

    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    align: Align
    left: float


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class PageMargins:
    """The margins of a page; `header` and `footer` are the distances of these from the edges of the page."""

    top: float
    right: float
    bottom: float
    left: float
    header: float
    footer: float


@dataclass(frozen=True, slots=True)
class Running:
    """What is repeated on pages: the content of a header or footer for the first, even and other pages.

    None where the first or even pages have none of their own.
    """

    default: tuple[Block, ...] = ()
    first: tuple[Block, ...] | None = None
    even: tuple[Block, ...] | None = None

    @property
    def parts(self) -> tuple[tuple[Block, ...] | None, ...]:
        """All of them: default, first, even."""
        return self.default, self.first, self.even


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of one geometry, with their headers, footers and text."""

    width: float
    height: float
    margins: PageMargins
    header: Running
    footer: Running
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its sections, each on pages of its own, and the distance between default tab stops."""

    sections: tuple[Section, ...]
    default_tab: float
