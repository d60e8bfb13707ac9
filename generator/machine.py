"""What the machine must have, and how to get it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define

# Debian's package for each face of the built-in templates.
FACE_PACKAGES = {"Noto Sans": "fonts-noto-core", "DejaVu Sans": "fonts-dejavu-core"}
OFFICE_PACKAGE = "libreoffice-writer-nogui"

_TESSDATA = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/opt/homebrew/share/tessdata")

LIBREOFFICE_ABSENT = define(
    "LIBREOFFICE-ABSENT", ERROR,
    fr="LibreOffice Writer n'est pas sur cette machine, ou ne répond pas : il fait les PDF",
    en="LibreOffice Writer is not on this machine, or does not answer: it makes the PDFs",
    fix_fr="l'installer (Debian : apt-get install {package}), ou le désigner par SEGURDOC_SOFFICE, "
    "ou demander --format docx",
    fix_en="install it (Debian: apt-get install {package}), name it in SEGURDOC_SOFFICE, or ask for --format docx",
)  # fmt: skip
POLICE_ABSENTE = define(
    "POLICE-ABSENTE", ERROR,
    fr="ces polices du modèle ne sont pas installées : {faces}",
    en="these faces of the template are not installed: {faces}",
    fix_fr="les installer{packages} : LibreOffice les remplacerait par d'autres, plus larges ou plus étroites",
    fix_en="install them{packages}: LibreOffice would replace them by others, wider or narrower",
)  # fmt: skip

MOTEUR_ABSENT = define(
    "LECTURE-MOTEUR-ABSENT", ERROR,
    fr="la lecture optique n'est pas sur cette machine : {missing}",
    en="optical reading is not on this machine: {missing}",
    fix_fr="pip install 'segurdoc[ocr]' ; pour Tesseract, ses données françaises (Debian : apt-get install "
    "tesseract-ocr-fra)",
    fix_en="pip install 'segurdoc[ocr]'; for Tesseract, its French data (Debian: apt-get install tesseract-ocr-fra)",
)  # fmt: skip


class MissingToolError(FindingError):
    """Something the run needs is not on the machine; `finding` says what, and how to get it."""


def libreoffice_missing() -> Finding:
    """Say that LibreOffice is missing."""
    return LIBREOFFICE_ABSENT.at(Place(), package=OFFICE_PACKAGE)


def faces_missing(faces: Iterable[str]) -> Finding:
    """Say that `faces` are missing."""
    names = sorted(faces)
    packages = sorted({FACE_PACKAGES[name] for name in names if name in FACE_PACKAGES})
    hint = f" (Debian : apt-get install {' '.join(packages)})" if packages else ""
    return POLICE_ABSENTE.at(Place(), faces=", ".join(names), packages=hint)


def french_data() -> Path | None:
    """Return the folder of Tesseract's French data, None where there is none."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    found = (path for pattern in _TESSDATA for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    folders = [Path(prefix)] if prefix else found
    return next((folder for folder in folders if (folder / "fra.traineddata").is_file()), None)
