import json

import click

from generator.common.findings import Finding, Place
from generator.common.language import Text
from generator.common.value_formats import SIRET_CLE
from generator.reports import text_report
from generator.reports.machine_readable import json_report
from generator.reports.text import printable

PLACE = Place("order.json", 9, 14, "/fournisseur/siret", excerpt='    "siret": "1",', caret=13)
FOUND: Finding = SIRET_CLE.at(PLACE, value="1")


def test_text_shows_place_sentence_line_caret_and_remedy() -> None:
    assert click.unstyle(text_report([FOUND], "en")).split("\n") == [
        "order.json:9:14 /fournisseur/siret: error SIRET-CLE",
        "  SIRET 1 does not exist: its key is wrong",
        '  9 │     "siret": "1",',
        "    │              ^",
        "  → check the 14 digits on the INSEE notice",
    ]


def test_place_in_a_template_is_said_in_words() -> None:
    place = Place("own.docx", part=Text("paragraphe 2", "paragraph 2"))
    assert click.unstyle(text_report([SIRET_CLE.at(place, value="1")], "fr")).startswith(
        "own.docx paragraphe 2: erreur"
    )


def test_nothing_to_say_is_an_empty_text() -> None:
    assert text_report([], "fr") == ""


def test_what_a_terminal_would_obey_is_not_passed_on() -> None:
    place = Place("a\x1b]0;x\x07.json", 1, 1, "/\x1b[31m", excerpt="\x1b[2J\t{", caret=0)
    report = click.unstyle(text_report([SIRET_CLE.at(place, value="\x1b[0m")], "fr"))
    assert "\x1b" not in report
    assert "\x07" not in report


def test_json_holds_place_sentences_values_and_source() -> None:
    (found,) = json.loads(json_report([FOUND], "fr"))
    assert found["code"] == "SIRET-CLE"
    assert found["severity"] == "error"
    assert (found["file"], found["line"], found["column"], found["pointer"]) == (
        "order.json",
        9,
        14,
        "/fournisseur/siret",
    )
    assert found["message"].startswith("le SIRET 1")
    assert found["values"] == {"value": "1"}
    assert found["source"].startswith("Clé de Luhn")
    assert found["part"] is None


def test_no_break_spaces_are_spaces_on_a_terminal() -> None:
    assert printable("32\u202f000,00\u00a0€\x1b") == "32 000,00 €\N{REPLACEMENT CHARACTER}"
