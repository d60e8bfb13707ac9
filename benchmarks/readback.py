"""How much of each document reads back: `python benchmarks/readback.py [--engine NAME]... [--profile NAME]...`.

Renders documents of each kind and reference, in the built-in layout and in a naive one (a two-column table with frames,
Arial 10 pt, the answers as boxes, as users of docxtpl make it), draws their pages, wears them, reads them at one look
with each engine, and prints how many of the mentions came back verbatim. `--faults` lists those that did not.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from pathlib import Path

from generator.documents import canonical_of
from generator.documents import documents_of
from generator.docx.render import render_docx
from generator.mentions import PrintedMention
from generator.mentions import expected_texts
from generator.orders import Order
from generator.pdf.libreoffice import convert
from generator.pdf.libreoffice import probe_libreoffice
from generator.qr import qr_payload
from generator.readback.codes import read_codes
from generator.readback.compare import Outcome
from generator.readback.compare import Reading
from generator.readback.compare import compare
from generator.readback.engines import ENGINES
from generator.readback.engines import engine
from generator.readback.raster import rasterise
from generator.readback.wear import PROFILES
from generator.readback.wear import worn
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import load_appels
from generator.templates import load_template
from generator.validation import validate
from templates.ooxml import cell
from templates.ooxml import package
from templates.ooxml import paragraph
from templates.ooxml import run
from templates.ooxml import styles
from templates.ooxml import table
from templates.ooxml import tag

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "valid"
DOSSIERS = ("va-noms-longs.json", "va-dpi-avec-reserves.json", "pv-pilote-pfi-corse.json")


@dataclass(frozen=True, slots=True)
class Document:
    """A document to read: its layout, its PDF, and what must stand on it."""

    layout: str
    name: str
    pdf: bytes
    expected: tuple[PrintedMention, ...]


def naive_template() -> bytes:
    """Return a layout of two columns in a framed table, small type, a question beside its boxes."""
    text = run("{{ other.text }} ", size=10) + run("{{ other.value }}", bold=True, size=10)
    shown = (tag("for other in other_mentions"), paragraph(text), tag("endfor"))
    asked = (
        tag("for question in questions"),
        paragraph(run("{{ question.text }} {{ question.yes_box }} Oui {{ question.no_box }} Non ", size=10)),
        paragraph(run("Réponse : {{ question.answer }}", size=10)),
        tag("endfor"),
    )
    body = table((90, 88), (cell(90, *shown, framed=True), cell(88, *asked, framed=True)))
    head = paragraph(run("{{ qr_code }}"), style="Header")
    return package(
        body + paragraph(),
        headers=(head, head),
        footer=paragraph(style="Footer"),
        styles_xml=styles(10, 12, 178),
        page=(16, 16),
        title="naive",
    )


def dossiers(names: list[str]) -> Iterator[tuple[Order, Appel]]:
    """Yield the orders of the samples, and each of those with an end as a VA and as a PV pilote, for each reference."""
    for checked in validate([SAMPLES / name for name in names], load_appels()):
        assert checked.order
        assert checked.appel
        yield checked.order, checked.appel
        if checked.order.va:
            other = replace(checked.order.va, pv_pilote=not checked.order.va.pv_pilote)
            yield replace(checked.order, va=other), checked.appel


def documents(names: list[str], layouts: list[str], folder: Path) -> list[Document]:
    """Render the documents in each layout, in one start of LibreOffice."""
    sources: dict[Path, tuple[str, tuple[PrintedMention, ...]]] = {}
    naive = folder / "naive.docx"
    naive.write_bytes(naive_template())
    for number, (order, appel) in enumerate(dossiers(names)):
        for kind in documents_of(order):
            if kind is DocumentKind.BDC and number % 2:
                continue
            qr = qr_payload(order, kind, canonical_of(order, kind)).encode()
            for layout in layouts:
                template = load_template(kind, naive if layout == "naive" else None)
                path = folder / f"{number}-{kind.value}-{layout}.docx"
                path.write_bytes(render_docx(order, appel, kind, template, qr))
                # Who signs and what the client wrote do not stand on the naive one: it is asked its mentions only.
                asked = [
                    each
                    for each in expected_texts(order, appel, kind)
                    if layout != "naive" or not each.id.startswith(("reserve.", "signataire.", "question."))
                ]
                sources[path] = layout, tuple(asked)
    office = probe_libreoffice()
    assert office
    convert(office, list(sources), folder, timeout=600)
    return [
        Document(layout, path.stem, path.with_suffix(".pdf").read_bytes(), asked)
        for path, (layout, asked) in sources.items()
    ]


def read(document: Document, engine_name: str, profile_name: str, seed: int) -> tuple[tuple[Reading, ...], bool]:
    """Wear one document, read it at one look, and tell whether its QR code decodes."""
    profile = PROFILES[profile_name]
    pages = [worn(page, profile, seed) for page in rasterise(document.pdf, profile.dpi)]
    readings = compare(document.expected, [engine(engine_name).read(page) for page in pages], engine_name)
    return readings, bool(read_codes(pages).payloads)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("--profile", action="append", choices=list(PROFILES))
    parser.add_argument("--layout", action="append", choices=("ours", "naive"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", action="append", help="descriptor in samples/valid")
    parser.add_argument("--faults", action="store_true")
    asked = parser.parse_args()
    layouts = asked.layout or ["ours", "naive"]
    with tempfile.TemporaryDirectory() as temporary, ProcessPoolExecutor() as cores:
        made = documents(asked.sample or list(DOSSIERS), layouts, Path(temporary))
        print(f"{'profile':12} {'engine':10} {'layout':6} verbatim        QR")
        for profile in asked.profile or PROFILES:
            for name in asked.engine or ENGINES:
                for layout in layouts:
                    mine = [document for document in made if document.layout == layout]
                    results = list(
                        cores.map(partial(read, engine_name=name, profile_name=profile, seed=asked.seed), mine)
                    )
                    readings = [reading for each, _ in results for reading in each]
                    well = sum(reading.outcome is Outcome.VERBATIM for reading in readings)
                    codes = sum(code for _, code in results)
                    share = f"{well:4} / {len(readings):4} {well / len(readings):6.1%}"
                    print(f"{profile:12} {name:10} {layout:6} {share} {codes:3} / {len(mine)}", flush=True)
                    for document, (each, _) in zip(mine, results, strict=True):
                        for reading in each:
                            if asked.faults and reading.outcome is not Outcome.VERBATIM:
                                print(f"    {document.name:22} {reading.mention.id:26} {reading.read[:90]}")


if __name__ == "__main__":
    main()
