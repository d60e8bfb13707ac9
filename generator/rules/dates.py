"""Rules on the order of dates: nothing is installed or accepted before it is ordered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.printed import french_date
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import problem

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
    fr="l'installation est prévue le {date}, avant le bon de commande du {order}",
    en="installation is planned on {date}, before the order of {order}",
    fix_fr="vérifier les deux dates", fix_en="check both dates",
    source="Déduit : la commande précède l'installation qu'elle prévoit",
    why_fr="Aucun texte ne le dit, le bon sens si : d'où un avertissement.",
    why_en="No text says so, good sense does: hence a warning.",
)  # fmt: skip


def _va_follows_order(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date < order.date_emission:
        dates = {"date": french_date(order.va.date), "order": french_date(order.date_emission)}
        yield problem(VA_AVANT_COMMANDE, "/va/date", **dates)


def _installation_follows_order(order: Order) -> Iterator[Problem]:
    for key, planned in order.scenario.items():
        if isinstance(planned, datetime.date) and planned < order.date_emission:
            dates = {"date": french_date(planned), "order": french_date(order.date_emission)}
            yield problem(INSTALLATION_AVANT_COMMANDE, f"/scenario/{key}", **dates)


def _installation_precedes_va(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date_installation and order.va.date < order.va.date_installation:
        dates = {"date": french_date(order.va.date), "installed": french_date(order.va.date_installation)}
        yield problem(VA_AVANT_INSTALLATION, "/va/date", **dates)


RULES = (
    OrderRule(("/va/date", "/date_emission"), _va_follows_order),
    OrderRule(("/va/date", "/va/date_installation"), _installation_precedes_va),
    OrderRule(("/scenario", "/date_emission"), _installation_follows_order),
)
