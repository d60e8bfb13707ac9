"""The faces that a template's text is set in: on this machine, and allowed into a PDF."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib import TTLibError

from generator.checking.looks import Looks
from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.checking.parts import found_at
from generator.findings import ERROR
from generator.findings import define
from generator.machine import POLICE_ABSENTE
from generator.machine import faces_missing
from generator.pdf.faces import installed_faces
from generator.pdf.faces import missing_faces
from generator.pdf.process import run

MODELE_POLICE_INTERDITE = define(
    "MODELE-POLICE-INTERDITE", ERROR,
    fr="la licence de la police {face} ne permet pas de l'inclure dans un PDF",
    en="the licence of the face {face} does not let it be embedded in a PDF",
    fix_fr="en choisir une autre : Noto Sans, DejaVu Sans ou Liberation Sans le permettent",
    fix_en="choose another: Noto Sans, DejaVu Sans or Liberation Sans allow it",
    source="PDF/A-3, ISO 19005-3, 6.2.11.4 ; OpenType, OS/2.fsType, bit 1",
)  # fmt: skip

_RESTRICTED, _BITMAPS_ONLY = 0x0002, 0x0200
_SECONDS = 20.0


def check_faces(layout: Layout) -> Iterator[Found]:
    """Find the faces of a template's text that are not on this machine, or may not go into a PDF."""
    looks = Looks(layout)
    used: dict[str, Paragraph] = {}
    for paragraph in layout.paragraphs:
        for text_run in paragraph.runs:
            face = looks.of_run(paragraph, text_run).face
            if face:
                used.setdefault(face, paragraph)
    missing = missing_faces(used, installed_faces())
    for face, paragraph in used.items():
        if face in missing:
            values = dict(faces_missing([face]).values)
            yield found_at(POLICE_ABSENTE, paragraph, **values)
        elif _is_restricted(face):
            yield found_at(MODELE_POLICE_INTERDITE, paragraph, face=face)


@lru_cache(maxsize=64)
def _is_restricted(face: str) -> bool:
    """Tell whether a face forbids its own embedding; one that cannot be read is left to the rendering to judge."""
    if not shutil.which("fc-match"):
        return False
    try:
        named = run(["fc-match", "--format", "%{file}|%{index}", face], timeout=_SECONDS, keep=None).said
        path, _, index = named.partition("|")
        with TTFont(Path(path), fontNumber=int(index or 0), lazy=True) as font:
            rights = int(font["OS/2"].fsType)
    except (OSError, TTLibError, KeyError, ValueError):
        return False
    return bool(rights & (_RESTRICTED | _BITMAPS_ONLY))
