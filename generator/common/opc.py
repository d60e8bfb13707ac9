"""Read, rename and write the parts of Office packages (ECMA-376 part 2).

The format leaves part names free: Word for the web writes `document2.xml`, some programs separate folders with a
backslash or put every part at the root. Readers that expect Word's names need them renamed.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from urllib.parse import unquote

from lxml import etree

from generator.common.language import Text, text

CONTENT_TYPES = "[Content_Types].xml"
# The source of the relationships of the package itself.
ROOT = ""
# The end of its type in both variants of the format: transitional and strict.
MAIN_RELATIONSHIP = "/officeDocument"

# What `zipfile` raises on a damaged archive, besides OSError. NotImplementedError: an unknown compression;
# RuntimeError: an encrypted entry; ValueError: a name that is no text, or an offset outside the file.
DAMAGED_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error)


def damage_of(error: Exception) -> Text:
    """Return what is wrong with an archive that `zipfile` cannot read."""
    if isinstance(error, NotImplementedError):
        return text("common.archives.compression")
    if isinstance(error, RuntimeError):
        return text("common.archives.encrypted")
    return text("common.archives.damaged", error=error)


# Resolving no entity prevents the "billion laughs"; no network, no request to an address in the file.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

# The default of zlib, written out: `zipfile` may choose another one day.
_DEFLATE_LEVEL = 6

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship inside a package.

    Attributes:
        identifier: its identifier in the source.
        kind: the last word of its type, such as `header`.
        target: the name of its target, which may be missing from the package.
    """

    identifier: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class UsualNames:
    """The usual part names of a kind of document.

    Attributes:
        main: the name of the main part.
        single: the names of parts that exist once, by relationship.
        numbered: relationships whose parts are named after them, with a number.
    """

    main: str
    single: Mapping[str, str]
    numbered: tuple[str, ...] = ()


def plain_name(name: str) -> str:
    """Return the name of an entry with `/` between folders, and none at the start."""
    return name.replace("\\", "/").lstrip("/")


def relationships_part(source: str) -> str:
    """Return the name of the part with the relationships of another part."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships_source(name: str) -> str | None:
    """Return the source of a part of relationships; None for other parts."""
    folder, base = posixpath.split(name)
    if not base.endswith(".rels") or posixpath.basename(folder) != "_rels":
        return None
    return posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))


def relationships(parts: Mapping[str, bytes], source: str) -> list[Relationship]:
    """Return the relationships of a part to parts of the package, in the order of the file.

    Raises:
        etree.XMLSyntaxError: the relationships are not well-formed.
    """
    data = parts.get(relationships_part(source))
    return [_relationship(each, source, parts) for each in _internal(parse_xml(data))] if data else []


def main_part(parts: Mapping[str, bytes]) -> str | None:
    """Return the main part, such as the document or workbook; None if no relationship names it.

    Raises:
        etree.XMLSyntaxError: the package's relationships are not well-formed.
    """
    leading = (each.target for each in relationships(parts, ROOT) if each.kind == MAIN_RELATIONSHIP[1:])
    return next((target for target in leading if target in parts), None)


def main_part_is_missing(parts: Mapping[str, bytes]) -> bool:
    """Return whether no readable relationship of the package leads to a main part."""
    try:
        return main_part(parts) is None
    except etree.XMLSyntaxError:
        return True


def reachable(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Return the parts that the package reaches by relationships: readers ignore the others.

    Raises:
        etree.XMLSyntaxError: relationships are not well-formed.
    """
    found: set[str] = set()
    waiting = [ROOT]
    while waiting:
        targets = {each.target for each in relationships(parts, waiting.pop())}
        waiting += sorted(new := (targets & parts.keys()) - found)
        found |= new
    return frozenset(found)


def are_spelt(parts: Mapping[str, bytes]) -> bool:
    """Return whether every relationship names its target exactly as the package does: same case, no backslash.

    Raises:
        etree.XMLSyntaxError: relationships are not well-formed.
    """
    return all(
        _absolute(target, source) == _target(target, source, parts) and "\\" not in target
        for name, data in parts.items()
        if (source := relationships_source(name)) is not None
        for target in (str(each.get("Target")) for each in _internal(parse_xml(data)))
    )


def usual_names(parts: Mapping[str, bytes], main: str, usual: UsualNames) -> dict[str, str]:
    """Return the usual name of each part that has an unusual name.

    Args:
        parts: the parts of a package.
        main: its main part.
        usual: the names that readers expect.

    Raises:
        etree.XMLSyntaxError: relationships are not well-formed.
    """
    taken, names = set(parts), {}
    folder = posixpath.dirname(usual.main)
    if main != usual.main:
        names[main] = usual.main
        # Another part has the usual name of the main part, and makes room.
        if usual.main in parts:
            names[usual.main] = _free(f"{folder}/other", taken)
    for each in relationships(parts, main):
        single = usual.single.get(each.kind)
        if single and each.target in parts and each.target != single and single not in parts:
            names[each.target] = single
        elif each.kind in usual.numbered and not re.fullmatch(rf"{folder}/{each.kind}\d*\.xml", each.target):
            names.setdefault(each.target, _free(f"{folder}/{each.kind}", taken))
    return names


