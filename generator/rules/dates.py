"""Check that dates follow each other: order, installation, VA."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from generator.common.findings import WARNING, define
from generator.documents.printed import french_date
from generator.orders import Order
from generator.references import Appel
from generator.rules.model import AppelRule, OrderRule, Problem, problem
from generator.rules.scenario import dated_answers

VA_AVANT_COMMANDE = define("DATE-VA-AVANT-COMMANDE", WARNING)
VA_AVANT_INSTALLATION = define("DATE-VA-AVANT-INSTALLATION", WARNING)
INSTALLATION_AVANT_COMMANDE = define("DATE-INSTALLATION-AVANT-COMMANDE", WARNING)


def _check_va_after_order(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date < order.date_emission:
        dates = {"date": french_date(order.va.date), "order": french_date(order.date_emission)}
        yield problem(VA_AVANT_COMMANDE, "/va/date", **dates)


def _check_planned_installation(order: Order, appel: Appel) -> Iterator[Problem]:
    for pointer, date in dated_answers(order.scenario, appel, "/scenario"):
        yield from _check_after_order(order, date, pointer)


def _check_installation(order: Order, appel: Appel) -> Iterator[Problem]:
    if order.va:
        for pointer, date in dated_answers(order.va.scenario, appel, "/va/scenario"):
            yield from _check_after_order(order, date, pointer)
        if order.va.date_installation:
            yield from _check_after_order(order, order.va.date_installation, "/va/date_installation")


def _check_after_order(order: Order, installed: datetime.date, pointer: str) -> Iterator[Problem]:
    if installed < order.date_emission:
        dates = {"date": french_date(installed), "order": french_date(order.date_emission)}
        yield problem(INSTALLATION_AVANT_COMMANDE, pointer, **dates)


def _check_va_after_installation(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date_installation and order.va.date < order.va.date_installation:
        dates = {"date": french_date(order.va.date), "installed": french_date(order.va.date_installation)}
        yield problem(VA_AVANT_INSTALLATION, "/va/date", **dates)


RULES = (
    OrderRule(("/va/date", "/date_emission"), _check_va_after_order),
    OrderRule(("/va/date", "/va/date_installation"), _check_va_after_installation),
    AppelRule(("/scenario", "/date_emission"), _check_planned_installation),
    AppelRule(("/va", "/date_emission"), _check_installation),
)
