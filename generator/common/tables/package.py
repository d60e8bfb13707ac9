"""The package of an XLSX workbook, mended where its parts have other names than the reader looks for."""

from __future__ import annotations

import io
import zipfile

from generator.common import opc

_MAIN = "xl/workbook.xml"
_USUAL = opc.UsualNames(_MAIN, {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"})


def sound_workbook(data: bytes) -> bytes:
    """Return a workbook whose parts have the names that Excel gives them; the same bytes where they have them already.

    Args:
        data: an archive within the bounds.

    Raises:
        etree.XMLSyntaxError: its relationships are not well-formed.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {opc.plain_name(each.filename): each for each in archive.infolist()}
        # Names and relationships tell whether anything is to be mended: sheets are read only then.
        parts = {name: archive.read(each) if name.endswith(".rels") else b"" for name, each in entries.items()}
        main = opc.main_part(parts)
        if main is None or not main.endswith(".xml"):
            return data
        names = opc.usual_names(parts, main, _USUAL)
        clean = all(name == each.filename for name, each in entries.items())
        if clean and not names and opc.are_spelt(parts):
            return data
        return opc.write_package(opc.renamed({name: archive.read(each) for name, each in entries.items()}, names))
