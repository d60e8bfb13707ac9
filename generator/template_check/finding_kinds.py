"""Define the finding kinds of optical reading apart from the code that needs the extra `ocr`."""

from __future__ import annotations

from generator.common.findings import ERROR, WARNING, define

MODELE_LECTURE = define("MODELE-LECTURE", ERROR)
MODELE_LECTURE_FRAGILE = define("MODELE-LECTURE-FRAGILE", WARNING)
