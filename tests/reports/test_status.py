import datetime
import json

import pytest
from rich.cells import cell_len

from generator.dossier.status import Evidence, Standing, find_standing
from generator.references import Appels
from generator.reports.status import standing_csv, standing_json, standing_table
from tests.conftest import Json, order_of

LATE, EARLY = datetime.date(2026, 7, 1), datetime.date(2026, 1, 5)


def standing(order_json: Json, appels: Appels, today: datetime.date, client: str) -> Standing:
    order = order_of({**order_json, "client": {**order_json["client"], "denomination_sociale": client}})
    return find_standing(order, appels[order.reference], Evidence(), today)


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


def test_deadline_perhaps_put_off_counts_to_earlier_date(va_json: Json, appels: Appels) -> None:
    today = datetime.date(2027, 6, 1)
    order = order_of(va_json)
    shown = [find_standing(order, appels[order.reference], Evidence(), today)]
    told = "peut-être reportée au 28/09/2027, selon une source tierce : vérifier l'arrêté"
    table = standing_table(shown, "fr", 120, colours=False)
    assert " ".join(table.split()).count(told) == 1
    assert "15  solde 16/06/2027 ?" in table
    solde = json.loads(standing_json(shown, "fr", today))["orders"][0]["deadlines"][2]
    assert (solde["date"], solde["days"], solde["reported"]) == ("2027-06-16", 15, "2027-09-28")
    head, row = (line.split(";") for line in standing_csv(shown, "fr").splitlines())
    assert (dict(zip(head, row, strict=True))["date"], row[-1], head[-1]) == ("2027-06-16", "2027-09-28", "reportee_au")
