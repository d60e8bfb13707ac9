"""How a restyled template looks, whatever program writes it."""

from dataclasses import dataclass

A4, LETTER = (11906, 16838), (12240, 15840)


@dataclass(frozen=True, slots=True)
class Look:
    """Type, spacing and page of a template.

    Attributes:
        font: of the text.
        heading: font of titles and headings.
        size: of the text, in points.
        spacing: attributes of `w:spacing` of the text.
        align: of the text.
        page: width and height in twips; landscape where the first is larger.
        margins: top, right, bottom, left, header, footer, in twips.
        layout: how the contents are laid out (`tests.generators.restyled.layouts`).
        header: how headers are made (`tests.generators.restyled.headers`).
        color: of titles and headings.
        extras: idioms that not every template of a program has.
    """

    font: str = "Noto Sans"
    heading: str = "Noto Sans"
    size: float = 11
    spacing: str = 'w:after="120" w:line="259" w:lineRule="auto"'
    align: str = "left"
    page: tuple[int, int] = A4
    margins: tuple[int, int, int, int, int, int] = (1417, 1417, 1417, 1417, 708, 708)
    layout: str = "plain"
    header: str = "table"
    color: str = "1F3864"
    extras: frozenset[str] = frozenset()

    @property
    def width(self) -> int:
        """The width of the text, in twips."""
        return self.page[0] - self.margins[1] - self.margins[3]

    @property
    def is_landscape(self) -> bool:
        """Whether pages are wider than high."""
        return self.page[0] > self.page[1]
