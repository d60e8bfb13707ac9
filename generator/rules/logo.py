"""Check that the vendor's logo can be printed; `documents.pictures` has its limits."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.language import Text, os_reason
from generator.documents.pictures import LOGO_ILLISIBLE, logo_problem
from generator.orders import Order
from generator.rules.model import OrderRule, Problem, problem


def _check_logo(order: Order) -> Iterator[Problem]:
    path = order.folder / (order.fournisseur.logo or "")
    try:
        status = path.stat()
    except OSError as error:
        reason: Text | None = os_reason(error)
    else:
        try:
            # A logo that takes hours to decode reaches a limit of the worker, which is the finding.
            reason = _logo_problem(path, status.st_mtime_ns, status.st_size)
        except BoundedError as error:
            yield problem(error.finding.kind, "/fournisseur/logo", **dict(error.finding.values))
            return
    if reason:
        yield problem(LOGO_ILLISIBLE, "/fournisseur/logo", logo=order.fournisseur.logo or "", reason=reason)


# The orders of a vendor share a logo. Size and time of change are part of the key, so a new file is read.
@lru_cache(maxsize=16)
def _logo_problem(path: Path, _modified: int, _size: int) -> Text | None:
    return run_bounded(path, logo_problem, path)


RULES = (OrderRule(("/fournisseur/logo",), _check_logo),)
