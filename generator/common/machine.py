"""Report what is missing on the machine, and how to install it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from generator.common.findings import ERROR, Finding, FindingError, Place, define

# Debian's package for each font of the built-in templates.
FONT_PACKAGES = {"Noto Sans": "fonts-noto-core", "DejaVu Sans": "fonts-dejavu-core"}
OFFICE_PACKAGE = "libreoffice-writer-nogui"

_TESSDATA = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/opt/homebrew/share/tessdata")

LIBREOFFICE_ABSENT = define("LIBREOFFICE-ABSENT", ERROR)
POLICE_ABSENTE = define("POLICE-ABSENTE", ERROR)

MOTEUR_ABSENT = define("LECTURE-MOTEUR-ABSENT", ERROR)


class MissingToolError(FindingError):
    """A program or font that the run needs is not installed; `finding` names it and how to install it."""


def libreoffice_missing() -> Finding:
    """Return the finding for a missing LibreOffice."""
    return LIBREOFFICE_ABSENT.at(Place(), package=OFFICE_PACKAGE)


def missing_fonts_finding(fonts: Iterable[str]) -> Finding:
    """Return the finding for missing fonts."""
    names = sorted(fonts)
    packages = sorted({FONT_PACKAGES[name] for name in names if name in FONT_PACKAGES})
    hint = f" (Debian : apt-get install {' '.join(packages)})" if packages else ""
    return POLICE_ABSENTE.at(Place(), fonts=", ".join(names), packages=hint)


def french_data() -> Path | None:
    """Return the folder of Tesseract's French data, None if it is not installed."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    found = (path for pattern in _TESSDATA for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    folders = [Path(prefix)] if prefix else found
    return next((folder for folder in folders if (folder / "fra.traineddata").is_file()), None)
