"""Report what is missing on the machine, and how to install it."""

import os
from collections.abc import Iterable
from pathlib import Path

from generator.common.findings import ERROR, Finding, FindingError, Place, define
from generator.common.language import Text, text

# Fonts of the same widths, that LibreOffice and fontconfig take for those of Word.
METRIC_ALIASES = {
    "Arial": "Liberation Sans",
    "Helvetica": "Liberation Sans",
    "Times New Roman": "Liberation Serif",
    "Courier New": "Liberation Mono",
    "Calibri": "Carlito",
    "Cambria": "Caladea",
}
# Debian's packages for the fonts of the built-in templates, the fonts above, and free fonts that people choose in Word.
FONT_PACKAGES = {
    "Noto Sans": "fonts-noto-core",
    "DejaVu Sans": "fonts-dejavu-core",
    "Liberation Sans": "fonts-liberation",
    "Liberation Serif": "fonts-liberation",
    "Liberation Mono": "fonts-liberation",
    "Carlito": "fonts-crosextra-carlito",
    "Caladea": "fonts-crosextra-caladea",
    "Open Sans": "fonts-open-sans",
    "Roboto": "fonts-roboto",
    "Lato": "fonts-lato",
}
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
    """Return the finding for missing fonts, with the packages of those known or of fonts of the same widths."""
    names = sorted(fonts)
    twins = {name: METRIC_ALIASES[name] for name in names if name in METRIC_ALIASES}
    packages = sorted({FONT_PACKAGES[each] for name in names if (each := twins.get(name, name)) in FONT_PACKAGES})
    hint = Text("", "")
    if packages:
        named = [text("common.fonts.twin", twin=twin, name=name) for name, twin in twins.items()]
        all_named = Text("".join(twin.fr for twin in named), "".join(twin.en for twin in named))
        hint = text("common.fonts.packages", packages=" ".join(packages), twins=all_named)
    return POLICE_ABSENTE.at(Place(), fonts=", ".join(names), packages=hint)


def french_data() -> Path | None:
    """Return the folder of Tesseract's French data, None if it is not installed."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    # Debian has a folder for each version of Tesseract: the latest comes first.
    found = (path for pattern in _TESSDATA for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    folders = [Path(prefix)] if prefix else found
    return next((folder for folder in folders if (folder / "fra.traineddata").is_file()), None)
