import re
from pathlib import Path

import pytest

from generator.common.findings import Finding
from generator.common.jsonio.source import parse_descriptors, read_descriptors
from generator.common.language import catalogue
from tests.conftest import ROOT

SOUND = '{\n "prestation": "V2",\n "numero": "BC-1",\n "va": {"reserves": []}\n}'

# What was written, by what it should have been; a part of the reason; a part of the remedy; the line.
MISTAKES = [
    (' "va": {"reserves": []}\n', ' "va": {"reserves": []},\n', "virgule est de trop", "retirer cette virgule", 4),
    ('"numero": "BC-1",', '"numero": "BC-1",,', "virgule est de trop", "la retirer", 3),
    ('"reserves": []', '"reserves": ["a",]', "virgule est de trop", "retirer cette virgule", 4),
    ('"V2",', '"V2"', "virgule manque", "ajouter une virgule", 3),
    ('"V2"', "'V2'", "n'est pas le guillemet", "guillemets droits", 2),
    ('"V2"', "“V2”", "n'est pas le guillemet", "guillemets droits", 2),
    ('"V2"', "«V2»", "n'est pas le guillemet", "guillemets droits", 2),
    ('"numero"', "'numero'", "n'est pas le guillemet", "guillemets droits", 3),
    ('"numero"', "numero", "numero est écrit sans guillemets", 'écrire "numero"', 3),
    ('"V2"', "V2", "V2 est écrit sans guillemets", 'écrire "V2"', 2),
    ('"V2"', "True", "True n'est pas un mot du JSON", "écrire true", 2),
    ('"V2"', "None", "None n'est pas un mot du JSON", "écrire null", 2),
    ('"V2"', "faux", "faux n'est pas un mot du JSON", "écrire false", 2),
    ('"V2"', "010000024", "ne commence pas par zéro", "entre guillemets", 2),
    ('"V2"', "10000,00", "virgule d'un nombre", '"10000.00"', 2),
    ('"V2"', "", "une valeur manque", "écrire la valeur", 2),
    ('"V2",', '"V2,', 'le guillemet " qui ferme le texte manque', 'ajouter " à la fin', 2),
    ('"V2"', '"CH "Les Lilas""', "à l'intérieur du texte", '\\"', 2),
    ('"V2"', '"C:\\logos"', "barre oblique inverse", "la doubler", 2),
    ('"V2"', '"V\t2"', "une tabulation", "espace", 2),
    ('"numero": ', '"numero" = ', "deux-points manque", "écrire :", 3),
    ('"V2",', '"V2", // essai', "commentaire", "metadata", 2),
    ('"V2",', '"V2", # essai', "commentaire", "metadata", 2),
    ('"numero":', '"numero":\u00a0', "U+00A0", "espace ordinaire", 3),
    ("[]}\n}", "[]}\n", "s'arrête avant la fin : } manque", "ajouter }", 4),
    ('"va": {"reserves": []}\n}', '"va": {"reserves": [', "]}} manque", "ajouter ]}}", 4),
    ("[]}\n}", "[]}\n}}", "} est de trop", "retirer }", 5),
    ("[]}\n}", "[]]\n}", "] ne ferme pas", "ordre inverse", 4),
    ("[]}\n}", "[]}\n},\n{}", "du texte suit la fin", ".jsonl", 5),
    ("{\n ", "FINESS;Nom\n", "ne commence pas par {", "segurdoc import", 1),
]


@pytest.mark.parametrize(("right", "wrong", "reason", "remedy", "line"), MISTAKES)
def test_syntax_errors_name_cause_and_remedy(right: str, wrong: str, reason: str, remedy: str, line: int) -> None:
    assert right in SOUND
    (read,) = parse_descriptors(SOUND.replace(right, wrong, 1), "x.json")
    assert isinstance(read, Finding)
    assert reason in read.message("fr")
    assert remedy in read.fix("fr")
    assert read.place.line == line
    assert read.message("en") != read.message("fr")


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"%PDF-1.7\n\xe2\xe3", "un PDF"), (b"{\\rtf1 }", "RTF"), (b"<html><body></body></html>", "page web")],
)
def test_other_formats_are_named(data: bytes, found: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(data)
    (read,) = read_descriptors([tmp_path / "x.json"])
    assert isinstance(read, Finding)
    assert read.code == "DESCRIPTEUR-FORMAT"
    assert found in read.message("fr")


def test_every_cause_of_the_catalogue_is_used() -> None:
    folder = ROOT / "generator" / "common" / "jsonio"
    code = "".join((folder / name).read_text("utf-8") for name in ("source.py", "syntax.py"))
    for name, sentences in catalogue("json").items():
        # Other tables are of types and formats.
        if "reason" in sentences:
            assert re.search(rf'"{name}"', code), name
            assert set(sentences) == {"reason", "fix"}
