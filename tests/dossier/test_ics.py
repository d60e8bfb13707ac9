import dataclasses
import datetime
from typing import Any

from icalendar import Calendar

from generator.dossier.ics import make_calendar
from generator.dossier.status import Evidence, Standing, find_standing
from generator.references import Appels
from tests.conftest import Json, order_of

TODAY = datetime.date(2026, 6, 8)


def standings(order_json: Json, appels: Appels, *numbers: str, time: datetime.time | None = None) -> list[Standing]:
    found = []
    for numero in numbers:
        order = order_of({**order_json, "numero": numero})
        appel = appels[order.reference]
        deadlines = tuple(dataclasses.replace(deadline, time=time) for deadline in appel.deadlines)
        found.append(find_standing(order, dataclasses.replace(appel, deadlines=deadlines), Evidence(), TODAY))
    return found


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_deadline_is_one_event_with_the_orders_it_is_for(order_json: Json, appels: Appels) -> None:
    avance, installation, solde = events(make_calendar(standings(order_json, appels, "BC-1", "BC-2"), TODAY, "fr"))
    assert avance["UID"] == "af-hop-dpi-va2-avance@segurdoc"
    assert avance["SUMMARY"] == "AF-HOP-DPI-Va2 : avance (2 commandes)"
    assert avance.start == datetime.date(2026, 6, 18)
    assert avance.end == datetime.date(2026, 6, 19)
    assert "BC-1" in avance["DESCRIPTION"]
    assert "BC-2" in avance["DESCRIPTION"]
    assert [avance["STATUS"], solde["STATUS"]] == ["CONFIRMED", "TENTATIVE"]
    assert "date à confirmer" in installation["SUMMARY"]
    assert "peut-être reportée au 28/09/2027, selon une source tierce" in solde["DESCRIPTION"]
    assert "reportée" not in avance["DESCRIPTION"]
    assert [alarm["TRIGGER"].dt.days for alarm in avance.walk("VALARM")] == [-30, -7, -1]


def test_hour_that_is_known_makes_a_timed_event(order_json: Json, appels: Appels) -> None:
    timed = standings(order_json, appels, "BC-1", time=datetime.time(12))
    event = events(make_calendar(timed, TODAY, "en"))[0]
    assert event["SUMMARY"] == "AF-HOP-DPI-Va2: avance (1 order)"
    assert "Source: " in event["DESCRIPTION"]
    assert event.start == datetime.datetime(2026, 6, 18, 10, tzinfo=datetime.UTC)


def test_same_orders_give_same_bytes_and_other_orders_same_uids(order_json: Json, appels: Appels) -> None:
    one, two = (standings(order_json, appels, *numbers) for numbers in (("BC-1",), ("BC-1", "BC-2")))
    assert make_calendar(one, TODAY, "fr") == make_calendar(one, TODAY, "fr")
    uids = [[event["UID"] for event in events(make_calendar(each, TODAY, "fr"))] for each in (one, two)]
    assert uids[0] == uids[1]


def test_no_orders_make_an_empty_calendar() -> None:
    assert not events(make_calendar([], TODAY, "fr"))
