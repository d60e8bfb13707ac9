"""DOCX archives: opened within bounds, and written so that the same content gives the same bytes."""

from __future__ import annotations

import errno
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import deflate
from lxml import etree

from generator.findings import ERROR
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.lang import os_reason

# A built-in template weighs 6 kB and holds 11 entries; Word's own heaviest forms stay far below these.
MAX_ENTRIES = 2000
MAX_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200

# PKWARE's APPNOTE.TXT, 4.3 and 4.4: the version that deflation needs, 1 January 1980, and the flag of a name in UTF-8.
_ZIP_VERSION, _ZIP_DATE, _UTF8_NAME = 20, 1 << 5 | 1, 1 << 11
# libdeflate takes a third of zlib's time, and gives the same bytes on every machine. A twentieth more in two thirds of
# the time that its own choice takes.
_LEVEL = 1
DOCUMENT = "word/document.xml"
CORE_PROPERTIES = "docProps/core.xml"
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

MODELE_ILLISIBLE = define(
    "MODELE-ILLISIBLE", ERROR,
    fr="ce modèle n'est pas un DOCX lisible : {reason}", en="this template is not a readable DOCX: {reason}",
    fix_fr="l'ouvrir dans Word ou LibreOffice et l'enregistrer au format DOCX",
    fix_en="open it in Word or LibreOffice and save it as DOCX",
)  # fmt: skip
MODELE_CONTENU_ACTIF = define(
    "MODELE-CONTENU-ACTIF", ERROR,
    fr="le modèle contient ce qui irait chercher ailleurs ou s'exécuterait : {found}",
    en="the template holds what would fetch from elsewhere or run: {found}",
    fix_fr="l'enlever dans Word : image ou objet lié, champ INCLUDE… ou DDE, macro, modèle attaché (Développeur > "
    "Modèle de document) ; les images sont à insérer, non à lier",
    fix_en="remove it in Word: linked picture or object, INCLUDE… or DDE field, macro, attached template (Developer > "
    "Document template); insert pictures instead of linking them",
    source="Un modèle vient du dehors : un document ne doit rien à ce qui n'est pas en lui",
)  # fmt: skip

# What Word's own way of writing a document is told by, and what is said of others.
_STRICT = b"http://purl.oclc.org/ooxml/"
_SAVED_STRICT = Text(
    "il est au format « Strict Open XML » ; l'enregistrer comme « Document Word (*.docx) »",
    "it is in the format “Strict Open XML Document”; save it as “Word Document (*.docx)”",
)
_ELSEWHERE = Text(f"il n'a pas de {DOCUMENT}", f"it has no {DOCUMENT}")
_OTHER_PREFIX = Text("son XML n'est pas écrit comme Word l'écrit", "its XML is not written as Word writes it")

# Relationships that bring in programs or other documents, and fields that fetch or run something.
_ACTIVE_TYPES = ("aFChunk", "oleObject", "vbaProject", "control", "attachedToolbars", "keyMapCustomizations")
_ACTIVE_FIELDS = re.compile(r"\s*(INCLUDE\w*|IMPORT|DDE\w*|LINK|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE)
_HYPERLINK = "/hyperlink"
# In VML a picture may be named by its address instead of a relationship.
_VML_LINK = re.compile(rb"""\bsrc\s*=\s*["']([^"']+)""")


class ArchiveError(FindingError):
    """The archive is refused; `finding` says why."""


def read_template(path: Path) -> bytes:
    """Return the bytes of a template that is within bounds.

    Raises:
        ArchiveError: it cannot be read, is no DOCX, would unfold beyond the bounds, or holds active content.
    """
    try:
        if path.exists() and not path.is_file():
            raise OSError(errno.EISDIR if path.is_dir() else errno.ENODEV, "")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reason = _refusal(archive)
    except OSError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error) as error:
        reason = str(error)
    if reason:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=reason))
    try:
        active = active_content(data)
    except etree.XMLSyntaxError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=str(error))) from error
    if active:
        raise ArchiveError(MODELE_CONTENU_ACTIF.at(Place(str(path)), found=active))
    return data


def _refusal(archive: zipfile.ZipFile) -> str | Text:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or size > MAX_BYTES or size > MAX_RATIO * max(packed, 1):
        return f"{len(entries)} × , {size} octets"
    if DOCUMENT not in names:
        return _ELSEWHERE
    if len(set(names)) < len(names):
        return "2 × " + next(name for name in names if names.count(name) > 1)
    # Read whole, whatever they are: a damaged entry shows here, and not in the middle of a rendering.
    reasons = (_entry_refusal(name, archive.read(name)) for name in names)
    return next((reason for reason in reasons if reason), "")


def _entry_refusal(name: str, data: bytes) -> str | Text:
    if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in data or b"\0" in data):
        # UTF-16 is legal, nobody writes it, and it would hide a DTD.
        return f"DTD, UTF-16: {name}"
    if name == DOCUMENT and _STRICT in data:
        return _SAVED_STRICT
    return _OTHER_PREFIX if name == DOCUMENT and b"<w:document" not in data else ""


