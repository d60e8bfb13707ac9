import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from generator.common.findings import Finding, has_errors
from generator.common.jsonio.source import Descriptor
from generator.common.language import Text
from generator.intake.clients.fields import ValueKind
from generator.intake.interview.ask import Answered, Asker, EstablishmentCompleter, interview, shown
from generator.intake.interview.check import Checker
from generator.intake.interview.questions import FINESS, HT, Answers, Known, PromptQuestion, questions
from generator.references import Appels
from generator.rules import RuleContext
from generator.rules.eligibles import Base, load_base
from generator.rules.validation import check_descriptor
from tests.conftest import FULL, descriptor
from tests.intake.clients import planted

TODAY = datetime.date(2026, 5, 20)
ENTER, CLEAR, CTRL_C = "\r", "\x15", "\x03"
NAME = "Centre hospitalier fictif n° 7"
FINESS_7 = str(planted.sound_row(7)[0])
SCENARIO = ["02/11/2026", "oui", "non", "n", "non", "o"]
# What is typed for each question of a DPI order whose vendor the settings give; "" takes what is proposed.
TYPED = ["", "", "04/05/2026", "BC-7", FINESS_7, "", "", "10 000,00", "", "", *SCENARIO, "", ""]

Run = Callable[..., Answered]


@pytest.fixture
def base(tmp_path: Path) -> Base:
    planted.write_base(tmp_path / "eligibles.base")
    return load_base(tmp_path / "eligibles.base")


@pytest.fixture
def vendor() -> Descriptor:
    return descriptor({"fournisseur": FULL["fournisseur"]})


@pytest.fixture
def run(appels: Appels, base: Base, vendor: Descriptor) -> Run:
    def answer(
        typed: list[str], *, asks_fournisseur: bool = False, told: list[Text | Finding] | None = None
    ) -> Answered:
        context = RuleContext(base, today=TODAY)
        checker = Checker(appels, context, None if asks_fournisseur else vendor, "fr")
        given = frozenset() if asks_fournisseur else frozenset(FULL["fournisseur"])
        known = Known(appels, base, lambda year: f"BC-{year}-1", TODAY, given)
        with create_pipe_input() as source, create_app_session(input=source, output=DummyOutput()):
            source.send_text("".join(f"{CLEAR if text else ''}{text}{ENTER}" for text in typed))
            return interview(Asker(checker, base, "fr"), known, (told if told is not None else []).append)

    return answer


def test_answers_make_a_sound_descriptor(run: Run, appels: Appels, vendor: Descriptor) -> None:
    answered = run(TYPED)
    assert not has_errors(answered.findings)
    assert answered.value["client"] == {"finess_pmsi": FINESS_7, "denomination_sociale": NAME}
    assert answered.value["montant"] == {"ht": "10000.00", "taux_tva": "20.00", "ttc": "12000.00"}
    assert (answered.value["numero"], answered.value["prestation"]) == ("BC-7", "V2")
    checked = check_descriptor(descriptor(answered.value), appels, vendor)
    assert checked.order is not None


def test_rate_of_zero_asks_for_no_amount_with_vat(run: Run) -> None:
    answered = run([*TYPED[:8], "0", *TYPED[10:]])
    assert answered.value["montant"] == {"ht": "10000.00", "taux_tva": "0.00"}
    assert not has_errors(answered.findings)


def test_va_is_asked_for_with_its_mssante_address(run: Run) -> None:
    va = ["va", "15/02/2027", "4.2.1", "dsi@ch.mssante.fr"]
    answered = run([*TYPED[:-1], *va])
    assert answered.value["va"] == {
        "type": "va", "date": "2027-02-15", "version_installee": "4.2.1", "adresse_mssante": "dsi@ch.mssante.fr",
    }  # fmt: skip
    without = run([*TYPED[:-1], *va[:-1], ""])
    assert without.value["va"] == {"type": "va", "date": "2027-02-15", "version_installee": "4.2.1"}
    assert not has_errors(without.findings)


