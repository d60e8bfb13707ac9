"""Writes the Typst source of a document: calls of the functions of `source.typ`, with values as string literals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.typst.fonts import FALLBACK, FontSet
from generator.render.pdf.typst.inlines import (
    is_space,
    is_tracked,
    space_after,
    unbreakable_groups,
    with_fonts_apart,
    with_long_words_broken,
    with_spaces_apart,
)
from generator.render.pdf.typst.literals import box_rules, color, fill, literal, pt, stroke
from generator.render.pdf.typst.model import (
    Align,
    Block,
    Cell,
    Document,
    Inline,
    InlinePicture,
    LineBreak,
    LineHeight,
    PageNumber,
    Paragraph,
    ParagraphFormat,
    Row,
    RunFormat,
    Running,
    Section,
    Tab,
    Table,
    TabStop,
    TextRun,
    Underline,
)
from generator.render.pdf.typst.signature_fields import SCHEME
from generator.render.pdf.typst.spacing import (
    Heights,
    LineMetrics,
    bordered_together,
    bottom_rule,
    gap_between,
    left_inset,
    right_inset,
    row_rules,
    shown_in_cell,
    top_rule,
    without_outer_gaps,
)

# The name of the file of functions that sources call, and what it contains: Typst parses it once for all documents.
FUNCTIONS_FILE = "source.typ"
FUNCTIONS = files("generator.render.pdf.typst").joinpath(FUNCTIONS_FILE).read_bytes()

_TWO = 2
# Of the height of a frame to sign in, below the lines that say who signs.
_FIELD_SHARE = 0.4

# Where the rules of underlined and struck scripts are from their baseline, as shares of the size.
_UNDERLINE_BELOW, _STRIKE_ABOVE = 0.1, 0.3

_UNDERLINES = {
    Underline.SINGLE: "underline({})",
    Underline.DOUBLE: "underline(offset: 0.18em + {down}, underline(offset: 0.1em + {down}, {}))",
    Underline.DOTTED: 'underline(stroke: (dash: "dotted"), {})',
    Underline.DASHED: 'underline(stroke: (dash: "dashed"), {})',
}
Store = Callable[[bytes, str], str]


def typst_source(
    document: Document, fonts: FontSet, properties: PdfProperties, attachment: Attachment | None, store: Store
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


@dataclass(frozen=True, slots=True)
class _TextStyle:
    """The parameters of Typst's `text` for a run, in the order of `_TEXT_PARAMETERS`."""

    values: tuple[str, ...]
    top: str
    bottom: str

    def parameters(self, base: _TextStyle | None = None) -> str:
        """Return the parameters that differ from a base, as the arguments of a call."""
        others = base.values if base else ("",) * len(_TEXT_PARAMETERS)
        named = zip(_TEXT_PARAMETERS, self.values, others, strict=True)
        return ", ".join(f"{name}: {value}" for name, value, other in named if value != other)


_TEXT_PARAMETERS = (
    "font",
    "size",
    "weight",
    "style",
    "fill",
    "tracking",
    "kerning",
    "baseline",
    "top-edge",
    "bottom-edge",
)


