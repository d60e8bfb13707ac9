"""What an order's documents are made from, as one digest: where it is the same, so are they."""

from __future__ import annotations

import json
import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from generator import __version__
from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.regular_files import open_regular
from generator.documents.pictures import LOGO_MAX_BYTES
from generator.documents.properties import EPOCH_VARIABLE
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.render.docx.templates import ArchiveError, load_template
from generator.render.options import RenderOptions
from generator.render.pdf.libreoffice import LibreOffice


class Inputs:
    """The inputs that all orders of a run share: this program, its engines, the templates, what is asked for."""

    def __init__(self, options: RenderOptions, office: LibreOffice | None) -> None:
        """Take the inputs.

        Args:
            options: what is asked for.
            office: the engine, where LibreOffice alone makes the PDFs. As a fallback it makes few of them: the record
                of each says which LibreOffice did.
        """
        shared = {
            "segurdoc": __version__,
            "typst": version("typst"),
            "libreoffice": office and office.label,
            "epoch": os.environ.get(EPOCH_VARIABLE, ""),
            "documents": options.documents,
            "formats": options.formats,
            "name": options.name,
            "attach": options.attach,
            "engines": options.engines,
            "sample": options.sample,
            "engine": options.engine,
            "read_back": options.read_back,
            "templates": [_template_digest(kind, options.template_of(kind)) for kind in DocumentKind],
        }
        self._shared = sha256(json.dumps(shared).encode()).digest()
        # The records and the logos are few, the orders many.
        self._appels: dict[str, bytes] = {}
        self._logo = cache(_logo_digest)

    def of(self, order: Order, appel: Appel) -> str:
        """Return the digest of what an order's documents are made from, in hexadecimal."""
        digest = sha256(self._shared)
        if appel.reference not in self._appels:
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
        return ""  # the rendering says what is wrong with it


def _digest(kind: DocumentKind, own: Path | None) -> str:
    return sha256(load_template(kind, own).data).hexdigest()


def _logo_digest(path: Path) -> bytes:
    try:
        if path.is_file():
            with open_regular(path) as stream:
                return sha256(stream.read(LOGO_MAX_BYTES + 1)).digest()
    except (OSError, ValueError):
        pass  # the rendering says what is wrong with it
    return b""
