"""Rules on what a dossier brings with it: the software of its VA, its logo."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import WARNING
from generator.findings import define
from generator.folding import folded
from generator.orders import Order
from generator.pictures import LOGO_ILLISIBLE
from generator.pictures import LogoError
from generator.pictures import logo_picture
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import key_problem
from generator.rules.model import problem

SOLUTION_ABSENTE = define(
    "VA-SOLUTION-ABSENTE", WARNING,
    fr="la VA ne dira pas quel logiciel est installé : « solution » manque",
    en="the VA will not say which software is installed: “solution” is missing",
    fix_fr="ajouter « solution » avec le nom du logiciel", fix_en="add “solution” with the software's name",
    source="Déduit : la VA constate « qu'un logiciel livré » est apte (FAQ des industriels)",
    why_fr="Le modèle de VA n'a pas été lu : que le logiciel doive y figurer est déduit, d'où un avertissement.",
    why_en="The model of the VA could not be read: that the software must stand on it is deduced, hence a warning.",
)  # fmt: skip
FACTURE_SIGNATAIRE = define(
    "FACTURE-SIGNATAIRE", WARNING,
    fr="la facture est au nom de « {nom_facture} », la VA est signée par « {signataire} »",
    en="the invoice names “{nom_facture}”, the VA is signed by “{signataire}”",
    fix_fr="faire concorder les deux noms", fix_en="make the two names agree",
    source="FAQ des industriels : « il doit y avoir une concordance entre le nom figurant sur la facture et le "
    "signataire "
    "de la VA »",
    why_fr="La règle est écrite ; deux écritures d'un même nom peuvent concorder sans être égales. D'où un "
    "avertissement.",
    why_en="The rule is written; two spellings of one name may agree without being equal. Hence a warning.",
)  # fmt: skip


def _va_names_solution(order: Order) -> Iterator[Problem]:
    if "solution" not in order.descriptor:
        yield key_problem(SOLUTION_ABSENTE, "/va")


def _logo_is_usable(order: Order) -> Iterator[Problem]:
    try:
        logo_picture(order.folder / (order.fournisseur.logo or ""), "")
    except LogoError as error:
        yield problem(LOGO_ILLISIBLE, "/fournisseur/logo", logo=order.fournisseur.logo or "", reason=error.reason)


def _invoice_names_the_signatory(order: Order) -> Iterator[Problem]:
    """« … une concordance entre le nom figurant sur la facture et le signataire de la VA »: the same words."""
    va = order.va
    if va and va.signataire and va.nom_facture and _words(va.nom_facture) != _words(va.signataire.nom):
        said = {"nom_facture": va.nom_facture, "signataire": va.signataire.nom}
        yield problem(FACTURE_SIGNATAIRE, "/va/nom_facture", **said)


def _words(name: str) -> list[str]:
    return sorted(folded(name).split())


RULES = (
    OrderRule(("/va",), _va_names_solution),
    OrderRule(("/va/nom_facture", "/va/signataire/nom"), _invoice_names_the_signatory),
    OrderRule(("/fournisseur/logo",), _logo_is_usable),
)
