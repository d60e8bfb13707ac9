"""What a worker does: it renders a chunk of orders, and says what became of each."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.batch.tasks import Task
from generator.common.findings import ERROR, Finding, define
from generator.common.language import os_reason
from generator.common.machine import MissingToolError
from generator.documents.outputs import Output, read_output
from generator.references import DocumentKind
from generator.render.options import Rendered, RenderOptions

COMMANDE_ECHEC = define("COMMANDE-ECHEC", ERROR)

# A worker of another engine may give a process several chunks at once; LibreOffice and the umask are the process's.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class ChunkSettings:
    """What all chunks of a run share."""

    out: Path
    options: RenderOptions


@dataclass(frozen=True)
class OrderOutcome:
    """What became of an order: the files delivered, all that is to be said, and its share of the time in seconds.

    `made_by` names for each document the engine of its PDF, and why it was not typst; `documents` are those of which
    a file was delivered.
    """

    outputs: tuple[Output, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    made_by: tuple[tuple[DocumentKind, str], ...] = ()
    documents: tuple[DocumentKind, ...] = ()


def render_chunk(tasks: Sequence[Task], settings: ChunkSettings) -> list[OrderOutcome]:
    """Render orders, with one start of LibreOffice at most; one that fails touches no other.

    Returns:
        What became of each, in their order.

    Raises:
        MissingToolError: LibreOffice, or a face of the template, is not on the worker's machine.
    """
    with _ONE_AT_A_TIME:
        try:
            return _rendered(tasks, settings)
        except MissingToolError:
            raise
        except Exception:  # noqa: BLE001  # no order may take the others with it: each is tried alone
            return [outcome for task in tasks for outcome in _alone(task, settings)]


def lost(reason: str, task: Task) -> OrderOutcome:
    """Return the outcome of an order whose worker gave none."""
    return OrderOutcome((), (COMMANDE_ECHEC.at(task.order.place, reason=reason),))


def _alone(task: Task, settings: ChunkSettings) -> list[OrderOutcome]:
    try:
        return _rendered([task], settings)
    except MissingToolError:
        raise
    except Exception as error:  # noqa: BLE001  # it ends here, as a finding
        return [lost(f"{type(error).__name__}: {error}", task)]


def _rendered(tasks: Sequence[Task], settings: ChunkSettings) -> list[OrderOutcome]:
    # Late: the run's own process renders nothing.
    from generator.render.pipeline import render_orders

    # There is a worker for each core: threads of Typst's own take a tenth of the time to wait for one another.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    start = time.perf_counter()
    rendered = render_orders([(task.order, task.appel) for task in tasks], settings.out, settings.options)
    share = (time.perf_counter() - start) / len(tasks)
    return [_outcome(task, each, share) for task, each in zip(tasks, rendered, strict=True)]


def _outcome(task: Task, rendered: Sequence[Rendered], seconds: float) -> OrderOutcome:
    from generator.render.pipeline import SORTIE_IMPOSSIBLE

    findings = [finding for each in rendered for finding in each.findings]
    outputs = []
    for path in (path for each in rendered for path in each.files):
        try:
            # Read from the disk: what is recorded is what is there.
            outputs.append(read_output(path))
        except OSError as error:
            findings.append(SORTIE_IMPOSSIBLE.at(task.order.place, path=path, reason=os_reason(error)))
    # In English, as all that a manifest says to programs.
    made_by = tuple((each.document, each.made_by.en) for each in rendered if each.made_by)
    documents = tuple(each.document for each in rendered if each.files)
    return OrderOutcome(tuple(outputs), tuple(findings), seconds, made_by, documents)
