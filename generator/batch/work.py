"""What a worker does: it renders a chunk of orders, and says what became of each."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.batch.outputs import Output
from generator.batch.outputs import output_of
from generator.batch.tasks import Task
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import define
from generator.machine import MissingToolError
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import probe_libreoffice
from generator.references import DocumentKind
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions

COMMANDE_ECHEC = define(
    "COMMANDE-ECHEC", ERROR,
    fr="cette commande a fait échouer son ouvrier : {reason}", en="this order made its worker fail: {reason}",
    fix_fr="relancer ; si cela persiste, signaler l'erreur avec le descripteur et le modèle",
    fix_en="run again; if it persists, report the error with the descriptor and the template",
)  # fmt: skip

# A worker of another engine may give a process several chunks at once; LibreOffice and the umask are the process's.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """What all chunks of a run share; `office` is None where each worker looks for its own LibreOffice."""

    out: Path
    options: RenderOptions
    office: LibreOffice | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an order: the files delivered, all that is to be said, and its share of the time in seconds.

    `made_by` tells for each document what made its PDF; `deferred`, that it is to be rendered again, with others;
    `documents`, which ones were delivered.
    """

    outputs: tuple[Output, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    made_by: tuple[tuple[DocumentKind, str], ...] = ()
    deferred: bool = False
    documents: tuple[DocumentKind, ...] = ()


def render_chunk(tasks: Sequence[Task], settings: Settings) -> list[Outcome]:
    """Render orders, in one start of LibreOffice; one that fails touches no other.

    Returns:
        What became of each, in their order.

    Raises:
        MissingToolError: LibreOffice, or a face of the template, is not on the worker's machine.
    """
    with _ONE_AT_A_TIME:
        office = settings.office or (_office() if Format.PDF in settings.options.formats else None)
        try:
            return _rendered(tasks, settings, office)
        except MissingToolError:
            raise
        except Exception:  # noqa: BLE001  # no order may take the others with it: each is tried alone
            return [outcome for task in tasks for outcome in _alone(task, settings, office)]


def lost(reason: str, task: Task) -> Outcome:
    """Return the outcome of an order whose worker gave none."""
    return Outcome((), (COMMANDE_ECHEC.at(task.order.place, reason=reason),))


def _alone(task: Task, settings: Settings, office: LibreOffice | None) -> list[Outcome]:
    try:
        return _rendered([task], settings, office)
    except MissingToolError:
        raise
    except Exception as error:  # noqa: BLE001  # it ends here, as a finding
        return [lost(f"{type(error).__name__}: {error}", task)]


def _rendered(tasks: Sequence[Task], settings: Settings, office: LibreOffice | None) -> list[Outcome]:
    # Late: the run's own process renders nothing.
    from generator.pipeline import render_orders

    start = time.perf_counter()
    rendered = render_orders([(task.order, task.appel) for task in tasks], settings.out, settings.options, office)
    share = (time.perf_counter() - start) / len(tasks)
    return [_outcome(task, each, share) for task, each in zip(tasks, rendered, strict=True)]


def _outcome(task: Task, rendered: Sequence[Rendered], seconds: float) -> Outcome:
    from generator.pipeline import SORTIE_IMPOSSIBLE

    findings = [finding for each in rendered for finding in each.findings]
    outputs = []
    for path in (path for each in rendered for path in each.files):
        try:
            # Read from the disk: what is recorded is what is there.
            outputs.append(output_of(path))
        except OSError as error:
            findings.append(SORTIE_IMPOSSIBLE.at(task.order.place, reason=str(error)))
    made_by = tuple((each.document, each.made_by) for each in rendered if each.made_by)
    documents = tuple(each.document for each in rendered if each.files)
    deferred = any(each.deferred for each in rendered)
    return Outcome(tuple(outputs), tuple(findings), seconds, made_by, deferred, documents)


@cache
def _office() -> LibreOffice | None:
    return probe_libreoffice()
