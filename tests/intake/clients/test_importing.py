import json
import resource
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from generator.cli.main import segurdoc
from generator.common.tables import read_table
from generator.common.tables.mapping import propose
from generator.documents.manifest_line import Identity, ManifestLine, OrderStatus, to_line
from generator.intake.clients.fields import client_fields
from generator.references import Appels
from generator.rules.validation import validate
from tests.conftest import FULL, ROOT
from tests.documents.test_manifest_line import OUTPUT
from tests.intake.clients import planted

HEAD = "FINESS;Nom;HT;Date;Installation"
MAP = {
    "client.finess_pmsi": "FINESS",
    "client.denomination_sociale": "Nom",
    "montant.ht": "HT",
    "date_emission": "Date",
    "scenario.date_previsionnelle_installation": "Installation",
}
SET = {**planted.SET, "prestation": "V2", "montant.taux_tva": "20", "scenario.prosante_connect": "oui"}
ROW = "010000024;CH Fictif;10000,00;04/05/2026;02/11/2026"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "vendor.json").write_text(json.dumps(FULL["fournisseur"]), "utf-8")


def run(
    path: str, *more: str, mapped: dict[str, str] = MAP, given: dict[str, str] = SET, vendor: bool = True
) -> Result:
    arguments = ["--no-config", "--lang", "fr", "import", path, "-o", "orders", "--today", "2026-06-01", *more]
    arguments += [part for name, header in mapped.items() for part in ("--map", f"{name}={header}")]
    arguments += [part for name, value in given.items() for part in ("--set", f"{name}={value}")]
    arguments += ["--numero", "BC-{year}-{n:06}"] if "--numero" not in more else []
    return CliRunner().invoke(segurdoc, arguments + (["--fournisseur", "vendor.json"] if vendor else []))


def rows(*lines: str, head: str = HEAD) -> str:
    Path("list.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return "list.csv"


def findings(result: Result) -> list[dict[str, Any]]:
    return list(json.loads(result.stdout))


def descriptors() -> dict[str, Any]:
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(Path("orders").glob("*.json"))}


def test_thirty_planted_mistakes_give_thirty_findings(tmp_path: Path, appels: Appels) -> None:
    planted.write_list(tmp_path / "clients.xlsx")
    planted.write_base(tmp_path / "eligibles.base")
    result = run(
        "clients.xlsx", "--eligibles", "eligibles.base", "--format", "json", mapped=planted.MAP, given=planted.SET
    )
    assert result.exit_code == 1
    told = [(each["line"], each["column"], each["code"]) for each in findings(result)]
    assert told == [(mistake.row, mistake.column, mistake.code) for mistake in planted.MISTAKES]
    assert len(told) == 30
    assert f"cellule {planted.MISTAKES[0].cell}" in findings(result)[0]["part"]
    checked = list(validate(["orders"], appels))
    assert len(checked) == planted.ROWS - 30 == 270
    assert all(each.order and not each.findings for each in checked)
    assert sorted(each.order.numero for each in checked if each.order) == [f"BC-2026-{n:06}" for n in range(1, 271)]


def test_row_becomes_a_whole_descriptor() -> None:
    assert run(rows(ROW)).exit_code == 0
    ((name, value),) = descriptors().items()
    assert name == "AF-HOP-DPI-Va2_010000024_BC-2026-000001.json"
    assert value["client"] == {"finess_pmsi": "010000024", "denomination_sociale": "CH Fictif"}
    assert value["montant"] == {"ht": "10000.00", "taux_tva": "20.00", "ttc": "12000.00"}
    assert value["date_emission"] == "2026-05-04"
    assert value["scenario"]["prosante_connect"] is True
    assert value["fournisseur"]["siret"] == FULL["fournisseur"]["siret"]


def test_second_run_changes_nothing_and_numbers_stay() -> None:
    other = "990000044;CH Autre;9000,00;04/05/2026;02/11/2026"
    run(rows(ROW))
    before = descriptors()
    result = run(rows(other, ROW))
    assert "1 descripteur écrit dans orders, 1 déjà là" in result.stderr
    assert descriptors() == {**before, **{name: value for name, value in descriptors().items() if name not in before}}
    assert [value["numero"] for value in descriptors().values()] == ["BC-2026-000001", "BC-2026-000002"]


def test_descriptor_that_says_more_is_kept() -> None:
    run(rows(ROW))
    (path,) = Path("orders").iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "va": FULL["va"]}), "utf-8")
    before = path.read_bytes()
    assert "1 déjà là" in run(rows(ROW)).stderr
    assert path.read_bytes() == before


