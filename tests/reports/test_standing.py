from __future__ import annotations

import datetime

import pytest
from rich.cells import cell_len

from generator.dossier.standing import Evidence
from generator.dossier.standing import Standing
from generator.dossier.standing import standing_of
from generator.references import Appels
from generator.reports.standing import standing_table
from tests.conftest import Json
from tests.conftest import order_of

LATE, EARLY = datetime.date(2026, 7, 1), datetime.date(2026, 1, 5)


def standing(order_json: Json, appels: Appels, today: datetime.date, client: str) -> Standing:
    order = order_of({**order_json, "client": {**order_json["client"], "denomination_sociale": client}})
    return standing_of(order, appels[order.reference], Evidence(), today)


def test_colours_mark_what_is_late_alone(order_json: Json, appels: Appels) -> None:
    standings = [standing(order_json, appels, today, "CH [bold]") for today in (LATE, EARLY)]
    coloured = standing_table(standings, "fr", 120, colours=True).splitlines()
    plain = standing_table(standings, "fr", 120, colours=False).splitlines()
    late, early = (line for line in coloured if "AF-HOP" in line)
    assert "\x1b[31m" in late
    assert "\x1b" not in early
    assert "CH [bold]" in early
    assert not any("\x1b" in line for line in plain)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("client", ["医院" * 60, "Centre hospitalier" * 6])
def test_no_line_is_wider_than_the_terminal(order_json: Json, appels: Appels, width: int, client: str) -> None:
    standings = [standing(order_json, appels, LATE, name) for name in (client, "CH")]
    lines = standing_table(standings, "fr", width, colours=False).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert sum("…" in line for line in lines) == 1
