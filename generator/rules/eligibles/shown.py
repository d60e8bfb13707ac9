"""Format an establishment of the base as text or JSON."""

from __future__ import annotations

from generator.common.language import Lang, Text
from generator.documents.printed import euros
from generator.rules.eligibles.model import Etablissement, Plafond


def as_text(each: Etablissement, lang: Lang) -> str:
    """Return an establishment as lines of text."""
    named = (
        (Text("agrégat de niveau 3", "agrégat de niveau 3"), each.agregat),
        (Text("catégorie", "catégorie"), each.categorie),
        *((Text(f"FINESS {kind.fr}", f"FINESS {kind.en}"), number) for number, kind in each.others),
        (Text("activité", "activity"), each.activite),
        (Text("ligne du classeur", "row of the workbook"), str(each.ligne)),
    )
    lines = [f"{each.finess}  {each.nom}"]
    lines += [f"  {label.say(lang)} : {value}" for label, value in named if value]
    for (reference, prestation), plafond in each.plafonds.items():
        lines.append(f"  {Text('plafond', 'ceiling').say(lang)} {reference} {prestation} : {_amounts(plafond)}")
    return "\n".join(lines)


def _amounts(plafond: Plafond) -> str:
    amounts = (("HT", plafond.ht), ("TTC", plafond.ttc))
    return ", ".join(f"{euros(amount)} {name}" for name, amount in amounts if amount is not None)


def as_object(each: Etablissement) -> dict[str, object]:
    """Return an establishment as a JSON object; amounts are strings with two decimals."""
    return {
        "finess": each.finess,
        "nom": each.nom,
        "agregat": each.agregat,
        "categorie": each.categorie,
        "finess_juridique": each.juridique,
        "finess_geographique": each.geographique,
        "activite": each.activite,
        "ligne": each.ligne,
        "plafonds": [
            {
                "reference": reference,
                "prestation": prestation,
                "ht": None if plafond.ht is None else str(plafond.ht),
                "ttc": None if plafond.ttc is None else str(plafond.ttc),
            }
            for (reference, prestation), plafond in each.plafonds.items()
        ],
    }
