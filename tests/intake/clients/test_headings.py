"""Headings seen in vendors' lists: what is proposed for each."""

import tomllib

from generator.common.tables.mapping import propose
from generator.common.tables.model import SheetRow, SheetTable
from generator.intake.clients.fields import client_fields
from generator.references import Appels
from tests.conftest import ROOT

HEADINGS = tomllib.loads((ROOT / "tests" / "data" / "headings.toml").read_text("utf-8"))


def test_everyday_headings_are_proposed_rightly(appels: Appels) -> None:
    fields = [each.field for each in client_fields(appels.values())]
    cases = [(heading, name) for name, headings in HEADINGS.items() for heading in headings]
    assert len(cases) >= 150
    wrong = {}
    for heading, name in cases:
        table = SheetTable("x.csv", "", "", SheetRow(1, (heading, "Zzz")), (SheetRow(2, ("a", "b")),))
        found = propose(table, fields)
        if found != ({name: heading} if name else {}):
            wrong[heading] = (name, list(found))
    assert len(wrong) <= len(cases) // 10, wrong
    # A field that is proposed for a column of something else would be confirmed by a hurried reader.
    assert not {heading: said for heading, said in wrong.items() if said[1]}
