"""Rules on the client: it is in the base of eligible establishments, under its FINESS PMSI, in a category of the list.

Without a base none of them is run; a record whose clients are not known by their FINESS PMSI has none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.eligibles import Base
from generator.eligibles import Etablissement
from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.orders import Order
from generator.references import Appel
from generator.references import Eligibility
from generator.rules.model import Problem
from generator.rules.model import SurroundedRule
from generator.rules.model import key_problem
from generator.rules.model import problem
from generator.rules.surroundings import Surroundings

# A juridique number of a large group names dozens of establishments.
_NAMED = 3

ELIGIBLES_SANS_BASE = define(
    "ELIGIBLES-SANS-BASE", INFO,
    fr="aucune base des établissements éligibles : ni leur présence, ni leur catégorie, ni les plafonds ne sont "
    "contrôlés",
    en="no base of eligible establishments: neither their presence, nor their category, nor ceilings are checked",
    fix_fr="importer le classeur officiel : segurdoc eligibles import CLASSEUR",
    fix_en="import the official workbook: segurdoc eligibles import WORKBOOK",
    why_fr="Les montants officiels ne sont pas fournis avec le programme : le classeur est à importer.",
    why_en="The official amounts do not come with the program: the workbook is to be imported.",
)  # fmt: skip
ELIGIBLES_BASE = define(
    "ELIGIBLES-BASE", INFO,
    fr="contrôlé d'après la base {base}", en="checked against the base {base}",
    fix_fr="vérifier que c'est la dernière publiée", fix_en="check that it is the one published last",
    why_fr="Dit une fois par passage, dans tous les comptes rendus : de quelle base vient ce qui est dit.",
    why_en="Said once a run, in every report: which base what is said comes from.",
)  # fmt: skip
ELIGIBLE_ABSENT = define(
    "ELIGIBLE-ABSENT", ERROR,
    fr="le FINESS {finess} n'est pas dans la base des établissements éligibles ({base}){suggestion}",
    en="FINESS {finess} is not in the base of eligible establishments ({base}){suggestion}",
    fix_fr="vérifier le numéro (segurdoc eligibles show NOM) ; d'un établissement né d'une fusion, déclarer « fusion »",
    fix_en="check the number (segurdoc eligibles show NAME); of a hospital born of a merger, declare “fusion”",
    source="Critères d'éligibilité, webinaire du GRADeS SESAN : FINESS PMSI présent dans la base",
    why_fr="Être dans la base est un critère d'éligibilité écrit : d'où une erreur.",
    why_en="To be in the base is a written criterion of eligibility: hence an error.",
)  # fmt: skip
ELIGIBLE_REFUSE = define(
    "ELIGIBLE-LIGNE-REFUSEE", ERROR,
    fr="le FINESS {finess} est à la ligne {row} du classeur, que l'import a refusée ({base})",
    en="FINESS {finess} stands in row {row} of the workbook, which the import refused ({base})",
    fix_fr="corriger cette ligne et importer le classeur à nouveau",
    fix_en="mend this row and import the workbook again",
    source="Critères d'éligibilité, webinaire du GRADeS SESAN : FINESS PMSI présent dans la base",
    why_fr="La ligne est là, mais ce qu'elle dit n'est pas sûr : un plafond lu de travers ferait refuser la commande.",
    why_en="The row is there, but what it says is not sure: a ceiling misread would have the order refused.",
)  # fmt: skip
FINESS_AUTRE = define(
    "FINESS-JURIDIQUE-GEOGRAPHIQUE", ERROR,
    fr="{finess} est le FINESS {which} de {names}, pas un FINESS PMSI",
    en="{finess} is the FINESS {which} of {names}, not a FINESS PMSI",
    fix_fr="mettre le FINESS PMSI : juridique pour un établissement public, géographique pour un établissement privé",
    fix_en="use the FINESS PMSI: juridique of a public establishment, géographique of a private one",
    source="SNDS : « Finess juridique pour les établissements publics (type CH, CHU) et Finess géographique pour les "
    "établissements privés (lucratifs ou non lucratifs) »",
    why_fr="Les deux numéros ont une clé juste : seule la base peut les distinguer. La commande est établie à la "
    "maille "
    "FINESS PMSI, d'où une erreur.",
    why_en="Both numbers have a sound key: the base alone can tell them apart. Orders are made out by FINESS PMSI, "
    "hence "
    "an error.",
)  # fmt: skip
FUSION_ABSENTE = define(
    "FUSION-ABSENTE", ERROR,
    fr="l'établissement fusionné {finess} n'est pas dans la base ({base})",
    en="the merged establishment {finess} is not in the base ({base})",
    fix_fr="donner les FINESS PMSI que les établissements avaient avant la fusion",
    fix_en="give the FINESS PMSI that the establishments had before the merger",
    source="Webinaire du GRADeS SESAN : un ES issu d'une fusion d'ES de la base est éligible « sur présentation d'un "
    "justificatif de la fusion – à remettre à l'éditeur au moment de la signature du bon de commande »",
    why_fr="L'éligibilité vient des établissements fusionnés : si l'un d'eux n'est pas dans la base, elle ne tient "
    "pas.",
    why_en="Eligibility comes from the establishments merged: where one is not in the base, it does not hold.",
)  # fmt: skip
FUSION_PLAFOND = define(
    "FUSION-PLAFOND", WARNING,
    fr="le plafond d'un établissement né d'une fusion n'est pas connu : le montant n'est comparé à aucun",
    en="the ceiling of a hospital born of a merger is not known: the amount is compared with none",
    fix_fr="demander le plafond à l'agence, et joindre le justificatif : {justificatif}",
    fix_en="ask the agency for the ceiling, and join the proof: {justificatif}",
    source="Aucun texte trouvé sur le plafond d'un ES fusionné",
    why_fr="Ce pourrait être la somme des plafonds, ou autre chose : le programme ne l'invente pas.",
    why_en="It might be the sum of the ceilings, or something else: the program does not invent it.",
)  # fmt: skip
FUSION_INUTILE = define(
    "FUSION-INUTILE", INFO,
    fr="{finess} est lui-même dans la base : la fusion déclarée n'est pas nécessaire",
    en="{finess} is in the base itself: the merger declared is not needed",
    fix_fr="retirer « fusion », ou vérifier le FINESS du nouvel établissement",
    fix_en="remove “fusion”, or check the new establishment's FINESS",
    why_fr="Les règles sont appliquées à la ligne de l'établissement lui-même.",
    why_en="The rules are applied to the establishment's own row.",
)  # fmt: skip
CATEGORIE_HORS_LISTE = define(
    "CATEGORIE-HORS-LISTE", WARNING,
    fr="{nom} a {found} dans la base, hors de la liste de {reference}",
    en="{nom} has {found} in the base, which is not on the list of {reference}",
    fix_fr="vérifier l'éligibilité de l'établissement avant de faire signer",
    fix_en="check that the establishment is eligible before the order is signed",
    source="Webinaire du GRADeS SESAN : 13 agrégats de niveau 3 pour le public, 25 catégories pour le privé, deux "
    "nomenclatures",
    why_fr="Les listes sont écrites, mais la base est censée ne contenir que des éligibles : un écart est à regarder, "
    "d'où un avertissement.",
    why_en="The lists are written, but the base is meant to hold eligible ones alone: a difference is to be looked at, "
    "hence a warning.",
)  # fmt: skip
CATEGORIE_SELON_STATUT = define(
    "CATEGORIE-SELON-STATUT", INFO,
    fr="{nom} a {found} dans la base, sur la liste de {reference}, et {other}, qui n'y est pas",
    en="{nom} has {found} in the base, which is on the list of {reference}, and {other}, which is not",
    fix_fr="vérifier s'il est public, son agrégat compte alors, ou privé, sa catégorie compte alors",
    fix_en="check whether it is public, its agrégat counts then, or private, its catégorie counts then",
    source="Webinaire du GRADeS SESAN : 13 agrégats de niveau 3 pour le public, 25 catégories pour le privé, deux "
    "nomenclatures",
    why_fr="La base donne les deux codes et ne dit pas lequel vaut : d'où une information.",
    why_en="The base gives both codes and does not tell which one counts: hence an information.",
)  # fmt: skip
CATEGORIE_INCONNUE = define(
    "CATEGORIE-INCONNUE", INFO,
    fr="la base ne donne ni agrégat ni catégorie {whose} : l'éligibilité par catégorie n'est pas contrôlée",
    en="the base gives neither agrégat nor catégorie {whose}: eligibility by category is not checked",
    fix_fr="vérifier la catégorie de l'établissement, ou importer le classeur avec ces colonnes",
    fix_en="check the establishment's category, or import the workbook with these columns",
    source="Webinaire du GRADeS SESAN : 13 agrégats de niveau 3 pour le public, 25 catégories pour le privé, deux "
    "nomenclatures",
    why_fr="Que la base soit censée ne contenir que des éligibles ne dit rien d'une ligne sans code : d'où une "
    "information.",
    why_en="That the base is meant to hold eligible ones alone says nothing of a row without code: hence an "
    "information.",
)  # fmt: skip


def review_surroundings(around: Surroundings) -> list[Finding]:
    """Return which base orders were checked against, or that there was none: said once a run, in every report."""
    if around.base is None:
        return [ELIGIBLES_SANS_BASE.at(Place())]
    place = Place(around.base.file)
    found = [ELIGIBLES_BASE.at(place, base=str(around.base.source))]
    if not around.base.has_categories:
        found.append(CATEGORIE_INCONNUE.at(place, whose=Text("d'aucun établissement", "of any establishment")))
    return found


def _is_in_the_base(order: Order, appel: Appel, around: Surroundings) -> Iterator[Problem]:
    """Criteria of eligibility: « FINESS PMSI présent dans la base », or born of a merger of some that are."""
    base, finess = around.base, order.client.finess_pmsi
    if base is None or not appel.knows_by_finess_pmsi or base.get(finess):
        return
    pointer, source = "/client/finess_pmsi", base.source.label
    others = base.known_as(finess)
    if finess in base.refused:
        yield problem(ELIGIBLE_REFUSE, pointer, finess=finess, row=str(base.refused[finess]), base=source)
    elif others:
        names = ", ".join(f"{each.nom} (FINESS PMSI {each.finess})" for each, _ in others[:_NAMED])
        more = f"{names}, …" if len(others) > _NAMED else names
        yield problem(FINESS_AUTRE, pointer, finess=finess, which=others[0][1], names=more)
    elif order.fusion is None:
        # The name may be unsound where the number is not.
        near = base.named(order.client.denomination_sociale or "")
        said = Text(f" ; {near.nom} y a le {near.finess}", f"; {near.nom} has {near.finess}") if near else Text("", "")
        yield problem(ELIGIBLE_ABSENT, pointer, finess=finess, base=source, suggestion=said)


def _merger_is_of_the_base(order: Order, appel: Appel, around: Surroundings) -> Iterator[Problem]:
    """« … issu d'une fusion d'ES figurant dans la base … sur présentation d'un justificatif de la fusion »."""
    base, fusion, finess = around.base, order.fusion, order.client.finess_pmsi
    if base is None or fusion is None or not appel.knows_by_finess_pmsi:
        return
    if base.get(finess):
        yield key_problem(FUSION_INUTILE, "/fusion", finess=finess)
        return
    for number, merged in enumerate(fusion.finess):
        if merged in base.refused:
            row = str(base.refused[merged])
            yield problem(ELIGIBLE_REFUSE, f"/fusion/finess/{number}", finess=merged, row=row, base=base.source.label)
        elif not base.get(merged):
            yield problem(FUSION_ABSENTE, f"/fusion/finess/{number}", finess=merged, base=base.source.label)
    yield key_problem(FUSION_PLAFOND, "/fusion", justificatif=fusion.justificatif)