def test_other_descriptor_is_replaced_on_request_alone() -> None:
    run(rows(ROW))
    (path,) = Path("orders").iterdir()
    before = path.read_bytes()
    changed = rows(ROW.replace("10000,00", "9000,00"))
    result = run(changed, "--format", "json")
    assert [(each["code"], each["line"]) for each in findings(result)] == [("IMPORT-DIFFERENT", 2)]
    assert "montant.ht « 10000.00 » (fichier), « 9000.00 » (ligne) ; montant.ttc" in findings(result)[0]["message"]
    assert path.read_bytes() == before
    replaced = run(changed, "--replace")
    assert replaced.exit_code == 0
    assert f"remplacé : {path}\n" in replaced.stderr
    assert json.loads(path.read_text("utf-8"))["montant"]["ttc"] == "10800.00"


def test_what_the_list_says_nothing_of_outlives_a_replacement() -> None:
    run(rows(ROW))
    (path,) = Path("orders").iterdir()
    va = {"type": "va", "date": "2027-02-15", "version_installee": "4.2"}
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "va": va, "metadata": {"crm": 7}}), "utf-8")
    assert run(rows(ROW.replace("10000,00", "9000,00")), "--replace").exit_code == 0
    replaced = json.loads(path.read_text("utf-8"))
    assert (replaced["montant"]["ht"], replaced["va"], replaced["metadata"]) == ("9000.00", va, {"crm": 7})


def test_sheet_and_first_rank_are_those_of_the_options() -> None:
    with xlsxwriter.Workbook("list.xlsx") as workbook:
        for name in ("Autre", "Clients"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, HEAD.split(";"))
            sheet.write_row(1, 0, ROW.split(";"))
    assert run("list.xlsx").exit_code == 1
    assert run("list.xlsx", "--sheet", "Clients", "--first", "7").exit_code == 0
    assert [each["numero"] for each in descriptors().values()] == ["BC-2026-000007"]


def test_empty_amount_is_one_finding() -> None:
    result = run(rows(ROW.replace("10000,00", "")), "--format", "json")
    assert [(each["code"], each["line"]) for each in findings(result)] == [("CELLULE-VIDE", 2)]


def test_descriptor_of_another_name_is_never_replaced() -> None:
    run(rows(ROW))
    (path,) = Path("orders").iterdir()
    path.rename("orders/mine.json")
    result = run(rows(ROW.replace("CH Fictif", "CH Nouveau")), "--replace", "--format", "json")
    assert [each["code"] for each in findings(result)] == ["IMPORT-AUTRE-FICHIER"]
    assert list(descriptors()) == ["mine.json"]


def test_what_nothing_gives_is_reported_once() -> None:
    given = {name: value for name, value in SET.items() if name not in ("prestation", "scenario.prosante_connect")}
    lines = (ROW, "990000044;CH Autre;9000,00;04/05/2026;02/11/2026")
    result = run(rows(*lines), "--format", "json", given=given, vendor=False)
    absent = {each["values"]["field"]: each["values"]["count"] for each in findings(result)}
    assert {each["code"] for each in findings(result)} == {"IMPORT-CHAMP-ABSENT", "IMPORT-FOURNISSEUR-ABSENT"}
    assert absent == {"prestation": "2", "fournisseur": "2", "scenario.prosante_connect": "2"}
    assert not Path("orders").exists() or not descriptors()


def test_numbers_of_past_runs_are_not_given_again() -> None:
    run(rows(ROW))
    order = json.loads(next(Path("orders").iterdir()).read_text("utf-8"))
    past = ManifestLine(
        "x", "a.json", OrderStatus.DELIVERED, outputs=(OUTPUT,),
        identity=Identity(order["reference"], "990000036", "BC-2026-000002", "V2"),
    )  # fmt: skip
    Path("past").mkdir()
    Path("past/manifest.jsonl").write_bytes(to_line(past))
    run(rows(ROW, "990000044;CH Autre;9000,00;04/05/2026;02/11/2026"), "--register", "past")
    assert [value["numero"] for value in descriptors().values()] == ["BC-2026-000001", "BC-2026-000003"]


def test_delivered_order_is_imported_again() -> None:
    run(rows(ROW))
    (path,) = Path("orders").iterdir()
    order = json.loads(path.read_text("utf-8"))
    identity = Identity(order["reference"], order["client"]["finess_pmsi"], order["numero"], order["prestation"])
    Path("past").mkdir()
    Path("past/manifest.jsonl").write_bytes(
        to_line(ManifestLine("x", "a.json", OrderStatus.DELIVERED, outputs=(OUTPUT,), identity=identity))
    )
    assert "1 déjà là" in run(rows(ROW), "--register", "past").stderr
    path.unlink()
    result = run(rows(ROW), "--register", "past", "--format", "json")
    assert [each["code"] for each in findings(result)] == ["COMMANDE-DEJA-PASSEE"]


