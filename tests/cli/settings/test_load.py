"""Settings: what a file gives, and how each mistake in one is said."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.cli.settings.load import Settings, ignores_for, load_settings, missing_files
from generator.common.findings import Finding, FindingsError
from generator.common.resources import SCHEMAS
from generator.references import DocumentKind
from tests.orders.test_schema import properties

SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "settings.schema.json").read_text("utf-8"))
ORDER: dict[str, Any] = json.loads((SCHEMAS / "order.schema.json").read_text("utf-8"))
FULL = """lang = "en"
appels = ["own.json"]
eligibles = "base/eligibles.json"
[output]
folder = "documents"
name = "{numero}_{document}"
[template]
bdc = "bdc.docx"
pv-pilote = "/srv/pv.docx"
[[template.ignore]]
code = "MODELE-SANS-QR"
reason = "glued on by hand"
template = "bdc.docx"
[fournisseur]
denomination_sociale = "Éditeur Fictif"
siret = "73282932000074"
logo = "logo.png"
[colonnes.eligibles]
finess = "FINESS PMSI"
[colonnes.clients]
"client.finess_pmsi" = "N° FINESS"
[import]
numero = "BC-{year}-{n:06}"
"""


def load(folder: Path, text: str, name: str = "segurdoc.toml", *, trusted: bool = False) -> Settings:
    (folder / name).write_text(text, "utf-8")
    return load_settings(folder / name, trusted=trusted)


def findings(folder: Path, text: str, name: str = "segurdoc.toml") -> list[Finding]:
    with pytest.raises(FindingsError) as caught:
        load(folder, text, name)
    return list(caught.value.findings)


def test_no_file_sets_nothing() -> None:
    assert load_settings(None) == Settings()


def test_every_setting_is_read_and_paths_start_from_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL, trusted=True)
    assert settings.file == tmp_path / "segurdoc.toml"
    assert (settings.lang, settings.name, settings.numbering) == ("en", "{numero}_{document}", "BC-{year}-{n:06}")
    assert settings.appels == (tmp_path / "own.json",)
    assert settings.out == tmp_path / "documents"
    assert settings.eligibles == tmp_path / "base" / "eligibles.json"
    assert settings.templates == {
        DocumentKind.BDC: tmp_path / "bdc.docx",
        DocumentKind.PV_PILOTE: Path("/srv/pv.docx"),
    }
    assert settings.eligibles_columns == {"finess": "FINESS PMSI"}
    assert settings.clients_columns == {"client.finess_pmsi": "N° FINESS"}
    (ignore,) = settings.ignores
    assert (ignore.code, ignore.reason, ignore.template) == ("MODELE-SANS-QR", "glued on by hand", "bdc.docx")
    assert (ignore.place.file, ignore.place.line) == (str(tmp_path / "segurdoc.toml"), 11)
    assert settings.fournisseur is not None
    assert settings.fournisseur.place("/fournisseur/siret").line == 16


def test_pyproject_gives_its_own_table_alone(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n[tool.segurdoc]\nlang = "en"\n[tool.segurdoc.output]\nfolder = "o"\n'
    assert load(tmp_path, text, "pyproject.toml").out == tmp_path / "o"
    (found,) = findings(tmp_path, text.replace('"o"', "3"), "pyproject.toml")
    assert (found.code, found.place.line, found.place.pointer) == ("SCHEMA-TYPE", 6, "/tool/segurdoc/output/folder")
    assert [found.code for found in findings(tmp_path, "[tool]\n", "pyproject.toml")] == ["REGLAGES-ABSENTS"]


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ('langue = "fr"', "REGLAGE-INCONNU", 1, "vouliez-vous « lang »"),
        ('\n[output]\nfoldre = "x"', "REGLAGE-INCONNU", 3, "vouliez-vous « folder »"),
        ('[fournisseur]\n\nsiert = "1"', "REGLAGE-INCONNU", 3, "vouliez-vous « siret »"),
        ('[fournisseur]\nsiret = "73282932000075"', "SIRET-CLE", 2, "73282932000075"),
        ('[[template.ignore]]\ncode = "MODELE-SANS-QR"', "REGLAGE-ABSENT", 1, "« reason »"),
        ('[[template.ignore]]\ncode = "X"\nreason = ""', "SCHEMA-LONGUEUR", 3, "0 caractères"),
        ('lang = "de"', "SCHEMA-CHOIX", 1, '"de"'),
        ("lang = 2026-01-01", "SCHEMA-CHOIX", 1, "2026-01-01"),
        ("[output]\nfolder = 12:00:00\nname = 1", "SCHEMA-TYPE", 3, "un nombre"),
        ('[output]\nname = "{numero}"', "SCHEMA-FORME", 2, "{numero}"),
        ('[output]\nname = "../{numero}_{document}"', "SCHEMA-FORME", 2, ".."),
        ('[output]\nname = "{numero.__class__}_{document}{numero}"', "SCHEMA-FORME", 2, "__class__"),
        ('[import]\nnumero = "BC-{rang}"', "SCHEMA-FORME", 2, "{rang}"),
        ("[colonnes.clients]\nclient.finess_pmsi = 'x'", "SCHEMA-TYPE", 2, "un objet"),
        ("lang = fr", "REGLAGES-SYNTAXE", 1, "entre guillemets"),
        ('lang = "fr', "REGLAGES-SYNTAXE", 1, "pas fermé"),
        ('lang = "fr\nappels = []', "REGLAGES-SYNTAXE", 1, "pas fermé"),
        ('lang = "fr"\nlang = "en"', "REGLAGES-SYNTAXE", 2, "deux fois"),
        ("[fournisseur]\nmail = ", "REGLAGES-SYNTAXE", 2, "entre guillemets"),
        ('"', "REGLAGES-SYNTAXE", 1, ""),
        ("x = 2026-02-30", "REGLAGES-SYNTAXE", 1, "cette date"),
        ('x = "\\u12"', "REGLAGES-SYNTAXE", 1, "hexadécimaux"),
        ('x = "\\ud800"', "REGLAGES-SYNTAXE", 1, "n'existe pas"),
        ("x.y = 1\nx = { y = 1, y = 2 }", "REGLAGES-SYNTAXE", 2, "deux fois"),
        ("# \x01", "REGLAGES-SYNTAXE", 1, "caractère de contrôle"),
        ("x = " + "[" * 10_000, "REGLAGES-SYNTAXE", None, "imbriqués"),
    ],
)
def test_mistake_is_said_with_its_line(tmp_path: Path, text: str, code: str, line: int | None, words: str) -> None:
    found = findings(tmp_path, text)[0]
    assert (found.code, found.place.line) == (code, line)
    assert words in found.message("fr")


def test_all_mistakes_are_said_in_one_go(tmp_path: Path) -> None:
    found = findings(tmp_path, 'lang = "de"\nx = 1\n[output]\nname = ""\n')
    assert [each.place.line for each in found] == [1, 2, 4]


def test_file_that_is_no_text_or_not_there_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "segurdoc.toml").write_bytes(b'lang = "\xff"')
    with pytest.raises(FindingsError) as caught:
        load_settings(tmp_path / "segurdoc.toml")
    assert [found.code for found in caught.value.findings] == ["REGLAGES-SYNTAXE"]
    with pytest.raises(FindingsError) as caught:
        load_settings(tmp_path / "nosuch.toml")
    assert [found.code for found in caught.value.findings] == ["FICHIER-ILLISIBLE"]


def test_file_of_megabytes_is_a_finding(tmp_path: Path) -> None:
    assert [found.code for found in findings(tmp_path, "# " + "x" * 2_000_000)] == ["FICHIER-TROP-GRAND"]


def test_missing_files_are_reported_at_their_line(tmp_path: Path) -> None:
    found = missing_files(load(tmp_path, FULL, trusted=True))
    assert [(each.code, each.place.line) for each in found] == [("REGLAGE-FICHIER", n) for n in (8, 9, 2)]
    for name in ("own.json", "bdc.docx"):
        (tmp_path / name).touch()
    assert len(missing_files(load(tmp_path, FULL, trusted=True))) == 1


def test_accepted_warnings_come_from_settings_and_folder(tmp_path: Path) -> None:
    settings = load(tmp_path, FULL, trusted=True)
    beside = tmp_path / "layouts"
    beside.mkdir()
    (beside / "segurdoc.toml").write_text('[[template.ignore]]\ncode = "A-B"\nreason = "r"\n')
    assert [ignore.code for ignore in ignores_for(beside / "bdc.docx", settings)] == ["MODELE-SANS-QR", "A-B"]
    assert [ignore.code for ignore in ignores_for(beside / "va.docx", settings)] == ["A-B"]
    # The settings' own file is not read twice.
    assert [ignore.code for ignore in ignores_for(tmp_path / "bdc.docx", settings)] == ["MODELE-SANS-QR"]


def test_schema_is_sound_and_its_example_follows_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    (example,) = SCHEMA["examples"]
    assert Draft202012Validator(SCHEMA).is_valid(example)
    for path, schema in properties(SCHEMA):
        assert " — EN: " in schema["description"], path
        for one in schema.get("examples", ()):
            assert Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).is_valid(one), path


def test_vendor_is_described_as_in_the_descriptor() -> None:
    ours, theirs = (each["properties"]["fournisseur"]["properties"] for each in (SCHEMA, ORDER))
    without = {
        key: {name: value for name, value in each.items() if name != "description"} for key, each in ours.items()
    }
    assert without == {
        key: {name: value for name, value in each.items() if name != "description"} for key, each in theirs.items()
    }
    assert {key: value for key, value in SCHEMA["$defs"].items() if key != "chemin"}.items() <= ORDER["$defs"].items()


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('eligibles = "../home/.bashrc"', "/eligibles"),
        ('[output]\nfolder = "../home/.ssh"', "/output/folder"),
        ('[output]\nfolder = "link/out"', "/output/folder"),
        ('[template]\nbdc = "/srv/bdc.docx"', "/template/bdc"),
        ('appels = ["a.json", "a/../../b.json"]', "/appels/1"),
        ('[fournisseur]\nlogo = "../logo.png"', "/fournisseur/logo"),
    ],
)
def test_paths_that_leave_the_folder_are_refused(tmp_path: Path, text: str, pointer: str) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "link").symlink_to(tmp_path)
    (found,) = findings(tmp_path / "repo", text)
    assert (found.code, found.place.pointer) == ("REGLAGE-DEHORS", pointer)
    assert load(tmp_path / "repo", text, trusted=True).file


def test_paths_inside_the_folder_are_taken(tmp_path: Path) -> None:
    settings = load(tmp_path, f'eligibles = "{(tmp_path / "x" / "base").as_posix()}"\n[output]\nfolder = "a/../b"')
    assert settings.eligibles == tmp_path / "x" / "base"
