"""A rendered DOCX made whole: what a condition or a loop leaves behind is mended, what cannot be is refused.

A tag that takes its paragraph, row or cell away (`{%p … %}`) may leave a cell without a paragraph, a row without a
cell, a table without a row. Word calls such a file unreadable, whether the schema of ECMA-376 allows it or not.
"""

import re

from lxml import etree

from generator.common.folding import fold_spaces
from generator.common.language import Text, text
from generator.common.opc import Parts, parse_xml
from generator.render.docx.archive import W

# The parts with paragraphs; `header1.xml`, `footer2.xml` have numbers.
STORIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_NAMESPACES = {"w": W[1:-1]}
# What must hold at least one paragraph, table or the like.
_HOLDERS = ("tc", "body", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent")
_BLOCKS = frozenset(f"{W}{name}" for name in ("p", "tbl", "sdt", "customXml", "altChunk"))
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Where blocks, rows and cells may be; anything may be where a newer version of Word has an alternative.
_ANYWHERE = frozenset({f"{W}sdtContent", f"{W}customXml", f"{_COMPATIBLE}Choice", f"{_COMPATIBLE}Fallback"})
_PARENTS = {
    f"{W}p": frozenset(f"{W}{name}" for name in _HOLDERS) | _ANYWHERE | {f"{W}docPartBody"},
    f"{W}tbl": frozenset(f"{W}{name}" for name in _HOLDERS) | _ANYWHERE | {f"{W}docPartBody"},
    f"{W}tr": frozenset({f"{W}tbl"}) | _ANYWHERE,
    f"{W}tc": frozenset({f"{W}tr"}) | _ANYWHERE,
}
# The order of a cell's properties in CT_TcPr: docxtpl puts the colour and the span of `{% cellbg %}` and
# `{% colspan %}` before all others, and the merger of `{% vm %}` behind them.
_CELL_ORDER = (
    *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection"),
    *("tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel", "cellMerge", "tcPrChange"),
)
_RANK = {f"{W}{name}": rank for rank, name in enumerate(_CELL_ORDER)}
# Text is in w:t and its like alone.
_STRAY = etree.XPath(
    "(//w:body|//w:hdr|//w:ftr|//w:p|//w:r|//w:tbl|//w:tr|//w:tc|//w:sdtContent|//w:footnote|//w:txbxContent)"
    "/text()[normalize-space()]",
    namespaces=_NAMESPACES,
)
_EXCERPT = 80


class DamagedError(Exception):
    """The document is damaged beyond mending; `reason` says how, in which part."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def repaired_parts(parts: Parts) -> Parts:
    """Return the parts of a rendered DOCX so that Word can open it.

    Args:
        parts: the parts by name.

    Raises:
        DamagedError: text or a part of a table is where none can be.
        etree.XMLSyntaxError: a part is not well-formed.
    """
    return {name: _mended(name, part) if STORIES.fullmatch(name) else part for name, part in parts.items()}


def _mended(name: str, data: bytes) -> bytes:
    root = parse_xml(data)
    _check(name, root)
    # Empty tables go before cells are filled: a cell that had nothing else needs a paragraph then.
    changed = [_drop_empty(root), _fill_holders(root), _order_cells(root), _drop_repeated(root)]
    if not any(changed):
        return data
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _check(name: str, root: etree._Element) -> None:
    stray = _STRAY(root)
    if isinstance(stray, list) and stray:
        excerpt = fold_spaces(str(stray[0]))[:_EXCERPT]
        raise DamagedError(text("render.damage.stray", excerpt=excerpt, part=name))
    for tag, parents in _PARENTS.items():
        for element in root.iter(tag):
            parent = element.getparent()
            if parent is not None and parent.tag not in parents:
                inner, outer = etree.QName(element).localname, etree.QName(parent).localname
                raise DamagedError(text("render.damage.misplaced", inner=inner, outer=outer, part=name))


def _drop_empty(root: etree._Element) -> bool:
    """Remove rows that have no cell left, and tables that have no row left, the innermost first."""
    rows = [row for row in root.iter(f"{W}tr") if next(row.iter(f"{W}tc"), None) is None]
    tables = []
    for row in rows:
        _remove(row)
    for table in reversed(list(root.iter(f"{W}tbl"))):
        if next(table.iter(f"{W}tr"), None) is None:
            tables.append(table)
            _remove(table)
    return bool(rows or tables)


def _fill_holders(root: etree._Element) -> bool:
    """Put an empty paragraph where one is missing: in what holds no block, and at the end of each cell."""
    changed = False
    for holder in root.iter(*(f"{W}{name}" for name in _HOLDERS)):
        blocks = [child for child in holder if child.tag in _BLOCKS]
        last = blocks[-1] if blocks else None
        # Word refuses a cell that ends with a table.
        needs_end = holder.tag == f"{W}tc" and last is not None and last.tag == f"{W}tbl"
        if last is None or needs_end or next(holder.iter(f"{W}p"), None) is None:
            paragraph = etree.Element(f"{W}p")
            # A section's properties stay last in the body.
            end = holder[-1] if len(holder) and holder[-1].tag == f"{W}sectPr" else None
            if end is None:
                holder.append(paragraph)
            else:
                end.addprevious(paragraph)
            changed = True
    return changed


def _order_cells(root: etree._Element) -> bool:
    """Put the properties of cells in the order of the schema; of two of a kind, docxtpl's is the one that counts."""
    changed = False
    for properties in root.iter(f"{W}tcPr"):
        ranks = [_RANK.get(str(child.tag), len(_RANK)) for child in properties]
        if ranks != sorted(set(ranks)):
            # Reversed, so that the first of two of a kind is kept: docxtpl's.
            kept = {child.tag: child for child in reversed(list(properties))}
            properties[:] = sorted(kept.values(), key=lambda child: _RANK.get(str(child.tag), len(_RANK)))
            changed = True
    return changed


def _drop_repeated(root: etree._Element) -> bool:
    """Remove the bookmarks that a loop has repeated: an identifier is of one place."""
    repeated = []
    for tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        seen: set[str | None] = set()
        for mark in root.iter(tag):
            if mark.get(f"{W}id") in seen:
                repeated.append(mark)
            seen.add(mark.get(f"{W}id"))
    for mark in repeated:
        _remove(mark)
    return bool(repeated)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
