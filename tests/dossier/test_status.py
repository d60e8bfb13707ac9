import datetime
from pathlib import Path

import pytest

from generator.common.findings import Place
from generator.dossier.journal import Event, Step
from generator.dossier.signed import RecognisedBy, SignedDocument
from generator.dossier.status import Evidence, OrderState, Standing, by_urgency, find_standing
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.rules.model import DeliveredOrder
from tests.conftest import Json, order_of

TODAY = datetime.date(2026, 6, 8)
ISSUED = DeliveredOrder("n", "r", "f", "1", "V2", Path(), (), frozenset({DocumentKind.BDC}))


def event(step: Step, date: datetime.date | None = None) -> Event:
    return Event("BC-1", step, date, None, None, Place())


def signed(document: DocumentKind) -> SignedDocument:
    return SignedDocument(Path("scan.pdf"), "n", document, RecognisedBy.QR)


def stands(order: Order, appels: Appels, evidence: Evidence, today: datetime.date = TODAY) -> Standing:
    return find_standing(order, appels[order.reference], evidence, today)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (Evidence(), OrderState.TO_ISSUE),
        (Evidence(delivered=[ISSUED]), OrderState.ISSUED),
        (Evidence(delivered=[ISSUED], signed=[signed(DocumentKind.BDC)]), OrderState.SIGNED),
        (Evidence(signed=[signed(DocumentKind.BDC)], has_journal=True), OrderState.AVANCE_TO_REQUEST),
        (Evidence(events=[event(Step.BDC_SIGNE)], has_journal=True), OrderState.AVANCE_TO_REQUEST),
        (Evidence(events=[event(Step.AVANCE_DEMANDEE)], has_journal=True), OrderState.TO_INSTALL),
        (Evidence(events=[event(Step.INSTALLE)], has_journal=True), OrderState.VA_TO_SIGN),
        (Evidence(signed=[signed(DocumentKind.PV_PILOTE)]), OrderState.SOLDE_TO_REQUEST),
        (Evidence(events=[event(Step.VA_SIGNEE)], has_journal=True), OrderState.SOLDE_TO_REQUEST),
        (Evidence(events=[event(Step.SOLDE_DEMANDE), event(Step.BDC_SIGNE)], has_journal=True), OrderState.DONE),
        (Evidence(events=[event(Step.ANNULE), event(Step.SOLDE_DEMANDE)], has_journal=True), OrderState.CANCELLED),
    ],
)
def test_furthest_step_that_is_shown_counts(
    evidence: Evidence, state: OrderState, order_json: Json, appels: Appels
) -> None:
    assert stands(order_of(order_json), appels, evidence).state is state


def test_va_of_descriptor_tells_installation_from_its_day_on(va_json: Json, appels: Appels) -> None:
    va_json["va"]["date_installation"] = "2027-02-01"
    order = order_of(va_json)
    before, after = datetime.date(2027, 1, 31), datetime.date(2027, 2, 1)
    assert stands(order, appels, Evidence(delivered=[ISSUED]), before).state is OrderState.ISSUED
    assert stands(order, appels, Evidence(delivered=[ISSUED]), after).state is OrderState.VA_TO_SIGN


def test_what_is_dated_after_the_day_has_not_happened(order_json: Json, appels: Appels) -> None:
    evidence = Evidence(events=[event(Step.INSTALLE, TODAY + datetime.timedelta(days=1))], has_journal=True)
    assert stands(order_of(order_json), appels, evidence).state is OrderState.TO_ISSUE
    assert (
        stands(order_of(order_json), appels, evidence, TODAY + datetime.timedelta(days=1)).state
        is OrderState.VA_TO_SIGN
    )


def test_days_are_left_to_each_deadline_until_its_step_is_done(order_json: Json, appels: Appels) -> None:
    order = order_of(order_json)
    new = {due.deadline.id: (due.days, due.is_open) for due in stands(order, appels, Evidence()).dues}
    assert new == {"avance": (10, True), "installation": (282, True), "solde": (373, True)}
    requested = stands(order, appels, Evidence(events=[event(Step.AVANCE_DEMANDEE)], has_journal=True))
    assert [due.deadline.id for due in requested.dues if due.is_open] == ["installation", "solde"]
    done = stands(order, appels, Evidence(events=[event(Step.SOLDE_PAYE)], has_journal=True))
    assert done.next_due is None


def test_most_urgent_comes_first_and_no_deadline_last(order_json: Json, appels: Appels) -> None:
    order = order_of(order_json)
    done, late, far = (
        stands(order, appels, Evidence(events=events, has_journal=True), today)
        for events, today in (
            ([event(Step.SOLDE_DEMANDE)], TODAY),
            ([], datetime.date(2026, 6, 20)),
            ([event(Step.AVANCE_DEMANDEE)], TODAY),
        )
    )
    assert by_urgency([done, far, late]) == [late, far, done]
    assert late.next_due is not None
    assert late.next_due.days == -2