def active_content(data: bytes) -> str:
    """Return what a DOCX holds that would fetch something from elsewhere, or run; empty where there is nothing.

    Links for a reader to click are no such thing.

    Raises:
        etree.XMLSyntaxError: a part is not sound.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                for relationship in parse_xml(archive.read(name)).iter("{*}Relationship"):
                    kind, target = str(relationship.get("Type")), relationship.get("Target")
                    external = relationship.get("TargetMode") == "External" and not kind.endswith(_HYPERLINK)
                    if external or kind.endswith(_ACTIVE_TYPES):
                        return f"{kind.rpartition('/')[2]} → {target}"
            elif name.startswith("word/") and name.endswith(".xml"):
                part = archive.read(name)
                if field := _active_field(part) if b"instr" in part else "":
                    return field
                if b"schemas-microsoft-com:vml" in part and (linked := _VML_LINK.search(part)):
                    return linked[1].decode("utf-8", "replace")
    return ""


def _active_field(part: bytes) -> str:
    """Return the first instruction that fetches or runs something."""
    return next(filter(_ACTIVE_FIELDS.match, instructions_of(part)), "").strip()


def instructions_of(part: bytes) -> tuple[str, ...]:
    """Return the instructions of a part's fields: one may stand in pieces, in several runs."""
    root = parse_xml(part)
    simple = (str(field.get(f"{W}instr")) for field in root.iter(f"{W}fldSimple"))
    pieces: list[str] = []
    instructions: list[str] = []
    for element in root.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            pieces.append(element.text or "")
        else:
            instructions.append("".join(pieces))
            pieces = []
    return (*simple, *instructions, "".join(pieces))


@dataclass(frozen=True, slots=True)
class Entry:
    """A part as an archive holds it: compressed, with the size and the CRC-32 of what it is."""

    packed: bytes
    size: int
    crc: int


def packed_entry(data: bytes) -> Entry:
    """Return a part, compressed."""
    return Entry(bytes(deflate.deflate_compress(data, _LEVEL)), len(data), deflate.crc32(data))


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of an archive, in the order that ours have: the same whoever wrote it."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name))
        return {name: source.read(name) for name in names}


def archive_of(entries: Mapping[str, Entry]) -> bytes:
    """Return an archive, all its entries of one date: same content, same bytes.

    `zipfile` takes no part that is compressed already, and a part that many documents share is compressed once.
    """
    written, directory = bytearray(), bytearray()
    for name, entry in entries.items():
        path = name.encode()
        flags = 0 if name.isascii() else _UTF8_NAME
        common = (_ZIP_VERSION, flags, zipfile.ZIP_DEFLATED, 0, _ZIP_DATE, entry.crc, len(entry.packed), entry.size)
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", _ZIP_VERSION, *common, len(path), 0, 0, 0, 0, 0, len(written)
        )
        directory += path
        written += struct.pack("<4s5H3L2H", b"PK\3\4", *common, len(path), 0) + path + entry.packed
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(written), 0)
    return bytes(written + directory + end)


def normalised(data: bytes) -> bytes:
    """Return the same archive with its entries in one order and of one date: same content, same bytes."""
    return archive_of({name: packed_entry(part) for name, part in parts_of(data).items()})


def docx_text(data: bytes) -> str:
    """Return the text of a DOCX, one line a paragraph: body first, then headers and footers."""
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(filter(_TEXT_PARTS.fullmatch, archive.namelist())):
            lines += map(paragraph_text, parse_xml(archive.read(name)).iter(f"{W}p"))
    return "\n".join(lines)


def docx_parts(data: bytes, *names: str) -> dict[str, bytes]:
    """Return parts of a DOCX by name, those that it has."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in names if name in archive.namelist()}


def parse_xml(xml: str | bytes) -> etree._Element:
    """Return the root of a part's XML; no entity is resolved, nothing is fetched, nothing unsound is let pass.

    Raises:
        etree.XMLSyntaxError: it is not sound.
    """
    return etree.fromstring(xml.encode("utf-8") if isinstance(xml, str) else xml, _PARSER)


def paragraph_text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph."""
    return "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


def has_picture(data: bytes, name: str) -> bool:
    """Tell whether a DOCX shows a picture whose description begins with `name`."""
    wanted = f'descr="{name}'.encode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(wanted in archive.read(part) for part in filter(_TEXT_PARTS.fullmatch, archive.namelist()))


def faces(data: bytes) -> frozenset[str]:
    """Return the faces that a DOCX asks for in its styles and its text."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name == "word/styles.xml" or _TEXT_PARTS.fullmatch(name):
                for fonts in parse_xml(archive.read(name)).iter(f"{W}rFonts"):
                    found.update(str(fonts.get(f"{W}{key}")) for key in ("ascii", "hAnsi") if fonts.get(f"{W}{key}"))
    return frozenset(found)
