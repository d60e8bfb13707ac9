"""Mistakes that people make in their first hour: each message names the cause, and its remedy works when executed."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from generator.cli.main import segurdoc
from tests.conftest import FULL, ROOT, VALID

FIELDS = ("client.finess_pmsi", "client.denomination_sociale", "montant.ht", "date_emission")
HEADERS = ("FINESS", "Établissement", "Montant HT", "Date de cde")
ROW = "010000024;CH d'Exempleville;10000,00;04/05/2026"
MAP = [part for pair in zip(FIELDS, HEADERS, strict=True) for part in ("--map", "=".join(pair))]
ANSWERS = {
    "scenario.date_previsionnelle_installation": "2026-11-02",
    "scenario.prosante_connect": "oui",
    "scenario.pfi_dmp_independante": "non",
    "scenario.pfi_mss_envoi_independante": "non",
    "scenario.pfi_mss_reception_independante": "non",
    "scenario.ri_ihe_pam_independante": "oui",
}
CONSTANTS = {"reference": "AF-HOP-DPI-Va2", "prestation": "V2", "montant.taux_tva": "20", **ANSWERS}
SET = [part for pair in CONSTANTS.items() for part in ("--set", "=".join(pair))]
NUMBERED, VENDOR = ["--numero", "BC-{year}-{n:06}"], ["--fournisseur", "fournisseur.json"]
IMPORT = ["import", "clients.csv", "-o", "commandes"]
WHOLE = [*IMPORT, *MAP, *SET, *NUMBERED, *VENDOR]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vendor's folder: one order, a list of clients, its own part, a journal, an empty folder."""
    monkeypatch.chdir(tmp_path)
    order = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del order["fournisseur"]["logo"]
    Path("bdc.json").write_text(json.dumps(order, ensure_ascii=False, indent=2), "utf-8")
    Path("fournisseur.json").write_text(json.dumps({"fournisseur": FULL["fournisseur"]}), "utf-8")
    Path("clients.csv").write_text(f"{';'.join(HEADERS)}\n{ROW}\n", "utf-8")
    Path("suivi.csv").write_text("numero;etape;date\nBC-2026-000123;bdc_signe;2026-06-01\n", "utf-8")
    Path("vide").mkdir()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(segurdoc, ["--no-config", "--lang", "fr", *arguments])


