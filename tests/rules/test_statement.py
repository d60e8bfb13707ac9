"""Random orders and bases: the program says of each what an independent statement of the rules says."""

import copy
import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.references import load_appels
from generator.rules import RuleContext
from generator.rules.eligibles import Base, Etablissement, Source
from generator.rules.eligibles.base import Plafond
from generator.rules.validation import check_descriptor
from tests.conftest import FULL, Json, descriptor
from tests.rules.statement import broken_rules

APPELS = load_appels()
REFERENCES, PRESTATIONS = ("AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"), ("V2", "V1+V2")
# Few numbers, so that orders and bases meet.
NUMBERS = ("010000024", "010000032", "990000010", "990000028", "990000036", "990000044")
# The days on which a rule turns, their neighbours, and the days before and after all of them.
TURNS = ("2026-02-17", "2026-05-04", "2026-06-18", "2027-03-17", "2027-06-16")
DAYS = tuple(
    (datetime.date.fromisoformat(turn) + datetime.timedelta(days=shift)).isoformat()
    for turn in TURNS
    for shift in (-121, -120, -1, 0, 1)
)
AMOUNTS = ("0.00", "0.01", "9999.99", "10000.00", "10000.01", "12000.00", "12000.01")
days, numbers, amounts = st.sampled_from(DAYS), st.sampled_from(NUMBERS), st.sampled_from(AMOUNTS)


@st.composite
def orders(draw: st.DrawFn) -> Json:
    order = copy.deepcopy(FULL)
    order["reference"], order["prestation"] = draw(st.sampled_from(REFERENCES)), draw(st.sampled_from(PRESTATIONS))
    order["client"]["finess_pmsi"] = draw(numbers)
    order["date_emission"] = draw(days)
    ht, rate = Decimal(draw(amounts)), draw(st.sampled_from(("0.00", "20.00")))
    ttc = (ht * (1 + Decimal(rate) / 100)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    order["montant"] = {"ht": str(ht), "taux_tva": rate, "ttc": str(ttc)}
    if rate == "0.00" and draw(st.booleans()):
        del order["montant"]["ttc"]
    questions = APPELS[order["reference"]].questions
    order["scenario"] = {each.id: draw(days) if each.is_date else draw(st.booleans()) for each in questions}
    for key in ("date_dossier_preuves", "date_referencement"):
        if draw(st.booleans()):
            order["solution"][key] = draw(days)
    if draw(st.booleans()):
        flags = st.booleans()
        order["historique"] = {"vague_1_financee": draw(flags), "vague_1_a_ses_frais": draw(flags)}
    if draw(st.integers(0, 3)) == 0:
        order["fusion"] = {
            "finess": draw(st.lists(numbers, min_size=2, max_size=3, unique=True)),
            "justificatif": "arrêté",
        }
    if draw(st.booleans()):
        va = order["va"]
        va["date"], va["scenario"] = draw(days), {}
        if draw(st.booleans()):
            va["date_installation"] = draw(days)
        if draw(st.booleans()):
            va["nom_facture"] = draw(st.sampled_from(("Nom", "Autre")))
        if draw(st.booleans()):
            va["adresse_mssante"] = draw(st.sampled_from(("a@b.MSSANTE.fr", "a@mssante.fr", "a@mssante.fr.example")))
        elif draw(st.booleans()):
            del va["adresse_mssante"]
    else:
        del order["va"]
    return order


@st.composite
def rows(draw: st.DrawFn) -> Json:
    ceilings = {
        (reference, prestation, basis): int(draw(amounts).replace(".", ""))
        for reference in REFERENCES
        for prestation in PRESTATIONS
        for basis in ("ht", "ttc")
        if draw(st.integers(0, 3))
    }
    return {
        "agregat": draw(st.sampled_from((None, "1102", "2205", "1105", "9999"))),
        "categorie": draw(st.sampled_from((None, "355", "697", "500"))),
        "juridique": draw(st.none() | numbers),
        "geographique": draw(st.none() | numbers),
        "ceilings": ceilings,
    }


def as_base(stated: dict[str, Json], refused: set[str]) -> Base:
    """Build the program's own base of what the statement reads."""
    found = {}
    for line, (finess, row) in enumerate(stated.items(), start=2):
        plafonds = {}
        for reference in REFERENCES:
            for prestation in PRESTATIONS:
                ht, ttc = (row["ceilings"].get((reference, prestation, basis)) for basis in ("ht", "ttc"))
                if ht is not None or ttc is not None:
                    both = (None if amount is None else Decimal(amount) / 100 for amount in (ht, ttc))
                    plafonds[reference, prestation] = Plafond(*both)
        codes = row["agregat"], row["categorie"]
        others = row["juridique"], row["geographique"]
        found[finess] = Etablissement(finess, f"CH {line}", line, *codes, *others, plafonds=plafonds)
    source = Source("base.xlsx", "0" * 64, datetime.date(2026, 1, 10))
    return Base(source, found, dict.fromkeys(refused, 9))


@settings(max_examples=400, deadline=None)
@given(
    order=orders(),
    stated=st.dictionaries(numbers, rows(), max_size=4),
    refused=st.sets(numbers, max_size=1),
    today=days,
)
def test_program_says_what_the_statement_says(
    order: Json, stated: dict[str, Json], refused: set[str], today: str
) -> None:
    refused -= set(stated)
    for finess, row in stated.items():
        row["others"] = {row["juridique"], row["geographique"]} - {None, finess}
    context = RuleContext(as_base(stated, refused), today=datetime.date.fromisoformat(today))
    said = {found.code for found in check_descriptor(descriptor(order), APPELS, context=context).findings}
    assert said == broken_rules(order, stated, refused, today)
