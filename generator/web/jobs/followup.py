"""Job on the orders, signed documents and registers of the server: where each order stands."""

from __future__ import annotations

import datetime

from generator.common.language import Lang
from generator.dossier.ics import make_calendar
from generator.dossier.status import OrderState, Standing, gather
from generator.references import Status
from generator.reports.status import standing_csv
from generator.web.config import Followup, OrderSettings
from generator.web.jobs.answer import Answer, answer, without_folder

CSV, ICS = "suivi.csv", "echeances.ics"


def followup_job(followed: Followup, today: datetime.date, lang: Lang, settings: OrderSettings) -> Answer:
    """Return the standing of each order in `data["orders"]`, and the exports in `files`.

    Args:
        followed: the folders of the server.
        today: the day of the standings.
        lang: the language of the answer.
        settings: what holds for every order of the server.
    """
    gathered = gather(
        [str(followed.orders)],
        settings.appels,
        settings.fournisseur,
        registers=followed.registers,
        signed=followed.signed,
        journal=followed.journal,
        today=today,
    )
    files = {
        CSV: standing_csv(gathered.standings, lang).encode("utf-8-sig"),
        ICS: make_calendar(gathered.standings, today, lang),
    }
    rows = [_row(each, lang) for each in gathered.standings]
    return answer(
        map(without_folder, gathered.findings), lang, files=files, data={"orders": rows, "today": today.isoformat()}
    )


def _row(standing: Standing, lang: Lang) -> dict[str, object]:
    order, due = standing.order, standing.next_due
    return {
        "numero": order.numero,
        "reference": order.reference,
        "finess": order.client.finess_pmsi,
        "client": order.client.denomination_sociale,
        "state": standing.state.value,
        "state_rank": list(OrderState).index(standing.state),
        "label": standing.state.label.say(lang),
        "deadline": due.deadline.label.say(lang) if due else "",
        "date": due.deadline.date.isoformat() if due else "",
        "days": due.days if due else None,
        "sure": due is None or due.deadline.status is Status.CONFIRMED,
        "signed": sorted({each.document.label.say(lang) for each in standing.signed}),
    }
