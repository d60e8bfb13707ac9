"""Check what a VA says besides its dates (`dates`): the software, the MSSanté address, the name on the invoice."""

from collections.abc import Iterator

from generator.common.findings import INFO, WARNING, define
from generator.common.folding import fold_words
from generator.orders import Order
from generator.references import Appel
from generator.rules.model import AppelRule, OrderRule, Problem, key_problem, problem

# The model of the VA could not be read: that it names the software is deduced.
SOLUTION_ABSENTE = define("VA-SOLUTION-ABSENTE", WARNING)
# The rule is written, but two spellings of one name may agree without being equal: hence a warning.
FACTURE_SIGNATAIRE = define("FACTURE-SIGNATAIRE", WARNING)
# The source is about wave 1 (hôpital RI), and the model of the VA of wave 2 could not be read: hence information.
MSSANTE_ABSENTE = define("VA-MSSANTE-ABSENTE", INFO)
MSSANTE_DOMAINE = define("VA-MSSANTE-DOMAINE", INFO)

# Other MSSanté domains exist; the program does not know their list.
_MSSANTE = "mssante.fr"
_MSSANTE_VALUE = "va.adresse_mssante"


def _check_mssante_address(order: Order, appel: Appel) -> Iterator[Problem]:
    """« vous devrez indiquer l'adresse MSSanté effectivement utilisée par le client »."""
    if order.va is None or not any(mention.value == _MSSANTE_VALUE for mention in appel.mentions):
        return
    given = order.descriptor["va"]
    adresse = order.va.adresse_mssante
    if isinstance(given, dict) and "adresse_mssante" not in given:
        yield key_problem(MSSANTE_ABSENTE, "/va")
    elif adresse and not adresse.lower().endswith((f"@{_MSSANTE}", f".{_MSSANTE}")):
        yield problem(MSSANTE_DOMAINE, "/va/adresse_mssante", adresse=adresse, domaine=_MSSANTE)


def _check_solution(order: Order) -> Iterator[Problem]:
    if "solution" not in order.descriptor:
        yield key_problem(SOLUTION_ABSENTE, "/va")


def _check_invoice_name(order: Order) -> Iterator[Problem]:
    """« … une concordance entre le nom figurant sur la facture et le signataire de la VA »: in any order of words."""
    va = order.va
    if va and va.signataire and va.nom_facture and _words(va.nom_facture) != _words(va.signataire.nom):
        names = {"nom_facture": va.nom_facture, "signataire": va.signataire.nom}
        yield problem(FACTURE_SIGNATAIRE, "/va/nom_facture", **names)


def _words(name: str) -> list[str]:
    return sorted(fold_words(name).split())


RULES = (
    OrderRule(("/va",), _check_solution),
    AppelRule(("/va",), _check_mssante_address),
    OrderRule(("/va/nom_facture", "/va/signataire/nom"), _check_invoice_name),
)
