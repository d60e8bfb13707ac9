"""Report the issues of docxtpl-lint as findings.

docxtpl reads tags with regular expressions and can lose text silently; the linter has a rule for each case.
"""

import re
from collections.abc import Iterator, Mapping

from docxtpl_lint import Issue, lint

from generator.common.findings import ERROR, FindingKind, define
from generator.common.language import Text, text
from generator.render.docx.render import MODELE_SYNTAXE
from generator.render.docx.unfilled_tags import find_excessive_tags
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph, template_finding

MODELE_BALISE_OUVERTE = define("MODELE-BALISE-OUVERTE", ERROR)
MODELE_BALISE_ETENDUE = define("MODELE-BALISE-ETENDUE", ERROR)
MODELE_BLOC = define("MODELE-BLOC", ERROR)
MODELE_PREFIXE = define("MODELE-PREFIXE", ERROR)
MODELE_TEXTE_PERDU = define("MODELE-TEXTE-PERDU", ERROR)
MODELE_BOUCLE = define("MODELE-BOUCLE", ERROR)

# Maps a rule of the linter to our finding kind and reason; without a reason, Jinja's message is used.
_RULES: Mapping[str, tuple[FindingKind, str]] = {
    "DTL001": (MODELE_BALISE_OUVERTE, ""),
    "DTL002": (MODELE_BALISE_ETENDUE, ""),
    "DTL101": (MODELE_BLOC, "not-closed"),
    "DTL102": (MODELE_BLOC, "not-opened"),
    "DTL103": (MODELE_SYNTAXE, ""),
    "DTL104": (MODELE_SYNTAXE, "no-filter"),
    "DTL105": (MODELE_SYNTAXE, "no-test"),
    "DTL106": (MODELE_BOUCLE, ""),
    "DTL201": (MODELE_PREFIXE, "extra-mark"),
    "DTL202": (MODELE_PREFIXE, "space-before-prefix"),
    "DTL203": (MODELE_PREFIXE, "table-only"),
    "DTL204": (MODELE_PREFIXE, "other-prefix"),
    "DTL205": (MODELE_PREFIXE, "other-table"),
    "DTL206": (MODELE_PREFIXE, "same-row"),
    "DTL207": (MODELE_PREFIXE, "other-row"),
    "DTL208": (MODELE_PREFIXE, "table-only"),
    "DTL209": (MODELE_TEXTE_PERDU, ""),
    "DTL210": (MODELE_PREFIXE, "same-paragraph"),
}
# A prefix of docxtpl and a no-break space, which docxtpl does not take for a space: `{%p\u00a0if …`.
_UNBREAKABLE = re.compile(r"\{[%{](?:p|tr|tc|r)[\u00a0\u202f][^}]*")


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
            yield template_finding(
                MODELE_PREFIXE, paragraph, tag=found[0], reason=text("template_check.linter.no-break-space")
            )
        for tag in paragraph.tags:
            # The linter accepts {{r …}} and {{p …}}, which are for objects of a program: a plain value prints nothing.
            if tag.prints and tag.prefix:
                shown = paragraph.text[tag.start : tag.end]
                yield template_finding(
                    MODELE_PREFIXE, paragraph, tag=shown, reason=text("template_check.linter.object-tag")
                )


def _values(issue: Issue, paragraph: TemplateParagraph | None, kind: FindingKind, reason: str) -> dict[str, object]:
    tag = issue.snippet
    if kind == MODELE_BALISE_OUVERTE and paragraph:
        # The snippet of the linter continues in the next paragraphs.
        tag = paragraph.text[issue.location.column - 1 :]
    # The message of the linter is in one language.
    message = str(issue.params.get("msg", ""))
    said = text(f"template_check.linter.{reason}") if reason else Text(message, message)
    if kind == MODELE_SYNTAXE and tag:
        said = text("template_check.tags.reason", tag=tag, reason=said)
    return {**{name: str(value) for name, value in issue.params.items()}, "tag": tag, "reason": said}


def _part_name(label: str) -> str:
    """Return the part name of a label of the linter such as `body`, `header1`, `footnotes`."""
    return "word/document.xml" if label == "body" else f"word/{label}.xml"
