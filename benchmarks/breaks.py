"""How surely it is known where LibreOffice breaks a line: `python -m benchmarks.breaks [--lines 5000] [--seed 1]`.

Lines of several faces, sizes and widths are made to be about as wide as their room, and converted. For each it prints
by how much the widest line that was not broken is wider than the room, by our measure, and the narrowest that was
broken: between the two a break is not sure. `generator/formes/wrap.py` leaves more than that. What stands beside a
value may move both, since LibreOffice rounds it: a room is measured with it there, by probes.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from generator.formes.faces import LATIN
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
AROUND = 0.5
# How many of the spaces are no-break spaces, where there are such.
HARD = 0.3


class Kind(NamedTuple):
    """A kind of lines: the face, its family, whether it is bold and kerned, the size and the room in points.

    `label` stands before the value and `after` behind it, both bold; with `hard`, no-break spaces part its words.
    """

    face: str
    family: str
    bold: bool
    kerned: bool
    size: float
    room: float
    label: str = ""
    after: str = ""
    hard: bool = False


KINDS = (
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 504.6),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 12, 504.6),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 302.5),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 10, 192.8),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 9, 504.6),
    Kind("NotoSans-Bold", "Noto Sans", True, False, 17, 504.6),
    Kind("DejaVuSans", "DejaVu Sans", False, False, 12, 504.6),
    Kind("NotoSans-Regular", "Noto Sans", False, True, 12, 504.6),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 504.6, label="Établissement : "),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 11, 302.5, label="Adresse : ", after=" (siège)"),
    Kind("NotoSans-Regular", "Noto Sans", False, False, 12, 504.6, hard=True),
)
# The bold face beside a value.
BESIDE = "NotoSans-Bold"


class Measure:
    """Our measure of the lines of a kind."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.face, self._beside = (
            replace(complete_face(find_face(name), name, "".join(sorted(LATIN))), kerns=kind.kerned)
            for name in (kind.face, BESIDE)
        )

    def width(self, value: str) -> float:
        """Return the width of a line with a value, in points."""
        beside = (width_of(self._beside, self._kind.size, text) for text in (self._kind.label, self._kind.after))
        return width_of(self.face, self._kind.size, value) + sum(beside)

    def slack(self, value: str) -> float:
        """Return by how much our measure of a line may be wrong, as we have it."""
        line = self.face.set(value)
        assert line
        return slack(line.joints + bool(self._kind.after))


def drawn_line(draw: random.Random, measure: Measure, kind: Kind) -> str:
    """Return a value whose line is about as wide as its room."""

    def word() -> str:
        return "".join(draw.choices(LETTERS, k=draw.randint(2, 9))) + draw.choice("abcno")

    while True:
        line = word()
        while measure.width(line) < kind.room - 60:
            line += ("\u00a0" if kind.hard and draw.random() < HARD else " ") + word()
        for _ in range(400):
            wider = f"{line} {word()}"
            if abs(measure.width(wider) - kind.room) < AROUND:
                return wider


def docx_of(lines: list[str], kind: Kind) -> bytes:
    """Return a DOCX of paragraphs as wide as the room."""
    from xml.sax.saxutils import escape

    def run(text: str, *, bold: bool) -> str:
        weight, kern = "<w:b/>" * bold, '<w:kern w:val="2"/>' * kind.kerned
        look = (
            f'<w:rFonts w:ascii="{kind.family}" w:hAnsi="{kind.family}"/>{weight}{kern}'
            f'<w:sz w:val="{round(kind.size * 2)}"/>'
        )
        return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""

    label, after = run(kind.label, bold=True), run(kind.after, bold=True)
    body = "".join(f"<w:p>{label}{run(line, bold=kind.bold)}{after}</w:p>" for line in lines)
    side, empty = side_of(kind), "<w:p/>"
    return package(
        body, headers=(empty, empty), footer=empty, styles_xml=styles(12, 15.5, 178), page=(side, 16), title="lines"
    )


def side_of(kind: Kind) -> float:
    """Return the margin in millimetres that leaves the room."""
    return (210 - kind.room / 72 * 25.4) / 2


def measured(kind: Kind, count: int, seed: int, office: LibreOffice) -> tuple[float, float, float]:
    """Return by how much the widest whole line is wider than its room, and the narrowest broken one, and the slack."""
    measure = Measure(kind)
    draw = random.Random(seed)
    lines = [drawn_line(draw, measure, kind) for _ in range(count)]
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "lines.docx"
        source.write_bytes(docx_of(lines, kind))
        pdf = convert(office, [source], Path(temporary), timeout=600)[source]
        assert isinstance(pdf, Path), pdf
        sheets = read_probed(pdf.read_bytes()).sheets
    lines_set = (line for sheet in sheets for line in lines_of(sheet.portions))
    whole = {"".join(portion.text for portion in line).rstrip(" ").replace("\u00a0", " ") for line in lines_set}
    room = (twips(210) - 2 * twips(side_of(kind))) / 20
    said = {line: f"{kind.label}{line}{kind.after}".replace("\u00a0", " ") for line in lines}
    wider = [(measure.width(line) - room, said[line] in whole) for line in lines]
    doubt = max(width for width, fits in wider if fits), min(width for width, fits in wider if not fits)
    return *doubt, max(map(measure.slack, lines))


def main() -> None:
    """Print what is known of each kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    office = probe_libreoffice()
    assert office
    print(f"{asked.lines} lines each; points by which a line is wider than its room")
    heads = f"{'beside':24} {'widest whole':>13} {'narrowest broken':>17} {'left by us':>11}"
    print(f"{'face':16} {'size':>4} {'room':>6} {heads}")
    for kind in KINDS:
        widest, narrowest, left = measured(kind, asked.lines, asked.seed, office)
        marks = ("kerned" * kind.kerned, kind.label, kind.after, "no-break spaces" * kind.hard)
        beside = "…".join(filter(None, marks))
        print(
            f"{kind.face:16} {kind.size:4g} {kind.room:6.1f} {beside:24} {widest:13.3f} {narrowest:17.3f} {left:11.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
