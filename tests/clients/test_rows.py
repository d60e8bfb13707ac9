from __future__ import annotations

import datetime
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from generator.clients.fields import client_fields
from generator.clients.folder import Folder
from generator.clients.importing import ImportOptions
from generator.clients.importing import import_clients
from generator.findings import has_errors
from generator.references import Appels
from generator.rules import Surroundings
from generator.tables import Row
from generator.tables import Table
from generator.tables import Value
from generator.tables.mapping import resolve
from generator.validation import check_descriptor
from tests.clients import planted
from tests.conftest import FULL
from tests.conftest import descriptor

_CELLS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(
        ["oui", "10 000,00", "04/05/2026", "V2", "010000024", " x", "=1+1", "\u00a0", "a@b.example", "20"]
    )
    | st.integers(-5, 2_000_000_000)
    | st.floats()
    | st.booleans()
    | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))
)


@given(st.lists(st.tuples(*[_CELLS] * len(planted.HEADERS)), min_size=1, max_size=3), st.integers(0, 2**16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_give_sound_descriptors_or_errors(
    appels: Appels, tmp_path: Path, wild: list[tuple[Value, ...]], kept: int
) -> None:
    """Some cells of sound rows are replaced by anything at all: which, the bits of a number say."""
    rows = []
    for number, cells in enumerate(wild, start=2):
        sound = planted.sound_row(number)
        mixed = [cell if kept >> index & 1 else sound[index] for index, cell in enumerate(cells)]
        rows.append(Row(number, tuple(mixed)))  # type: ignore[arg-type]  # what a cell may hold
    table = Table("list.xlsx", "Clients", "", Row(1, planted.HEADERS), tuple(rows))
    fields = client_fields(appels.values())
    vendor = descriptor({"fournisseur": FULL["fournisseur"]})
    imported = import_clients(
        resolve(table, [each.field for each in fields], planted.MAP),
        fields,
        Folder(tmp_path, {}),
        ImportOptions(planted.SET, "BC-{n}"),
        appels=appels,
        around=Surroundings(),
        fournisseur=vendor,
    )
    assert len(imported.files) < len(rows) or not has_errors(imported.findings)
    assert len(imported.files) == len(rows) or has_errors(imported.findings)
    for value in imported.files.values():
        assert check_descriptor(descriptor(value), appels, vendor).order is not None