def test_long_list_does_not_keep_its_files_open() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        lines = [f"{planted.finess(n)};CH {n};9000,00;04/05/2026;02/11/2026" for n in range(300)]
        assert run(rows(*lines)).exit_code == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(descriptors()) == 300


def test_client_of_two_rows_has_the_order_of_the_first() -> None:
    result = run(rows(ROW, ROW.replace("10000,00", "9000,00")), "--format", "json")
    assert [(each["code"], each["line"], each["column"]) for each in findings(result)] == [
        ("IMPORT-CLIENT-DOUBLE", 3, 1)
    ]
    ((_, value),) = descriptors().items()
    assert value["montant"]["ht"] == "10000.00"


def test_numbers_of_the_list_are_taken_and_not_twice() -> None:
    lines = (
        f"{ROW};A-1",
        "990000044;CH Autre;9000,00;04/05/2026;02/11/2026;a-1",
        "990000036;CH;1,00;04/05/2026;02/11/2026;",
    )
    mapped = {**MAP, "numero": "Numéro"}
    result = run(rows(*lines, head=f"{HEAD};Numéro"), "--format", "json", "--numero", "A-{n}", mapped=mapped)
    assert [(each["code"], each["line"], each["column"]) for each in findings(result)] == [
        ("IMPORT-NUMERO-DOUBLE", 3, 6)
    ]
    assert [value["numero"] for value in descriptors().values()] == ["A-1", "A-2"]


def test_every_mistake_of_a_row_is_reported_in_one_go() -> None:
    result = run(rows("010000025; CH;dix;2026-02-30;x"), "--format", "json")
    assert [each["code"] for each in findings(result)] == [
        "FINESS-CLE",
        "CELLULE-ESPACES",
        "CELLULE-MONTANT",
        "CELLULE-DATE-INEXISTANTE",
        "CELLULE-DATE",
    ]


def test_vendor_of_settings_completes_descriptors_unwritten() -> None:
    vendor = FULL["fournisseur"]
    lines = [f'{key} = "{value}"' for key, value in vendor.items() if isinstance(value, str)]
    adresse = 'adresse = { lignes = ["1 rue"], code_postal = "75001", ville = "Paris" }'
    Path("segurdoc.toml").write_text(
        "\n".join(["[fournisseur]", *lines, adresse, "[import]", 'numero = "S-{n:03}"', "[colonnes.clients]"])
        + "".join(f'\n"{name}" = "{header}"' for name, header in MAP.items()),
        "utf-8",
    )
    given = [part for name, value in SET.items() for part in ("--set", f"{name}={value}")]
    result = CliRunner().invoke(
        segurdoc, ["import", rows(ROW), "-o", "orders", "--today", "2026-06-01", *given], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    ((name, value),) = descriptors().items()
    assert name.endswith("S-001.json")
    assert "fournisseur" not in value
    assert CliRunner().invoke(segurdoc, ["validate", "orders"]).exit_code == 0
    assert CliRunner().invoke(segurdoc, ["--no-config", "validate", "orders"]).exit_code == 1


def test_path_of_a_logo_starts_from_the_descriptor() -> None:
    Path("vendor.json").write_text(json.dumps({"fournisseur": {**FULL["fournisseur"], "logo": "logo.png"}}), "utf-8")
    Path("logo.png").write_bytes((ROOT / "samples" / "valid" / "logo.png").read_bytes())
    run(rows(ROW))
    (value,) = descriptors().values()
    assert value["fournisseur"]["logo"] == "../logo.png"
    assert CliRunner().invoke(segurdoc, ["--no-config", "validate", "orders"]).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--numero", "BC"),
        ("--numero", "-{n}"),
        ("--numero", "{n} "),
        ("--numero", "COMMANDE-DE-PRESTATION-SEGUR-{year}-{n:06}"),
        ("--numero", "{n.__class__}{n}"),
        ("--set", "client.finess=1"),
        ("--set", "prestation"),
        ("--map", "client.finess_pmsi"),
    ],
)
def test_mistakes_of_usage(arguments: tuple[str, str]) -> None:
    assert run(rows(ROW), *arguments).exit_code == 2


def test_without_mapping_proposal_is_shown_and_nothing_written() -> None:
    result = run(rows(ROW), mapped={})
    assert result.exit_code == 1
    assert "CORRESPONDANCE-ABSENTE" in result.stdout
    assert "[colonnes.clients]" in result.stdout
    assert not Path("orders").exists()


