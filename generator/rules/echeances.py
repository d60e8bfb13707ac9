"""Rules on the dated deadlines of the AF's record: judged at the order's own dates, whatever day it is.

The slides say « signé avant » a day, and its hour is not known: a date on the day itself is let pass.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from collections.abc import Mapping

from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Kind
from generator.findings import define
from generator.lang import Text
from generator.orders import Order
from generator.orders.model import Answer
from generator.printed import french_date
from generator.references import Appel
from generator.references import Status
from generator.rules.model import AppelRule
from generator.rules.model import Problem
from generator.rules.model import SurroundedRule
from generator.rules.model import problem
from generator.rules.scenario import dated_answers
from generator.rules.surroundings import Surroundings

_WHY_FR = (
    "Les échéances ont déjà été repoussées une fois : elles sont des données du dossier de l'AF, et une prolongation a "
    "pu paraître depuis. D'où un avertissement."
)
_WHY_EN = (
    "The deadlines have been put off once already: they are data of the AF's record, and an extension may have been "
    "published since. Hence a warning."
)
COMMANDE_TARDIVE = define(
    "DATE-COMMANDE-APRES-AVANCE", WARNING,
    fr="le bon de commande est du {date}, après le {due} : {label}{status}",
    en="the order is dated {date}, after {due}: {label}{status}",
    fix_fr="vérifier la date ; si l'échéance a été repoussée, corriger le dossier de l'AF avec --appel",
    fix_en="check the date; if the deadline has been put off, correct the AF's record with --appel",
    source="Webinaire du GRADeS SESAN : l'ES doit avoir signé le bon de commande avant la date limite de la demande "
    "d'avance",
    why_fr=_WHY_FR, why_en=_WHY_EN,
)  # fmt: skip
INSTALLATION_TARDIVE = define(
    "DATE-INSTALLATION-APRES-FIN", WARNING,
    fr="l'installation est du {date}, après le {due} : {label}{status}",
    en="the installation is dated {date}, after {due}: {label}{status}",
    fix_fr="avancer l'installation ; si l'échéance a été repoussée, corriger le dossier de l'AF avec --appel",
    fix_en="bring the installation forward; if the deadline has been put off, correct the AF's record with --appel",
    source="Webinaire du GRADeS SESAN : fin des prestations le 17 mars 2027",
    why_fr=_WHY_FR, why_en=_WHY_EN,
)  # fmt: skip
VA_TARDIVE = define(
    "DATE-VA-APRES-SOLDE", WARNING,
    fr="la VA ou le PV pilote est du {date}, après le {due} : {label}{status}",
    en="the VA or PV pilote is dated {date}, after {due}: {label}{status}",
    fix_fr="vérifier la date ; si l'échéance a été repoussée, corriger le dossier de l'AF avec --appel",
    fix_en="check the date; if the deadline has been put off, correct the AF's record with --appel",
    source="Webinaire du GRADeS SESAN : « date limite de dépôt des demandes de solde par l'éditeur : l'ES doit avoir "
    "signé la VA avant »",
    why_fr=_WHY_FR, why_en=_WHY_EN,
)  # fmt: skip
DATE_A_VENIR = define(
    "DATE-A-VENIR", INFO,
    fr="le {date} est à venir", en="{date} is still to come",
    fix_fr="vérifier l'année ; --today dit de quel jour juger",
    fix_en="check the year; --today says which day to judge from",
    why_fr="Préparer un document d'avance est permis ; une année mal tapée se voit ici.",
    why_en="To prepare a document ahead is allowed; a year mistyped shows here.",
)  # fmt: skip

_TO_CONFIRM = Text(" (date à confirmer)", " (date to be confirmed)")


def _ordered_before_the_avance_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """The order is signed before the avance request is due."""
    yield from _late(COMMANDE_TARDIVE, appel, "avance", order.date_emission, "/date_emission")


def _installation_is_planned_in_time(order: Order, appel: Appel) -> Iterator[Problem]:
    """Installations end on a day that the record tells; here the dates that the order plans."""
    yield from _late_answers(order.scenario, appel, "/scenario")


def _installation_is_done_in_time(order: Order, appel: Appel) -> Iterator[Problem]:
    """As above, for what the VA says was done."""
    if order.va:
        yield from _late_answers(order.va.scenario, appel, "/va/scenario")
        if order.va.date_installation:
            date = order.va.date_installation
            yield from _late(INSTALLATION_TARDIVE, appel, "installation", date, "/va/date_installation")


def _accepted_before_the_solde_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """« … l'ES doit avoir signé la VA avant »."""
    if order.va:
        yield from _late(VA_TARDIVE, appel, "solde", order.va.date, "/va/date")


def _late_answers(answers: Mapping[str, Answer], appel: Appel, pointer: str) -> Iterator[Problem]:
    for where, date in dated_answers(answers, appel, pointer):
        yield from _late(INSTALLATION_TARDIVE, appel, "installation", date, where)


def _late(kind: Kind, appel: Appel, deadline: str, date: datetime.date, pointer: str) -> Iterator[Problem]:
    due = appel.deadline(deadline)
    if due and date > due.date:
        status = _TO_CONFIRM if due.status is Status.TO_CONFIRM else Text("", "")
        said = {"date": french_date(date), "due": french_date(due.date)}
        yield problem(kind, pointer, **said, label=due.label, status=status)


def _order_is_of_the_past(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """A date to come may be a year mistyped."""
    if around.today and order.date_emission > around.today:
        yield problem(DATE_A_VENIR, "/date_emission", date=french_date(order.date_emission))


def _va_is_of_the_past(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """As above."""
    if around.today and order.va and order.va.date > around.today:
        yield problem(DATE_A_VENIR, "/va/date", date=french_date(order.va.date))


RULES = (
    AppelRule(("/date_emission",), _ordered_before_the_avance_deadline),
    AppelRule(("/scenario",), _installation_is_planned_in_time),
    AppelRule(("/va",), _installation_is_done_in_time),
    AppelRule(("/va/date",), _accepted_before_the_solde_deadline),
    SurroundedRule(("/date_emission",), _order_is_of_the_past),
    SurroundedRule(("/va/date",), _va_is_of_the_past),
)
