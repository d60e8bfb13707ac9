"""Open the package of a template, and refuse or mend it, so that its parts have the names that Word gives them.

Everything that reads a template later expects Word's own names. Word itself opens packages that have others, and
packages with relationships that lead nowhere, so those are mended here, once.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from generator.common import opc
from generator.common.language import Text, text
from generator.common.unsupported_formats import unsupported_format
from generator.render.docx.archive import DOCUMENT

# A built-in template weighs 6 kB and holds 11 entries; Word's own heaviest forms stay far below these.
MAX_ENTRIES = 2000
MAX_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200

# The names that Word gives the parts of a document, by relationship; those of headers and footers are numbered.
_SINGLE = ("styles", "settings", "numbering", "fontTable", "footnotes", "endnotes", "comments")
_USUAL = opc.UsualNames(DOCUMENT, {kind: f"word/{kind}.xml" for kind in _SINGLE}, ("header", "footer"))

# The namespaces of the strict variant of the format begin so.
_STRICT = b"http://purl.oclc.org/ooxml/"


class PackageProblem(ValueError):  # noqa: N818  # no error of the program: it carries a reason to the reader's finding
    """The package is refused; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def sound_package(data: bytes) -> bytes:
    """Return a template's package with the part names that Word gives; the same bytes where it has them already.

    Args:
        data: the file.

    Raises:
        PackageProblem: it is no DOCX, is beyond the bounds, or lacks a part that its text uses.
    """
    parts, clean = _parts(data)
    try:
        main = opc.main_part(parts)
        reason = _refusal(parts, main)
        if reason or main is None:
            raise PackageProblem(reason or text("render.package.no-document"))
        kept = dict(_without_dangling(parts))
        names = opc.usual_names(kept, main, _USUAL)
        if clean and not names and kept == parts and opc.are_spelt(parts):
            return data
        return opc.write_package(opc.renamed(kept, names))
    except etree.XMLSyntaxError as error:
        raise PackageProblem(Text(*2 * [str(error)])) from error


def _parts(data: bytes) -> tuple[opc.Parts, bool]:
    """Return the parts of a package, all read, and whether their names are written as the format says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Folders: some programs write entries for them, with slashes or backslashes.
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith(("/", "\\"))]
            _check_bounds(entries)
            # Read whole, whatever they are: a damaged entry shows here, and not in the middle of a rendering.
            parts = {opc.plain_name(entry.filename): archive.read(entry) for entry in entries}
    except PackageProblem:  # a ValueError, as those of a damaged archive are
        raise
    except opc.DAMAGED_ZIP as error:
        # A PDF, a workbook or an encrypted document is named as such: its remedy is another one.
        unknown = opc.damage_of(error) if data.startswith(b"PK") else text("render.package.no-archive")
        raise PackageProblem(unsupported_format(data, "document") or unknown) from error
    _check_markup(parts)
    if opc.main_part_is_missing(parts) and (found := unsupported_format(data, "document")):
        raise PackageProblem(found)
    return parts, all(opc.plain_name(entry.filename) == entry.filename for entry in entries)


def _check_bounds(entries: list[zipfile.ZipInfo]) -> None:
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise PackageProblem(text("render.package.entries", entries=len(entries), most=MAX_ENTRIES))
    if size > MAX_BYTES:
        raise PackageProblem(text("render.package.size", size=size, most=MAX_BYTES))
    if size > MAX_RATIO * max(packed, 1):
        raise PackageProblem(text("render.package.ratio", size=size, ratio=MAX_RATIO, packed=packed))
    names = [opc.plain_name(entry.filename) for entry in entries]
    if len(set(names)) < len(names):
        raise PackageProblem(text("render.package.double", part=next(name for name in names if names.count(name) > 1)))


def _check_markup(parts: Mapping[str, bytes]) -> None:
    for name, data in parts.items():
        is_markup = name.endswith((".xml", ".rels"))
        if is_markup and b"\0" in data:
            # UTF-16 is legal, nobody writes it, and it would hide a DTD.
            raise PackageProblem(text("render.package.encoding", part=name))
        if (is_markup and b"<!DOCTYPE" in data) or b"<!ENTITY" in data:  # in an SVG of any name
            raise PackageProblem(text("render.package.dtd", part=name))
        if name.endswith(".rels") or name == opc.CONTENT_TYPES:
            try:
                opc.parse_xml(data)
            except etree.XMLSyntaxError as error:
                raise PackageProblem(text("render.package.malformed", part=name, error=str(error))) from error


def _refusal(parts: Mapping[str, bytes], main: str | None) -> Text | None:
    if main is None:
        return text("render.package.no-document")
    kind = opc.content_type(parts, main)
    if kind.endswith(("macroEnabled.main+xml", "macroEnabledTemplate.main+xml")):
        return text("render.package.macros")
    if kind.endswith("wordprocessingml.template.main+xml"):
        return text("render.package.template")
    if not kind.endswith("wordprocessingml.document.main+xml"):
        return text("render.package.not-word", kind=kind or "—")
    if _STRICT in parts[main]:
        return text("render.package.strict")
    return None if b"<w:document" in parts[main] else text("render.package.prefix")


def _without_dangling(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Return the parts, without relationships that lead nowhere and that nothing uses: Word ignores those."""
    for name, data in parts.items():
        source = opc.relationships_source(name)
        markup = parts.get(source, b"") if source else b""
        dangling = opc.relationships(parts, source) if source is not None else []
        missing = {each.identifier: each for each in dangling if each.target not in parts}
        for identifier, each in missing.items():
            # The identifier as the value of an attribute, in either quotes: `r:id="rId5"`.
            if re.search(rb"[\"']" + re.escape(identifier.encode()) + rb"[\"']", markup):
                raise PackageProblem(text("render.package.missing", source=source, target=each.target, kind=each.kind))
        yield name, opc.without_relationships(data, missing.__contains__) if missing else data
