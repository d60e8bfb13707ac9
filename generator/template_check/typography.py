"""Check the typography of mentions, which optical readers may lose, and the fonts of a template.

The measurements behind these rules are in `docs/ocr-layout.md`.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from generator.common.findings import ERROR, WARNING, FindingKind, define
from generator.common.language import Text, text
from generator.common.missing_tools import POLICE_ABSENTE, missing_fonts_finding
from generator.common.programs import run
from generator.references import Appel, DocumentKind
from generator.render.pdf.fonts import installed_fonts, missing_fonts
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph, template_finding
from generator.template_check.resolved_styles import Looks
from generator.template_check.usage import Usage

# A rule of layout from the measurements in docs/ocr-layout.md: 11 points or more.
LEAST_SIZE = 11.0
# WCAG 2.2, 1.4.3: what people, and the threshold of a scanner, tell from the paper behind.
LEAST_CONTRAST = 4.5

MODELE_CORPS_PETIT = define("MODELE-CORPS-PETIT", ERROR)
MODELE_COULEUR_PALE = define("MODELE-COULEUR-PALE", ERROR)
MODELE_TEXTE_MASQUE = define("MODELE-TEXTE-MASQUE", ERROR)
MODELE_EFFET = define("MODELE-EFFET", ERROR)
MODELE_ZONE_DE_TEXTE = define("MODELE-ZONE-DE-TEXTE", ERROR)
MODELE_HORS_CORPS = define("MODELE-HORS-CORPS", WARNING)
MODELE_JUSTIFIE = define("MODELE-JUSTIFIE", WARNING)
MODELE_CESURE = define("MODELE-CESURE", ERROR)
MODELE_INTERLIGNE = define("MODELE-INTERLIGNE", ERROR)
MODELE_POLICE_INTERDITE = define("MODELE-POLICE-INTERDITE", ERROR)

# From the top of É to the foot of g, Noto Sans has 1.19 times its size, Arial 1.14: lines closer than the size overlap.
_LEAST_LINE = 1.0
# What a template prints that no mention is made of.
_PICTURES = ("logo", "qr_code")
_WHAT = 60
# OpenType, OS/2.fsType: bit 1 forbids embedding, bit 9 allows only bitmaps. PDF/A-3 embeds outlines (ISO 19005-3,
# 6.2.11.4).
_RESTRICTED, _BITMAPS_ONLY = 0x0002, 0x0200
_SECONDS = 20.0
# A finding kind, and the values of its message besides the place.
_Values = tuple[tuple[str, str | Text], ...]
_Fault = tuple[FindingKind, _Values]


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text of a template that documents must contain: its paragraph and characters."""

    paragraph: TemplateParagraph
    start: int
    end: int

    @property
    def what(self) -> str:
        """The tag or text itself."""
        return self.paragraph.text[self.start : self.end][:_WHAT]


def check_typography(
    layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind
) -> Iterator[TemplateFinding]:
    """Find mentions and values that are set too small, too pale, hidden, aside, justified or hyphenated."""
    looks = Looks(layout)
    printed_texts = list(dict.fromkeys(_find_printed_texts(layout, usage, appels, document)))
    in_body = {printed.what for printed in printed_texts if printed.paragraph.part.is_body}
    # One style affects many places: they are one finding.
    alike: dict[tuple[FindingKind, _Values, str], list[PrintedText]] = {}
    for printed in printed_texts:
        for fault in _faults(printed, looks, in_body):
            alike.setdefault((*fault, looks.style_name(printed.paragraph)), []).append(printed)
    for (kind, values, _), places in alike.items():
        count = len({printed.paragraph for printed in places}) - 1
        others = text("template_check.typography.others", count=count) if count else ""
        yield template_finding(kind, places[0].paragraph, what=places[0].what, others=others, **dict(values))


def _faults(printed: PrintedText, looks: Looks, in_body: Collection[str]) -> Iterator[_Fault]:
    paragraph = printed.paragraph
    look = looks.of_run(paragraph, next(paragraph.runs_at(printed.start, printed.end)))
    height = looks.exact_line(paragraph)
    # A line of fixed height cuts letters off, or sets lines over one another.
    if height is not None and height < _LEAST_LINE * look.size:
        yield MODELE_INTERLIGNE, (("size", f"{look.size:g}"), ("height", f"{height:g}"))
    # Headers and footers repeat names and numbers in a smaller size; a mention only there is read out of sequence.
    if not paragraph.part.is_body:
        if "mention." in printed.what and printed.what not in in_body:
            yield MODELE_HORS_CORPS, ()
        return
    if look.hidden:
        yield MODELE_TEXTE_MASQUE, ()
    elif look.contrast < LEAST_CONTRAST:
        yield MODELE_COULEUR_PALE, (("contrast", f"{look.contrast:.1f}"), ("least", f"{LEAST_CONTRAST:g}"))
    if look.size < LEAST_SIZE:
        yield MODELE_CORPS_PETIT, (("size", f"{look.size:g}"), ("least", f"{LEAST_SIZE:g}"))
    for effect in look.effects:
        yield MODELE_EFFET, (("effect", effect),)
    # Text next to a mention is read with it, or before it.
    if paragraph.in_text_box or looks.is_framed(paragraph):
        yield MODELE_ZONE_DE_TEXTE, ()
    if looks.is_justified(paragraph):
        yield MODELE_JUSTIFIE, ()
    if looks.is_hyphenated(paragraph):
        yield MODELE_CESURE, ()


def _find_printed_texts(
    layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind
) -> Iterator[PrintedText]:
    """Return where values are printed, and where mentions that are not placed by their name are written out."""
    for use in usage.uses:
        if use.tag.prints and use.path not in _PICTURES:
            yield PrintedText(use.paragraph, use.tag.start, use.tag.end)
    mentions = {mention.text: mention.id for appel in appels for mention in appel.document_mentions(document)}
    for words in (words for words, name in mentions.items() if words and name not in usage.mentions):
        # Whole words: a short mention may be part of another word.
        written = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for paragraph in layout.paragraphs:
            yield from (PrintedText(paragraph, *found.span()) for found in written.finditer(paragraph.text))


def check_fonts(layout: Layout) -> Iterator[TemplateFinding]:
    """Find the fonts of a template that are not installed, or may not be embedded in a PDF."""
    looks = Looks(layout)
    used: dict[str, TemplateParagraph] = {}
    for paragraph in layout.paragraphs:
        for text_run in paragraph.runs:
            font = looks.of_run(paragraph, text_run).font
            if font:
                used.setdefault(font, paragraph)
    missing = missing_fonts(used, installed_fonts())
    for font, paragraph in used.items():
        if font in missing:
            values = dict(missing_fonts_finding([font]).values)
            yield template_finding(POLICE_ABSENTE, paragraph, **values)
        elif forbids_embedding(font):
            yield template_finding(MODELE_POLICE_INTERDITE, paragraph, font=font)


@lru_cache(maxsize=64)
def forbids_embedding(font: str) -> bool:
    """Return whether the licence of a font forbids embedding (OS/2 `fsType`); False where the font cannot be read."""
    # Without fontconfig the file of a font is unknown; a missing font has its own finding.
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
