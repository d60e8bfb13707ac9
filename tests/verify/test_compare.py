import pytest

from generator.documents.mentions import PrintedMention
from generator.verify.compare import Outcome, Reading, compare
from generator.verify.text import Line


def read(mention: PrintedMention, *pages: str) -> Reading:
    (reading,) = compare([mention], [[Line(line, (0, 0, 1, 1)) for line in page.split("\n")] for page in pages])
    return reading


def mention(text: str, value: str = "") -> PrintedMention:
    return PrintedMention("id", text, value)


@pytest.mark.parametrize(
    "page", ["Mail : l'avis – «a»", "Mail: l’avis — “a”", 'Mail : l\'a\nvis-"a"', "avant Mail :\nl'avis -«a» après"]
)
def test_white_space_and_typographic_variants_fold(page: str) -> None:
    assert read(mention("Mail :", "l'avis – «a»"), page).outcome is Outcome.VERBATIM


@pytest.mark.parametrize(
    ("wanted", "page"), [("été passé", "ete passé"), ("Etat", "État"), ("FINESS 010000024", "FINESS 010000025")]
)
def test_accent_a_letter_or_a_digit_makes_it_nearly(wanted: str, page: str) -> None:
    reading = read(mention(wanted), page)
    assert reading.outcome is Outcome.NEARLY
    assert 0 < reading.error_rate <= 0.3
    assert reading.read


def test_what_was_read_in_its_place_is_said_with_its_page() -> None:
    reading = read(
        mention("N° de SIRET :", "732 829 320 00074"), "Autre page", "N° de SIRET : 732 829 320 00014 Adresse"
    )
    assert (reading.outcome, reading.page, reading.read) == (Outcome.NEARLY, 2, "N°deSIRET:73282932000014")
    assert reading.error_rate == pytest.approx(1 / 24)


def test_another_text_is_missing() -> None:
    reading = read(mention("Montant de la Prestation Ségur"), "Numéro du bon de commande", "")
    assert (reading.outcome, reading.page, reading.error_rate) == (Outcome.MISSING, 0, 1.0)


def test_answer_may_stand_behind_its_boxes() -> None:
    question = PrintedMention("q", "Est-ce prêt ?", "Réponse : Oui", gap=60)
    assert read(question, "Est-ce prêt ?\n[x] Oui Non Réponse : Oui").outcome is Outcome.VERBATIM
    assert read(question, "Est-ce prêt ?\n[x] Oui Non Réponse : Non").outcome is not Outcome.VERBATIM


def test_boxes_are_not_asked_of_an_optical_reader() -> None:
    assert compare([PrintedMention("case", "☒", "Oui", is_box=True)], [[]]) == ()


def test_nothing_read_is_everything_missing() -> None:
    assert read(mention("x"), "").outcome is Outcome.MISSING


def test_mark_of_what_another_mention_took_is_not_shown() -> None:
    page = [Line("Responsable : Prénom Nom", (0, 0, 1, 1)), Line("Signataire : Prénom", (0, 0, 1, 1))]
    wanted = [mention("Responsable :", "Prénom Nom"), mention("Signataire :", "Prénom Nomade Long")]
    for reading in compare(wanted, [page]):
        assert "\0" not in reading.read + reading.value_read


def test_one_sentence_stands_for_several_mentions() -> None:
    said = "12 € TTC, soit 10 € HT"
    wanted = [PrintedMention(name, f"{name} :", value, also=said) for name, value in (("HT", "10 €"), ("TTC", "12 €"))]
    wanted.append(PrintedMention("etat", "", "12 €"))
    readings = compare(wanted, [[Line(each, (0, 0, 1, 1)) for each in ("Montant : 12 € TTC,", "soit 10 € HT")]])
    assert [reading.outcome for reading in readings] == [Outcome.VERBATIM] * 3
    assert read(wanted[0], "Montant : 12 € TTC, soit 11 € HT").outcome is not Outcome.VERBATIM