def test_vendor_that_cannot_be_read_is_reported() -> None:
    Path("vendor.json").write_text("[]", "utf-8")
    assert "FICHIER-VIDE" in run(rows(ROW)).stderr
    Path("vendor.json").write_text(json.dumps({**FULL["fournisseur"], "siret": "1"}), "utf-8")
    result = run(rows(ROW, "990000044;CH Autre;9000,00;04/05/2026;02/11/2026"), "--format", "json")
    assert [(each["code"], each["file"]) for each in findings(result)] == [("SCHEMA-FORME", "vendor.json")]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("montant.taux_tva", "0,2", "CELLULE-TAUX"),
        ("montant.taux_tva", "120", "CELLULE-TAUX"),
        ("montant.taux_tva", "vingt", "CELLULE-TAUX"),
        ("scenario.prosante_connect", "1", "CELLULE-OUI-NON"),
    ],
)
def test_cells_that_look_sound_and_are_not(column: str, value: str, code: str) -> None:
    result = run(rows(f"{ROW};{value}", head=f"{HEAD};X"), "--format", "json", mapped={**MAP, column: "X"})
    assert [(each["code"], each["line"], each["column"]) for each in findings(result)] == [(code, 2, 6)]


@pytest.mark.parametrize("value", ["20", "20,00", "20%", "20,0 %"])
def test_rate_is_read_with_its_sign_and_without(value: str) -> None:
    assert run(rows(f"{ROW};{value}", head=f"{HEAD};X"), mapped={**MAP, "montant.taux_tva": "X"}).exit_code == 0
    (order,) = descriptors().values()
    assert order["montant"]["taux_tva"] == "20.00"


def test_address_without_its_first_line_is_reported_by_its_cell() -> None:
    mapped = {**MAP, "client.adresse.lignes.0": "Rue", "client.adresse.code_postal": "CP", "client.adresse.ville": "V"}
    result = run(rows(f"{ROW};;01000;Ville", head=f"{HEAD};Rue;CP;V"), "--format", "json", mapped=mapped)
    assert [(each["code"], each["column"]) for each in findings(result)] == [("CELLULE-VIDE", 6)]


VA_HEAD = f"{HEAD};Type;Date VA;Version;MSSanté"
VA_MAP = {
    **MAP, "va.type": "Type", "va.date": "Date VA", "va.version_installee": "Version", "va.adresse_mssante": "MSSanté",
}  # fmt: skip


def test_list_gives_the_va_with_its_mssante_address() -> None:
    row = f"{ROW};va;15/02/2027;4.2.1;dsi@ch.mssante.fr"
    assert run(rows(row, head=VA_HEAD), mapped=VA_MAP).exit_code == 0
    (value,) = descriptors().values()
    assert value["va"] == {
        "type": "va", "date": "2027-02-15", "version_installee": "4.2.1", "adresse_mssante": "dsi@ch.mssante.fr",
    }  # fmt: skip
    assert run(rows(f"{ROW};;;;", head=VA_HEAD), "-o", "none", mapped=VA_MAP).exit_code == 0


def test_list_with_va_keeps_what_only_descriptor_says_of_it() -> None:
    row = f"{ROW};va;15/02/2027;4.2.1;dsi@ch.mssante.fr"
    run(rows(row, head=VA_HEAD), mapped=VA_MAP)
    (path,) = Path("orders").glob("*.json")
    value = json.loads(path.read_text("utf-8"))
    value["va"]["reserves"] = ["Une réserve"]
    path.write_text(json.dumps(value), "utf-8")
    changed = row.replace("dsi@", "direction@")
    assert run(rows(changed, head=VA_HEAD), "--replace", mapped=VA_MAP).exit_code == 0
    va = json.loads(path.read_text("utf-8"))["va"]
    assert (va["adresse_mssante"], va["reserves"]) == ("direction@ch.mssante.fr", ["Une réserve"])


def test_mssante_address_alone_makes_no_va() -> None:
    result = run(rows(f"{ROW};;;;dsi@ch.mssante.fr", head=VA_HEAD), "--format", "json", mapped=VA_MAP)
    assert result.exit_code == 1
    empty = [each["column"] for each in findings(result) if each["code"] == "CELLULE-VIDE"]
    assert empty == [6, 7, 8]
    assert not Path("orders").exists()


@pytest.mark.parametrize("header", ["Adresse MSSanté", "Mail MSSanté", "MSS"])
def test_column_of_the_mssante_address_is_proposed(appels: Appels, header: str) -> None:
    Path("list.csv").write_text(f"FINESS PMSI;Raison sociale;Mail;Version;Version installée;{header}\n1;2;3;4;5;6\n")
    proposed = propose(read_table(Path("list.csv")), [each.field for each in client_fields(appels.values())])
    assert proposed["va.adresse_mssante"] == header
    assert proposed["client.responsable.mail"] == "Mail"
    assert (proposed["solution.version"], proposed["va.version_installee"]) == ("Version", "Version installée")
