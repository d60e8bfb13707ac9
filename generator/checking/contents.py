"""What Word leaves in a file and a document should not carry: tracked changes, comments, tags that nothing fills."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checking.parts import Found
from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.checking.parts import Part
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

MODELE_FILIGRANE = define(
    "MODELE-FILIGRANE", ERROR,
    fr="un filigrane (« {text} ») traverse la page, et les mentions avec elle",
    en="a watermark (“{text}”) runs across the page, and the mentions with it",
    fix_fr="l'ôter : Création > Filigrane > Supprimer", fix_en="remove it: Design > Watermark > Remove Watermark",
    source="Mise en page mesurée, docs/ocr-layout.md : rien sur une mention ni à côté",
)  # fmt: skip
MODELE_CHAMP = define(
    "MODELE-CHAMP", ERROR,
    fr="« {tag} » est dans un champ {field} : Word en recalcule le contenu, et la valeur s'y perd",
    en="“{tag}” is in a field, {field}: Word works its content out anew, and the value is lost",
    fix_fr="sortir la balise du champ, ou convertir le champ en texte (Ctrl+Maj+F9)",
    fix_en="move the tag out of the field, or turn the field into text (Ctrl+Shift+F9)",
)  # fmt: skip

# A link keeps its text; every other field makes its own.
_KEEPS = "HYPERLINK"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
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
        for shape in part.root.iter(_TEXT_PATH):
            holder = next((each for each in part.paragraphs if _holds(each, shape)), None)
            place = holder.place() if holder else Place(layout.template.name)
            yield Found(MODELE_FILIGRANE.at(place, text=shape.get("string") or "…"), holder)
        if part.is_rendered:
            yield from _in_fields(part)
        if part.name == _COMMENTS and (count := len(list(part.root.iter(f"{W}comment")))):
            yield Found(MODELE_COMMENTAIRES.at(Place(layout.template.name), count=count))
        elif not part.is_rendered:
            for paragraph in part.paragraphs:
                for tag in paragraph.tags:
                    raw = paragraph.text[tag.start : tag.end]
                    yield found_at(MODELE_BALISE_NON_REMPLIE, paragraph, tag=raw)


def _holds(paragraph: Paragraph, element: object) -> bool:
    return any(each is element for each in paragraph.element.iter())


def _in_fields(part: Part) -> Iterator[Found]:
    """Find the tags that stand in fields: in what they say to do, or in what came of it."""
    for paragraph in part.paragraphs:
        for field, text in _field_texts(paragraph):
            if "{{" in text or "{%" in text:
                yield found_at(
                    MODELE_CHAMP, paragraph, tag=text.strip(), field=field.split()[0] if field.split() else "?"
                )


def _field_texts(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    """Return what each field of a paragraph is, and the text in it; links are none."""
    for simple in paragraph.element.iter(f"{W}fldSimple"):
        instruction = str(simple.get(f"{W}instr"))
        if not instruction.strip().upper().startswith(_KEEPS):
            yield instruction, instruction + "".join(text.text or "" for text in simple.iter(f"{W}t"))
    depth, instruction, text = 0, "", ""
    for element in paragraph.element.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            depth += 1
        elif kind == "end" and depth:
            depth -= 1
            if not depth:
                if not instruction.strip().upper().startswith(_KEEPS):
                    yield instruction, instruction + text
                instruction, text = "", ""
        elif depth and element.tag == f"{W}instrText":
            instruction += element.text or ""
        elif depth:
            text += element.text or ""
