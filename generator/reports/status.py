"""Where orders stand: as a table for people, as JSON and CSV for programs."""

import csv
import datetime
import io
import json
from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from generator.common.language import Lang, text
from generator.documents.printed import french_date
from generator.dossier.status import NEAR_DAYS, Due, OrderState, Standing
from generator.references import Status
from generator.reports.text import printable

# Columns from which a terminal has room for AF and FINESS.
_WIDE = 110
# Long numbers are cut to no less than the first, where the establishment's name has fewer columns than the second.
_NUMBER, _NAME = 14, 26
# Between two columns, and around the table.
_GAP = 2
# What spreadsheets take for a formula.
_FORMULA = ("=", "+", "-", "@")


def standing_table(standings: Sequence[Standing], lang: Lang, width: int, *, colours: bool) -> str:
    """Return a table, one order a line, and how many stand where.

    Args:
        standings: in the order they are to have.
        lang: the language.
        width: how many columns there are.
        colours: colour what is late or near.
    """
    wide = width >= _WIDE
    heads = ["days", "due", "state", "order", *(["finess", "af"] if wide else []), "client"]
    rows = [_cells(each, lang, wide=wide) for each in standings]
    titles = [text(f"reports.status.heads.{head}").say(lang) for head in heads]
    # Only two columns have values of any length.
    _cut_cells(titles, rows, heads.index("order"), heads.index("client"), width)
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=colours, color_system="standard" if colours else None, highlight=False
    )
    if rows:
        # A table of thousands of lines is set here: rich, which measures each cell anew, takes as long as the orders.
        widths = _widths(titles, rows)
        rule = "─" * (sum(widths) + _GAP * (len(widths) - 1))
        lines = [(_line(titles, widths), "bold"), (rule, None)]
        lines += [(_line(row, widths), _style(each.next_due)) for each, row in zip(standings, rows, strict=True)]
        for line, style in lines:
            shown = f" {_cut(line, width - 1)}"
            # rich only for lines with a colour: it is slow, and the others need nothing of it.
            if colours and style:
                console.print(Styled(shown, style, no_wrap=True))
            else:
                stream.write(f"{shown}\n")
        stream.write("\n")
    if any(each.next_due and each.next_due.deadline.status is Status.TO_CONFIRM for each in standings):
        console.print(text("reports.status.to-confirm").say(lang))
    for line in _reports(standings, lang):
        console.print(line)
    console.print(_counts(standings, lang))
    # Columns are padded: what is copied from a terminal should not end with spaces.
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()).strip("\n")


def _cut_cells(titles: Sequence[str], rows: Sequence[list[str]], number: int, client: int, width: int) -> None:
    """Cut order numbers and establishments, the columns `number` and `client`, until the rows fit a width."""
    widths = _widths(titles, rows)
    left = width - _GAP * len(titles) - sum(widths) + widths[number] + widths[client]
    numbers = min(widths[number], max(left - _NAME, _NUMBER))
    for row in rows:
        row[number], row[client] = _cut(row[number], numbers), _cut(row[client], left - numbers)


def _widths(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]


def _reports(standings: Sequence[Standing], lang: Lang) -> list[str]:
    """Return a line for each deadline of the table that a third party says was put off."""
    shown = [(each.order.reference, each.next_due.deadline) for each in standings if each.next_due]
    said = (
        text(
            "common.labelled",
            label=f"{reference}, {deadline.id} {french_date(deadline.date)}",
            value=deadline.report,
        ).say(lang)
        for reference, deadline in shown
        if deadline.report
    )
    # Many orders share one deadline.
    return sorted(set(said))


def _cells(standing: Standing, lang: Lang, *, wide: bool) -> list[str]:
    order, due = standing.order, standing.next_due
    cells = [
        str(due.days) if due else "",
        _due(due, wide=wide) if due else "",
        standing.state.label.say(lang),
        order.numero,
        *([order.client.finess_pmsi, order.reference] if wide else []),
        order.client.denomination_sociale,
    ]
    return [printable(cell) for cell in cells]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells in their columns, the days to the right."""
    first, *others = zip(cells, widths, strict=True)
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in others)
    return (" " * _GAP).join((" " * (first[1] - cell_len(first[0])) + first[0], *padded)).rstrip()


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _style(due: Due | None) -> str | None:
    if due is None:
        return "dim"
    return "red" if due.days < 0 else "yellow" if due.days <= NEAR_DAYS else None


def _due(due: Due, *, wide: bool) -> str:
    doubt = " ?" if due.deadline.status is Status.TO_CONFIRM else ""
    # Two figures of the year where columns are few.
    date = french_date(due.deadline.date) if wide else due.deadline.date.strftime("%d/%m/%y")
    return f"{due.deadline.id} {date}{doubt}"


def _counts(standings: Sequence[Standing], lang: Lang) -> str:
    counts = Counter(each.state for each in standings)
    said = [f"{state.label.say(lang)} {counts[state]}" for state in OrderState if counts[state]]
    return " · ".join([text("reports.status.orders", count=len(standings)).say(lang), *said])


def standing_json(standings: Sequence[Standing], lang: Lang, today: datetime.date) -> str:
    """Return the standings as a JSON object; labels are in `lang`, everything else is the same in both."""
    orders = [_object(each, lang) for each in standings]
    return json.dumps({"today": today.isoformat(), "orders": orders}, ensure_ascii=True, indent=2)


def _object(standing: Standing, lang: Lang) -> dict[str, object]:
    order, due = standing.order, standing.next_due
    return {
        "reference": order.reference,
        "numero": order.numero,
        "finess_pmsi": order.client.finess_pmsi,
        "client": order.client.denomination_sociale,
        "file": order.file,
        "state": standing.state.value,
        "label": standing.state.label.say(lang),
        "next_deadline": due.deadline.id if due else None,
        "deadlines": [
            {
                "id": each.deadline.id,
                "label": each.deadline.label.say(lang),
                "date": each.deadline.date.isoformat(),
                "time": each.deadline.time.isoformat("minutes") if each.deadline.time else None,
                "status": each.deadline.status.value,
                "reported": each.deadline.reported and each.deadline.reported.date.isoformat(),
                "days": each.days,
                "open": each.is_open,
            }
            for each in standing.dues
        ],
        "signed": [
            {"file": str(each.path), "document": each.document.value, "recognised_by": each.by.value}
            for each in standing.signed
        ],
    }


_COLUMNS = (
    "reference", "numero", "finess_pmsi", "client", "etat", "libelle", "echeance", "date", "statut", "jours",
    "reportee_au",
)  # fmt: skip


def standing_csv(standings: Sequence[Standing], lang: Lang) -> str:
    """Return the standings as CSV with semicolons, as spreadsheets in France read it."""
    stream = io.StringIO()
    # In France the comma is the decimal mark, and Excel expects semicolons.
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for each in standings:
        order, due = each.order, each.next_due
        reported = due and due.deadline.reported
        deadline = (due.deadline.id, due.deadline.date.isoformat(), due.deadline.status.value, due.days) if due else ()
        writer.writerow(
            (
                order.reference,
                order.numero,
                order.client.finess_pmsi,
                _plain(order.client.denomination_sociale),
                each.state.value,
                each.state.label.say(lang),
                # Every line has as many cells as the header.
                *(deadline or ("",) * 4),
                reported.date.isoformat() if reported else "",
            )
        )
    return stream.getvalue()


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    # An apostrophe in front makes a spreadsheet take the cell for text.
    return f"'{text}" if text.startswith(_FORMULA) else text
