"""How mentions are set, as far as the file tells: what an optical reader loses, and what a page does not show.

The measures behind these rules are in `docs/ocr-layout.md`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from generator.checking.looks import Looks
from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.checking.parts import found_at
from generator.checking.usage import Usage
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Kind
from generator.findings import define
from generator.lang import Text
from generator.references import Appel
from generator.references import DocumentKind

LEAST_SIZE = 11.0
# WCAG 2.2, 1.4.3: what people, and the threshold of a scanner, tell from the paper behind.
LEAST_CONTRAST = 4.5
_MEASURED = "Mise en page mesurée, docs/ocr-layout.md : "

MODELE_CORPS_PETIT = define(
    "MODELE-CORPS-PETIT", ERROR,
    fr="« {what} »{others} est en corps {size}, il faut {least} points au moins",
    en="“{what}”{others} is set in {size} points, {least} at least are needed",
    fix_fr="agrandir ce texte, ou son style", fix_en="set this text, or its style, larger",
    source=_MEASURED + "noir sur blanc, 11 points ou plus",
)  # fmt: skip
MODELE_COULEUR_PALE = define(
    "MODELE-COULEUR-PALE", ERROR,
    fr="« {what} »{others} se détache trop peu de son fond (contraste {contrast}, il faut {least})",
    en="“{what}”{others} stands out too little from what is behind it (contrast {contrast}, {least} is needed)",
    fix_fr="l'écrire en noir ou dans une couleur foncée, sur fond blanc",
    fix_en="set it in black or a dark colour, on white",
    source=_MEASURED + "noir sur blanc ; un numériseur réduit tout au noir et au blanc",
)  # fmt: skip
MODELE_TEXTE_MASQUE = define(
    "MODELE-TEXTE-MASQUE", ERROR,
    fr="« {what} »{others} est en texte masqué : il ne s'imprime pas",
    en="“{what}”{others} is hidden text: it is not printed",
    fix_fr="ôter « Masqué » dans Police (Ctrl+D)", fix_en="clear “Hidden” in Font (Ctrl+D)",
)  # fmt: skip
MODELE_EFFET = define(
    "MODELE-EFFET", ERROR,
    fr="« {what} »{others} est {effect}", en="“{what}”{others} is {effect}",
    fix_fr="ôter cet effet dans Police (Ctrl+D) : un lecteur optique n'y reconnaît pas les lettres",
    fix_en="clear this effect in Font (Ctrl+D): an optical reader does not recognise such letters",
    source=_MEASURED + "un texte se lit droit, d'une largeur et d'une hauteur égales",
)  # fmt: skip
MODELE_ZONE_DE_TEXTE = define(
    "MODELE-ZONE-DE-TEXTE", ERROR,
    fr="« {what} »{others} est dans une zone de texte ou un cadre", en="“{what}”{others} is in a text box or a frame",
    fix_fr="le mettre dans le texte du document : une zone s'imprime et se lit à part",
    fix_en="put it into the text of the document: a box is printed and read apart",
    source=_MEASURED + "aucun texte à côté d'une mention",
)  # fmt: skip
MODELE_HORS_CORPS = define(
    "MODELE-HORS-CORPS", WARNING,
    fr="« {what} »{others} n'est que dans l'en-tête, le pied de page ou une note",
    en="“{what}”{others} is in a header, a footer or a note only",
    fix_fr="le mettre dans le corps du document", fix_en="put it into the body of the document",
    source=_MEASURED + "l'ordre de lecture",
)  # fmt: skip
MODELE_JUSTIFIE = define(
    "MODELE-JUSTIFIE", WARNING,
    fr="« {what} »{others} est justifié : les blancs s'étirent",
    en="“{what}”{others} is justified: its blanks are stretched",
    fix_fr="aligner ce paragraphe à gauche", fix_en="set this paragraph left",
    source=_MEASURED + "ni justification ni césure",
)  # fmt: skip
MODELE_CESURE = define(
    "MODELE-CESURE", ERROR,
    fr="la césure automatique peut couper « {what} »{others}", en="automatic hyphenation may cut “{what}”{others}",
    fix_fr="Mise en page > Coupure de mots > Aucune", fix_en="Layout > Hyphenation > None",
    source=_MEASURED + "une mention coupée ne se retrouve pas lettre pour lettre",
)  # fmt: skip

# What a template prints that no mention is made of.
_PICTURES = ("logo", "qr_code")
_WHAT = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a template sets something that must read back: the paragraph, and the characters in it."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def what(self) -> str:
        """The tag or text itself."""
        return self.paragraph.text[self.start : self.end][:_WHAT]


def check_typography(layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind) -> Iterator[Found]:
    """Find mentions and values that are set too small, too pale, hidden, aside, justified or hyphenated."""
    looks = Looks(layout)
    spots = list(dict.fromkeys(_spots(layout, usage, appels, document)))
    in_body = {spot.what for spot in spots if spot.paragraph.part.is_body}
    # One style makes many places wrong: they are told as one.
    alike: dict[tuple[Kind, _Values, str], list[Spot]] = {}
    for spot in spots:
        for fault in _faults(spot, looks, in_body):
            alike.setdefault((*fault, looks.style_of(spot.paragraph)), []).append(spot)
    for (kind, values, _), places in alike.items():
        count = len({spot.paragraph for spot in places}) - 1
        others = Text(f" (et {count} autres paragraphes)", f" (and {count} more paragraphs)") if count else ""
        yield found_at(kind, places[0].paragraph, what=places[0].what, others=others, **dict(values))


# A kind of finding, and what its sentence says beside the place.
_Values = tuple[tuple[str, str | Text], ...]
_Fault = tuple[Kind, _Values]


def _faults(spot: Spot, looks: Looks, in_body: Collection[str]) -> Iterator[_Fault]:
    """Return what is wrong with how one place is set."""
    paragraph = spot.paragraph
    if not paragraph.part.is_body:
        if "mention." in spot.what and spot.what not in in_body:
            yield MODELE_HORS_CORPS, ()
        return
    look = looks.of_run(paragraph, next(paragraph.runs_at(spot.start, spot.end)))
    if look.hidden:
        yield MODELE_TEXTE_MASQUE, ()
    elif look.contrast < LEAST_CONTRAST:
        yield MODELE_COULEUR_PALE, (("contrast", f"{look.contrast:.1f}"), ("least", f"{LEAST_CONTRAST:g}"))
    if look.size < LEAST_SIZE:
        yield MODELE_CORPS_PETIT, (("size", f"{look.size:g}"), ("least", f"{LEAST_SIZE:g}"))
    for effect in look.effects:
        yield MODELE_EFFET, (("effect", effect),)
    if paragraph.in_text_box or looks.is_framed(paragraph):
        yield MODELE_ZONE_DE_TEXTE, ()
    if looks.is_justified(paragraph):
        yield MODELE_JUSTIFIE, ()
    if looks.is_hyphenated(paragraph):
        yield MODELE_CESURE, ()


def _spots(layout: Layout, usage: Usage, appels: Iterable[Appel], document: DocumentKind) -> Iterator[Spot]:
    """Return where values are printed, and where mentions that are not placed by their name are written out."""
    for use in usage.uses:
        if use.tag.prints and use.path not in _PICTURES:
            yield Spot(use.paragraph, use.tag.start, use.tag.end)
    mentions = {mention.text: mention.id for appel in appels for mention in appel.mentions_of(document)}
    for text in (text for text, name in mentions.items() if text and name not in usage.mentions):
        written = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
        for paragraph in layout.paragraphs:
            yield from (Spot(paragraph, *found.span()) for found in written.finditer(paragraph.text))
