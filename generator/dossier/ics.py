"""Write deadlines as a calendar file (iCalendar, RFC 5545): one event for each deadline of an AF, with its orders.

Not one event for each order: hundreds of orders share a deadline, and a calendar shows days, not lists.
"""

import datetime
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from generator.common.language import Lang, text
from generator.dossier.status import Due, Standing
from generator.references import Status

_PARIS = ZoneInfo("Europe/Paris")
# Days before a deadline for its reminders, at nine in the morning if the deadline has no hour.
_REMINDERS = (30, 7, 1)
_MORNING = datetime.timedelta(hours=9)
# Orders listed in a description: calendars show it in a small window.
_LISTED = 200


def make_calendar(standings: Iterable[Standing], today: datetime.date, lang: Lang) -> bytes:
    """Return the open deadlines of orders as a calendar file.

    The UID of a deadline does not change: importing a newer file replaces its event.

    Args:
        standings: the standings of the orders.
        today: the day of the standings; the same standings and day give the same bytes.
        lang: the language.
    """
    kept: dict[tuple[str, str], list[tuple[Standing, Due]]] = {}
    for each in standings:
        for due in each.dues:
            if due.is_open:
                kept.setdefault((each.order.reference, due.deadline.id), []).append((each, due))
    calendar = Calendar()
    calendar.add("prodid", "-//segurdoc//status//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", text("dossier.calendar.name").say(lang))
    for (reference, name), orders in sorted(kept.items()):
        calendar.add_component(_event(reference, name, orders, today, lang))
    made: bytes = calendar.to_ical()
    return made


def _event(
    reference: str, name: str, orders: Sequence[tuple[Standing, Due]], today: datetime.date, lang: Lang
) -> Event:
    deadline = orders[0][1].deadline
    sure = deadline.status is Status.CONFIRMED
    event = Event()
    event.add("uid", f"{reference}-{name}@segurdoc".lower())
    # RFC 5545 asks for a stamp; the day instead of the time, so that the same standings give the same bytes.
    event.add("dtstamp", datetime.datetime.combine(today, datetime.time(), datetime.UTC))
    doubt = "" if sure else text("dossier.calendar.to-confirm")
    summary = text("dossier.calendar.summary", reference=reference, name=name, doubt=doubt, orders=len(orders))
    event.add("summary", summary.say(lang))
    if deadline.time:
        # UTC needs no VTIMEZONE in the file.
        start = datetime.datetime.combine(deadline.date, deadline.time, _PARIS).astimezone(datetime.UTC)
        event.add("dtstart", start)
    else:
        event.add("dtstart", deadline.date)
        # RFC 5545: the end of an event is exclusive.
        event.add("dtend", deadline.date + datetime.timedelta(days=1))
    event.add("description", "\n".join(_description(orders, lang)))
    # A date to be confirmed shows as tentative in calendars.
    event.add("status", "CONFIRMED" if sure else "TENTATIVE")
    # A deadline does not make anybody busy.
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["Ségur"])
    for days in _REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", text("common.labelled", label=reference, value=name).say(lang))
        before = -datetime.timedelta(days=days)
        # An event of a whole day starts at midnight: its reminder comes in the morning.
        alarm.add("trigger", before if deadline.time else before + _MORNING)
        event.add_component(alarm)
    return event


def _description(orders: Sequence[tuple[Standing, Due]], lang: Lang) -> Iterable[str]:
    deadline = orders[0][1].deadline
    yield deadline.label.say(lang)
    yield text("dossier.calendar.source", source=deadline.source).say(lang)
    if deadline.report:
        yield deadline.report.say(lang)
    yield ""
    for standing, _ in orders[:_LISTED]:
        order = standing.order
        name = f"{order.numero}, {order.client.denomination_sociale}"
        yield text("common.labelled", label=name, value=standing.state.label).say(lang)
    if len(orders) > _LISTED:
        yield f"… + {len(orders) - _LISTED}"
