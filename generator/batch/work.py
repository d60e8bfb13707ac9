"""Pass orders to the workers of a run as tasks, and render them there, chunk by chunk."""

import os
import pickle
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from generator.common.findings import ERROR, Finding, define
from generator.common.language import os_reason
from generator.common.missing_tools import MissingToolError
from generator.documents.outputs import Output, read_output
from generator.orders import Order
from generator.references import Appel, Appels, DocumentKind
from generator.render.options import Rendered, RenderOptions

COMMANDE_ECHEC = define("COMMANDE-ECHEC", ERROR)

# A worker of another engine may give a process several chunks at once; LibreOffice and the umask are the process's.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Task:
    """An order to render: its number in the run, its name and file, and the digest of the inputs of its documents.

    The order is packed here and unpacked by the worker: on the way its twenty objects are one.
    """

    number: int
    name: str
    file: str
    inputs: str
    packed: bytes
    appel: Appel
    findings: tuple[Finding, ...]

    @property
    def order(self) -> Order:
        """The order, unpacked."""
        order: Order = pickle.loads(self.packed)  # noqa: S301  # this run packed it
        return order


def task_of(
    number: int, order: Order, appel: Appel, *, name: str, inputs: str, findings: tuple[Finding, ...] = ()
) -> Task:
    """Return the task to render an order."""
    return Task(number, name, order.file, inputs, pickle.dumps(order), appel, findings)


def write_task(tasks: BinaryIO, task: Task) -> None:
    """Append a task to a file."""
    _Pickler(tasks).dump(task)


def read_tasks(tasks: BinaryIO, appels: Appels) -> Iterator[Task]:
    """Return the tasks of a file, to which others may be written meanwhile; `appels` has the AF of their orders."""
    while True:
        try:
            yield _Unpickler(tasks, appels).load()
        except EOFError:
            return


class _Pickler(pickle.Pickler):
    """Writes tasks with the names of their AF: the record weighs ten times the order, and all orders share it."""

    def persistent_id(self, value: object) -> str | None:
        """Return the reference of an AF record, which is written instead of it."""
        return value.reference if isinstance(value, Appel) else None


class _Unpickler(pickle.Unpickler):
    """Reads the tasks that `_Pickler` wrote: this run did, to a file of its own."""

    def __init__(self, stream: BinaryIO, appels: Appels) -> None:
        super().__init__(stream)
        self._appels = appels

    def persistent_load(self, name: str) -> Appel:
        """Return the AF record of a reference."""
        return self._appels[name]


@dataclass(frozen=True)
class ChunkSettings:
    """The settings of all chunks of a run: the output folder, and the options of rendering."""

    out: Path
    options: RenderOptions


@dataclass(frozen=True)
class OrderOutcome:
    """The result for an order: the files delivered, the findings, and its share of the time in seconds.

    `made_by` has the engine of the PDF of each document, and why it was not typst; `documents` are those with a file
    that was delivered.
    """

    outputs: tuple[Output, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    made_by: tuple[tuple[DocumentKind, str], ...] = ()
    documents: tuple[DocumentKind, ...] = ()


def render_chunk(tasks: Sequence[Task], settings: ChunkSettings) -> list[OrderOutcome]:
    """Render orders, with one start of LibreOffice at most; an order that fails affects no other.

    Returns:
        The outcomes, in the sequence of the tasks.

    Raises:
        MissingToolError: LibreOffice, or a font of the template, is not on the worker's machine.
    """
    with _ONE_AT_A_TIME:
        try:
            return _rendered(tasks, settings)
        except MissingToolError:
            raise
        except Exception:  # noqa: BLE001  # no order may take the others with it: each is tried alone
            return [outcome for task in tasks for outcome in _alone(task, settings)]


def lost(reason: str, task: Task) -> OrderOutcome:
    """Return the outcome of an order whose worker returned none."""
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
    # LibreOffice converts a chunk in one start: the time of a single order is unknown.
    share = (time.perf_counter() - start) / len(tasks)
    return [_outcome(task, each, share) for task, each in zip(tasks, rendered, strict=True)]


def _outcome(task: Task, rendered: Sequence[Rendered], seconds: float) -> OrderOutcome:
    from generator.render.pipeline import SORTIE_IMPOSSIBLE

    findings = [finding for each in rendered for finding in each.findings]
    outputs = []
    # A file that cannot be read back is not recorded, and its order counts as failed.
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
