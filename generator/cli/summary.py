"""The table at the end of a batch."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.common.findings import Severity, severity_word
from generator.common.language import Lang, Text, first_of
from generator.reports.batch import NAMED_PLACES, OUTCOMES, Tally
from generator.reports.text import printable

_ORDERS = Text("Commandes", "Orders")
_FILES = Text("leurs fichiers dans le dossier", "their files in the folder")
_NEW_FILES = Text("dont nouveaux", "of them new")
_WAITING = Text("non rendues", "not rendered")
_FINDINGS = Text("Constats", "Findings")


def summary(tally: Tally, waiting: int, seconds: float, manifest: Path, lang: Lang) -> str:
    """Return the table: orders by outcome, files, time, and findings by code.

    Args:
        tally: the counts.
        waiting: orders that were not rendered.
        seconds: how long the run took.
        manifest: where it is written down.
        lang: the language.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=shutil.get_terminal_size((100, 24)).columns, color_system=None)
    orders = Table("", _ORDERS.say(lang), box=SIMPLE_HEAD)
    orders.columns[1].justify = "right"
    for key, word in OUTCOMES.items():
        if tally.outcomes[key]:
            orders.add_row(word.say(lang), str(tally.outcomes[key]))
    if waiting:
        orders.add_row(_WAITING.say(lang), str(waiting))
    orders.add_row(_FILES.say(lang), str(tally.files))
    orders.add_row(_NEW_FILES.say(lang), str(tally.new_files))
    console.print(orders)
    if tally.codes:
        findings = Table("", _FINDINGS.say(lang), "", "", box=SIMPLE_HEAD)
        findings.columns[2].justify = "right"
        weights = list(Severity)
        ranked = sorted(tally.codes.items(), key=lambda item: (weights.index(item[0][0]), -item[1]))
        for (severity, code), count in ranked:
            places = tally.places.get((severity, code), [])
            named = first_of([printable(place) for place in places], NAMED_PLACES)
            findings.add_row(severity_word(severity, lang), code, str(count), escape(named))
        console.print(findings)
    console.print(f"{manifest}, {seconds:.1f} s", soft_wrap=True)
    return stream.getvalue().strip("\n")
