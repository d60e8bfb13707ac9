"""Clichés: the DOCX of many orders, each cast from one that docxtpl made.

In printing, a cliché is a plate cast from type: it prints the same page again. The first DOCX of a kind is made by
docxtpl and python-docx, and so is one with codes in place of values. For those after it Jinja alone runs. Where what
it makes of each part is, letter for letter, what it made of the codes, these replaced by the order's values, the DOCX
is that of the codes, these replaced by the order's values: what docxtpl and python-docx do after Jinja looks at markup,
and hands text on as it is. Where it looks at text (line ends, tabs, pages), or the two differ, they make the DOCX anew.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from functools import lru_cache
from functools import partial
from html import escape

import markupsafe

from generator.docx.archive import CORE_PROPERTIES
from generator.docx.archive import Entry
from generator.docx.archive import archive_of
from generator.docx.archive import docx_text
from generator.docx.archive import has_picture
from generator.docx.archive import instructions_of
from generator.docx.archive import packed_entry
from generator.docx.archive import parts_of
from generator.docx.environment import text_of_story
from generator.docx.render import QR_NAME
from generator.docx.render import Contents
from generator.docx.render import Properties
from generator.docx.render import RenderError
from generator.docx.render import fill_template
from generator.docx.render import properties_of
from generator.formes.probe import CODE
from generator.formes.probe import MAX_PLACES
from generator.formes.probe import Pieces
from generator.formes.probe import Probed
from generator.formes.probe import Style
from generator.formes.probe import code
from generator.formes.probe import joined
from generator.formes.probe import pieces_of
from generator.formes.probe import probe
from generator.orders import Order
from generator.references import DocumentKind
from generator.templates import Template

MEDIA = "word/media/"
_TAG = re.compile(r"<[^>]*>")
# What docxtpl, XML or python-docx do not hand on as it is.
_CHANGED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_MAX_PROPERTY = 255
_TAGS_OF_JINJA = re.compile(rb"\{[{%#]")
# Parts that docxtpl and python-docx read and write as XML.
_PARSED = re.compile(r"word/(document|header\d*|footer\d*)\.xml|docProps/core\.xml")
# Stands for the moment of the properties, which takes no code.
_MOMENT = datetime.datetime(1901, 1, 1, tzinfo=datetime.UTC)
_MOMENT_FORM = "%Y-%m-%dT%H:%M:%SZ"
_KEPT, _REMEMBERED = 64, 4096
# The logo's width and height come after the values.
_SIDES = 2


class _MisprintError(Exception):
    """A cliché does not give this document."""


@dataclass(frozen=True)
class Printed:
    """A DOCX, packed where it is asked for, its text, and whether it shows the QR code.

    `cliche` is what it was cast from, None without one.
    """

    pack: Callable[[], bytes]
    text: str
    shows_qr_code: bool
    cliche: Cliche | None = None

    @cached_property
    def docx(self) -> bytes:
        """The file."""
        return self.pack()


@dataclass(frozen=True, slots=True)
class Cliche:
    """The DOCX of a kind, its values left open.

    Attributes:
        stories: the parts as Jinja reads them, and what it makes of each.
        entries: the archive: parts that are the same in all, those that have values, and the names of pictures.
        text: the text of the document.
        shows_qr_code: whether the document shows the QR code.
        in_tags: the values that stand inside of tags alone.
        in_both: those that stand in text as well.
        coded: the parts that pages are made of, with codes.
    """

    stories: tuple[tuple[str, Pieces], ...]
    entries: Mapping[str, Entry | Pieces | str]
    text: Pieces
    shows_qr_code: bool
    in_tags: frozenset[int]
    in_both: frozenset[int]
    coded: Mapping[str, bytes]

    def print(self, contents: Contents, values: Sequence[str]) -> Printed:
        """Return the DOCX of these contents.

        Raises:
            _MisprintError: docxtpl might give another.
        """
        if any(_CHANGED.search(value) or value.isspace() for value in values):
            raise _MisprintError
        if any('"' in values[number] for number in self.in_both):
            raise _MisprintError
        names = {**contents.names, **_marks(contents)}
        said = [str(markupsafe.escape(value)) for value in values]
        for source, pieces in self.stories:
            if text_of_story(source, names) != joined(pieces, said):
                raise _MisprintError
        pack = partial(self._pack, contents, values)
        return Printed(pack, joined(self.text, values), self.shows_qr_code, self)

    def _pack(self, contents: Contents, values: Sequence[str]) -> bytes:
        written = [written_in(value, tag=number in self.in_tags) for number, value in enumerate(values)]
        entries = {
            name: entry
            if isinstance(entry, Entry)
            else _packed_picture(_pictures(contents)[entry])
            if isinstance(entry, str)
            else packed_entry(joined(entry, written).encode())
            for name, entry in self.entries.items()
        }
        return archive_of(entries)


# Orders share their logos.
_packed_picture = lru_cache(maxsize=8)(packed_entry)


def _pictures(contents: Contents) -> dict[str, bytes]:
    pictures = {"qr_code": contents.qr_code, "logo": contents.logo}
    return {name: picture.data for name, picture in pictures.items() if picture}


# What was cast in this process, by key: None where no cliché can be made; and the keys that were met once.
_CAST: dict[str, Cliche | None] = {}
_MET: set[str] = set()


def print_docx(
    order: Order,
    document: DocumentKind,
    template: Template,
    contents: Contents,
    *,
    values: Sequence[str],
    key: str,
) -> Printed:
    """Return the DOCX of a document: cast, where its kind was met twice before, else made by docxtpl; the same bytes.

    Args:
        order: the dossier.
        document: the kind of document.
        template: the layout.
        contents: what it is filled with.
        values: the values in it; none where there are too many.
        key: the name of all that is not a value.

    Raises:
        RenderError: the template cannot be used.
    """
    properties = properties_of(order, document)
    all_values = [*values, *extent_of(contents), *_property_values(properties)]
    known = _CAST.get(key)
    if known:
        try:
            return known.print(contents, all_values)
        except Exception:  # noqa: BLE001, S110  # whatever an expression of the template raises: docxtpl's way says where
            pass
    filled = fill_template(order, template, contents, properties)
    printed = Printed(lambda: filled.docx, docx_text(filled.docx), has_picture(filled.docx, QR_NAME))
    if values and key in _MET and key not in _CAST:
        _remember(key, _checked(_cast(order, template, contents), contents, all_values, printed))
    if len(_MET) >= _REMEMBERED:
        _MET.clear()
    _MET.add(key)
    return printed


def _remember(key: str, cliche: Cliche | None) -> None:
    while len(_CAST) >= _KEPT:
        del _CAST[next(iter(_CAST))]
    _CAST[key] = cliche


def _checked(cliche: Cliche | None, contents: Contents, values: Sequence[str], printed: Printed) -> Cliche | None:
    """Return a cliché that gives the document that docxtpl has given."""
    try:
        cast = cliche.print(contents, values) if cliche else None
    except Exception:  # noqa: BLE001  # as above
        return None
    same = cast and (cast.docx, cast.text, cast.shows_qr_code) == (printed.docx, printed.text, printed.shows_qr_code)
    return cliche if same else None


def _cast(order: Order, template: Template, contents: Contents) -> Cliche | None:
    """Return the cliché of a template that is filled with codes; None where a value could change more than text."""
    probed = probe(contents, order.numero, Style.CODE)
    count = len(probed.places)
    title, author, subject, moment = range(count + _SIDES, count + _SIDES + 4)
    if moment >= MAX_PLACES:
        return None
    properties = Properties(code(title), code(author), code(subject), _MOMENT)
    try:
        filled = fill_template(order, template, probed.contents, properties)
    except RenderError:
        return None
    parts = coded_parts(filled.docx, probed)
    parts[CORE_PROPERTIES] = parts[CORE_PROPERTIES].replace(
        _MOMENT.strftime(_MOMENT_FORM).encode(), code(moment).encode()
    )
    entries: dict[str, Entry | Pieces | str] = {}
    in_tags: set[int] = set()
    in_text: set[int] = set()
    pictures = {data: name for name, data in _pictures(contents).items()}
    for name, data in parts.items():
        if name.startswith(MEDIA):
            entries[name] = pictures.get(data) or packed_entry(data)
            continue
        text = data.decode("utf-8", "replace")
        pieces = pieces_of(text, moment + 1)
        if len(pieces) == 1:
            entries[name] = packed_entry(data)
            continue
        if not _hands_text_on(name, data):
            return None
        entries[name] = pieces
        in_tags.update(_numbers("".join(_TAG.findall(text)), moment + 1))
        in_text.update(_numbers(_TAG.sub("\n", text), moment + 1))
    if _TAGS_OF_JINJA.search(parts_of(template.data).get(CORE_PROPERTIES, b"")):
        return None
    stories = []
    for story in filled.stories:
        text = story.text
        for markup, name in story.pictures.items():
            text = text.replace(markup, _mark(name))
        stories.append((story.source, pieces_of(text, count)))
    pieces = pieces_of(docx_text(filled.docx), count)
    alone, both = frozenset(in_tags - in_text), frozenset(in_tags & in_text)
    coded = page_parts(parts)
    return Cliche(tuple(stories), entries, pieces, has_picture(filled.docx, QR_NAME), alone, both, coded)


def extent_of(contents: Contents) -> tuple[str, str]:
    """Return the width and the height of the logo as a DOCX gives them; nothing without one."""
    width, height = contents.logo.extent if contents.logo else ("", "")
    return str(width), str(height)


def coded_parts(docx: bytes, probed: Probed) -> dict[str, bytes]:
    """Return the parts of a DOCX of codes, with codes for the logo's width and height as well, which come next."""
    parts = parts_of(docx)
    if probed.contents.logo:
        count = len(probed.places)
        sides, codes = extent_of(probed.contents), (code(count), code(count + 1))
        found, coded = (b'cx="%s" cy="%s"' % (width.encode(), height.encode()) for width, height in (sides, codes))
        parts = {name: data if name.startswith(MEDIA) else data.replace(found, coded) for name, data in parts.items()}
    return parts