def test_number_and_date_are_proposed(run: Run) -> None:
    typed = [*TYPED[:2], "", "", *TYPED[4:]]
    answered = run(typed)
    assert (answered.value["date_emission"], answered.value["numero"]) == ("2026-05-20", "BC-2026-1")


def test_name_of_one_establishment_stands_for_its_number(run: Run) -> None:
    typed = [*TYPED[:4], "fictif 123", *TYPED[5:]]
    client = run(typed).value["client"]
    assert client == {"finess_pmsi": planted.sound_row(123)[0], "denomination_sociale": planted.sound_row(123)[1]}


def test_answer_that_cannot_stand_is_asked_again(run: Run) -> None:
    typed = [*TYPED[:2], f"31/02/2026{ENTER}{CLEAR}04/05/2026", *TYPED[3:]]
    assert run(typed).value["date_emission"] == "2026-05-04"


def test_one_goes_back_to_the_question_before(run: Run) -> None:
    typed = [*TYPED[:8], "<", "9000", *TYPED[8:]]
    assert run(typed).value["montant"] == {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}


def test_v1_and_v2_asks_for_the_history(run: Run) -> None:
    typed = ["", "V1+V2", *TYPED[2:7], "non", "non", *TYPED[7:]]
    answered = run(typed)
    assert answered.value["historique"] == {"vague_1_financee": False, "vague_1_a_ses_frais": False}


def test_without_settings_the_vendor_is_asked_for(run: Run, appels: Appels) -> None:
    vendor = ["Éditeur Fictif", "732 829 320 00074", "1 rue", "75001", "Paris", "Nom", "01 23 45 67 89", "a@b.example"]
    answered = run([*TYPED, *vendor], asks_fournisseur=True)
    order = check_descriptor(descriptor(answered.value), appels).order
    assert order is not None
    assert (order.fournisseur.siret, order.fournisseur.adresse.lignes) == ("73282932000074", ("1 rue",))


def test_what_the_settings_leave_out_of_the_vendor_is_asked_for(appels: Appels, base: Base) -> None:
    known = Known(appels, base, lambda _: "", TODAY, frozenset(FULL["fournisseur"]) - {"mail", "adresse"})
    asked = [
        each.pointer for each in questions({"/reference": planted.REFERENCE}, known) if "fournisseur" in each.pointer
    ]
    adresse = [f"/fournisseur/adresse/{key}" for key in ("lignes/0", "code_postal", "ville")]
    assert asked == [*adresse, "/fournisseur/mail"]


def test_optional_answers_lead_to_more_questions(run: Run) -> None:
    typed = [*TYPED[:6], "Camille Exemple", "Directrice", *TYPED[7:-2], "DPI Exemple", "4.2", ""]
    answered = run(typed)
    client: Any = answered.value["client"]
    assert client["signataire"] == {"nom": "Camille Exemple", "qualite": "Directrice"}
    assert answered.value["solution"] == {"nom": "DPI Exemple", "version": "4.2"}


@pytest.mark.parametrize("terminal", ["xterm", "dumb"])
def test_typing_replaces_the_proposed_answer(
    appels: Appels, base: Base, vendor: Descriptor, monkeypatch: pytest.MonkeyPatch, terminal: str
) -> None:
    monkeypatch.setenv("TERM", terminal)
    known = Known(appels, base, lambda _: "", TODAY)
    question = next(iter(questions({}, known)))
    with create_pipe_input() as source, create_app_session(input=source, output=DummyOutput()):
        asker = Asker(Checker(appels, RuleContext(base, today=TODAY), vendor, "fr"), base, "fr")
        for typed in ("AF-HOP-PFI-Va2", "\x1b[200~AF-HOP-PFI-Va2\x1b[201~", "x\x7fAF-HOP-PFI-Va2"):
            source.send_text(typed + ENTER)
            assert asker.ask(question, {}, "AF-HOP-DPI-Va2") == ("AF-HOP-PFI-Va2", ())
        source.send_text(ENTER)
        assert asker.ask(question, {}, "AF-HOP-DPI-Va2") == ("AF-HOP-DPI-Va2", ())


