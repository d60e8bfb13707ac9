"""How surely it is known where LibreOffice breaks a line: `python -m benchmarks.breaks [--lines 5000] [--seed 1]`.

Lines of several faces, sizes and widths are made to be about as wide as their room, and converted. For each it prints
by how much the widest line that was not broken is wider than the room, by our measure, and the narrowest that was
broken: between the two a break is not sure. `generator/formes/wrap.py` leaves more than that.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from generator.formes.faces import LATIN
from generator.formes.faces import Face
from generator.formes.faces import complete_face
from generator.formes.faces import find_face
from generator.formes.probed import lines_of
from generator.formes.probed import read_probed
from generator.formes.wrap import slack
from generator.formes.wrap import width_of
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import convert
from generator.pdf.libreoffice import probe_libreoffice
from templates.ooxml import package
from templates.ooxml import styles
from templates.ooxml import twips

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzéèêëàâîïôöùûüçœÉÈÀÇ0123456789.,;:'’()&/-@°€"
# Points around the room within which lines are made.
AROUND = 1.0


class Kind(NamedTuple):
    """A kind of lines: the face, its family, whether it is bold and kerned, the size and the room in points."""

    face: str
    family: str
    bold: bool
    kerned: bool
    size: float
    room: float


KINDS = (
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 504.6),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 12, 504.6),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 302.5),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 10, 192.8),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 9, 504.6),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 17, 504.6),
    Kind("DejaVuSans", "DejaVu Sans", False, False, 12, 504.6),
)


def drawn_line(draw: random.Random, face: Face, kind: Kind) -> str:
    """Return a line about as wide as its room."""
    while True:
        line = "Nom :"
        while width_of(face, kind.size, line) < kind.room - 60:
            line += " " + "".join(draw.choices(LETTERS, k=draw.randint(2, 9))) + draw.choice("abcno")
        for _ in range(400):
            word = "".join(draw.choices(LETTERS, k=draw.randint(2, 9))) + draw.choice("abcno")
            if abs(width_of(face, kind.size, f"{line} {word}") - kind.room) < AROUND:
                return f"{line} {word}"


def docx_of(lines: list[str], kind: Kind) -> bytes:
    """Return a DOCX of paragraphs as wide as the room."""
    from xml.sax.saxutils import escape

    bold = "<w:b/>" if kind.bold else ""
    run = (
        f'<w:rPr><w:rFonts w:ascii="{kind.family}" w:hAnsi="{kind.family}"/>{bold}'
        f'<w:sz w:val="{round(kind.size * 2)}"/></w:rPr>'
    )
    body = "".join(f'<w:p><w:r>{run}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    side, empty = side_of(kind), "<w:p/>"
    return package(
        body, headers=(empty, empty), footer=empty, styles_xml=styles(12, 15.5, 178), page=(side, 16), title="lines"
    )


def side_of(kind: Kind) -> float:
    """Return the margin in millimetres that leaves the room."""
    return (210 - kind.room / 72 * 25.4) / 2


def measured(kind: Kind, count: int, seed: int, office: LibreOffice) -> tuple[float, float]:
    """Return by how much the widest whole line is wider than its room, and the narrowest broken one."""
    face = replace(complete_face(find_face(kind.face), kind.face, "".join(sorted(LATIN))), kerns=kind.kerned)
    draw = random.Random(seed)
    lines = [drawn_line(draw, face, kind) for _ in range(count)]
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "lines.docx"
        source.write_bytes(docx_of(lines, kind))
        pdf = convert(office, [source], Path(temporary), timeout=600)[source]
        assert isinstance(pdf, Path), pdf
        sheets = read_probed(pdf.read_bytes()).sheets
    whole = {
        "".join(portion.text for portion in line).rstrip(" ") for sheet in sheets for line in lines_of(sheet.portions)
    }
    room = (twips(210) - 2 * twips(side_of(kind))) / 20
    wider = [(width_of(face, kind.size, line) - room, line in whole) for line in lines]
    return max(width for width, fits in wider if fits), min(width for width, fits in wider if not fits)


def main() -> None:
    """Print what is known of each kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    office = probe_libreoffice()
    assert office
    print(f"{asked.lines} lines each; points by which a line is wider than its room")
    print(f"{'face':18} {'size':>4} {'room':>6} {'widest whole':>13} {'narrowest broken':>17} {'left by us':>11}")
    for kind in KINDS:
        widest, narrowest = measured(kind, asked.lines, asked.seed, office)
        print(
            f"{kind.face:18} {kind.size:4g} {kind.room:6.1f} {widest:13.3f} {narrowest:17.3f} {slack(kind.room):11.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
