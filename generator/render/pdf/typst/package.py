"""The parts of a DOCX package and the relationships between them (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from generator.common.opc import parse_xml
from generator.render.docx.archive import read_parts

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# `…/relationships/header` is of the kind `header`; documents of the strict form are refused earlier.
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@dataclass(frozen=True, slots=True)
class PartRelationship:
    """A relationship: its kind, such as `header`, its target, and whether that is outside the package."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of a DOCX file, read when they are asked for."""

    def __init__(self, data: bytes) -> None:
        """Open a DOCX that was checked before (`generator.render.docx.archive`)."""
        self._parts = read_parts(data)
        self._relationships: dict[str, dict[str, PartRelationship]] = {}

    @cached_property
    def main(self) -> str:
        """The name of the main part: Word for the web calls it `word/document2.xml`."""
        related = self.relationships("").values()
        return next((each.target for each in related if each.kind == "officeDocument"), "word/document.xml")

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, empty where it is missing."""
        return self._parts.get(name, b"")

    def xml(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, None where it is missing."""
        data = self.read(name)
        if not data:
            return None
        root = parse_xml(data)
        # Comments say nothing, and would be met wherever elements are looked through.
        etree.strip_tags(root, etree.Comment)
        return root

    def relationships(self, part: str) -> dict[str, PartRelationship]:
        """Return the relationships of a part, by their identifiers; of the package for an empty name."""
        if part in self._relationships:
            return self._relationships[part]
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = self._relationships.setdefault(part, {})
        for each in root.iter("{*}Relationship") if root is not None else ():
            external = each.get("TargetMode") == "External"
            target = str(each.get("Target"))
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[str(each.get("Id"))] = PartRelationship(str(each.get("Type")).removeprefix(_OFFICE), target, external)
        return found

    def related(self, part: str, kind: str) -> str:
        """Return the name of the part that one has of a kind, such as `styles`; empty where it has none."""
        return next((each.target for each in self.relationships(part).values() if each.kind == kind), "")
