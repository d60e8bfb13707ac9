"""Writes the text of paragraphs as Typst code, with values as string literals.

A text style that is used again gets a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.render.pdf.typst import inlines, model
from generator.render.pdf.typst.fonts import FALLBACK, FontSet
from generator.render.pdf.typst.spacing import LineMetrics

# Where the rules of underlined and struck scripts are from their baseline, as shares of the size.
_UNDERLINE_BELOW, _STRIKE_ABOVE = 0.1, 0.3

_UNDERLINES = {
    model.Underline.SINGLE: "underline({})",
    model.Underline.DOUBLE: "underline(offset: 0.18em + {down}, underline(offset: 0.1em + {down}, {}))",
    model.Underline.DOTTED: 'underline(stroke: (dash: "dotted"), {})',
    model.Underline.DASHED: 'underline(stroke: (dash: "dashed"), {})',
}
_EMPTY = model.Paragraph((), model.ParagraphFormat(), model.RunFormat(FALLBACK, 11.0))
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = str.maketrans(_ESCAPES)

Store = Callable[[bytes, str], str]


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


class TextWriter:
    """Writes the text of one document."""

    def __init__(self, document: model.Document, fonts: FontSet, lines: LineMetrics, store: Store) -> None:
        """Choose the text style that is set once for all.

        Args:
            document: the document.
            fonts: the fonts to set it in.
            lines: the reach of lines in these fonts.
            store: keeps the bytes of a picture, and returns the path that the source names it by.
        """
        self._document, self._fonts, self._lines, self._store = document, fonts, lines, store
        self._styles: dict[_TextStyle, str] = {}
        self._known: dict[tuple[model.RunFormat, model.LineHeight, float], _TextStyle] = {}
        self._base = self._most_used()

    def base_parameters(self) -> str:
        """Return the text style of most paragraphs, as the arguments of a call."""
        return self._base.parameters()

    def definitions(self) -> str:
        """Return code that names the other text styles, known once all paragraphs are written."""
        return "".join(
            f"#let {name} = text.with({style.parameters(self._base)})\n" for style, name in self._styles.items()
        )

    def _most_used(self) -> _TextStyle:
        """Return the text style of most paragraphs: it is set once for all."""
        used: Counter[_TextStyle] = Counter()
        for section in self._document.sections:
            for block in section.blocks:
                if isinstance(block, model.Paragraph):
                    used.update(
                        self._style(each.format, block) for each in block.inlines if isinstance(each, model.TextRun)
                    )
        return used.most_common(1)[0][0] if used else self._style(model.RunFormat(FALLBACK, 11.0), _EMPTY)

    def content(self, paragraph: model.Paragraph, room: float) -> str:
        """Return the code of what a paragraph contains; an empty one is as high as a line."""
        if not paragraph.inlines and not paragraph.label:
            style = self._style(paragraph.mark, paragraph)
            return f"box(height: {style.top} - {style.bottom})"
        if any(isinstance(each, model.Tab) for each in paragraph.inlines):
            return self._tabbed(paragraph, room)
        label = self._label(paragraph)
        given = paragraph.format
        width = room - max(given.left, given.left + given.first_line) - given.right
        broken = tuple(inlines.with_long_words_broken(paragraph.inlines, width, self._fonts))
        if inlines.is_tracked(broken):
            return _sequence([*label, *self._tracked(broken, paragraph)])
        return _sequence([*label, *(self._inline(each, paragraph) for each in broken)])

    def _tracked(self, broken: tuple[model.Inline, ...], paragraph: model.Paragraph) -> Iterator[str]:
        """Give the code of inlines, with the spaces between them that Typst does not set."""
        pieces = tuple(inlines.with_spaces_apart(tuple(inlines.with_fonts_apart(broken, self._fonts))))
        groups = list(inlines.unbreakable_groups(pieces))
        before: model.Inline | None = None
        for group, after in zip(groups, (*(each[0] for each in groups[1:]), None), strict=True):
            codes: list[str] = []
            for each, following in zip(group, (*group[1:], after), strict=True):
                code, space = self._inline(each, paragraph), inlines.space_after(each, following)
                if inlines.is_space(each):
                    wider = space + (inlines.space_after(before, each) if before else 0.0)
                    code, space = f"text(spacing: 100% + {pt(wider)}, {code})", 0.0
                elif inlines.is_space(following):
                    space = 0.0
                codes += [code, f"h({pt(space)})"] if space else [code]
                before = each
            yield f"box({_sequence(codes)})" if len(group) > 1 else _sequence(codes)

    def _label(self, paragraph: model.Paragraph) -> list[str]:
        label, given = paragraph.label, paragraph.format
        if label is None:
            return []
        text = self._text(label.text, label.format, paragraph)
        if not label.tab:
            return [text]
        # The tab after a label ends at the indent that text hangs from.
        if given.first_line >= 0:
            return ['panic("w:ind")']
        return [f"list-label({pt(-given.first_line)}, {text})"]

    def _tabbed(self, paragraph: model.Paragraph, room: float) -> str:
        given = paragraph.format
        segments: list[list[str]] = [[]]
        for each in paragraph.inlines:
            if isinstance(each, model.Tab):
                segments.append([])
            # The tabs of one line are measured: LibreOffice sets those of several.
            elif isinstance(each, model.LineBreak):
                segments[-1].append('panic("w:tab")')
            elif each.format.tracking > 0:
                # At tab stops the space after the last letter counts.
                pieces = inlines.with_fonts_apart((each,), self._fonts)
                space = f"h({pt(each.format.tracking)})"
                segments[-1] += [code for piece in pieces for code in (self._inline(piece, paragraph), space)]
            else:
                segments[-1].append(self._inline(each, paragraph))
        if paragraph.label:
            segments[0] = [*self._label(paragraph), *segments[0]]
        width, stops = room - given.right, given.tabs
        # Text at the right edge needs no layout pass to be measured.
        first, *others = segments
        if _is_right_edge(stops, width) and len(others) == 1:
            return _sequence([*first, "h(1fr)", *others[0]])
        if given.first_line < 0:
            # Text hangs from the left indent, which is a tab stop by itself.
            stops = tuple(sorted((*stops, model.TabStop(given.left, model.Align.LEFT)), key=lambda stop: stop.position))
        origin = given.left + given.first_line
        listed = "".join(f"{_tab_stop(stop)}, " for stop in stops)
        joined = ", ".join(_sequence(segment) if segment else "[]" for segment in segments)
        if any(stop.align is model.Align.DECIMAL for stop in stops):
            joined += f", whole: ({''.join(f'{each}, ' for each in self._whole_parts(paragraph))})"
        return f"tabbed({pt(origin)}, {pt(width)}, ({listed}), {pt(self._document.default_tab)}, {joined})"

    def _whole_parts(self, paragraph: model.Paragraph) -> Iterator[str]:
        """Give what each tab of a paragraph sets before a decimal tab stop: its text up to the comma."""
        part: list[str] = []
        ended = False
        for each in paragraph.inlines:
            if isinstance(each, model.Tab):
                yield _sequence(part) if part else "[]"
                part, ended = [], False
            elif isinstance(each, model.TextRun) and not ended:
                before, comma, _ = each.text.partition(",")
                part.append(self._text(before, each.format, paragraph))
                ended = bool(comma)
        yield _sequence(part) if part else "[]"

    # --- inlines ---

    def _inline(self, inline: model.Inline, paragraph: model.Paragraph) -> str:
        if isinstance(inline, model.TextRun):
            code = self._text(inline.text, inline.format, paragraph)
            return f"link({literal(inline.link)}, {code})" if inline.link else code
        if isinstance(inline, model.LineBreak):
            return "linebreak()"
        if isinstance(inline, model.PageNumber):
            return self._styled("m" if inline.total else "n", inline.format, paragraph)
        if isinstance(inline, model.InlinePicture):
            return self._picture(inline)
        raise TypeError(inline)

    def _text(self, text: str, format_: model.RunFormat, paragraph: model.Paragraph) -> str:
        # « santé », a space, a no-break space, « 12 000,00 € »: a line that ends there would begin with the second one.
        pieces = self._fonts.pieces(text.replace(" \N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE} "), format_.font, FALLBACK)
        written = [f"fallback({literal(piece)})" if foreign else literal(piece) for piece, foreign in pieces]
        return self._styled(_sequence(written), format_, paragraph)

    def _styled(self, code: str, format_: model.RunFormat, paragraph: model.Paragraph) -> str:
        style = self._style(format_, paragraph)
        # Few parameters a run: they keep a BDC of two pages at 6 to 8 ms of CPU (15 to 18 otherwise).
        if style != self._base:
            name = self._styles.setdefault(style, f"t{len(self._styles)}")
            code = f"{name}({code})"
        if format_.background:
            code = (
                f"highlight(fill: {color(format_.background)}, top-edge: {style.top}, "
                f"bottom-edge: {style.bottom}, {code})"
            )
        rise = self._lines.rise(format_)
        if format_.underline is not model.Underline.NONE:
            code = _UNDERLINES[format_.underline].format(code, down=pt(-rise))
        if format_.strike:
            code = f"strike({code})"
        if rise and (format_.strike or format_.underline is not model.Underline.NONE):
            # Typst places these rules from the baseline of the text around.
            size = format_.size * format_.scale
            below, through = pt(_UNDERLINE_BELOW * size - rise), pt(-_STRIKE_ABOVE * size - rise)
            code = f"{{set underline(offset: {below}); set strike(offset: {through}); {code}}}"
        return code

    def _picture(self, picture: model.InlinePicture) -> str:
        path = self._store(picture.data, picture.kind)
        size = f'width: {pt(picture.width)}, height: {pt(picture.height)}, fit: "stretch"'
        if picture.alt:
            return f"box(image({literal(path)}, {size}, alt: {literal(picture.alt)}))"
        # PDF/UA asks a description of each picture that is no decoration.
        return f"box(pdf.artifact(image({literal(path)}, {size})))"

    def _style(self, format_: model.RunFormat, paragraph: model.Paragraph) -> _TextStyle:
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


def _sequence(parts: Sequence[str]) -> str:
    """Return code that joins parts of a line."""
    return parts[0] if len(parts) == 1 else "{" + "; ".join(parts) + "}"


def _is_right_edge(stops: Sequence[model.TabStop], width: float) -> bool:
    """Tell whether the only tab stop sets text against the right margin."""
    return (
        len(stops) == 1
        and stops[0].align is model.Align.RIGHT
        and not stops[0].leader
        and abs(stops[0].position - width) < 1
    )


def _tab_stop(stop: model.TabStop) -> str:
    side = "none" if stop.align is model.Align.DECIMAL else stop.align.value
    return f"({pt(stop.position)}, {side}, {literal(stop.leader)})"


def literal(text: str) -> str:
    """Return a Typst string literal: no character of the text is taken for markup or code."""
    return f'"{text.translate(_ESCAPED)}"'


def pt(length: float) -> str:
    """Return a length in points."""
    return f"{length:.3f}".rstrip("0").rstrip(".") + "pt"


def color(code: str) -> str:
    """Return a colour of `RRGGBB`; a grey as such, since readers unfold a profile for each colour space of a PDF."""
    if code[:2] == code[2:4] == code[4:]:
        return f"luma({int(code[:2], 16)})"
    return f"rgb({literal('#' + code)})"