def _category_is_listed(order: Order, appel: Appel, around: Surroundings) -> Iterator[Problem]:
    """Public establishments by their agrégat de niveau 3, private ones by their catégorie: two nomenclatures."""
    yield from _categories(order.parts[:1], appel, around.base)


def _merged_categories_are_listed(order: Order, appel: Appel, around: Surroundings) -> Iterator[Problem]:
    """As above: a merger has no row of its own, those it was born of have one each."""
    if around.base and not around.base.get(order.client.finess_pmsi):
        yield from _categories(order.parts[1:], appel, around.base)


def _categories(parts: tuple[tuple[str, str], ...], appel: Appel, base: Base | None) -> Iterator[Problem]:
    if base is None or appel.eligibility is None or not appel.knows_by_finess_pmsi:
        return
    for finess, pointer in parts:
        if known := base.get(finess):
            yield from _category(known, appel.eligibility, pointer, appel, has_categories=base.has_categories)


def _category(
    known: Etablissement, lists: Eligibility, pointer: str, appel: Appel, *, has_categories: bool
) -> Iterator[Problem]:
    codes = [("agrégat", known.agregat, lists.agregats), ("catégorie", known.categorie, lists.categories)]
    on = [f"{name} {code}" for name, code, listed in codes if code and code in listed]
    off = [f"{name} {code}" for name, code, listed in codes if code and code not in listed]
    said = {"nom": known.nom, "reference": appel.reference}
    if on and off:
        yield problem(CATEGORIE_SELON_STATUT, pointer, **said, found=_codes(on), other=_codes(off))
    elif off:
        yield problem(CATEGORIE_HORS_LISTE, pointer, **said, found=_codes(off))
    elif not on and has_categories:
        whose = Text(f"pour {known.nom}", f"for {known.nom}")
        yield problem(CATEGORIE_INCONNUE, pointer, whose=whose)


def _codes(named: list[str]) -> Text:
    return Text(f"pour {', '.join(named)}", ", ".join(named))


RULES = (
    SurroundedRule(("/client/finess_pmsi",), _is_in_the_base),
    SurroundedRule(("/client/finess_pmsi", "/fusion/finess", "/fusion/justificatif"), _merger_is_of_the_base),
    SurroundedRule(("/client/finess_pmsi",), _category_is_listed),
    SurroundedRule(("/client/finess_pmsi", "/fusion/finess"), _merged_categories_are_listed),
)
