"""How much of each document reads back: `python benchmarks/readback.py [--engine NAME]... [--profile NAME]...`.

Renders documents of each kind and reference, in the built-in layout and in a naive one (a two-column table with frames,
Arial 10 pt, the answers as boxes, as users of docxtpl make it), draws their pages, wears them, reads them at one look
with each engine, and prints how many of the mentions came back verbatim. `--faults` lists those that did not.
`--segmentation N` reads with Tesseract as it comes instead: its page segmentation mode N (3 and 4 look for columns, 6
takes a page for one block), no resolution given, no page made even.
"""

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image

from generator.common.missing_tools import french_data
from generator.documents.mentions import PrintedMention, expected_texts
from generator.documents.properties import document_descriptor, document_kinds
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.references import Appel, DocumentKind, load_appels
from generator.render.docx.render import render_docx
from generator.render.docx.templates import load_template
from generator.render.pdf.libreoffice import convert, probe_libreoffice
from generator.rules.validation import validate
from generator.verify.compare import Outcome, Reading, compare
from generator.verify.qr_codes import read_codes
from generator.verify.raster import PageImage, rasterise
from generator.verify.readers import READERS, get_reader
from generator.verify.text import Line
from generator.verify.wear import PROFILES, worn
from templates.ooxml import cell, package, paragraph, run, styles, table, tag

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
        for kind in document_kinds(order):
            if kind is DocumentKind.BDC and number % 2:
                continue
            qr = qr_payload(order, kind, document_descriptor(order, kind)).encode()
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


def plainly_read(page: PageImage, mode: int) -> tuple[Line, ...]:
    """Return the lines of a page as Tesseract reads them in a page segmentation mode, told nothing else."""
    import tesserocr

    with tesserocr.PyTessBaseAPI(path=str(french_data()), lang="fra", psm=mode) as api:
        api.SetImage(Image.fromarray(page.pixels))
        text: str = api.GetUTF8Text()
    # Where a line stands is not compared.
    return tuple(Line(line, (0, 0, 0, 0)) for line in text.splitlines() if line.strip())


def read(document: Document, reader: str | int, profile_name: str, seed: int) -> tuple[tuple[Reading, ...], bool]:
    """Wear one document, read it at one look, and tell whether its QR code decodes.

    Args:
        document: the document.
        reader: name of an engine, or Tesseract's page segmentation mode.
        profile_name: how it is worn.
        seed: of the wear.
    """
    profile = PROFILES[profile_name]
    pages = [worn(page, profile, seed) for page in rasterise(document.pdf, profile.dpi)]
    lines = [plainly_read(page, reader) if isinstance(reader, int) else get_reader(reader).read(page) for page in pages]
    return compare(document.expected, lines), bool(read_codes(pages).payloads)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(READERS))
    parser.add_argument("--segmentation", action="append", type=int, choices=(3, 4, 6), default=[])
    parser.add_argument("--profile", action="append", choices=list(PROFILES))
    parser.add_argument("--layout", action="append", choices=("ours", "naive"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", action="append", help="descriptor in samples/valid")
    parser.add_argument("--faults", action="store_true")
    asked = parser.parse_args()
    layouts = asked.layout or ["ours", "naive"]
    readers = [*(asked.engine or ([] if asked.segmentation else READERS)), *asked.segmentation]
    with tempfile.TemporaryDirectory() as temporary, ProcessPoolExecutor() as cores:
        made = documents(asked.sample or list(DOSSIERS), layouts, Path(temporary))
        print(f"{'profile':12} {'engine':10} {'layout':6} verbatim        QR")
        for profile in asked.profile or PROFILES:
            for reader in readers:
                name = f"psm {reader}" if isinstance(reader, int) else reader
                for layout in layouts:
                    mine = [document for document in made if document.layout == layout]
                    results = list(cores.map(partial(read, reader=reader, profile_name=profile, seed=asked.seed), mine))
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