def test_giving_up_ends_it(run: Run) -> None:
    with pytest.raises(KeyboardInterrupt):
        run([*TYPED[:5], CTRL_C])


def test_headings_are_reported_once(run: Run) -> None:
    told: list[Text | Finding] = []
    run(TYPED, told=told)
    sections = [each.fr for each in told if isinstance(each, Text)]
    assert sections == ["Commande", "Client", "Montant", "Scénario d'installation", "Logiciel", "VA ou PV pilote"]


@pytest.mark.parametrize(
    ("pointer", "typed", "code"),
    [
        (FINESS, planted.finess(500_007), "FINESS-JURIDIQUE-GEOGRAPHIQUE"),
        (FINESS, "990000", "SCHEMA-FORME"),
        (FINESS, "Centre hospitalier", "NOM-A-CHOISIR"),
        (HT, "20000,01", "PLAFOND-DEPASSE"),
        (HT, "dix", "REPONSE-MONTANT"),
        (HT, "", "REPONSE-VIDE"),
        ("/montant/taux_tva", "0,2", "REPONSE-TAUX"),
        ("/numero", "-BC", "SCHEMA-FORME"),
        ("/date_emission", "2026", "REPONSE-DATE"),
        ("/date_emission", "18/13/2026", "REPONSE-JOUR"),
        ("/scenario/prosante_connect", "peut-être", "REPONSE-OUI-NON"),
        ("/montant/ttc", "12000,01", "MONTANT-TTC"),
        ("/prestation", "V3", "SCHEMA-CHOIX"),
        ("/reference", "AF-X", "REFERENCE-INCONNUE"),
    ],
)
def test_answer_is_checked_with_those_before_it(
    pointer: str, typed: str, code: str, appels: Appels, base: Base, vendor: Descriptor
) -> None:
    answers: Answers = {
        "/reference": planted.REFERENCE, "/prestation": "V2", FINESS: FINESS_7, HT: "10000.00", "/montant/taux_tva": "20.00",
    }  # fmt: skip
    known = Known(appels, base, lambda _: "", TODAY)
    question = next(each for each in questions(answers, known) if each.pointer == pointer)
    asker = _asker(appels, base, vendor)
    _, findings = asker.read(question, typed, answers)
    assert code in [found.code for found in findings]
    assert has_errors(findings)
    assert all("\\u" not in found.message("fr") for found in findings)


def _asker(appels: Appels, base: Base, vendor: Descriptor) -> Asker:
    with create_pipe_input() as source, create_app_session(input=source, output=DummyOutput()):
        return Asker(Checker(appels, RuleContext(base, today=TODAY), vendor, "fr"), base, "fr")


def test_establishments_are_offered_by_name_and_number(base: Base) -> None:
    def offered(typed: str) -> list[tuple[str, str]]:
        found = EstablishmentCompleter(base).get_completions(Document(typed), CompleteEvent())
        return [(each.text, each.display_text) for each in found]

    assert (FINESS_7, f"{FINESS_7}  {NAME}") in offered("fictif 7")
    assert offered(FINESS_7[:8])[0][0] == FINESS_7
    assert not offered("")


def test_line_at_the_bottom_says_what_is_wrong_so_far(appels: Appels, base: Base, vendor: Descriptor) -> None:
    asker = _asker(appels, base, vendor)
    question = PromptQuestion("/fournisseur/siret", "", Text("SIRET", "SIRET"), ValueKind.SIRET)
    ((style, said),) = asker.toolbar(question, "73282932000075", {})
    assert (style, "sa clé ne correspond pas" in said) == ("class:refused", True)
    ((style, said),) = asker.toolbar(question, "<", {})
    assert (style, "Ctrl-C" in said) == ("class:hint", True)


