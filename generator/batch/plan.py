"""Decide which orders a run renders: not those that are invalid, repeated, or delivered before from the same inputs."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, TypeVar

from generator import __version__
from generator.batch.work import task_of, write_task
from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import open_regular
from generator.common.findings import Finding, has_errors
from generator.documents import file_names, outputs, pictures, properties
from generator.documents.manifest_line import ManifestLine, OrderStatus
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.render.docx.templates import ArchiveError, load_template
from generator.render.options import RenderOptions
from generator.render.pdf.libreoffice import LibreOffice
from generator.rules.duplicates import COMMANDE_REPETEE, DuplicateFinder
from generator.rules.validation import CheckedOrder

Known = TypeVar("Known")
# The key of the version of LibreOffice among the engines of a manifest line.
LIBREOFFICE = "libreoffice"


class Inputs:
    """The inputs that all orders of a run share: this program, its engines, the templates, the options.

    Documents with equal inputs are equal.
    """

    def __init__(self, options: RenderOptions, office: LibreOffice | None) -> None:
        """Compute the digest of the shared inputs.

        Args:
            options: the options of rendering.
            office: the engine, if LibreOffice alone makes the PDFs. As a fallback it makes few of them: the manifest
                line of each has its LibreOffice.
        """
        # Each of these changes the bytes of documents, or whether they are delivered.
        shared = {
            "segurdoc": __version__,
            "typst": version("typst"),
            "libreoffice": office and office.label,
            "epoch": os.environ.get(properties.EPOCH_VARIABLE, ""),
            "documents": options.documents,
            "formats": options.formats,
            "name": options.name,
            "attach": options.attach,
            "readers": options.readers,
            "sample": options.sample,
            "engine": options.engine,
            "read_back": options.read_back,
            # The content of templates counts, not their names: a corrected file is another input.
            "templates": [_template_digest(kind, options.template_of(kind)) for kind in DocumentKind],
        }
        self._shared = sha256(json.dumps(shared).encode()).digest()
        # The records and the logos are few, the orders many.
        self._appels: dict[str, bytes] = {}
        self._logo = cache(_logo_digest)

    def of(self, order: Order, appel: Appel) -> str:
        """Return the digest of the inputs of an order's documents, in hexadecimal."""
        digest = sha256(self._shared)
        if appel.reference not in self._appels:
            # A record that `--appel` corrects changes the mentions: its content counts, not its reference.
            self._appels[appel.reference] = sha256(repr(appel).encode()).digest()
        digest.update(self._appels[appel.reference])
        digest.update(sha256(json.dumps(order.descriptor, sort_keys=True).encode()).digest())
        if order.fournisseur.logo is not None:
            digest.update(self._logo(order.folder / order.fournisseur.logo))
        return digest.hexdigest()


def _template_digest(kind: DocumentKind, own: Path | None) -> str:
    try:
        return run_bounded(own, _digest, kind, own) if own else _digest(kind, None)
    except (ArchiveError, BoundedError):
        return ""  # the rendering reports the reason


def _digest(kind: DocumentKind, own: Path | None) -> str:
    return sha256(load_template(kind, own).data).hexdigest()


def _logo_digest(path: Path) -> bytes:
    try:
        if path.is_file():
            with open_regular(path) as stream:
                # One byte more than the limit: a larger logo is refused later, and need not be read to its end.
                return sha256(stream.read(pictures.LOGO_MAX_BYTES + 1)).digest()
    except (OSError, ValueError):
        pass  # the rendering reports the reason
    return b""


def is_up_to_date(record: ManifestLine, inputs: str, out: Path, office: Callable[[], LibreOffice | None]) -> bool:
    """Return whether an earlier run delivered an order from the same inputs, and its files are intact.

    Args:
        record: the order's line in the manifest.
        inputs: the digest of its inputs now.
        out: the output folder.
        office: returns this machine's LibreOffice, None without one; asked only for documents that LibreOffice made.
    """
    if record.inputs != inputs or record.status is not OrderStatus.DELIVERED:
        return False
    # Another LibreOffice than this machine's made a document; without one the document is kept.
    made_with = dict(record.engines).get(LIBREOFFICE)
    installed = office() if made_with else None
    if installed and made_with != installed.label:
        return False
    # A line may call an order delivered without naming all its files: they are made again.
    if not record.outputs or not {*record.asked} <= {output.name for output in record.outputs}:
        return False
    return all(outputs.is_intact(out, output) for output in record.outputs)


def plan(
    checked: Iterable[CheckedOrder],
    digest: Callable[[Order, Appel], str],
    find_done: Callable[[str, str, tuple[Finding, ...]], Known | None],
    tasks: BinaryIO,
    *,
    pattern: str = file_names.DEFAULT_NAME,
    obstacles: Callable[[Order, str], tuple[Finding, ...]] = lambda *_: (),
) -> Iterator[tuple[int, ManifestLine | Known | None]]:
    """Decide for each order, in the sequence of the sources, and write the orders to render to `tasks`.

    Args:
        checked: the orders that `validate` returns.
        digest: returns the digest of the inputs of an order's documents.
        find_done: returns the known result of an order (name, inputs, findings) that was delivered from these inputs
            and whose files are intact; else None.
        tasks: receives the tasks: in memory there is one at a time, however many they are.
        pattern: the pattern of file names; two orders may not have the same name.
        obstacles: returns findings if another order in the output folder has the files of an order (and its name).

    Yields:
        The number of each order in the run, with the manifest line of a refused or repeated order, the known result of
        an order that is done, or None for an order to render.
    """
    duplicates = DuplicateFinder(pattern)
    for number, each in enumerate(checked):
        if each.order is None or each.appel is None:
            yield number, ManifestLine(None, each.file, OrderStatus.REFUSED, findings=each.findings)
            continue
        inputs = digest(each.order, each.appel)
        name = file_names.order_name(each.order, pattern)
        conflicts = duplicates.check(each.order, inputs) or obstacles(each.order, name)
        findings = (*each.findings, *conflicts)
        if has_errors(conflicts) or any(found.kind == COMMANDE_REPETEE for found in conflicts):
            status = OrderStatus.REFUSED if has_errors(conflicts) else OrderStatus.REPEATED
            # Without a name: the line of the order that keeps the name must not be superseded.
            yield number, ManifestLine(None, each.file, status, findings=findings)
            continue
        known = find_done(name, inputs, findings)
        if known is None:
            write_task(tasks, task_of(number, each.order, each.appel, name=name, inputs=inputs, findings=findings))
        yield number, known
