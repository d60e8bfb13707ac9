import datetime
from pathlib import Path

from generator.common.findings import Finding
from generator.dossier.journal import Event, Step, assign, read_journal
from tests.conftest import Json, order_of
from tests.dossier.conftest import named


def journal(tmp_path: Path, text: str) -> list[Event | Finding]:
    path = tmp_path / "suivi.csv"
    path.write_text(text, "utf-8")
    return list(read_journal(path))


def codes(read: list[Event | Finding]) -> list[str]:
    return [each.code for each in read if isinstance(each, Finding)]


def test_line_tells_a_step_of_an_order(tmp_path: Path) -> None:
    (event,) = journal(tmp_path, "Numero;Etape;Date;finess_pmsi\nBC-1;avance_demandee;01/06/2026;010000024\n")
    assert isinstance(event, Event)
    assert (event.numero, event.step, event.date) == ("BC-1", Step.AVANCE_DEMANDEE, datetime.date(2026, 6, 1))
    assert (event.finess_pmsi, event.reference, event.place.line) == ("010000024", None, 2)


def test_date_may_be_missing(tmp_path: Path) -> None:
    (event,) = journal(tmp_path, "numero,etape\nBC-1,installe\n")
    assert isinstance(event, Event)
    assert event.date is None


def test_each_bad_line_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    read = journal(
        tmp_path,
        "numero;etape;date\nBC-1;instale;\n;installe;\nBC-3;installe;31/02/2027\nBC-4; installe;\nBC-5;annule;\n",
    )
    assert codes(read) == ["SUIVI-ETAPE", "CELLULE-VIDE", "CELLULE-DATE-INEXISTANTE", "CELLULE-ESPACES"]
    assert [each.numero for each in read if isinstance(each, Event)] == ["BC-5"]
    (step, empty, *_) = (each for each in read if isinstance(each, Finding))
    assert "« installe »" in step.message("fr")
    assert (step.place.line, step.place.column, empty.place.line, empty.place.column) == (2, 2, 3, 1)


def test_journal_without_its_columns_or_its_file_is_reported(tmp_path: Path) -> None:
    assert codes(journal(tmp_path, "numero;quoi\nBC-1;installe\n")) == ["SUIVI-COLONNE"]
    assert codes(list(read_journal(tmp_path / "none.csv"))) == ["FICHIER-ILLISIBLE"]


def test_journal_whose_header_repeats_a_column_is_named(tmp_path: Path) -> None:
    (found,) = journal(tmp_path, "numero;etape;numero\nBC-1;installe;BC-2\n")
    assert isinstance(found, Finding)
    assert found.code == "SUIVI-TABLEAU"
    assert "“numero”" in found.message("en")


def test_event_goes_to_the_order_it_names(tmp_path: Path, order_json: Json) -> None:
    dpi = order_of(order_json)
    other = order_of({**order_json, "client": {**order_json["client"], "finess_pmsi": "990000044"}})
    lines = f"numero;etape;finess_pmsi\n{dpi.numero};installe;990000044\n{dpi.numero};installe;\nBC-NONE;installe;\n"
    events = [each for each in journal(tmp_path, lines) if isinstance(each, Event)]
    first, ambiguous, unknown = assign(events, named(dpi, other))
    assert isinstance(first, tuple)
    assert first[0] == next(iter(named(other)))
    assert isinstance(ambiguous, Finding)
    assert isinstance(unknown, Finding)
    assert [ambiguous.code, unknown.code] == ["SUIVI-AMBIGU", "SUIVI-COMMANDE-INCONNUE"]
