import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.common.findings import has_errors
from generator.common.tables import SheetRow, SheetTable, Value
from generator.common.tables.mapping import resolve
from generator.intake.clients.fields import client_fields
from generator.intake.clients.folder import Folder
from generator.intake.clients.importing import ImportOptions, import_clients
from generator.references import Appels
from generator.rules import RuleContext
from generator.rules.validation import check_descriptor
from tests.conftest import FULL, descriptor
from tests.intake.clients import planted

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
        rows.append(SheetRow(number, tuple(mixed)))  # type: ignore[arg-type]  # what a cell may hold
    table = SheetTable("list.xlsx", "Clients", "", SheetRow(1, planted.HEADERS), tuple(rows))
    fields = client_fields(appels.values())
    vendor = descriptor({"fournisseur": FULL["fournisseur"]})
    imported = import_clients(
        resolve(table, [each.field for each in fields], planted.MAP),
        fields,
        Folder(tmp_path, {}),
        ImportOptions(planted.SET, "BC-{n}"),
        appels=appels,
        context=RuleContext(),
        fournisseur=vendor,
    )
    assert len(imported.files) < len(rows) or not has_errors(imported.findings)
    assert len(imported.files) == len(rows) or has_errors(imported.findings)
    for value in imported.files.values():
        assert check_descriptor(descriptor(value), appels, vendor).order is not None
