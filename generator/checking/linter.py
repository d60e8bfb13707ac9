"""What docxtpl-lint knows of docxtpl's tags, as findings of ours.

docxtpl reads tags with regular expressions and loses text without a word: the linter knows how, rule by rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping

from docxtpl_lint import Issue
from docxtpl_lint import lint

from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.checking.parts import found_at
from generator.docx.render import MODELE_SYNTAXE
from generator.findings import ERROR
from generator.findings import Kind
from generator.findings import Place
from generator.findings import define
from generator.lang import Text

MODELE_BALISE_OUVERTE = define(
    "MODELE-BALISE-OUVERTE", ERROR,
    fr="la balise « {tag} » n'est jamais fermée", en="the tag “{tag}” is never closed",
    fix_fr="la fermer par {close} dans le même paragraphe", fix_en="close it with {close} in the same paragraph",
)  # fmt: skip
MODELE_BALISE_ETENDUE = define(
    "MODELE-BALISE-ETENDUE", ERROR,
    fr="la balise « {tag} » se ferme dans un autre paragraphe : les deux seront fondus en un",
    en="the tag “{tag}” is closed in another paragraph: the two become one",
    fix_fr="l'écrire tout entière dans un paragraphe", fix_en="write all of it in one paragraph",
)  # fmt: skip
MODELE_BLOC = define(
    "MODELE-BLOC", ERROR,
    fr="« {tag} » : {reason}", en="“{tag}”: {reason}",
    fix_fr="à chaque {{% if … %}} son {{% endif %}}, à chaque {{% for … %}} son {{% endfor %}}, dans la même partie du "
    "document",
    fix_en="to each {{% if … %}} its {{% endif %}}, to each {{% for … %}} its {{% endfor %}}, in the same part of the "
    "document",
)  # fmt: skip
MODELE_PREFIXE = define(
    "MODELE-PREFIXE", ERROR,
    fr="« {tag} » : {reason}", en="“{tag}”: {reason}",
    fix_fr="{{%p … %}} seul dans son paragraphe, {{%tr … %}} seul dans sa ligne de tableau, et le même préfixe à "
    "l'ouverture et à la fermeture",
    fix_en="{{%p … %}} alone in its paragraph, {{%tr … %}} alone in its table row, and the same prefix to open and to "
    "close",
)  # fmt: skip
MODELE_TEXTE_PERDU = define(
    "MODELE-TEXTE-PERDU", ERROR,
    fr="« {rest} » disparaît : « {tag} » prend la place de ce qui l'entoure",
    en="“{rest}” disappears: “{tag}” takes the place of what is around it",
    fix_fr="mettre la balise seule dans un paragraphe ou une ligne de tableau à elle",
    fix_en="put the tag alone in a paragraph or table row of its own",
)  # fmt: skip
MODELE_BOUCLE = define(
    "MODELE-BOUCLE", ERROR,
    fr="« {name} » n'existe que dans sa boucle, et sert en dehors",
    en="“{name}” exists in its loop alone, and is used outside",
    fix_fr="déplacer la balise avant {{% endfor %}}", fix_en="move the tag before {{% endfor %}}",
)  # fmt: skip


# What a rule of the linter is to us, and what its sentence says more; an empty text leaves that to Jinja's own words.
_SAME_ROW = Text("ouverte et fermée dans la même ligne de tableau", "opened and closed in the same table row")
_SAME_PARAGRAPH = Text("ouverte et fermée dans le même paragraphe", "opened and closed in the same paragraph")
_OTHER_ROW = Text("ouverte dans une autre ligne de tableau", "opened in another table row")
_TABLE_ONLY = Text("ne vaut que dans un tableau", "is for tables only")
_NOTHING = Text("", "")
_RULES: Mapping[str, tuple[Kind, Text]] = {
    "DTL001": (MODELE_BALISE_OUVERTE, _NOTHING),
    "DTL002": (MODELE_BALISE_ETENDUE, _NOTHING),
    "DTL101": (MODELE_BLOC, Text("ce bloc n'est pas fermé", "this block is not closed")),
    "DTL102": (
        MODELE_BLOC,
        Text("rien n'est ouvert que cette balise fermerait", "nothing is open that it would close"),
    ),
    "DTL103": (MODELE_SYNTAXE, _NOTHING),
    "DTL104": (MODELE_SYNTAXE, Text("ce filtre n'existe pas", "there is no such filter")),
    "DTL105": (MODELE_SYNTAXE, Text("ce test n'existe pas", "there is no such test")),
    "DTL106": (MODELE_BOUCLE, _NOTHING),
    "DTL201": (MODELE_PREFIXE, Text("un « % » ou une « } » y est de trop", "a “%” or “}” is too much in it")),
    "DTL202": (MODELE_PREFIXE, Text("un espace est de trop devant le préfixe", "there is a blank before the prefix")),
    "DTL203": (MODELE_PREFIXE, _TABLE_ONLY),
    "DTL204": (MODELE_PREFIXE, Text("ouverte avec un autre préfixe", "opened with another prefix")),
    "DTL205": (MODELE_PREFIXE, Text("ouverte dans un autre tableau", "opened in another table")),
    "DTL206": (MODELE_PREFIXE, _SAME_ROW),
    "DTL207": (MODELE_PREFIXE, _OTHER_ROW),
    "DTL208": (MODELE_PREFIXE, _TABLE_ONLY),
    "DTL209": (MODELE_TEXTE_PERDU, _NOTHING),
    "DTL210": (MODELE_PREFIXE, _SAME_PARAGRAPH),
}
# {{r …}} and {{p …}} are for objects that only a program can give: a plain value prints nothing there.
_OBJECT_TAG = Text("ce préfixe n'imprime pas une valeur", "this prefix prints no value")


_UNBREAKABLE = re.compile(r"\{[%{](?:p|tr|tc|r)[\u00a0\u202f][^}]*")
_BLANK = Text("l'espace après le préfixe est insécable", "the space behind the prefix is a no-break one")


def check_tags(layout: Layout) -> Iterator[Found]:
    """Find what is wrong with the tags themselves, all at once."""
    paragraphs = {(part.name, each.number): each for part in layout.parts for each in part.paragraphs}
    for issue in lint(layout.template.data, autoescape=True).issues:
        if issue.rule in _RULES:
            kind, reason = _RULES[issue.rule]
            paragraph = paragraphs.get((_part_name(issue.location.part), issue.location.paragraph))
            place = paragraph.place() if paragraph else Place(layout.template.name)
            yield Found(kind.at(place, **_values(issue, paragraph, kind, reason)), paragraph)
    for paragraph in layout.paragraphs:
        for found in _UNBREAKABLE.finditer(paragraph.text):
            yield found_at(MODELE_PREFIXE, paragraph, tag=found[0], reason=_BLANK)
        for tag in paragraph.tags:
            if tag.prints and tag.prefix:
                yield found_at(MODELE_PREFIXE, paragraph, tag=paragraph.text[tag.start : tag.end], reason=_OBJECT_TAG)


def _values(issue: Issue, paragraph: Paragraph | None, kind: Kind, reason: Text) -> dict[str, object]:
    tag = issue.snippet
    if kind is MODELE_BALISE_OUVERTE and paragraph:
        # The linter goes on into the paragraphs after.
        tag = paragraph.text[issue.location.column - 1 :]
    said = reason if reason.fr else Text(*2 * [str(issue.params.get("msg", ""))])
    if kind is MODELE_SYNTAXE and tag:
        said = Text(f"« {tag} », {said.fr}", f"“{tag}”, {said.en}")
    return {**{name: str(value) for name, value in issue.params.items()}, "tag": tag, "reason": said}


def _part_name(label: str) -> str:
    """Return the name in the archive of what the linter calls `body`, `header1`, `footnotes`."""
    return "word/document.xml" if label == "body" else f"word/{label}.xml"
