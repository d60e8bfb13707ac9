import pytest

from generator.references import Appels
from generator.rules.validation import check_descriptor
from tests.conftest import Json, descriptor

SPOILT = [
    ("CH d&apos;Aix &amp; Arles", "VALEUR-ENTITES-HTML", "CH d'Aix & Arles"),
    ("CH d&#39;Aix", "VALEUR-ENTITES-HTML", "CH d'Aix"),
    ("HÃ´pital de BÃ©ziers", "VALEUR-ENCODAGE", "Hôpital de Béziers"),
    ("CH dâ€™Aix", "VALEUR-ENCODAGE", "CH d’Aix"),
    ("CH d'\u0410ix", "VALEUR-ALPHABETS", "CH d'Aix"),
    ("\u0421\u041d d'Aix", "VALEUR-ALPHABETS", "CH d'Aix"),
    ("{{ numero }}", "VALEUR-BALISE", ""),
    ("CH {% if ville %}", "VALEUR-BALISE", ""),
    ("CH ${ville}", "VALEUR-BALISE", ""),
    ("CH <b>Aix</b>", "VALEUR-BALISE", ""),
    ("#N/A", "VALEUR-BALISE", ""),
    ("#REF!", "VALEUR-BALISE", ""),
    ("[object Object]", "VALEUR-BALISE", ""),
    ("CH n° 1\u0336\u0032", "VALEUR-BARREE", "CH n° 12"),
    ("à compléter", "VALEUR-A-COMPLETER", ""),
    ("N/A", "VALEUR-A-COMPLETER", ""),
    ("null", "VALEUR-A-COMPLETER", ""),
]
SOUND = [
    "CH d’Aix & Arles", "AT&T ; Cie", "Hôpital Saint-Éloi – Pôle A", "Clinique Ω", "Clinique « Les Î »", "Ãrea de Saúde",
    "Больница Святого Луки", "L'Haÿ-les-Roses", "Cœur & Œuvre", "CHU n° 2 (site 1/2)", "Bureau <3", "10 % de remise",
]  # fmt: skip


def found(order_json: Json, appels: Appels, name: str) -> dict[str, str]:
    order_json["client"]["denomination_sociale"] = name
    checked = check_descriptor(descriptor(order_json), appels)
    return {
        each.code: each.fix("fr") for each in checked.findings if each.place.pointer == "/client/denomination_sociale"
    }


@pytest.mark.parametrize(("name", "code", "meant"), SPOILT)
def test_spoilt_text_is_reported_with_the_text_meant(
    order_json: Json, appels: Appels, name: str, code: str, meant: str
) -> None:
    told = found(order_json, appels, name)
    assert code in told
    assert meant in told[code]


@pytest.mark.parametrize("name", SOUND)
def test_sound_text_is_not_doubted(order_json: Json, appels: Appels, name: str) -> None:
    assert not {code for code in found(order_json, appels, name) if code.startswith("VALEUR-")}


def test_siret_whose_siren_alone_is_wrong_says_so(order_json: Json, appels: Appels) -> None:
    # The key of 14 digits of 73282932100007 is right, that of 732829321 is not.
    order_json["fournisseur"]["siret"] = "73282932100007"
    (told,) = [
        each for each in check_descriptor(descriptor(order_json), appels).findings if each.code.startswith("SIRET")
    ]
    assert told.code == "SIRET-SIREN"
    assert "SIREN 732829321" in told.message("fr")
