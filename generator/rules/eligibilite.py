"""Compare the client with the base of eligible establishments: its FINESS PMSI, its merger, its category, its history.

The rules on the base are skipped without one, and for an AF that does not identify clients by their FINESS PMSI.
"""

from collections.abc import Iterator

from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define
from generator.common.language import Text, first_of, text
from generator.orders import Order
from generator.references import Appel
from generator.rules.eligibles import Base
from generator.rules.model import ContextRule, OrderRule, Problem, RuleContext, key_problem, problem

# Names quoted in a message: a FINESS juridique of a large group has dozens of establishments.
_NAMED = 3

ELIGIBLES_SANS_BASE = define("ELIGIBLES-SANS-BASE", INFO)
ELIGIBLES_BASE = define("ELIGIBLES-BASE", INFO)
ELIGIBLE_ABSENT = define("ELIGIBLE-ABSENT", ERROR)
# The row exists, but its values are uncertain: an order with a misread ceiling would be refused.
ELIGIBLE_REFUSE = define("ELIGIBLE-LIGNE-REFUSEE", ERROR)
# Both numbers have a valid key, so only the base tells them apart. SNDS : « Finess juridique pour les établissements
# publics (type CH, CHU) et Finess géographique pour les établissements privés ».
FINESS_AUTRE = define("FINESS-JURIDIQUE-GEOGRAPHIQUE", ERROR)
FUSION_ABSENTE = define("FUSION-ABSENTE", ERROR)
# No text on the ceiling of a merger was found: it may be the sum of the ceilings, or another amount.
FUSION_PLAFOND = define("FUSION-PLAFOND", WARNING)
FUSION_INUTILE = define("FUSION-INUTILE", INFO)
# The lists are published, but the base should contain eligible establishments only: a difference is to be checked.
CATEGORIE_HORS_LISTE = define("CATEGORIE-HORS-LISTE", WARNING)
# The base gives both codes, and no text tells which one counts: hence information.
CATEGORIE_SELON_STATUT = define("CATEGORIE-SELON-STATUT", INFO)
CATEGORIE_INCONNUE = define("CATEGORIE-INCONNUE", INFO)
VAGUE_1_DEJA = define("HISTORIQUE-VAGUE-1", ERROR)
# The criterion is certain, the fact is unknown: hence a warning.
HISTORIQUE_ABSENT = define("HISTORIQUE-ABSENT", WARNING)

_WITH_WAVE_1 = "V1+V2"


def review_context(context: RuleContext) -> list[Finding]:
    """Return the finding that names the base, or reports that there is none: once a run, in every report."""
    if context.base is None:
        return [ELIGIBLES_SANS_BASE.at(Place())]
    place = Place(context.base.file)
    found = [ELIGIBLES_BASE.at(place, base=str(context.base.source))]
    if not context.base.has_categories:
        found.append(CATEGORIE_INCONNUE.at(place, whose=text("rules.category.of-any")))
    return found


def _check_client(order: Order, appel: Appel, context: RuleContext) -> Iterator[Problem]:
    """Criterion: « FINESS PMSI présent dans la base », or a merger of establishments in it."""
    base, finess = context.base, order.client.finess_pmsi
    if base is None or not appel.knows_by_finess_pmsi or base.get(finess):
        return
    pointer, source = "/client/finess_pmsi", base.source.label
    others = base.known_as(finess)
    if finess in base.refused:
        yield problem(ELIGIBLE_REFUSE, pointer, finess=finess, row=str(base.refused[finess]), base=source)
    elif others:
        which = text(f"rules.finess.{others[0][1]}")
        names = first_of([f"{each.nom} (FINESS PMSI {each.finess})" for each, _ in others], _NAMED)
        yield problem(FINESS_AUTRE, pointer, finess=finess, which=which, names=names)
    elif order.fusion is None:
        # The name may be invalid (None) although the number is valid.
        near = base.named(order.client.denomination_sociale or "")
        suggestion = text("rules.client.same-name", nom=near.nom, finess=near.finess) if near else ""
        yield problem(ELIGIBLE_ABSENT, pointer, finess=finess, base=source, suggestion=suggestion)


