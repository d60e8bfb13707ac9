import pytest

from generator.documents.mentions import expected_texts
from generator.documents.stress_orders import longest_order, stress_orders
from generator.references import Appels, DocumentKind


@pytest.mark.parametrize("document", list(DocumentKind))
def test_every_mention_question_and_box_is_asked(appels: Appels, document: DocumentKind) -> None:
    for appel in appels.values():
        asked = {
            text.id
            for stress in stress_orders(appel, document)
            for text in expected_texts(stress.order, appel, document)
        }
        assert {mention.id for mention in appel.document_mentions(document)} <= asked
        assert {f"question.{question.id}" for question in appel.questions} <= asked


@pytest.mark.parametrize("document", list(DocumentKind))
def test_every_prestation_and_answer_is_chosen(appels: Appels, document: DocumentKind) -> None:
    for appel in appels.values():
        orders = [stress.order for stress in stress_orders(appel, document)]
        assert {order.prestation for order in orders} == {known.id for known in appel.prestations}
        for question in appel.questions:
            if not question.is_date:
                assert {order.scenario[question.id] for order in orders} == {True, False}


def test_every_choice_of_reserves_is_made(appels: Appels) -> None:
    for appel in appels.values():
        made = [stress.order.va for stress in stress_orders(appel, DocumentKind.VA)]
        assert {None if va is None or va.reserves is None else bool(va.reserves) for va in made} == {None, False, True}


def test_longest_order_has_every_optional_value(appels: Appels) -> None:
    order = longest_order(appels["AF-HOP-DPI-Va2"], DocumentKind.VA).order
    assert order.solution
    assert order.solution.version
    assert order.client.adresse
    assert order.client.signataire
    assert order.fournisseur.signataire
    assert order.va
    assert order.va.signataire
