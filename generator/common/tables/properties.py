"""When a workbook was last changed, as it says itself, or else as its file does."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path

from generator.common.opc import DAMAGED_ZIP

# Both formats hold it in a small part of their own, as `dcterms:modified` and `dc:date`.
_PARTS = {
    "docProps/core.xml": re.compile(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d{2}-\d{2})"),
    "meta.xml": re.compile(rb"<dc:date>\s*(\d{4}-\d{2}-\d{2})"),
}
_MAX_BYTES = 1024 * 1024


def date_of_file(path: Path, data: bytes) -> datetime.date:
    """Return the day a table was last changed.

    Args:
        path: the file.
        data: what it holds, within the bounds of `tables.archive`.

    Raises:
        OSError: the file is gone.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, pattern in _PARTS.items():
                if name in archive.namelist() and archive.getinfo(name).file_size < _MAX_BYTES:
                    found = pattern.search(archive.read(name))
                    if found:
                        return datetime.date.fromisoformat(found[1].decode())
    except DAMAGED_ZIP:  # a CSV file; or a date that does not exist, a ValueError
        pass
    return datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC).date()
