"""Check the fonts of a template: installed on this machine, and embeddable in a PDF."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from generator.common.findings import ERROR, define
from generator.common.machine import POLICE_ABSENTE, missing_fonts_finding
from generator.common.programs import run
from generator.render.pdf.fonts import installed_faces, missing_faces
from generator.template_check.looks import Looks
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph, template_finding

MODELE_POLICE_INTERDITE = define("MODELE-POLICE-INTERDITE", ERROR)

_RESTRICTED, _BITMAPS_ONLY = 0x0002, 0x0200
_SECONDS = 20.0


def check_fonts(layout: Layout) -> Iterator[TemplateFinding]:
    """Find the fonts of a template that are not installed, or may not be embedded in a PDF."""
    looks = Looks(layout)
    used: dict[str, TemplateParagraph] = {}
    for paragraph in layout.paragraphs:
        for text_run in paragraph.runs:
            font = looks.of_run(paragraph, text_run).font
            if font:
                used.setdefault(font, paragraph)
    missing = missing_faces(used, installed_faces())
    for font, paragraph in used.items():
        if font in missing:
            values = dict(missing_fonts_finding([font]).values)
            yield template_finding(POLICE_ABSENTE, paragraph, **values)
        elif forbids_embedding(font):
            yield template_finding(MODELE_POLICE_INTERDITE, paragraph, font=font)


@lru_cache(maxsize=64)
def forbids_embedding(font: str) -> bool:
    """Return whether the licence of a font forbids embedding (OS/2 `fsType`); False where the font cannot be read."""
    if not shutil.which("fc-match"):
        return False
    try:
        named = run(["fc-match", "--format", "%{file}|%{index}", font], timeout=_SECONDS, keep=None).output
        path, _, index = named.partition("|")
        with TTFont(Path(path), fontNumber=int(index or 0), lazy=True) as opened:
            rights = int(opened["OS/2"].fsType)
    except (OSError, TTLibError, KeyError, ValueError):
        return False
    return bool(rights & (_RESTRICTED | _BITMAPS_ONLY))
