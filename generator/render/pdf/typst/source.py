"""Writes the Typst source of a document: calls of the functions of `functions.typ`, with values as string literals."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.typst import model, spacing
from generator.render.pdf.typst.fonts import FontSet
from generator.render.pdf.typst.signature_fields import SCHEME
from generator.render.pdf.typst.text import Store, TextWriter, color, literal, pt

# The name of the file of functions that sources call, and what it contains: Typst parses it once for all documents.
FUNCTIONS_FILE = "functions.typ"
FUNCTIONS = files("generator.render.pdf.typst").joinpath(FUNCTIONS_FILE).read_bytes()

# Of the height of a frame to sign in, below the lines that say who signs.
_FIELD_SHARE = 0.4


def typst_source(
    document: model.Document, fonts: FontSet, properties: PdfProperties, attachment: Attachment | None, store: Store
) -> str:
    """Return the Typst source of a document.

    Args:
        document: what to typeset.
        fonts: the fonts to set it in.
        properties: what the PDF says of itself.
        attachment: the file that it carries.
        store: keeps the bytes of a picture, and returns the path that the source names it by.
    """
    return _Writer(document, fonts, store).write(properties, attachment)


class _Writer:
    def __init__(self, document: model.Document, fonts: FontSet, store: Store) -> None:
        lines = spacing.LineMetrics(fonts)
        self._document = document
        self._heights = spacing.Heights(fonts, lines)
        self._text = TextWriter(document, fonts, lines, store)

    def write(self, properties: PdfProperties, attachment: Attachment | None) -> str:
        sections = [self._section(number, each) for number, each in enumerate(self._document.sections)]
        date = properties.date
        moment = (
            f"datetime(year: {date.year}, month: {date.month}, day: {date.day}, "
            f"hour: {date.hour}, minute: {date.minute}, second: {date.second})"
        )
        setup = ", ".join(
            (
                f"title: {literal(properties.title)}",
                f"author: {literal(properties.author)}",
                f"description: {literal(properties.subject)}",
                f"date: {moment}",
                self._text.base_parameters(),
            )
        )
        return "".join(
            (
                f'#import "/{FUNCTIONS_FILE}": *\n',
                self._text.definitions(),
                f"#show: setup.with({setup})\n",
                *sections,
                _attached(attachment) if attachment else "",
            )
        )

    # --- sections ---

    def _section(self, number: int, section: model.Section) -> str:
        margins = section.margins
        lengths = (
            *(section.width, section.height, margins.top, margins.right, margins.bottom, margins.left),
            *(margins.header, margins.footer),
        )
        room = section.width - margins.left - margins.right

        def running(parts: model.Running) -> str:
            return (
                "("
                + ", ".join("none" if each is None else f"(n, m) => {self._flow(each, room)}" for each in parts.parts)
                + ")"
            )

        heights = [
            [self._heights.of(each or (), room) for each in running.parts]
            for running in (section.header, section.footer)
        ]
        # Typst takes a layout pass to measure: heights that are known beforehand are given.
        known = all(each is not None for tall in heights for each in tall)
        tall = "(" + ", ".join("(" + ", ".join(pt(each or 0.0) for each in tall) + ")" for tall in heights) + ")"
        return (
            f"#pages({number}, {', '.join(map(pt, lengths))}, {tall if known else 'none'}, {running(section.header)}, "
            f"{running(section.footer)}, {self._flow(section.blocks, room, body=True)})\n"
        )

    # --- blocks ---

    def _flow(self, blocks: tuple[model.Block, ...], room: float, *, body: bool = False) -> str:
        """Return code that sets blocks one under the other; the gap after the last counts but in the body."""
        code: list[str] = []
        groups = list(spacing.bordered_together(blocks))
        previous: model.Block | None = None
        tail = 0.0
        for group in groups:
            first = group[0]
            gap = spacing.gap_between(previous, first)
            begins = previous is None
            if isinstance(first, model.Paragraph) and first.format.page_break_before:
                if not begins:
                    # The body is a block; elsewhere Typst refuses a page break, and LibreOffice has to set it.
                    code.append("colbreak(weak: true)" if body else "pagebreak(weak: true)")
                gap, tail, begins = first.format.before, 0.0, True
            extra = spacing.top_rule(first) / 2
            # The gap above the first block of a container is weak in Typst, which would drop it.
            if begins and gap + extra + tail > 0:
                code.append(f"v({pt(gap + extra + tail)})")
                above = 0.0
            else:
                above = gap + extra + tail
            code.append(self._group(group, above, room))
            previous, tail = group[-1], spacing.bottom_rule(group[-1]) / 2
        after = previous.format.after if isinstance(previous, model.Paragraph) else 0.0
        if not body and after + tail > 0:
            code.append(f"v({pt(after + tail)})")
        return "{" + "; ".join(code) + "}"

    def _group(self, group: Sequence[model.Block], above: float, room: float) -> str:
        first = group[0]
        if isinstance(first, model.Table):
            return self._table(first, above)
        if not first.format.borders or len(group) == 1:
            return self._paragraph(first, above, room)
        borders = first.format.borders
        inner = tuple(
            replace(each, format=replace(spacing.without_outer_gaps(each, number, len(group)), borders=None))
            for number, each in enumerate(group)
            if isinstance(each, model.Paragraph)
        )
        return f"block(above: {pt(above)}, width: 100%, {_box_rules(borders)}, {self._flow(inner, room)})"

    def _paragraph(self, paragraph: model.Paragraph, above: float, room: float) -> str:
        given = paragraph.format
        arguments: list[str] = []
        if given.keep_next:
            arguments.append("sticky: true")
        if given.keep_lines:
            arguments.append("breakable: false")
        body = self._text.content(paragraph, room)
        if not given.widow_control:
            body = f"text(costs: (widow: 0%, orphan: 0%), {body})"
        left = given.left + min(given.first_line, 0.0)
        boxed = given.borders is not None or bool(given.background)
        arguments += [each for each in (_box_rules(given.borders), _fill(given.background)) if each]
        if (left or given.right) and not boxed:
            arguments.append(f"inset: (left: {pt(left)}, right: {pt(given.right)})")
        aligned = given.align in {model.Align.CENTER, model.Align.RIGHT} and not _overflows(paragraph, room)
        if not boxed or not (left or given.right):
            return self._called(paragraph, above, arguments, body, aligned=aligned)
        # What is drawn around the text begins at its indent.
        inner = self._called(paragraph, 0.0, arguments, body, aligned=aligned)
        sticky = ", sticky: true" if given.keep_next else ""
        return f"block(above: {pt(above)}{sticky}, pad(left: {pt(left)}, right: {pt(given.right)}, {inner}))"

    def _called(
        self, paragraph: model.Paragraph, above: float, arguments: list[str], body: str, *, aligned: bool
    ) -> str:
        """Return the call of the function that sets a paragraph: the plainest one that is enough."""
        given = paragraph.format
        parameters: list[str] = []
        if given.first_line < 0:
            parameters.append(f"hanging-indent: {pt(-given.first_line)}")
        elif given.first_line > 0 and not paragraph.label:
            parameters.append(f"first-line-indent: (amount: {pt(given.first_line)}, all: true)")
        if given.align is model.Align.JUSTIFY:
            parameters.append("justify: true")
        if parameters:
            if aligned:
                parameters.append(f"align: {given.align.value}")
            name, leading = "shaped", [pt(above), f"({', '.join(parameters)},)"]
        elif aligned:
            name, leading = "aligned", [pt(above), given.align.value]
        else:
            name, leading = "p", [pt(above)]
        code = f"{name}({', '.join([*leading, *arguments])}, {body})"
        return f"heading(level: {given.heading}, {code})" if given.heading else code

    # --- tables ---

    def _table(self, table: model.Table, above: float) -> str:
        rules = spacing.row_rules(table)
        heights: list[str] = []
        written: list[list[str]] = []
        has_struts = any(row.height and not row.exact for row in table.rows)
        for number, row in enumerate(table.rows):
            height = row.height - rules[number] / 2 + rules[number + 1] / 2 if row.height else 0.0
            heights.append(pt(height) if row.exact and height else "auto")
            cells = [self._cell(cell, row, number, rules, table) for cell in row.cells]
            if height and not row.exact:
                # A column without width holds the row open.
                strut = f"block(height: {pt(height)}, breakable: false)"
                cells.append(f"grid.cell(x: {len(table.columns)}, y: {number}, {strut})")
            written.append(cells)
        # Only the first rows can be a heading that pages repeat.
        repeated = next((number for number, row in enumerate(table.rows) if not row.is_header), len(table.rows))
        header = [cell for row in written[:repeated] for cell in row]
        cells = [cell for row in written[repeated:] for cell in row]
        columns = [pt(width) for width in table.columns] + (["0pt"] if has_struts else [])
        content = [f"grid.header({', '.join(header)})"] if header else []
        sizes = f"columns: ({', '.join(columns)},), rows: ({', '.join(heights)},)"
        code = f"grid({sizes}, {', '.join([*content, *cells])})"
        if table.align is not model.Align.LEFT:
            # The block is as wide as the grid: the alignment of the table is not that of the text in its cells.
            code = f"block(width: {pt(sum(table.columns))}, align(left, {code}))"
            code = f"align({table.align.value}, {code})"
        elif table.left:
            code = f"pad(left: {pt(table.left)}, {code})"
        keeps = [row.keep_next for row in table.rows]
        together = len(keeps) > 1 and all(keeps[:-1])
        # Typst cannot keep some rows of a table with the next: LibreOffice has to.
        if any(keeps[:-1]) and not together:
            code = '{panic("w:keepNext")}'
        sticky = ", sticky: true" if keeps and keeps[-1] else ""
        unbroken = ", breakable: false" if together else ""
        return f"block(above: {pt(above)}, width: 100%{sticky}{unbroken}, {code})"

    def _cell(self, cell: model.Cell, row: model.Row, number: int, rules: list[float], table: model.Table) -> str:
        margins, borders = cell.margins, cell.borders
        # All cells of a row have the largest top margin among them.
        top = max(each.margins.top for each in row.cells)
        left, right = spacing.left_inset(borders.left, margins.left), spacing.right_inset(borders.right, margins.right)
        bottom = margins.bottom + rules[number + cell.rows] / 2
        inset = {"top": top + rules[number] / 2, "left": left, "bottom": bottom, "right": right}
        room = sum(table.columns[cell.column : cell.column + cell.columns]) - left - right
        arguments = [f"x: {cell.column}", f"y: {number}"]
        if cell.columns > 1:
            arguments.append(f"colspan: {cell.columns}")
        if cell.rows > 1:
            arguments.append(f"rowspan: {cell.rows}")
        arguments.append("inset: (" + ", ".join(f"{side}: {pt(width)}" for side, width in inset.items()) + ")")
        if drawn := _stroke(borders):
            arguments.append(f"stroke: {drawn}")
        if cell.background:
            arguments.append(_fill(cell.background))
        if cell.align.value != "top":
            arguments.append(f"align: {cell.align.value}")
        # A cell over several rows does not keep them together.
        if (not row.splits or row.exact) and cell.rows == 1:
            arguments.append("breakable: false")
        body = self._flow(spacing.shown_in_cell(cell.blocks), room)
        if cell.signer and row.height:
            body = f"{{{body}; signature-field({literal(SCHEME + cell.signer)}, {pt(row.height * _FIELD_SHARE)})}}"
        if row.exact and row.height and cell.rows == 1:
            # What is too high for its row is cut off, as in Word, and not printed over what follows.
            body = f"block(width: 100%, height: 100%, clip: true, align({cell.align.value}, {body}))"
        return f"grid.cell({', '.join(arguments)}, {body})"


def _overflows(paragraph: model.Paragraph, room: float) -> bool:
    """Tell whether a paragraph is a picture that is wider than its room: it begins at the left then."""
    only = paragraph.inlines[0] if len(paragraph.inlines) == 1 else None
    return isinstance(only, model.InlinePicture) and only.width > room - paragraph.format.left - paragraph.format.right


def _attached(attachment: Attachment) -> str:
    return (
        f'#pdf.attach({literal(attachment.name)}, bytes({literal(attachment.data.decode())}), relationship: "data", '
        f'mime-type: "application/json", description: {literal(attachment.description)})\n'
    )


def _stroke(borders: model.Borders) -> str:
    """Return the rules of a cell, empty without any."""
    sides = {"top": borders.top, "left": borders.left, "bottom": borders.bottom, "right": borders.right}
    drawn = ", ".join(f"{side}: {_pen(border)}" for side, border in sides.items() if border)
    return f"({drawn})" if drawn else ""


def _pen(border: model.Border) -> str:
    dash = f", dash: {literal(border.dash)}" if border.dash != "solid" else ""
    return f"(thickness: {pt(border.width)}, paint: {color(border.color)}{dash})"


def _box_rules(borders: model.Borders | None) -> str:
    """Return the rules around paragraphs: above and below they push text away, at the sides they stand outside."""
    if borders is None:
        return ""
    inset = ", ".join(
        f"{side}: {pt(border.space + border.width / 2)}"
        for side, border in (("top", borders.top), ("bottom", borders.bottom))
        if border
    )
    outset = ", ".join(
        f"{side}: {pt(border.space + border.width / 2)}"
        for side, border in (("left", borders.left), ("right", borders.right))
        if border
    )
    return f"stroke: {_stroke(borders)}, inset: ({inset or ':'}), outset: ({outset or ':'})"


def _fill(code: str) -> str:
    """Return the argument that fills a block with a colour, empty without one."""
    return f"fill: {color(code)}" if code else ""
