"""Run a batch from the sources to the manifest: plan, render in parallel, record, in this sequence."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from generator import __version__
from generator.batch.dispatch import DaskPool, LocalPool, Pool, Work
from generator.batch.manifest import DOCUMENT_SUFFIXES, Manifest
from generator.batch.plan import LIBREOFFICE, Inputs, is_up_to_date, plan
from generator.batch.work import ChunkSettings, OrderOutcome, Task, read_tasks
from generator.common.files import sweep_unfinished
from generator.common.findings import INFO, Finding, Place, define, has_errors
from generator.common.jsonio.source import Descriptor, expand
from generator.common.language import first_of
from generator.common.missing_tools import MissingToolError, libreoffice_missing
from generator.common.run_folder import run_folder
from generator.documents import file_names, manifest_line
from generator.documents.manifest_line import Done, ManifestLine, OrderStatus, Origin
from generator.orders import Order
from generator.references import Appel, Appels
from generator.render.existing import files_of, names_in_use
from generator.render.options import BY_LIBREOFFICE, Engine, Format, RenderOptions
from generator.render.pdf.libreoffice import LibreOffice, probe_libreoffice
from generator.rules import NO_CONTEXT, RuleContext, review_appel, review_context
from generator.rules.validation import CheckedOrder, validate

# The document of an order that has changed since may be sent in the place of the new one.
DOCUMENTS_HORS_PASSAGE = define("DOCUMENTS-HORS-PASSAGE", INFO)
LOCAL, DASK = "local", "dask://"
# Documents named in a message.
_NAMED = 5
# Orders to render between two looks at the workers.
_AHEAD_STEP = 8


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """The options of a run.

    Attributes:
        out: the output folder; created if it is missing.
        render: the options of rendering.
        jobs: the number of worker processes.
        fresh: render every order, also those that earlier runs delivered.
        executor: `local`, or `dask://host:port`.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
        context: the base of eligible establishments, the register, and the day.
    """

    out: Path
    render: RenderOptions
    jobs: int
    fresh: bool = False
    executor: str = LOCAL
    fournisseur: Descriptor | None = None
    context: RuleContext = NO_CONTEXT


class Batch:
    """A run. Inside `with`, `plan` comes first, then `render`; `results` returns the results of all orders so far.

    Attributes:
        manifest_path: the file of the manifest.
        waiting: the number of orders to render.
    """

    def __init__(self, options: BatchOptions, appels: Appels) -> None:
        self.manifest_path = options.out / manifest_line.NAME
        self.waiting = 0
        self._options = options
        self._appels = dict(appels)
        self._stack = ExitStack()
        self._work: Work | None = None
        # The orders rendered while others were still checked.
        self._ahead: list[Done] = []
        # The place of each order's line in the manifest, and whether it is an earlier run's: 10,000 are small.
        self._places: dict[int, tuple[int, bool]] = {}
        self._refused: list[int] = []
        # The files of this run's orders, rendered now or before.
        self._own_files: set[str] = set()
        self._pool: Pool | None = None
        self._warmed: Future[None] | None = None
        self._used: dict[str, Appel] = {}

    def __enter__(self) -> Batch:
        """Lock the output folder, and open its manifest.

        Raises:
            ManifestError: another run has the folder.
            OSError: the folder cannot be written.
        """
        with self._stack as stack:
            self._manifest = stack.enter_context(Manifest(self._options.out))
            sweep_unfinished(self._options.out)
            self._folder = stack.enter_context(run_folder())
            self._tasks: BinaryIO = stack.enter_context((self._folder / "tasks").open("wb"))
            # The workers start while orders are checked: it takes as long as the check of hundreds of them.
            self._starter = stack.enter_context(ThreadPoolExecutor(max_workers=1))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        # An interrupted run leaves unfinished files of its workers.
        if self.waiting:
            sweep_unfinished(self._options.out)

    def plan(self, sources: Iterable[str], *, ahead: bool = True) -> Iterator[Done | None]:
        """Read and check every order.

        Args:
            sources: files, folders, patterns, `-` for the standard input.
            ahead: render valid orders while the others are checked.

        Yields:
            The result of each order that is refused or was delivered before; None for each order to render.
        """
        options = self._options
        # As a fallback LibreOffice makes few documents: another version must not change the inputs of all.
        office = self._office if options.render.engine is Engine.LIBREOFFICE else None
        digest: Callable[..., str] = Inputs(options.render, office).of
        if self._manifest.is_new:
            # There will be work: the workers start while the first order is read.
            self._start_pool()
        checked = map(self._note_appel, validate(expand(sources), self._appels, options.fournisseur, options.context))
        planned = plan(
            checked, digest, self._find_done, self._tasks, pattern=options.render.name, obstacles=self._obstacles
        )
        for number, entry in planned:
            if entry is None:
                if self._pool is None:
                    self._start_pool()
                self.waiting += 1
                if ahead and self.waiting % _AHEAD_STEP == 0:
                    self._render_ahead()
                yield None
            elif isinstance(entry, ManifestLine):
                # Not synced one by one: an order that is refused is checked again by the next run.
                yield self._note([(number, entry)], sync=False)[0]
            else:
                place, record = entry
                self._places[number] = (place, True)
                self._own_files.update(output.name for output in record.outputs)
                yield Done(number, record, unchanged=True)

    def render(self) -> Iterator[Done]:
        """Render the waiting orders, and record each chunk as soon as it is done.

        Raises:
            MissingToolError: LibreOffice, or a font of the template, is not on the machine.
            OSError: the manifest cannot be written.
        """
        if not self.waiting:
            return
        work = self._work or self._begin_work()
        self._tasks.flush()
        work.expect(self.waiting, complete=True)
        for done in self._ahead:
            yield done
            self.waiting -= 1
        self._ahead.clear()
        for chunk, outcomes in work.finish():
            yield from self._note_chunk(chunk, outcomes)
            self.waiting -= len(chunk)

    def results(self) -> Iterator[Done]:
        """Return the result of every order, in the sequence of the sources."""
        for number in sorted(self._places):
            place, unchanged = self._places[number]
            yield Done(number, self._manifest.read(place), unchanged)

    def reviews(self) -> list[Finding]:
        """Return the findings on the AF records of the orders, the base, and documents of other orders."""
        of_appels = [finding for appel in self._used.values() for finding in review_appel(appel)]
        return [*of_appels, *review_context(self._options.context), *self._other_documents()]

    def _other_documents(self) -> Iterator[Finding]:
        """Report the documents of the folder that no order of this run has: their order was changed or removed."""
        # Their order was changed or removed since, or another program wrote them.
        found = (file.name for file in self._options.out.iterdir() if file.suffix in DOCUMENT_SUFFIXES)
        names = sorted(name for name in found if name not in self._own_files)
        if names:
            shown = first_of(names, _NAMED)
            yield DOCUMENTS_HORS_PASSAGE.at(Place(str(self._options.out)), count=len(names), names=shown)

    def tidy(self) -> None:
        """Drop from the manifest the lines that this run superseded; `results` is empty afterwards."""
        self._manifest.tidy(self._refused)
        self._places.clear()

    @cached_property
    def _origin(self) -> Origin | None:
        base = self._options.context.base
        return Origin(base.source.file, base.source.sha256, base.source.date.isoformat()) if base else None

    @cached_property
    def _office(self) -> LibreOffice | None:
        return probe_libreoffice() if Format.PDF in self._options.render.formats else None

    def _start_pool(self) -> None:
        # The workers start while orders are checked: they need half a second.
        if self._options.executor == LOCAL:
            self._pool = LocalPool(self._options.jobs, self._folder)
        else:
            self._pool = DaskPool("tcp://" + self._options.executor.removeprefix(DASK))
        self._stack.callback(self._close_pool)
        self._warmed = self._starter.submit(self._pool.warm)

    def _begin_work(self) -> Work:
        render = self._options.render
        needed = render.engine is Engine.LIBREOFFICE and Format.PDF in render.formats
        # Each document would miss its PDF: the run says so before any work. A cluster has programs of its own.
        if needed and self._office is None and self._options.executor == LOCAL:
            raise MissingToolError(libreoffice_missing())
        settings = ChunkSettings(self._options.out.absolute(), render)
        assert self._pool is not None, "the first waiting order starts it"
        assert self._warmed is not None
        self._warmed.result()
        tasks = self._stack.enter_context((self._folder / "tasks").open("rb"))
        self._work = Work(self._pool, read_tasks(tasks, self._appels), settings)
        return self._work

    def _render_ahead(self) -> None:
        """Let the workers render during the checks, once they are ready."""
        if not self._warmed or not self._warmed.done():
            return
        work = self._work or self._begin_work()
        self._tasks.flush()
        work.expect(self.waiting, complete=False)
        for chunk, outcomes in work.go_on():
            self._ahead += self._note_chunk(chunk, outcomes)

    def _close_pool(self) -> None:
        # A thread starts the workers: its end is waited for before they are ended.
        if self._pool and self._warmed:
            self._warmed.exception()
            self._pool.close()

    def _find_done(self, name: str, inputs: str, findings: tuple[Finding, ...]) -> tuple[int, ManifestLine] | None:
        found = None if self._options.fresh else self._manifest.find(name)
        if found is None or not is_up_to_date(found[1], inputs, self._options.out, lambda: self._office):
            return None
        record = found[1]
        # The documents are unchanged, but another base or another day may give other findings.
        now = manifest_line.recheck(record, findings, self._origin)
        return found if now is record else (self._manifest.add([now], sync=False)[0], now)

    def _obstacles(self, order: Order, name: str) -> tuple[Finding, ...]:
        """Return a finding if another order of the folder has the name of one of the order's files."""
        render = self._options.render
        files = files_of(order, render)
        owner = self._manifest.find_owner(manifest_line.order_identity(order), name, files)
        if owner:
            other = f"{owner.reference}, {owner.finess_pmsi}, {owner.numero}"
            paths = [self._options.out / each for each in files]
            existing = [path for path in paths if path.exists()] or paths
            return (file_names.NOM_PRIS.at(order.place, other=other, files=", ".join(map(str, existing))),)
        # The files of a recorded order are its own.
        return () if self._manifest.find(name) else tuple(names_in_use(order, self._options.out, render))

    def _note_appel(self, checked: CheckedOrder) -> CheckedOrder:
        if checked.appel:
            self._used[checked.appel.reference] = checked.appel
        return checked

    def _note_chunk(self, chunk: Sequence[Task], outcomes: Sequence[OrderOutcome]) -> list[Done]:
        return self._note(
            [(task.number, self._record(task, outcome)) for task, outcome in zip(chunk, outcomes, strict=True)]
        )

    def _note(self, records: Sequence[tuple[int, ManifestLine]], *, sync: bool = True) -> list[Done]:
        places = self._manifest.add((record for _, record in records), sync=sync)
        for (number, record), place in zip(records, places, strict=True):
            self._places[number] = (place, False)
            self._own_files.update(output.name for output in record.outputs)
            if record.order is None:
                self._refused.append(place)
        return [Done(number, record) for number, record in records]

    def _record(self, task: Task, outcome: OrderOutcome) -> ManifestLine:
        engines = {"segurdoc": __version__, **{document.value: made_by for document, made_by in outcome.made_by}}
        # `made_by` begins with the engine; the reason why typst did not make the PDF follows.
        if self._office and any(made_by.startswith(BY_LIBREOFFICE.en) for _, made_by in outcome.made_by):
            engines[LIBREOFFICE] = self._office.label
        findings = (*task.findings, *outcome.findings)
        order = task.order
        return ManifestLine(
            order=task.name,
            file=task.file,
            status=OrderStatus.FAILED if has_errors(findings) else OrderStatus.DELIVERED,
            inputs=task.inputs,
            outputs=outcome.outputs,
            asked=tuple(files_of(order, self._options.render)),
            findings=findings,
            engines=tuple(engines.items()),
            finished=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            seconds=outcome.seconds,
            identity=manifest_line.order_identity(order),
            documents=outcome.documents,
            # The next run replaces these findings, if the base or the day gives others.
            checked=len(task.findings),
            eligibles=self._origin,
            perimeter=manifest_line.order_perimeter(order),
        )
