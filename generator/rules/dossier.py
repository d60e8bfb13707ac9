"""Rules on what a dossier brings with it: the software of its VA, its logo."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import WARNING
from generator.findings import define
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
)  # fmt: skip


def _va_names_solution(order: Order) -> Iterator[Problem]:
    if "solution" not in order.descriptor:
        yield key_problem(SOLUTION_ABSENTE, "/va")


def _logo_is_usable(order: Order) -> Iterator[Problem]:
    try:
        logo_picture(order.folder / (order.fournisseur.logo or ""), "")
    except LogoError as error:
        yield problem(LOGO_ILLISIBLE, "/fournisseur/logo", logo=order.fournisseur.logo or "", reason=error.reason)


RULES = (
    OrderRule(("/va",), _va_names_solution),
    OrderRule(("/fournisseur/logo",), _logo_is_usable),
)