def test_cause_comes_first_and_whole_in_80_columns(appels: Appels, base: Base, vendor: Descriptor) -> None:
    asker = _asker(appels, base, vendor)
    long = Text("L'établissement a-t-il un raccordement " * 4, "")
    question = PromptQuestion("/scenario/prosante_connect", "", long, ValueKind.YES_NO)
    ((_, said),) = asker.toolbar(question, "peut-être", {})
    assert said == "« peut-être » n'est ni oui ni non\n→ écrire oui ou non"
    ((_, said),) = asker.toolbar(question, "x" * 120, {})
    assert max(map(len, said.splitlines())) <= 120 + 2
    assert "ni oui ni non" in said.replace("\n", " ")


def test_empty_answer_is_explained_once_enter_was_refused(appels: Appels, base: Base, vendor: Descriptor) -> None:
    asker = _asker(appels, base, vendor)
    question = PromptQuestion(HT, "", Text("Montant", "Amount"), ValueKind.AMOUNT)
    assert asker.toolbar(question, "", {})[0][0] == "class:hint"
    ((style, said),) = asker.toolbar(question, "", {}, refused=True)
    assert (style, said.splitlines()[0]) == ("class:refused", "une réponse est demandée")


@pytest.mark.parametrize(
    ("kind", "answer", "french", "english"),
    [
        (ValueKind.AMOUNT, "12000.00", "12000,00", "12000.00"),
        (ValueKind.RATE, "20.00", "20,00", "20.00"),
        (ValueKind.TEXT, "4.2", "4.2", "4.2"),
        (ValueKind.DATE, "2026-05-04", "04/05/2026", "04/05/2026"),
        (ValueKind.YES_NO, True, "oui", "yes"),
    ],
)
def test_answer_is_proposed_as_people_write_it(kind: ValueKind, answer: str, french: str, english: str) -> None:
    question = PromptQuestion("/x", "", Text("", ""), kind)
    assert (shown(question, answer, "fr"), shown(question, answer, "en")) == (french, english)


def test_answer_shows_again_as_it_is_typed(run: Run) -> None:
    typed = [*TYPED[:3], "<", "", *TYPED[3:]]
    assert run(typed).value["date_emission"] == "2026-05-04"


def test_sign_for_going_back_may_follow_what_is_proposed(run: Run) -> None:
    # The `<` is typed with no CLEAR before it: it ends the name that is proposed.
    typed = [*TYPED[:4], f"{FINESS_7}{ENTER}<", "", *TYPED[5:]]
    assert run(typed).value["client"] == {"finess_pmsi": FINESS_7, "denomination_sociale": NAME}


def test_another_establishment_brings_its_own_name_and_amount(run: Run) -> None:
    back = ["<"] * 5
    again = [str(planted.sound_row(123)[0]), "", "", "9 000,00", "", ""]
    answered = run([*TYPED[:9], *back, *again, *TYPED[10:]])
    assert answered.value["client"] == {
        "finess_pmsi": planted.sound_row(123)[0], "denomination_sociale": planted.sound_row(123)[1],
    }  # fmt: skip
    assert answered.value["montant"] == {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}


def test_another_amount_brings_its_own_amount_with_vat(run: Run) -> None:
    answered = run([*TYPED[:10], "<", "<", "<", "9 000,00", "", "", *TYPED[10:]])
    assert answered.value["montant"] == {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}


def test_merger_is_asked_for_where_base_lacks_establishment(run: Run) -> None:
    first, second = planted.sound_row(7)[0], planted.sound_row(123)
    told: list[Text | Finding] = []
    merger = [planted.finess(700_007), str(first), str(second[1]), "", "arrete.pdf", "CH fusionné fictif"]
    answered = run([*TYPED[:4], *merger, *TYPED[6:]], told=told)
    assert answered.value["fusion"] == {"finess": [first, second[0]], "justificatif": "arrete.pdf"}
    assert not has_errors(answered.findings)
    assert "ELIGIBLE-ABSENT" in [each.code for each in told if isinstance(each, Finding)]


def test_one_that_is_not_merged_goes_back_to_its_number(run: Run) -> None:
    answered = run([*TYPED[:4], planted.finess(700_007), "<", *TYPED[4:]])
    assert "fusion" not in answered.value
    assert answered.value["client"] == {"finess_pmsi": FINESS_7, "denomination_sociale": NAME}
