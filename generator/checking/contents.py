"""What Word leaves in a file and a document should not carry: tracked changes, comments, tags that nothing fills."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.checking.parts import found_at
from generator.docx.archive import W
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Place
from generator.findings import define

MODELE_REVISIONS = define(
    "MODELE-REVISIONS", ERROR,
    fr="le modèle porte des modifications suivies ({count}) : ce qui est supprimé reste dans le fichier",
    en="the template holds tracked changes ({count}): what is deleted stays in the file",
    fix_fr="les accepter ou les refuser toutes dans Word (Révision > Accepter), puis enregistrer",
    fix_en="accept or reject them all in Word (Review > Accept), then save",
)  # fmt: skip
MODELE_COMMENTAIRES = define(
    "MODELE-COMMENTAIRES", WARNING,
    fr="le modèle porte des commentaires ({count}), que chaque DOCX délivré porterait aussi",
    en="the template holds comments ({count}), which each delivered DOCX would hold too",
    fix_fr="les supprimer dans Word (Révision > Supprimer tous les commentaires)",
    fix_en="delete them in Word (Review > Delete all comments)",
)  # fmt: skip
MODELE_BALISE_NON_REMPLIE = define(
    "MODELE-BALISE-NON-REMPLIE", ERROR,
    fr="la balise « {tag} » est dans une partie du document qui n'est pas remplie : elle s'imprimerait telle quelle",
    en="the tag “{tag}” is in a part of the document that is not filled: it would be printed as it is",
    fix_fr="la déplacer dans le corps, l'en-tête ou le pied de page",
    fix_en="move it into the body, the header or the footer",
)  # fmt: skip

_CHANGES = tuple(
    f"{W}{name}"
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange"),
        *("trPrChange", "tcPrChange", "cellIns", "cellDel", "numberingChange"),
    )
)
_COMMENTS = "word/comments.xml"


def check_contents(layout: Layout) -> Iterator[Found]:
    """Find tracked changes, comments, and tags in parts that docxtpl does not fill."""
    for part in layout.parts:
        changes = list(part.root.iter(*_CHANGES))
        if changes:
            first = next((each for each in part.paragraphs if _holds(each, changes[0])), None)
            place = first.place() if first else Place(layout.template.name)
            yield Found(MODELE_REVISIONS.at(place, count=len(changes)), first)
        if part.name == _COMMENTS and (count := len(list(part.root.iter(f"{W}comment")))):
            yield Found(MODELE_COMMENTAIRES.at(Place(layout.template.name), count=count))
        elif not part.is_rendered:
            for paragraph in part.paragraphs:
                for tag in paragraph.tags:
                    raw = paragraph.text[tag.start : tag.end]
                    yield found_at(MODELE_BALISE_NON_REMPLIE, paragraph, tag=raw)


def _holds(paragraph: Paragraph, element: object) -> bool:
    return any(each is element for each in paragraph.element.iter())