class _Writer:
    """Writes one document; text styles that are used again get a name."""

    def __init__(self, document: Document, fonts: FontSet, store: Store) -> None:
        self._document, self._fonts, self._store = document, fonts, store
        self._styles: dict[_TextStyle, str] = {}
        self._lines = LineMetrics(fonts)
        self._heights = Heights(fonts, self._lines)
        self._known: dict[tuple[RunFormat, LineHeight, float], _TextStyle] = {}
        self._base = self._most_used()

    def write(self, properties: PdfProperties, attachment: Attachment | None) -> str:
        sections = [self._section(number, each) for number, each in enumerate(self._document.sections)]
        lets = "".join(
            f"#let {name} = text.with({style.parameters(self._base)})\n" for style, name in self._styles.items()
        )
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
                self._base.parameters(),
            )
        )
        return "".join(
            (
                f'#import "/{FUNCTIONS_FILE}": *\n',
                lets,
                f"#show: setup.with({setup})\n",
                *sections,
                _attached(attachment) if attachment else "",
            )
        )

    def _most_used(self) -> _TextStyle:
        """Return the text style of most paragraphs: it is set once for all."""
        used: Counter[_TextStyle] = Counter()
        for section in self._document.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    used.update(self._style(each.format, block) for each in block.inlines if isinstance(each, TextRun))
        return used.most_common(1)[0][0] if used else self._style(RunFormat(FALLBACK, 11.0), _EMPTY)

    # --- sections ---

    def _section(self, number: int, section: Section) -> str:
        margins = section.margins
        lengths = (
            *(section.width, section.height, margins.top, margins.right, margins.bottom, margins.left),
            *(margins.header, margins.footer),
        )
        room = section.width - margins.left - margins.right

        def running(parts: Running) -> str:
            return (
                "("
                + ", ".join("none" if each is None else f"(n, m) => {self._flow(each, room)}" for each in parts.parts)
                + ")"
            )

        heights = [
            [self._heights.of(each or (), room) for each in running.parts]
            for running in (section.header, section.footer)
        ]
        known = all(each is not None for tall in heights for each in tall)
        tall = "(" + ", ".join("(" + ", ".join(pt(each or 0.0) for each in tall) + ")" for tall in heights) + ")"
        return (
            f"#pages({number}, {', '.join(map(pt, lengths))}, {tall if known else 'none'}, {running(section.header)}, "
            f"{running(section.footer)}, {self._flow(section.blocks, room, body=True)})\n"
        )

    # --- blocks ---

    def _flow(self, blocks: tuple[Block, ...], room: float, *, body: bool = False) -> str:
        """Return code that sets blocks one under the other; the gap after the last counts but in the body."""
        code: list[str] = []
        groups = list(bordered_together(blocks))
        previous: Block | None = None
        tail = 0.0
        for group in groups:
            first = group[0]
            gap = gap_between(previous, first)
            begins = previous is None
            if isinstance(first, Paragraph) and first.format.page_break_before:
                if not begins:
                    # The body is a block; elsewhere Typst refuses a page break, and LibreOffice has to set it.
                    code.append("colbreak(weak: true)" if body else "pagebreak(weak: true)")
                gap, tail, begins = first.format.before, 0.0, True
            extra = top_rule(first) / 2
            if begins and gap + extra + tail > 0:
                code.append(f"v({pt(gap + extra + tail)})")
                above = 0.0
            else:
                above = gap + extra + tail
            code.append(self._group(group, above, room))
            previous, tail = group[-1], bottom_rule(group[-1]) / 2
        after = previous.format.after if isinstance(previous, Paragraph) else 0.0
        if not body and after + tail > 0:
            code.append(f"v({pt(after + tail)})")
        return "{" + "; ".join(code) + "}"

    def _group(self, group: Sequence[Block], above: float, room: float) -> str:
        first = group[0]
        if isinstance(first, Table):
            return self._table(first, above)
        if not first.format.borders or len(group) == 1:
            return self._paragraph(first, above, room)
        borders = first.format.borders
        inner = tuple(
            replace(each, format=replace(without_outer_gaps(each, number, len(group)), borders=None))
            for number, each in enumerate(group)
            if isinstance(each, Paragraph)
        )
        return f"block(above: {pt(above)}, width: 100%, {box_rules(borders)}, {self._flow(inner, room)})"

    def _paragraph(self, paragraph: Paragraph, above: float, room: float) -> str:
        given = paragraph.format
        arguments: list[str] = []
        if given.keep_next:
            arguments.append("sticky: true")
        if given.keep_lines:
            arguments.append("breakable: false")
        body = self._content(paragraph, room)
        if not given.widow_control:
            body = f"text(costs: (widow: 0%, orphan: 0%), {body})"
        left = given.left + min(given.first_line, 0.0)
        boxed = given.borders is not None or bool(given.background)
        arguments += [each for each in (box_rules(given.borders), fill(given.background)) if each]
        if (left or given.right) and not boxed:
            arguments.append(f"inset: (left: {pt(left)}, right: {pt(given.right)})")
        aligned = given.align in {Align.CENTER, Align.RIGHT} and not _overflows(paragraph, room)
        if not boxed or not (left or given.right):
            return self._called(paragraph, above, arguments, body, aligned=aligned)
        # What is drawn around the text begins at its indent.
        inner = self._called(paragraph, 0.0, arguments, body, aligned=aligned)
        sticky = ", sticky: true" if given.keep_next else ""
        return f"block(above: {pt(above)}{sticky}, pad(left: {pt(left)}, right: {pt(given.right)}, {inner}))"

    def _called(self, paragraph: Paragraph, above: float, arguments: list[str], body: str, *, aligned: bool) -> str:
        """Return the call of the function that sets a paragraph: the plainest one that is enough."""
        given = paragraph.format
        parameters: list[str] = []
        if given.first_line < 0:
            parameters.append(f"hanging-indent: {pt(-given.first_line)}")
        elif given.first_line > 0 and not paragraph.label:
            parameters.append(f"first-line-indent: (amount: {pt(given.first_line)}, all: true)")
        if given.align is Align.JUSTIFY:
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

    def _content(self, paragraph: Paragraph, room: float) -> str:
        """Return the code of what a paragraph contains; an empty one is as high as a line."""
        if not paragraph.inlines and not paragraph.label:
            style = self._style(paragraph.mark, paragraph)
            return f"box(height: {style.top} - {style.bottom})"
        if any(isinstance(each, Tab) for each in paragraph.inlines):
            return self._tabbed(paragraph, room)
        label = self._label(paragraph)
        given = paragraph.format
        width = room - max(given.left, given.left + given.first_line) - given.right
        inlines = tuple(with_long_words_broken(paragraph.inlines, width, self._fonts))
        if is_tracked(inlines):
            return _sequence([*label, *self._tracked(inlines, paragraph)])
        return _sequence([*label, *(self._inline(each, paragraph) for each in inlines)])

    def _tracked(self, inlines: tuple[Inline, ...], paragraph: Paragraph) -> Iterator[str]:
        """Give the code of inlines, with the spaces between them that Typst does not set."""
        pieces = tuple(with_spaces_apart(tuple(with_fonts_apart(inlines, self._fonts))))
        groups = list(unbreakable_groups(pieces))
        before: Inline | None = None
        for group, after in zip(groups, (*(each[0] for each in groups[1:]), None), strict=True):
            codes: list[str] = []
            for each, following in zip(group, (*group[1:], after), strict=True):
                code, space = self._inline(each, paragraph), space_after(each, following)
                if is_space(each):
                    wider = space + (space_after(before, each) if before else 0.0)
                    code, space = f"text(spacing: 100% + {pt(wider)}, {code})", 0.0
                elif is_space(following):
                    space = 0.0
                codes += [code, f"h({pt(space)})"] if space else [code]
                before = each
            yield f"box({_sequence(codes)})" if len(group) > 1 else _sequence(codes)

    def _label(self, paragraph: Paragraph) -> list[str]:
        label, given = paragraph.label, paragraph.format
        if label is None:
            return []
        text = self._text(label.text, label.format, paragraph)
        if not label.tab:
            return [text]
        if given.first_line >= 0:
            return ['panic("w:ind")']
        return [f"list-label({pt(-given.first_line)}, {text})"]

    def _tabbed(self, paragraph: Paragraph, room: float) -> str:
        given = paragraph.format
        segments: list[list[str]] = [[]]
        for each in paragraph.inlines:
            if isinstance(each, Tab):
                segments.append([])
            elif isinstance(each, LineBreak):
                segments[-1].append('panic("w:tab")')
            elif each.format.tracking > 0:
                # At tab stops the space after the last letter counts.
                pieces = with_fonts_apart((each,), self._fonts)
                space = f"h({pt(each.format.tracking)})"
                segments[-1] += [code for piece in pieces for code in (self._inline(piece, paragraph), space)]
            else:
                segments[-1].append(self._inline(each, paragraph))
        if paragraph.label:
            segments[0] = [*self._label(paragraph), *segments[0]]
        width, stops = room - given.right, given.tabs
        if _is_right_edge(stops, width) and len(segments) == _TWO:
            return _sequence([*segments[0], "h(1fr)", *segments[1]])
        if given.first_line < 0:
            # Text hangs from the left indent, which is a tab stop by itself.
            stops = tuple(sorted((*stops, TabStop(given.left, Align.LEFT)), key=lambda stop: stop.position))
        origin = given.left + given.first_line
        listed = "".join(f"{_tab_stop(stop)}, " for stop in stops)
        joined = ", ".join(_sequence(segment) if segment else "[]" for segment in segments)
        if any(stop.align is Align.DECIMAL for stop in stops):
            joined += f", whole: ({''.join(f'{each}, ' for each in self._whole_parts(paragraph))})"
        return f"tabbed({pt(origin)}, {pt(width)}, ({listed}), {pt(self._document.default_tab)}, {joined})"

    def _whole_parts(self, paragraph: Paragraph) -> Iterator[str]:
        """Give what each tab of a paragraph sets before a decimal tab stop: its text up to the comma."""
        part: list[str] = []
        ended = False
        for each in paragraph.inlines:
            if isinstance(each, Tab):
                yield _sequence(part) if part else "[]"
                part, ended = [], False
            elif isinstance(each, TextRun) and not ended:
                before, comma, _ = each.text.partition(",")
                part.append(self._text(before, each.format, paragraph))
                ended = bool(comma)
        yield _sequence(part) if part else "[]"

    # --- inlines ---

    def _inline(self, inline: Inline, paragraph: Paragraph) -> str:
        if isinstance(inline, TextRun):
            code = self._text(inline.text, inline.format, paragraph)
            return f"link({literal(inline.link)}, {code})" if inline.link else code
        if isinstance(inline, LineBreak):
            return "linebreak()"
        if isinstance(inline, PageNumber):
            return self._styled("m" if inline.total else "n", inline.format, paragraph)
        if isinstance(inline, InlinePicture):
            return self._picture(inline)
        raise TypeError(inline)

    def _text(self, text: str, format_: RunFormat, paragraph: Paragraph) -> str:
        # « santé », a space, a no-break space, « 12 000,00 € »: a line that ends there would begin with the second one.
        pieces = self._fonts.pieces(text.replace(" \N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE} "), format_.font, FALLBACK)
        written = [f"fallback({literal(piece)})" if foreign else literal(piece) for piece, foreign in pieces]
        return self._styled(_sequence(written), format_, paragraph)

    def _styled(self, code: str, format_: RunFormat, paragraph: Paragraph) -> str:
        style = self._style(format_, paragraph)
        if style != self._base:
            name = self._styles.setdefault(style, f"t{len(self._styles)}")
            code = f"{name}({code})"
        if format_.background:
            code = (
                f"highlight(fill: {color(format_.background)}, top-edge: {style.top}, "
                f"bottom-edge: {style.bottom}, {code})"
            )
        rise = self._lines.rise(format_)
        if format_.underline is not Underline.NONE:
            code = _UNDERLINES[format_.underline].format(code, down=pt(-rise))
        if format_.strike:
            code = f"strike({code})"
        if rise and (format_.strike or format_.underline is not Underline.NONE):
            # Typst places these rules from the baseline of the text around.
            size = format_.size * format_.scale
            below, through = pt(_UNDERLINE_BELOW * size - rise), pt(-_STRIKE_ABOVE * size - rise)
            code = f"{{set underline(offset: {below}); set strike(offset: {through}); {code}}}"
        return code

    def _picture(self, picture: InlinePicture) -> str:
        path = self._store(picture.data, picture.kind)
        size = f'width: {pt(picture.width)}, height: {pt(picture.height)}, fit: "stretch"'
        if picture.alt:
            return f"box(image({literal(path)}, {size}, alt: {literal(picture.alt)}))"
        return f"box(pdf.artifact(image({literal(path)}, {size})))"

    def _style(self, format_: RunFormat, paragraph: Paragraph) -> _TextStyle:
        line, deepest = paragraph.format.line, self._lines.deepest(paragraph)
        key = (format_, line, deepest)
        known = self._known.get(key)
        if known is None:
            edges = self._lines.edges(format_, line, deepest)
            family = self._fonts.family(format_.font) or format_.font
            rise = self._lines.rise(format_)
            top, bottom = pt(edges.above), pt(-edges.below)
            values = (
                f"({literal(family)}, {literal(FALLBACK)})" if family != FALLBACK else literal(family),
                pt(format_.size * format_.scale),
                '"bold"' if format_.bold else '"regular"',
                '"italic"' if format_.italic else '"normal"',
                color(format_.color),
                pt(format_.tracking),
                "true" if format_.kerning else "false",
                pt(-rise),
                top,
                bottom,
            )
            known = _TextStyle(values, top, bottom)
            self._known[key] = known
        return known

    # --- tables ---

    def _table(self, table: Table, above: float) -> str:
        rules = row_rules(table)
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
        if table.align is not Align.LEFT:
            # The block is as wide as the grid: the alignment of the table is not that of the text in its cells.
            code = f"block(width: {pt(sum(table.columns))}, align(left, {code}))"
            code = f"align({table.align.value}, {code})"
        elif table.left:
            code = f"pad(left: {pt(table.left)}, {code})"
        keeps = [row.keep_next for row in table.rows]
        together = len(keeps) > 1 and all(keeps[:-1])
        if any(keeps[:-1]) and not together:
            code = '{panic("w:keepNext")}'
        sticky = ", sticky: true" if keeps and keeps[-1] else ""
        unbroken = ", breakable: false" if together else ""
        return f"block(above: {pt(above)}, width: 100%{sticky}{unbroken}, {code})"

    def _cell(self, cell: Cell, row: Row, number: int, rules: list[float], table: Table) -> str:
        margins, borders = cell.margins, cell.borders
        top = max(each.margins.top for each in row.cells)
        left, right = left_inset(borders.left, margins.left), right_inset(borders.right, margins.right)
        bottom = margins.bottom + rules[number + cell.rows] / 2
        inset = {"top": top + rules[number] / 2, "left": left, "bottom": bottom, "right": right}
        room = sum(table.columns[cell.column : cell.column + cell.columns]) - left - right
        arguments = [f"x: {cell.column}", f"y: {number}"]
        if cell.columns > 1:
            arguments.append(f"colspan: {cell.columns}")
        if cell.rows > 1:
            arguments.append(f"rowspan: {cell.rows}")
        arguments.append("inset: (" + ", ".join(f"{side}: {pt(width)}" for side, width in inset.items()) + ")")
        if drawn := stroke(borders):
            arguments.append(f"stroke: {drawn}")
        if cell.background:
            arguments.append(fill(cell.background))
        if cell.align.value != "top":
            arguments.append(f"align: {cell.align.value}")
        # A cell over several rows does not keep them together.
        if (not row.splits or row.exact) and cell.rows == 1:
            arguments.append("breakable: false")
        body = self._flow(shown_in_cell(cell.blocks), room)
        if cell.signer and row.height:
            body = f"{{{body}; signature-field({literal(SCHEME + cell.signer)}, {pt(row.height * _FIELD_SHARE)})}}"
        if row.exact and row.height and cell.rows == 1:
            # What is too high for its row is cut off, as in Word, and not printed over what follows.
            body = f"block(width: 100%, height: 100%, clip: true, align({cell.align.value}, {body}))"
        return f"grid.cell({', '.join(arguments)}, {body})"


