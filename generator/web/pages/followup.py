"""The page of all orders: where each stands, and its next deadline."""

import datetime
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from generator.common.folding import fold_words
from generator.dossier.status import NEAR_DAYS
from generator.web.jobs.answer import Answer
from generator.web.jobs.orders import CSV, ICS, followup_job
from generator.web.pages.view import download, page
from generator.web.state import lang_of, state_of

_KEPT_SECONDS = 60.0
# Orders without a deadline come after all others.
_LAST = "9999-12-31"
_KEYS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "date": lambda row: row["date"] or _LAST,
    "numero": lambda row: row["numero"],
    "client": lambda row: fold_words(row["client"]),
    "finess": lambda row: row["finess"],
    "reference": lambda row: row["reference"],
    "state": lambda row: row["state_rank"],
}


async def followup_page(request: Request) -> Response:
    """Show the table, sorted and filtered as the address says."""
    answer = await _standing(request)
    if answer is None:
        return page(request, "introuvable", status=404)
    asked = request.query_params
    rows: list[dict[str, Any]] = [_urgency(each) for each in _rows(answer.data)]
    # In the order in which an order passes through them.
    states = {row["state"]: row["label"] for row in sorted(rows, key=_KEYS["state"])}  # type: ignore[arg-type]
    sort, is_down = asked.get("sort", "date"), asked.get("down") == "1"
    # Accents and capitals do not count: « chateauroux » finds « Châteauroux ».
    words = fold_words(asked.get("q", ""))
    shown = [row for row in rows if _matches(row, words, asked.get("state", ""), asked.get("reference", ""))]
    shown.sort(key=_KEYS.get(sort, _KEYS["date"]), reverse=is_down)  # type: ignore[arg-type]
    return page(
        request,
        "suivi",
        rows=shown,
        total=len(rows),
        late=sum(row["urgency"] == "late" for row in rows),
        near=sum(row["urgency"] == "near" for row in rows),
        near_days=NEAR_DAYS,
        states=states,
        references=sorted({row["reference"] for row in rows}),
        asked={name: asked.get(name, "") for name in ("q", "state", "reference")},
        # The address may hold anything; the template marks the column that is sorted.
        sort=sort if sort in _KEYS else "date",
        is_down=is_down,
        findings=answer.findings,
        today=datetime.date.fromisoformat(str(answer.data["today"])).strftime("%d/%m/%Y"),
    )


async def followup_csv(request: Request) -> Response:
    """Give the table as CSV."""
    return await _export(request, CSV, "text/csv; charset=utf-8")


async def followup_ics(request: Request) -> Response:
    """Give the deadlines as a calendar."""
    return await _export(request, ICS, "text/calendar; charset=utf-8")


async def _standing(request: Request) -> Answer | None:
    """Return where all orders stand, found anew after a minute or with `refresh`; None where no folder is known."""
    state, lang = state_of(request), lang_of(request)
    if state.config.followup is None:
        return None
    # The answer has labels in one language.
    found, known = state.followup.get(lang, (0.0, None))
    if known is None or time.monotonic() - found > _KEPT_SECONDS or "refresh" in request.query_params:
        today = datetime.date.today()  # noqa: DTZ011  # the user's own day
        known = await state.workers.run(followup_job, state.config.followup, today, lang, state.config.orders)
        state.followup[lang] = (time.monotonic(), known)
    return known


async def _export(request: Request, name: str, media: str) -> Response:
    answer = await _standing(request)
    if answer is None:
        return page(request, "introuvable", status=404)
    return download(answer.files[name], name, media)


def _rows(data: Mapping[str, object]) -> list[dict[str, Any]]:
    found = data["orders"]
    assert isinstance(found, list)
    return found


def _urgency(row: dict[str, Any]) -> dict[str, Any]:
    days = row["days"]
    urgency = "none" if days is None else "late" if days < 0 else "near" if days <= NEAR_DAYS else "far"
    return {**row, "urgency": urgency}


def _matches(row: Mapping[str, Any], words: str, state: str, reference: str) -> bool:
    text = fold_words(f"{row['numero']} {row['client']} {row['finess']}")
    found = all(word in text for word in words.split())
    return found and state in ("", row["state"]) and reference in ("", row["reference"])
