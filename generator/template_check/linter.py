"""Report the issues of docxtpl-lint as findings.

docxtpl reads tags with regular expressions and can lose text silently; the linter has a rule for each case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docxtpl_lint import Issue, lint

from generator.common.findings import ERROR, FindingKind, define
from generator.common.language import Text
from generator.render.docx.render import MODELE_SYNTAXE
from generator.render.docx.tags import find_excessive_tags
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph, template_finding

MODELE_BALISE_OUVERTE = define("MODELE-BALISE-OUVERTE", ERROR)
MODELE_BALISE_ETENDUE = define("MODELE-BALISE-ETENDUE", ERROR)
MODELE_BLOC = define("MODELE-BLOC", ERROR)
MODELE_PREFIXE = define("MODELE-PREFIXE", ERROR)
MODELE_TEXTE_PERDU = define("MODELE-TEXTE-PERDU", ERROR)
MODELE_BOUCLE = define("MODELE-BOUCLE", ERROR)

# Maps a rule of the linter to our finding kind and reason; for an empty reason, Jinja's message is used.
_SAME_ROW = Text("ouverte et fermée dans la même ligne de tableau", "opened and closed in the same table row")
_SAME_PARAGRAPH = Text("ouverte et fermée dans le même paragraphe", "opened and closed in the same paragraph")
_OTHER_ROW = Text("ouverte dans une autre ligne de tableau", "opened in another table row")
_TABLE_ONLY = Text("ne vaut que dans un tableau", "is for tables only")
_NOTHING = Text("", "")
_RULES: Mapping[str, tuple[FindingKind, Text]] = {
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
# {{r …}} and {{p …}} are for objects of a program: a plain value prints nothing there.
_OBJECT_TAG = Text("ce préfixe n'imprime pas une valeur", "this prefix prints no value")
# A prefix of docxtpl and a no-break space, which docxtpl does not take for a space: `{%p\u00a0if …`.
_UNBREAKABLE = re.compile(r"\{[%{](?:p|tr|tc|r)[\u00a0\u202f][^}]*")
_BLANK = Text("l'espace après le préfixe est insécable", "the space behind the prefix is a no-break one")


def check_bounds(layout: Layout) -> tuple[TemplateFinding, ...]:
    """Return the tags that are nested too deep or too long to be read: the other checks would fail on them."""
    found = find_excessive_tags(layout.template)
    return tuple(TemplateFinding(MODELE_SYNTAXE.at(place, reason=reason)) for place, reason in found)


def check_tags(layout: Layout) -> Iterator[TemplateFinding]:
    """Find all invalid tags."""
    for issue in lint(layout.template.data, autoescape=True).issues:
        if issue.rule in _RULES:
            kind, reason = _RULES[issue.rule]
            paragraph = layout.find_paragraph(_part_name(issue.location.part), issue.location.paragraph)
            yield TemplateFinding(
                kind.at(layout.place_of(paragraph), **_values(issue, paragraph, kind, reason)), paragraph
            )
    for paragraph in layout.paragraphs:
        for found in _UNBREAKABLE.finditer(paragraph.text):
            yield template_finding(MODELE_PREFIXE, paragraph, tag=found[0], reason=_BLANK)
        for tag in paragraph.tags:
            # The linter accepts these tags: a program could pass such an object.
            if tag.prints and tag.prefix:
                yield template_finding(
                    MODELE_PREFIXE, paragraph, tag=paragraph.text[tag.start : tag.end], reason=_OBJECT_TAG
                )


def _values(issue: Issue, paragraph: TemplateParagraph | None, kind: FindingKind, reason: Text) -> dict[str, object]:
    tag = issue.snippet
    if kind == MODELE_BALISE_OUVERTE and paragraph:
        # The snippet of the linter continues in the next paragraphs.
        tag = paragraph.text[issue.location.column - 1 :]
    # An empty reason stands for the message of Jinja, which is English in both languages.
    said = reason if reason.fr else Text(*2 * [str(issue.params.get("msg", ""))])
    if kind == MODELE_SYNTAXE and tag:
        said = Text(f"« {tag} », {said.fr}", f"“{tag}”, {said.en}")
    return {**{name: str(value) for name, value in issue.params.items()}, "tag": tag, "reason": said}


def _part_name(label: str) -> str:
    """Return the part name of a label of the linter such as `body`, `header1`, `footnotes`."""
    return "word/document.xml" if label == "body" else f"word/{label}.xml"
