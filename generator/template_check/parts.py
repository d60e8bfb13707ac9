"""Open a template: its parts, paragraphs, runs and tags."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from generator.common.findings import Finding, FindingKind, Place
from generator.common.opc import parse_xml
from generator.render.docx.archive import DOCUMENT, W, docx_parts
from generator.render.docx.locate import in_part, words_of
from generator.render.docx.repair import STORIES
from generator.render.docx.templates import Template
from generator.render.docx.unfilled_tags import RENDERED_PARTS

# As docxtpl reads them: a letter behind the brace makes it take a paragraph, a row, a cell or a run away.
_TAG = re.compile(r"\{([{%#])(?:(p|tr|tc|r) )?(.*?)[}%#]\}", re.DOTALL)
# Word writes quotes as typographers do; docxtpl reads them as programmers do.
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_EXCERPT = 160
_LOOKS = ("word/styles.xml", "word/settings.xml")


@dataclass(frozen=True, slots=True)
class Tag:
    """A Jinja tag: its kind (`{`, `%`, `#`), docxtpl's prefix, its body, and its place in the paragraph."""

    kind: str
    prefix: str
    body: str
    start: int
    end: int

    @property
    def prints(self) -> bool:
        """Whether it prints a value."""
        return self.kind == "{"


@dataclass(frozen=True, eq=False)
class TemplateParagraph:
    """A paragraph of a part; `number` counts the paragraphs of the part, from 1."""

    part: Part
    number: int
    element: etree._Element

    def __getstate__(self) -> dict[str, object]:
        """Leave the XML in the worker that read it."""
        return {"part": self.part, "number": self.number}

    @cached_property
    def runs(self) -> tuple[etree._Element, ...]:
        """Its runs, without those of text boxes in it."""
        return tuple(
            run for run in self.element.iter(f"{W}r") if next(run.iterancestors(f"{W}p"), None) is self.element
        )

    @cached_property
    def text(self) -> str:
        """Its text, which its runs spell."""
        return "".join(map(_text_of_run, self.runs))

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """Its tags, also those that Word has split into several runs."""
        return tuple(
            Tag(found[1], found[2] or "", found[3].strip("-+ ").translate(_STRAIGHT), *found.span())
            for found in _TAG.finditer(self.text)
        )

    @cached_property
    def in_text_box(self) -> bool:
        """Whether it is in a text box or another shape."""
        return next(self.element.iterancestors(f"{W}txbxContent"), None) is not None

    def runs_at(self, start: int, end: int) -> Iterator[etree._Element]:
        """Return the runs of the characters from `start` to `end`."""
        position = 0
        for run in self.runs:
            length = len(_text_of_run(run))
            if length and position < end and position + length > start:
                yield run
            position += length

    def place(self) -> Place:
        """Return its place, in words for a person who sees it in Word, with its text."""
        where = in_part(self.part.name, words_of(self.part.root, self.element))
        return Place(self.part.template, part=where, excerpt=self.text.strip()[:_EXCERPT] or None)


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a template: its name in the archive, and its XML."""

    template: str
    name: str
    root: etree._Element

    def __getstate__(self) -> dict[str, object]:
        """Leave the XML in the worker that read it."""
        return {"template": self.template, "name": self.name}

    @property
    def is_body(self) -> bool:
        """Whether it is the body: no header, footer or notes."""
        return self.name == DOCUMENT

    @property
    def is_rendered(self) -> bool:
        """Whether docxtpl fills it."""
        return RENDERED_PARTS.fullmatch(self.name) is not None

    @cached_property
    def paragraphs(self) -> tuple[TemplateParagraph, ...]:
        """Its paragraphs, also those of tables and text boxes, in the sequence of the file."""
        return tuple(
            TemplateParagraph(self, number, element) for number, element in enumerate(self.root.iter(f"{W}p"), start=1)
        )


@dataclass(frozen=True, eq=False)
class Layout:
    """A template opened for its check: its parts with text, its styles and its settings."""

    template: Template
    parts: tuple[Part, ...]
    styles: etree._Element | None
    settings: etree._Element | None

    def __getstate__(self) -> dict[str, object]:
        """Leave the XML in the worker that read it."""
        return {"template": self.template}

    @property
    def body(self) -> Part:
        """The part of the body."""
        return next(part for part in self.parts if part.is_body)

    @cached_property
    def paragraphs(self) -> tuple[TemplateParagraph, ...]:
        """The paragraphs of all parts that docxtpl fills: the body's first."""
        return tuple(paragraph for part in self.parts if part.is_rendered for paragraph in part.paragraphs)

    def find_paragraph(self, part: str, number: int | None) -> TemplateParagraph | None:
        """Return a paragraph by the name of its part and its number from 1; None if there is none."""
        return self._numbered.get((part, number))

    @cached_property
    def _numbered(self) -> Mapping[tuple[str, int | None], TemplateParagraph]:
        return {(part.name, each.number): each for part in self.parts for each in part.paragraphs}

    def place_of(self, paragraph: TemplateParagraph | None) -> Place:
        """Return the place of a paragraph; of the whole template for None."""
        return paragraph.place() if paragraph else Place(self.template.name)


@dataclass(frozen=True, slots=True)
class TemplateFinding:
    """A finding about a template, with its paragraph if it has one."""

    finding: Finding
    paragraph: TemplateParagraph | None = None


def template_finding(kind: FindingKind, paragraph: TemplateParagraph, **values: object) -> TemplateFinding:
    """Return a finding of a kind about a paragraph."""
    return TemplateFinding(kind.at(paragraph.place(), **values), paragraph)


def open_layout(template: Template) -> Layout:
    """Open a template for its check.

    Raises:
        etree.XMLSyntaxError: a part is not well-formed.
    """
    with zipfile.ZipFile(io.BytesIO(template.data)) as archive:
        names = sorted(filter(STORIES.fullmatch, archive.namelist()), key=lambda name: (name != DOCUMENT, name))
        parts = tuple(Part(template.name, name, parse_xml(archive.read(name))) for name in names)
    looks = docx_parts(template.data, *_LOOKS)
    return Layout(template, parts, *(parse_xml(looks[name]) if name in looks else None for name in _LOOKS))


def _text_of_run(run: etree._Element) -> str:
    """Return the text of a run; a tab or a line break is a space."""
    return "".join(
        (child.text or "") if child.tag == f"{W}t" else " "
        for child in run
        if child.tag in (f"{W}t", f"{W}tab", f"{W}br")
    )