def _hands_text_on(name: str, data: bytes) -> bool:
    """Tell whether values stand in a part as text alone: in one that is parsed and written, and in no field's words."""
    instructions = instructions_of(data) if name.startswith("word/") else ()
    return bool(_PARSED.fullmatch(name)) and not any(map(CODE.search, instructions))


def page_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those parts of a DOCX that its pages are made of; pictures are the forme's or set by it."""
    return {name: data for name, data in parts.items() if name != CORE_PROPERTIES and not name.startswith(MEDIA)}


def written_in(value: str, *, tag: bool) -> str:
    """Return a value as a part's XML has it, in a text or in a tag."""
    escaped = escape(value, quote=False)
    return escaped.replace('"', "&quot;") if tag else escaped


def _property_values(properties: Properties) -> tuple[str, ...]:
    texts = (properties.title, properties.author, properties.subject)
    if max(map(len, texts)) > _MAX_PROPERTY:
        # python-docx refuses them.
        return ()
    return (*texts, properties.date.strftime(_MOMENT_FORM))


def _numbers(text: str, count: int) -> list[int]:
    return [piece for piece in pieces_of(text, count) if isinstance(piece, int)]


class _Mark:
    """Stands for a picture where only the text of a part is wanted."""

    def __init__(self, name: str) -> None:
        self._text = _mark(name)

    def __html__(self) -> str:
        return self._text

    __str__ = __html__


def _mark(name: str) -> str:
    return f"\ue000{name}\ue001"


def _marks(contents: Contents) -> dict[str, _Mark | None]:
    return {"qr_code": _Mark("qr_code"), "logo": _Mark("logo") if contents.logo else None}
