import pytest

from generator.common.findings import Place
from generator.documents.mentions import PrintedMention
from generator.verify.missing_mentions import missing_mentions


def codes(mention: PrintedMention, *pages: str) -> list[str]:
    return [finding.code for finding in missing_mentions([mention], pages, Place("x.pdf"))]


def mention(text: str, value: str = "", *, one_line: bool = False) -> PrintedMention:
    return PrintedMention("id", text, value, one_line)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("12\xa0000,00\xa0€", "12 000,00\u202f€"),
        ("pédiatrie - livraison", "pédiatrie -\nlivraison"),
        ("mot–mot", "mot–\nmot"),
        ("direction.des.systemes@exemple", "direction.des.sys\ntemes@exemple"),
        ("L'Etat", "de L'Etat."),
    ],
)
def test_white_space_and_line_ends_do_not_count(text: str, page: str) -> None:
    assert codes(mention(text), page) == []


@pytest.mark.parametrize(
    ("text", "page"),
    [("L'Etat", "L’Etat"), ("L'Etat", "L'État"), ("a b", "ab"), ("ab", "a b"), ("É", "é"), ("12", "123")],
)
def test_every_other_character_counts(text: str, page: str) -> None:
    assert codes(mention(text), page) == ["MENTION-ABSENTE"]


def test_answer_follows_its_question_with_the_boxes_between() -> None:
    question = PrintedMention("question.x", "Est-ce prêt ?", "Réponse : Oui", gap=60)
    assert codes(question, "Est-ce\nprêt ?\n☒ Oui ☐ Non Réponse : Oui") == []
    assert codes(question, "Est-ce prêt ?\nRéponse : Oui") == []
    assert codes(question, "Est-ce prêt ?\n☐ Oui ☒ Non Réponse : Non") == ["MENTION-ABSENTE"]
    assert codes(question, "Est-ce prêt ?\n" + "x" * 80 + " Réponse : Oui") == ["MENTION-ABSENTE"]


def test_compound_word_goes_on_over_the_line_s_end() -> None:
    assert codes(mention("Trois-Vallées"), "des Trois-\nVallées et") == []


def test_mention_may_wrap_at_spaces() -> None:
    assert codes(mention("Adresse :", "1 rue de l’Exemple"), "Adresse : 1 rue\nde l’Exemple") == []


def test_sentence_that_says_the_same_stands_for_a_mention() -> None:
    worded = PrintedMention("montant_ht", "Total HT :", "10 000,00 €", one_line=True, also="12 € TTC, soit 10 € HT")
    assert codes(worded, "Total HT : 10 000,00 €") == []
    assert codes(worded, "soit\n12 € TTC,\nsoit 10 € HT") == []
    assert codes(worded, "12 € TTC, soit 11 € HT") == ["MENTION-ABSENTE"]


def test_mention_of_one_line_may_not() -> None:
    assert codes(mention("N° :", "BC-2026", one_line=True), "N° : BC-\n2026") == ["MENTION-COUPEE"]
    assert codes(mention("N° :", "BC-2026", one_line=True), "x N° : BC-2026") == []


def test_mention_over_two_pages_is_broken() -> None:
    assert codes(mention("un deux"), "un", "deux") == ["MENTION-COUPEE"]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "Mail : a@c.example",
        "mail : a@b.example",
        "Mail : a@b.examples",
        "Mail : a@b . example",
        "eMail : a@b.example",
    ],
)
def test_letter_missing_changed_or_added_is_a_missing_mention(page: str) -> None:
    assert codes(mention("Mail :", "a@b.example"), page) == ["MENTION-ABSENTE"]