def edit(old: str, new: str, file: str = "bdc.json") -> None:
    text = Path(file).read_text("utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new, 1), "utf-8")


# What is wrong in an order: what was right, what was written, and parts of the message. The remedy is to write what
# was right: each message must say it.
IN_AN_ORDER = [
    ('"V2",', '"V2"', "une virgule manque", "ajouter une virgule"),
    ('"BC-2026-000123",', '"BC-2026-000123",,', "une virgule est de trop", "la retirer"),
    ('"V2"', "'V2'", "n'est pas le guillemet", "guillemets droits doubles"),
    ('"V2"', "“V2”", "n'est pas le guillemet", "guillemets droits doubles"),
    ('"V2"', "V2", "V2 est écrit sans guillemets", 'écrire "V2"'),
    ('"V2",', '"V2,', 'le guillemet " qui ferme le texte manque', 'ajouter "'),
    ('"V2",', '"V2", // vague 2', "commentaire", "metadata"),
    ("true", "True", "True n'est pas un mot du JSON", "écrire true"),
    ("false", "faux", "faux n'est pas un mot du JSON", "écrire false"),
    ('"10000.00"', "10000,00", "virgule d'un nombre", '"10000.00"'),
    ('"010000024"', "010000024", "ne commence pas par zéro", "entre guillemets"),
    ('"010000024"', "990000010", "un nombre se trouve ici", "attendu"),
    ('"prestation":', '"prestation"', "deux-points manque", "écrire :"),
    ('"numero": "BC-2026-000123",', '"numero": "BC-1", "numero": "BC-2",', "deux fois", "n'en garder qu'une"),
    ('"numero":', '"numéro":', "« numéro » est inconnue", "vouliez-vous « numero »"),
    ('"numero": "BC-2026-000123",', "", "numero", "l'ajouter"),
    ('"73282932000074"', '"73282932000075"', "sa clé ne correspond pas", "14 chiffres"),
    ('"73282932000074"', '"73282932100007"', "son SIREN 732829321", "9 premiers chiffres"),
    ('"73282932000074"', '"7328293200007"', "7328293200007", "14 chiffres"),
    ('"010000024"', '"10000024"', "10000024", "9 caractères"),
    ('"2026-05-04"', '"04/05/2026"', "04/05/2026", "AAAA-MM-JJ"),
    ('"2026-05-04"', '"2026-13-04"', "2026-13-04", ""),
    ('"12000.00"', '"12000.01"', "pas 12 000,01 €", "font 12 000,00 € TTC"),
    ('"V2"', '"V3"', "V3", "V2"),
    ("AF-HOP-DPI-Va2", "AF-HOP-DPI-VA2", "n'est pas connu", "AF-HOP-DPI-Va2"),
    ('"prosante_connect": true,', "", "prosante_connect", ""),
    ('"commandes@editeur.example"', '"commandes@editeur"', "commandes@editeur", ""),
    ('"CH d', '" CH d', "espace", ""),
]


@pytest.mark.parametrize(("right", "wrong", "cause", "remedy"), IN_AN_ORDER)
def test_mistake_in_an_order_is_explained(right: str, wrong: str, cause: str, remedy: str) -> None:
    sound = Path("bdc.json").read_text("utf-8")
    edit(right, wrong)
    refused = run("validate", "bdc.json")
    assert refused.exit_code == 1, refused.output
    assert cause in refused.output
    assert remedy in refused.output
    Path("bdc.json").write_text(sound, "utf-8")
    assert run("validate", "bdc.json").exit_code == 0


# What is delivered with a warning: the text meant is in the message.
SPOILT = [
    ("CH d&apos;Aix &amp; Arles", "codes HTML", "CH d'Aix & Arles"),
    ("HÃ´pital de BÃ©ziers", "autre encodage", "Hôpital de Béziers"),
    ("CH d’\u0410ix", "deux alphabets", "CH d’Aix"),
    ("CH à compléter", "encore à compléter", ""),
    ("CH {{ ville }}", "devait remplacer", ""),
]


@pytest.mark.parametrize(("wrong", "cause", "meant"), SPOILT)
def test_spoilt_text_is_explained(wrong: str, cause: str, meant: str) -> None:
    order = json.loads(Path("bdc.json").read_text("utf-8"))
    order["client"]["denomination_sociale"] = wrong
    Path("bdc.json").write_text(json.dumps(order, ensure_ascii=False), "utf-8")
    told = run("validate", "bdc.json")
    assert told.exit_code == 0
    assert cause in told.output
    assert meant in told.output
    order["client"]["denomination_sociale"] = meant or "CH d’Aix"
    Path("bdc.json").write_text(json.dumps(order, ensure_ascii=False), "utf-8")
    assert cause not in run("validate", "bdc.json").output


@dataclass(frozen=True)
class Mistake:
    """A command that is wrong, what its message says, and the command that the message leads to."""

    command: list[str]
    code: int
    said: tuple[str, ...]
    mended: list[str]
    before: Callable[[], object] = lambda: None
    mend: Callable[[], object] = lambda: None


def workbook(*sheets: str, titles: bool = False) -> None:
    with xlsxwriter.Workbook("clients.xlsx") as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            rows = [("Liste", "2026")] if titles else []
            for number, row in enumerate([*rows, HEADERS, tuple(ROW.split(";"))]):
                sheet.write_row(number, 0, row)


def swapped(arguments: list[str], old: str, new: str) -> list[str]:
    assert any(old in each for each in arguments)
    return [each.replace(old, new) for each in arguments]


XLSX = swapped(WHOLE, "clients.csv", "clients.xlsx")
DOCX = ["render", "bdc.json", "-o", "out", "--format", "docx"]
STATUS = ["status", "bdc.json", "--suivi", "suivi.csv", "--today", "2026-06-08"]
VALIDATE = ["validate", "bdc.json"]
COMMANDS = {
    "unknown command": Mistake(["validat", "bdc.json"], 2, ("« validat » n'existe pas", "validate"), VALIDATE),
    "unknown subcommand": Mistake(
        ["template", "chek"], 2, ("« chek » n'existe pas", "check"), ["template", "check", "--help"]
    ),
    "unknown option": Mistake([*DOCX[:2], "--ou", "out"], 2, ("--ou", "--out"), DOCX),
    "unknown choice": Mistake([*DOCX, "--document", "bon"], 2, ("bon", "bdc", "pv-pilote"), [*DOCX, "--document", "BDC"]),
    "unknown format": Mistake([*DOCX[:4], "--format", "odt"], 2, ("odt", "docx", "pdf"), [*DOCX[:4], "--format", "DOCX"]),
    "missing file": Mistake(["validate", "bdc.jsn"], 2, ("« bdc.jsn » n'existe pas", "« bdc.json »"), VALIDATE),
    "path with a space": Mistake(
        ["validate", "mes", "commandes/bdc.json"], 2, ("« mes » n'existe pas", "'mes commandes/bdc.json'"),
        ["validate", "mes commandes/bdc.json"],
        lambda: shutil.copytree(".", "mes commandes", ignore=shutil.ignore_patterns("mes*", "vide")),
    ),
    "vendor of a path with a space": Mistake(
        [*IMPORT[:2], "-o", "out", "--fournisseur", "mon", "fournisseur.json"], 2, ("'mon fournisseur.json'",), VALIDATE,
        lambda: shutil.copy("fournisseur.json", "mon fournisseur.json"),
    ),
    "missing folder": Mistake(["validate", "commande"], 2, ("« commande » n'existe pas", "cherché dans"), VALIDATE),
    "empty folder": Mistake(["validate", "vide"], 2, (".json", "dans le dossier « vide »"), ["validate", "."]),
    "empty folder to render": Mistake(["render", "vide"], 2, ("dans le dossier « vide »",), DOCX),
    "wrong pattern": Mistake(["validate", "*.jsn"], 2, ("aucun fichier ne correspond", "*.jsn"), ["validate", "bdc.js*"]),
    "no argument": Mistake(["validate"], 2, ("PATHS",), VALIDATE),
    "list to validate": Mistake(["validate", "clients.csv"], 1, ("c'est une liste (CSV)", "segurdoc import"), WHOLE),
    "list of another encoding to render": Mistake(
        ["render", "clients.csv"], 1, ("c'est une liste (CSV)", "segurdoc import"), WHOLE,
        lambda: Path("clients.csv").write_bytes(Path("clients.csv").read_text("utf-8").encode("cp1252")),
    ),
    "vendor as an order": Mistake(
        ["validate", "fournisseur.json"], 1, ("FICHIER-FOURNISSEUR", "donner les commandes"), VALIDATE
    ),
    "vendor as a batch": Mistake(["batch", "fournisseur.json"], 1, ("FICHIER-FOURNISSEUR",), ["batch", ".", "--quiet"]),
    "workbook to validate": Mistake(
        ["validate", "clients.xlsx"], 1, ("c'est un classeur", "segurdoc import"), XLSX, lambda: workbook("A")
    ),
    "PDF to validate": Mistake(
        ["validate", "bdc.pdf"], 1, ("c'est un PDF", "segurdoc verify"), VALIDATE,
        lambda: Path("bdc.pdf").write_bytes(b"%PDF-1.7 \xe2"),
    ),
    "latin-1": Mistake(
        VALIDATE, 1, ("n'est pas en UTF-8", "l'enregistrer en UTF-8"), VALIDATE,
        lambda: Path("bdc.json").write_bytes(Path("bdc.json").read_text("utf-8").replace("’", "'").encode("latin-1")),
        lambda: Path("bdc.json").write_text(Path("bdc.json").read_bytes().decode("latin-1"), "utf-8"),
    ),
    "vendor by --set": Mistake(
        [*IMPORT, *MAP, *SET, "--set", "fournisseur=X"], 2, ("--fournisseur FICHIER", "segurdoc new --fournisseur"), WHOLE
    ),
    "list by --set": Mistake(
        [*WHOLE, "--set", "client.adresse.lignes=1 rue"], 2, ("client.adresse.lignes.0",),
        [*WHOLE, "--set", "client.adresse.lignes.0=1 rue", "--set", "client.adresse.code_postal=01000", "--set",
         "client.adresse.ville=X"],
    ),
    "misspelt field of --set": Mistake(
        [*WHOLE, "--set", "montant.taux=20"], 2, ("montant.taux", "montant.taux_tva"), WHOLE
    ),
    "--set without value": Mistake([*WHOLE, "--set", "prestation"], 2, ("CHAMP=VALEUR",), WHOLE),
    "two versions of an order": Mistake(
        ["validate", "."], 1, ("NOM-DOUBLE", "ne donner qu'un des deux descripteurs"), ["validate", "."],
        lambda: Path("copie.json").write_text(Path("bdc.json").read_text("utf-8").replace("CH d", "Hôpital d"), "utf-8"),
        lambda: Path("copie.json").unlink(),
    ),
    "no vendor": Mistake([*IMPORT, *MAP, *SET, *NUMBERED], 1, ("le fournisseur", "--fournisseur FICHIER.json"), WHOLE),
    "no number": Mistake([*IMPORT, *MAP, *SET, *VENDOR], 1, ("IMPORT-NUMERO-ABSENT", "le numéro", "--numero 'BC-{year}-{n:06}'"), WHOLE),
    "no rate": Mistake(
        [*IMPORT, *MAP, *swapped(SET, "montant.taux_tva=20", "prestation=V2"), *NUMBERED, *VENDOR], 1,
        ("--set montant.taux_tva=VALEUR",), WHOLE,
    ),
    "bad number pattern": Mistake(
        [*IMPORT, *MAP, *SET, "--numero", "BC-{rang}", *VENDOR], 2, ("BC-{year}-{n:06}",), WHOLE
    ),
    "unknown field of --map": Mistake(
        swapped(WHOLE, "client.finess_pmsi=", "client.finess=") , 1, ("« client.finess »", "« client.finess_pmsi »"), WHOLE
    ),
    "unknown header": Mistake(
        swapped(WHOLE, "=FINESS", "=FINES"), 1, ("« FINES » n'est pas dans l'en-tête", "« FINESS »"), WHOLE
    ),
    "wrong code": Mistake([*IMPORT, *SET, "--confirm", "00000000"], 1, ("--confirm 00000000",), WHOLE),
    "two sheets": Mistake(
        XLSX, 1, ("2 feuilles sont remplies", "--sheet"), [*XLSX, "--sheet", "A"], lambda: workbook("A", "B")
    ),
    "title above the header": Mistake(
        XLSX, 1, ("n'est pas dans l'en-tête", "--header-row"), [*XLSX, "--header-row", "2"],
        lambda: workbook("A", titles=True),
    ),
    "amount in words": Mistake(
        WHOLE, 1, ("« dix mille » n'est pas un montant", "10000,00"), WHOLE,
        lambda: edit("10000,00", "dix mille", "clients.csv"), lambda: edit("dix mille", "10000,00", "clients.csv"),
    ),
    "month and day exchanged": Mistake(
        WHOLE, 1, ("« 05/18/2026 » n'est pas un jour", "le jour d'abord"), WHOLE,
        lambda: edit("04/05/2026", "05/18/2026", "clients.csv"), lambda: edit("05/18/2026", "18/05/2026", "clients.csv"),
    ),
    "year in two digits": Mistake(
        WHOLE, 1, ("« 04/05/26 »", "JJ/MM/AAAA"), WHOLE,
        lambda: edit("04/05/2026", "04/05/26", "clients.csv"), lambda: edit("04/05/26", "04/05/2026", "clients.csv"),
    ),
    "open quote": Mistake(
        WHOLE, 1, ("guillemet", "fermer ce guillemet"), WHOLE,
        lambda: edit("CH d'", '"CH d\'', "clients.csv"), lambda: edit('"CH', "CH", "clients.csv"),
    ),
    "spaces around a name": Mistake(
        WHOLE, 1, ("des espaces de trop", "« CH d'Exempleville »"), WHOLE,
        lambda: edit("Exempleville", "Exempleville ", "clients.csv"), lambda: edit("ville ;", "ville;", "clients.csv"),
    ),
    "client twice": Mistake(
        WHOLE, 1, ("a déjà une commande", "n'en garder qu'une"), WHOLE,
        lambda: Path("clients.csv").write_text(f"{';'.join(HEADERS)}\n{ROW}\n{ROW}\n", "utf-8"),
        lambda: Path("clients.csv").write_text(f"{';'.join(HEADERS)}\n{ROW}\n", "utf-8"),
    ),
    "journal without its columns": Mistake(
        STATUS, 1, ("SUIVI-COLONNE", "« numero »", "numero;etape;date"), STATUS,
        lambda: edit("numero;etape;date", "bon;étape;date", "suivi.csv"),
        lambda: edit("bon;étape;date", "numero;etape;date", "suivi.csv"),
    ),
    "journal without a line": Mistake(
        STATUS, 1, ("SUIVI-TABLEAU", "aucune ligne", "CSV UTF-8"), STATUS,
        lambda: edit("BC-2026-000123;bdc_signe;2026-06-01\n", "", "suivi.csv"),
        lambda: edit("date\n", "date\nBC-2026-000123;bdc_signe;2026-06-01\n", "suivi.csv"),
    ),
    "unknown step": Mistake(
        STATUS, 1, ("« bdc_signé »", "bdc_signe"), STATUS,
        lambda: edit("bdc_signe", "bdc_signé", "suivi.csv"), lambda: edit("bdc_signé", "bdc_signe", "suivi.csv"),
    ),
    "half a step": Mistake(
        STATUS, 1, ("« signé »", "vouliez-vous « bdc_signe »"), STATUS,
        lambda: edit("bdc_signe", "signé", "suivi.csv"), lambda: edit("signé", "bdc_signe", "suivi.csv"),
    ),
    "order that is not there": Mistake(
        [*STATUS[:2], "--suivi", "suivis.csv"], 2, ("« suivis.csv » n'existe pas", "« suivi.csv »"), STATUS
    ),
    "output is a file": Mistake([*DOCX[:2], "-o", "bdc.json"], 2, ("bdc.json", "-o"), DOCX),
    "missing template": Mistake([*DOCX, "--template", "moi.docx"], 2, ("« moi.docx » n'existe pas",), DOCX),
    "missing template to check": Mistake(
        ["template", "check", "moi.docx"], 2, ("« moi.docx » n'existe pas",),
        ["template", "check", "--static", "bdc.docx"], lambda: shutil.copy(ROOT / "templates" / "bdc.docx", "bdc.docx"),
    ),
    "descriptor as template": Mistake(
        [*DOCX, "--template", "bdc.json"], 1, ("MODELE-ILLISIBLE", "DOCX"), DOCX
    ),
    "unknown finding": Mistake(["explain", "SIRET-CLÉ"], 2, ("SIRET-CLE",), ["explain", "SIRET-CLE"]),
    "unknown reference": Mistake(
        ["references", "AF-HOP-DPI"], 2, ("AF-HOP-DPI-Va2",), ["references", "AF-HOP-DPI-Va2"]
    ),
    "nothing to verify": Mistake(["verify", "vide"], 2, ("vide", "PDF"), VALIDATE),
    "two ways to name the order": Mistake(
        ["verify", "bdc.json", "--order", "bdc.json", "--orders", "vide"], 2, ("--order", "--orders"), VALIDATE
    ),
    "report of no known form": Mistake(
        [*VALIDATE, "--report", "r.doc"], 2, ("r.doc", ".json"), [*VALIDATE, "--report", "r.json"]
    ),
    "report over an order": Mistake(
        [*VALIDATE, "--report", "bdc.json"], 2, ("bdc.json",), [*VALIDATE, "--report", "r.json"]
    ),
    "interview without a terminal": Mistake(["new"], 2, ("segurdoc import",), WHOLE),
    "unknown schema": Mistake(["schema", "commande"], 2, ("commande", "order"), ["schema", "order"]),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_mistake_in_a_command_is_explained(name: str) -> None:
    mistake = COMMANDS[name]
    mistake.before()
    refused = run(*mistake.command)
    assert refused.exit_code == mistake.code, refused.output
    for part in mistake.said:
        assert part in refused.output
    mistake.mend()
    mended = run(*mistake.mended)
    assert mended.exit_code == 0, mended.output


def test_va_that_the_message_shows_is_sound() -> None:
    refused = run(*DOCX, "--document", "va")
    assert "DOCUMENT-SANS-VA" in refused.output
    (va,) = re.findall(r'"va": (\{.*\})', refused.output)
    order = {**json.loads(Path("bdc.json").read_text("utf-8")), "va": json.loads(va)}
    Path("bdc.json").write_text(json.dumps(order), "utf-8")
    assert run(*DOCX, "--document", "va", "--today", "2027-03-01").exit_code == 0


def test_files_that_the_message_names_free_their_name() -> None:
    Path("segurdoc.toml").write_text('[output]\nname = "{document}_{numero}"\n', "utf-8")
    config = ["--config", "segurdoc.toml", "--lang", "fr", *DOCX]
    assert CliRunner().invoke(segurdoc, config).exit_code == 0
    edit("010000024", "990000010")
    refused = CliRunner().invoke(segurdoc, config)
    assert refused.exit_code == 1, refused.output
    (file,) = re.findall(r"supprimer d'abord (\S+)", refused.output)
    Path(file).unlink()
    assert CliRunner().invoke(segurdoc, config).exit_code == 0


def test_pattern_that_the_message_gives_tells_two_orders_apart() -> None:
    settings = Path("segurdoc.toml")
    settings.write_text('[output]\nname = "{document}_{numero}"\n', "utf-8")
    shutil.copy("bdc.json", "autre.json")
    edit("010000024", "990000010", "autre.json")
    validate = ["--config", "segurdoc.toml", "--lang", "fr", "validate", "bdc.json", "autre.json"]
    refused = CliRunner().invoke(segurdoc, validate)
    assert "NOM-DOUBLE" in refused.output
    (name,) = re.findall(r'name = ".*?"', refused.output)
    settings.write_text(f"[output]\n{name}\n", "utf-8")
    assert CliRunner().invoke(segurdoc, validate).exit_code == 0


def test_proposal_asks_for_everything_at_once() -> None:
    shown = run(*IMPORT).output
    asked = re.findall(r"--set (\S+)=VALEUR", shown)
    options = [option for name in asked for option in ("--set", f"{name}={CONSTANTS[name]}")]
    (code,) = re.findall(r"--confirm (\w+)", shown)[-1:]
    assert "--numero 'BC-{year}-{n:06}'" in shown
    assert "--fournisseur fournisseur.json" in shown
    done = run(*IMPORT, "--confirm", code, *options, *NUMBERED, *VENDOR)
    assert done.exit_code == 0, done.output


def test_at_least_sixty_mistakes_are_listed() -> None:
    assert len(IN_AN_ORDER) + len(SPOILT) + len(COMMANDS) >= 60