_EMPTY = Paragraph((), ParagraphFormat(), RunFormat(FALLBACK, 11.0))


def _sequence(parts: Sequence[str]) -> str:
    """Return code that joins parts of a line."""
    return parts[0] if len(parts) == 1 else "{" + "; ".join(parts) + "}"


def _overflows(paragraph: Paragraph, room: float) -> bool:
    """Tell whether a paragraph is a picture that is wider than its room: it begins at the left then."""
    only = paragraph.inlines[0] if len(paragraph.inlines) == 1 else None
    return isinstance(only, InlinePicture) and only.width > room - paragraph.format.left - paragraph.format.right


def _is_right_edge(stops: Sequence[TabStop], width: float) -> bool:
    """Tell whether the only tab stop sets text against the right margin."""
    return (
        len(stops) == 1 and stops[0].align is Align.RIGHT and not stops[0].leader and abs(stops[0].position - width) < 1
    )


def _tab_stop(stop: TabStop) -> str:
    side = "none" if stop.align is Align.DECIMAL else stop.align.value
    return f"({pt(stop.position)}, {side}, {literal(stop.leader)})"


def _attached(attachment: Attachment) -> str:
    return (
        f'#pdf.attach({literal(attachment.name)}, bytes({literal(attachment.data.decode())}), relationship: "data", '
        f'mime-type: "application/json", description: {literal(attachment.description)})\n'
    )
