"""What the reader met that the engine does not typeset: nothing is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from generator.common.findings import quote
from generator.common.language import Text
from generator.common.texts import catalogue
from generator.render.docx.locate import in_part, words_of

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A construct of a DOCX that the Typst engine does not typeset, such as `w:footnoteReference`, and its place."""

    construct: str
    place: Text

    @property
    def named(self) -> Text:
        """The construct, after what Word calls it where that is known: `colonnes [w:cols=2]`."""
        names = catalogue("constructs")
        name = names.get(self.construct) or names.get(self.construct.partition("=")[0])
        shown = quote(self.construct)
        return Text(f"{name['fr']} [{shown}]", f"{name['en']} [{shown}]") if name else Text(shown, shown)


class UnsupportedError(Exception):
    """A DOCX uses constructs that the Typst engine does not typeset; `reasons` names them, in document order."""

    def __init__(self, reasons: tuple[Unsupported, ...]) -> None:
        super().__init__(", ".join(f"{reason.construct} ({reason.place.en})" for reason in reasons))
        self.reasons = reasons


class Notes:
    """Collects unsupported constructs, with the part and the paragraph that is being read."""

    def __init__(self) -> None:
        self._part = ""
        self._root: etree._Element | None = None
        self._paragraph: etree._Element | None = None
        self._found: dict[Unsupported, None] = {}

    def enter(self, part: str, root: etree._Element | None) -> None:
        """Set the part that is read from now on; None for one that is no text."""
        self._part, self._root, self._paragraph = part, root, None

    def at(self, paragraph: etree._Element | None) -> None:
        """Set the paragraph that is read from now on."""
        self._paragraph = paragraph

    def add(self, construct: str) -> None:
        """Record a construct at the current place, once."""
        self._found[Unsupported(construct, self._place())] = None

    def _place(self) -> Text:
        if self._root is None or self._paragraph is None:
            return Text(self._part, self._part)
        return in_part(self._part, words_of(self._root, self._paragraph))

    @property
    def found(self) -> tuple[Unsupported, ...]:
        """The constructs recorded so far, in order."""
        return tuple(self._found)


def xml_name(tag: object) -> str:
    """Return the usual name of an element or attribute: `w:p` for `{http://…/main}p`."""
    namespace, _, local = str(tag).lstrip("{").rpartition("}")
    prefix = _PREFIXES.get(namespace, namespace.rstrip("/").rpartition("/")[2])
    return f"{prefix}:{local}" if prefix else local
