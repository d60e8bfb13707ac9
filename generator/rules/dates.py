"""Rules on the order of dates: nothing is installed or accepted before it is ordered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.printed import french_date
from generator.references import Appel
from generator.rules.model import AppelRule
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import problem
from generator.rules.scenario import dated_answers

VA_AVANT_COMMANDE = define(
    "DATE-VA-AVANT-COMMANDE", WARNING,
    fr="la VA ou le PV pilote est du {date}, avant le bon de commande du {order}",
    en="the VA or PV pilote is dated {date}, before the order of {order}",
    fix_fr="vérifier les deux dates", fix_en="check both dates",
    source="Déduit : la VA atteste de la bonne finalisation « conformément aux dispositions du bon de commande »",
    why_fr="Aucun texte ne le dit, le bon sens si : d'où un avertissement.",
    why_en="No text says so, good sense does: hence a warning.",
)  # fmt: skip
VA_AVANT_INSTALLATION = define(
    "DATE-VA-AVANT-INSTALLATION", WARNING,
    fr="la VA ou le PV pilote est du {date}, avant l'installation du {installed}",
    en="the VA or PV pilote is dated {date}, before the installation of {installed}",
    fix_fr="vérifier les deux dates", fix_en="check both dates",
    source="Déduit : la VA constate ce qui est installé",
    why_fr="Aucun texte ne le dit, le bon sens si : d'où un avertissement.",
    why_en="No text says so, good sense does: hence a warning.",
)  # fmt: skip
INSTALLATION_AVANT_COMMANDE = define(
    "DATE-INSTALLATION-AVANT-COMMANDE", WARNING,
    fr="l'installation est du {date}, avant le bon de commande du {order}",
    en="installation is dated {date}, before the order of {order}",
    fix_fr="vérifier les deux dates", fix_en="check both dates",
    source="Déduit : la commande précède l'installation qu'elle prévoit, et celle que la VA constate",
    why_fr="Aucun texte ne le dit, le bon sens si : d'où un avertissement.",
    why_en="No text says so, good sense does: hence a warning.",
)  # fmt: skip


def _va_follows_order(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date < order.date_emission:
        dates = {"date": french_date(order.va.date), "order": french_date(order.date_emission)}
        yield problem(VA_AVANT_COMMANDE, "/va/date", **dates)


def _planned_installation_follows_order(order: Order, appel: Appel) -> Iterator[Problem]:
    for pointer, date in dated_answers(order.scenario, appel, "/scenario"):
        yield from _early(order, date, pointer)


def _installation_follows_order(order: Order, appel: Appel) -> Iterator[Problem]:
    if order.va:
        for pointer, date in dated_answers(order.va.scenario, appel, "/va/scenario"):
            yield from _early(order, date, pointer)
        if order.va.date_installation:
            yield from _early(order, order.va.date_installation, "/va/date_installation")


def _early(order: Order, installed: datetime.date, pointer: str) -> Iterator[Problem]:
    if installed < order.date_emission:
        dates = {"date": french_date(installed), "order": french_date(order.date_emission)}
        yield problem(INSTALLATION_AVANT_COMMANDE, pointer, **dates)


def _installation_precedes_va(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date_installation and order.va.date < order.va.date_installation:
        dates = {"date": french_date(order.va.date), "installed": french_date(order.va.date_installation)}
        yield problem(VA_AVANT_INSTALLATION, "/va/date", **dates)


RULES = (
    OrderRule(("/va/date", "/date_emission"), _va_follows_order),
    OrderRule(("/va/date", "/va/date_installation"), _installation_precedes_va),
    AppelRule(("/scenario", "/date_emission"), _planned_installation_follows_order),
    AppelRule(("/va", "/date_emission"), _installation_follows_order),
)