def _free(stem: str, taken: set[str]) -> str:
    name = next(name for number in count(1) if (name := f"{stem}{number}.xml") not in taken)
    taken.add(name)
    return name


def content_type(parts: Mapping[str, bytes], name: str) -> str:
    """Return the content type of a part by its name; empty without one.

    Raises:
        etree.XMLSyntaxError: the list of content types is not well-formed.
    """
    data = parts.get(CONTENT_TYPES)
    for each in parse_xml(data).iter("{*}Override") if data else ():
        if plain_name(str(each.get("PartName"))).casefold() == name.casefold():
            return str(each.get("ContentType"))
    return ""


def without_relationships(data: bytes, dropped: Callable[[str], bool]) -> bytes:
    """Return a part of relationships without those whose identifier `dropped` selects."""
    root = parse_xml(data)
    for each in list(root.iter("{*}Relationship")):
        if dropped(str(each.get("Id"))):
            root.remove(each)
    return _written(root)


def renamed(parts: Mapping[str, bytes], names: Mapping[str, str]) -> Parts:
    """Rename parts, also in relationships and content types.

    Args:
        parts: the parts of a package.
        names: the new names, by current name.

    Raises:
        etree.XMLSyntaxError: relationships or content types are not well-formed.
    """
    moved: Parts = {}
    for name, data in parts.items():
        source = relationships_source(name)
        if name == CONTENT_TYPES:
            moved[name] = _renamed_types(data, names)
        elif source is None:
            moved[names.get(name, name)] = data
        else:
            moved[relationships_part(names.get(source, source))] = _renamed_targets(data, source, parts, names)
    return moved


def parse_xml(xml: str | bytes) -> etree._Element:
    """Return the root of XML from outside, without resolving entities or fetching anything.

    Raises:
        etree.XMLSyntaxError: the XML is not well-formed.
    """
    return etree.fromstring(xml.encode("utf-8") if isinstance(xml, str) else xml, _PARSER)


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """Return a package as an archive: the same parts give the same bytes."""
    # Office programs and `file` expect the content types first.
    names = sorted(parts, key=lambda name: (name != CONTENT_TYPES, name != relationships_part(ROOT), name))
    return write_zip({name: parts[name] for name in names})


def write_zip(files: Mapping[str, bytes], *, compress: bool = True, mode: int = 0o600) -> bytes:
    """Return an archive of files, in the order given: the same files give the same bytes.

    Args:
        files: the content of each entry.
        compress: deflate the entries; if False, the bytes do not depend on the version of zlib.
        mode: the permissions of the entries.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01, the first day that an archive can have
            entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            entry.external_attr = mode << 16
            entry.create_system = 3  # Unix, to which the mode belongs, on every system
            archive.writestr(entry, data, compresslevel=_DEFLATE_LEVEL)
    return stream.getvalue()


def _internal(root: etree._Element) -> Iterator[etree._Element]:
    for each in root.iter("{*}Relationship"):
        if each.get("TargetMode") != "External":
            yield each


def _relationship(element: etree._Element, source: str, parts: Mapping[str, bytes]) -> Relationship:
    kind = str(element.get("Type")).rpartition("/")[2]
    return Relationship(str(element.get("Id")), kind, _target(str(element.get("Target")), source, parts))


def _target(target: str, source: str, parts: Mapping[str, bytes]) -> str:
    """Return the part that a target names, in the spelling of the package; case is ignored."""
    absolute = _absolute(target, source)
    # Addresses may escape characters of a name.
    for name in (absolute, _absolute(unquote(target), source)):
        if name in parts:
            return name
    # ECMA-376 part 2: names of parts that differ in case alone are the same.
    return next((name for name in parts if name.casefold() == absolute.casefold()), absolute)


def _absolute(target: str, source: str) -> str:
    # A target is an address: what follows `#` is a place inside the part.
    path = "".join(filter(str.isprintable, target.partition("#")[0])).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), path)).lstrip("/")


def _renamed_targets(data: bytes, source: str, parts: Mapping[str, bytes], names: Mapping[str, str]) -> bytes:
    root = parse_xml(data)
    for each in _internal(root):
        target = _target(str(each.get("Target")), source, parts)
        # From the root: the part with the relationship may have moved.
        each.set("Target", f"/{names.get(target, target)}")
    return _written(root)


def _renamed_types(data: bytes, names: Mapping[str, str]) -> bytes:
    root = parse_xml(data)
    spelled = {name.casefold(): new for name, new in names.items()}
    for each in root.iter("{*}Override"):
        name = plain_name(str(each.get("PartName")))
        each.set("PartName", f"/{spelled.get(name.casefold(), name)}")
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