def _check_merger(order: Order, appel: Appel, context: RuleContext) -> Iterator[Problem]:
    """« … issu d'une fusion d'ES figurant dans la base … sur présentation d'un justificatif de la fusion »."""
    base, fusion, finess = context.base, order.fusion, order.client.finess_pmsi
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


def _check_category(order: Order, appel: Appel, context: RuleContext) -> Iterator[Problem]:
    """Public establishments have an agrégat de niveau 3, private ones a catégorie: two nomenclatures."""
    yield from _check_categories(order.parts[:1], appel, context.base)


def _check_merged_categories(order: Order, appel: Appel, context: RuleContext) -> Iterator[Problem]:
    """A merger has no row in the base; the merged establishments have one each."""
    if context.base and not context.base.get(order.client.finess_pmsi):
        yield from _check_categories(order.parts[1:], appel, context.base)


def _check_categories(parts: tuple[tuple[str, str], ...], appel: Appel, base: Base | None) -> Iterator[Problem]:
    if base is None or appel.eligibility is None or not appel.knows_by_finess_pmsi:
        return
    lists = appel.eligibility
    for finess, pointer in parts:
        known = base.get(finess)
        if known is None:
            continue
        codes = [("agrégat", known.agregat, lists.agregats), ("catégorie", known.categorie, lists.categories)]
        on = [f"{name} {code}" for name, code, listed in codes if code and code in listed]
        off = [f"{name} {code}" for name, code, listed in codes if code and code not in listed]
        names = {"nom": known.nom, "reference": appel.reference}
        if on and off:
            yield problem(CATEGORIE_SELON_STATUT, pointer, **names, found=_codes(on), other=_codes(off))
        elif off:
            yield problem(CATEGORIE_HORS_LISTE, pointer, **names, found=_codes(off))
        elif not on and base.has_categories:
            yield problem(CATEGORIE_INCONNUE, pointer, whose=text("rules.category.of-one", nom=known.nom))


def _codes(named: list[str]) -> Text:
    return text("rules.category.codes", codes=", ".join(named))


def _check_history(order: Order) -> Iterator[Problem]:
    # ANS, critères d'éligibilité à la prestation vague 1 + vague 2 : « n'ayant ni bénéficié d'une prestation Ségur dans
    # le cadre du SONS HOP-DPI-VA1 ou HOP-PFI-VA1, ni financé à leurs frais la mise à jour de leur DPI/PFI vers une
    # version référencée vague 1 »
    past = order.historique
    if order.prestation != _WITH_WAVE_1 or past is None:
        return
    if past.vague_1_financee:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_financee", found=text("rules.client.wave-1-financed"))
    if past.vague_1_a_ses_frais:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_a_ses_frais", found=text("rules.client.wave-1-own-cost"))


def _check_history_is_declared(order: Order) -> Iterator[Problem]:
    """Without a declared history the criterion cannot be checked."""
    if order.prestation == _WITH_WAVE_1 and "historique" not in order.descriptor:
        yield problem(HISTORIQUE_ABSENT, "/prestation")


RULES = (
    ContextRule(("/client/finess_pmsi",), _check_client),
    ContextRule(("/client/finess_pmsi", "/fusion/finess", "/fusion/justificatif"), _check_merger),
    ContextRule(("/client/finess_pmsi",), _check_category),
    ContextRule(("/client/finess_pmsi", "/fusion/finess"), _check_merged_categories),
)
# They come after those on the ceilings: findings at one place keep the order of their rules.
HISTORY_RULES = (
    OrderRule(("/prestation", "/historique"), _check_history),
    OrderRule(("/prestation",), _check_history_is_declared),
)
