"""Makes the formes that come with the program: `python -m templates.formes` writes them to `templates/formes/`.

They let a machine without LibreOffice make PDFs: those of the samples, and of orders of the usual kinds. Each optional
value that is there or not makes another kind.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from generator.formes.store import SUFFIX
from generator.formes.store import user_formes
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.orders import Order
from generator.pipeline import render_orders
from generator.references import Appel
from generator.references import load_appels
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions
from generator.resources import FORMES
from generator.resources import ROOT
from generator.validation import check_descriptor
from generator.validation import validate

SAMPLES = ROOT / "samples" / "valid"
# A dossier for each appel à financement, with all that is optional, and what its end document is.
BASES = (
    ("va-dpi-sans-reserve.json", "va"),
    ("pv-pilote-pfi-corse.json", "pv_pilote"),
    ("pv-pilote-pfi-corse.json", "va"),
)
LONG_NAME = "Centre hospitalier intercommunal de Ville-Fictive et des Communes du Modèle"
ADDRESS = {"lignes": ["1 place du Modèle"], "code_postal": "99000", "ville": "Exempleville"}
# Any: its picture is no part of a forme.
LOGO = "logo.png"
SIGNATORY = {"nom": "Camille Exemple", "qualite": "Directrice"}


def kinds() -> Iterator[tuple[Order, Appel]]:
    """Give orders of every kind that has a forme."""
    appels = load_appels()
    for checked in validate([SAMPLES], appels):
        if checked.order and checked.appel:
            yield checked.order, checked.appel
    for name, end in BASES:
        base = json.loads((SAMPLES / name).read_text("utf-8"))
        base["va"] |= {"type": end, "reserves": []} if end == "va" else {}
        for options in itertools.product((False, True), repeat=6):
            (read,) = parse_descriptors(json.dumps(_with(base, *options)), str(SAMPLES / name))
            assert isinstance(read, Descriptor)
            checked = check_descriptor(read, appels)
            assert checked.order, checked.findings
            assert checked.appel
            yield checked.order, checked.appel


def _with(base: dict[str, Any], *options: bool) -> dict[str, Any]:
    address, contact, signatory, vendor_signatory, logo, long_name = options
    value: dict[str, Any] = json.loads(json.dumps(base))
    client = value["client"]
    optional = {
        "adresse": ADDRESS if address else None,
        "responsable": {"nom": "Dominique Exemple", "telephone": "0123456789"} if contact else None,
        "signataire": SIGNATORY if signatory else None,
    }
    for key, given in optional.items():
        client.pop(key, None)
        if given:
            client[key] = given
    client["denomination_sociale"] = LONG_NAME if long_name else "CH Modèle"
    vendor = value["fournisseur"]
    vendor.pop("logo", None)
    vendor.pop("signataire", None)
    if logo:
        vendor["logo"] = LOGO
    if vendor_signatory:
        vendor["signataire"] = SIGNATORY
    return value


def _rendered(out: Path, order: tuple[Order, Appel]) -> list[Rendered]:
    """Render the documents of an order, which makes their formes."""
    options = RenderOptions(formats=(Format.PDF,), engine=Engine.FORME)
    return [result for results in render_orders([order], out / str(os.getpid()), options) for result in results]


def main() -> None:
    """Make all formes anew."""
    FORMES.mkdir(exist_ok=True)
    for old in FORMES.iterdir():
        old.unlink()
    orders = list(kinds())
    made = refused = 0
    with tempfile.TemporaryDirectory() as temporary:
        # Nothing that this user has made so far.
        os.environ["XDG_CACHE_HOME"] = f"{temporary}/cache"
        with ProcessPoolExecutor() as pool:
            for order, results in zip(orders, pool.map(partial(_rendered, Path(temporary)), orders), strict=True):
                made += sum(bool(result.files) for result in results)
                for finding in itertools.chain.from_iterable(result.findings for result in results):
                    refused += 1
                    print(f"{order[0].file}: {finding.message('en')}")  # noqa: T201  # it is a script
        for path in user_formes().iterdir():
            shutil.copyfile(path, FORMES / path.name)
    print(f"{made} documents, {refused} without forme, {len(list(FORMES.glob('*' + SUFFIX)))} formes")  # noqa: T201


if __name__ == "__main__":
    main()
