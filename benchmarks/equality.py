"""An engine compared with LibreOffice on the same DOCX, line by line, and the report of it."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from generator.render.pdf.libreoffice import LibreOffice, convert, probe_libreoffice
from tests.generators.documents import Document
from tests.generators.lines import Comparison, Line, compare_pages, read_pages

CORES = len(os.sched_getaffinity(0))
# The goal, in points: no deviation above the first, this share of lines within the second.
MOST_OFF, CLOSE, CLOSE_SHARE = 1.5, 0.5, 0.95
# Files for one start of LibreOffice, and the seconds that a file may take.
_CHUNK, _SECONDS = 20, 60.0
# A step in the vertical deviation from one line to the next that is worth a line in the report, in points.
_STEP = 0.25
_DPI = 110

# What makes a PDF of a document: it returns the PDF, or the constructs that it does not support.
Engine = Callable[[Document], bytes | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A document compared.

    Attributes:
        group: of the document.
        name: of the document.
        comparison: None where the engine did not make it.
        reasons: why the engine did not make it.
    """

    group: str
    name: str
    comparison: Comparison | None
    reasons: tuple[str, ...] = ()


def by_typst(document: Document) -> bytes | tuple[str, ...]:
    """Make a PDF with Typst."""
    from generator.render.pdf.typst import UnsupportedError, typeset_docx

    try:
        return typeset_docx(document.docx, document.properties, document.attachment)
    except UnsupportedError as error:
        return tuple(f"{reason.construct} ({reason.place.en})" for reason in error.reasons)


def by_libreoffice(document: Document) -> bytes | tuple[str, ...]:
    """Make a PDF with LibreOffice, anew: what the instrument itself is tried with."""
    office = probe_libreoffice()
    assert office, "LibreOffice is missing: segurdoc doctor"
    with tempfile.TemporaryDirectory() as folder:
        return _convert_chunk(office, [document], Path(folder))[0].read_bytes()


ENGINES: dict[str, Engine] = {"typst": by_typst, "libreoffice": by_libreoffice}


def expected_pdfs(documents: Sequence[Document], cache: Path) -> list[Path]:
    """Return LibreOffice's PDF of each document; those made before by the same LibreOffice are not made again."""
    office = probe_libreoffice()
    assert office, "LibreOffice is missing: segurdoc doctor"
    folder = cache / f"{office.version}-{office.build}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{hashlib.sha256(document.docx).hexdigest()}.pdf" for document in documents]
    waiting = {path: document for path, document in zip(paths, documents, strict=True) if not path.exists()}
    items = list(waiting.items())
    chunks = [items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK)]
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(partial(_make_expected, office), chunks))
    return paths


def _make_expected(office: LibreOffice, chunk: Sequence[tuple[Path, Document]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = _convert_chunk(office, [document for _, document in chunk], Path(folder))
        for (path, _), pdf in zip(chunk, made, strict=True):
            unfinished = path.with_suffix(f".{os.getpid()}.new")
            unfinished.write_bytes(pdf.read_bytes())
            unfinished.replace(path)


def _convert_chunk(office: LibreOffice, documents: Sequence[Document], folder: Path) -> list[Path]:
    files = [folder / f"{number}.docx" for number in range(len(documents))]
    for file, document in zip(files, documents, strict=True):
        file.write_bytes(document.docx)
    made = convert(office, files, folder, timeout=_SECONDS)
    pdfs = []
    for file, document in zip(files, documents, strict=True):
        pdf = made[file]
        assert isinstance(pdf, Path), f"LibreOffice made no PDF of {document.name}: {pdf}"
        pdfs.append(pdf)
    return pdfs


def compare_documents(
    documents: Sequence[Document], engine: str, cache: Path, keep: Path | None = None
) -> list[Compared]:
    """Compare an engine's PDFs with those of LibreOffice.

    Args:
        documents: what to compare.
        engine: a name in `ENGINES`.
        cache: where LibreOffice's PDFs are kept between runs.
        keep: where both PDFs and pictures of the two laid over each other go, if anywhere.
    """
    tasks = list(zip(documents, expected_pdfs(documents, cache), strict=True))
    with ProcessPoolExecutor(CORES) as pool:
        return list(pool.map(partial(_compare, engine=engine, keep=keep), tasks, chunksize=4))


def _compare(task: tuple[Document, Path], *, engine: str, keep: Path | None) -> Compared:
    document, path = task
    try:
        made = ENGINES[engine](document)
    except Exception as error:  # noqa: BLE001  # an engine that fails on a document is a line of the report
        made = (f"{type(error).__name__}: {error}",)
    expected = path.read_bytes()
    if keep:
        _keep(document, expected, made, keep)
    if isinstance(made, tuple):
        return Compared(document.group, document.name, None, made)
    return Compared(document.group, document.name, compare_pages(read_pages(expected), read_pages(made)))


def _keep(document: Document, expected: bytes, made: bytes | tuple[str, ...], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{document.name}.docx").write_bytes(document.docx)
    (folder / f"{document.name}.libreoffice.pdf").write_bytes(expected)
    if isinstance(made, bytes):
        (folder / f"{document.name}.pdf").write_bytes(made)
        for number, picture in enumerate(_overlays(expected, made), start=1):
            picture.save(folder / f"{document.name}.{number}.png")


def _overlays(expected: bytes, made: bytes) -> Iterator[Image.Image]:
    """Lay pages over each other: LibreOffice's alone is red, the engine's alone is blue, both are black."""
    pages = [_drawn(pdf) for pdf in (expected, made)]
    for number in range(max(map(len, pages))):
        blank = Image.new("L", (pages[0] or pages[1])[0].size, "white")
        ours, theirs = (page[number] if number < len(page) else blank for page in reversed(pages))
        size = (max(ours.width, theirs.width), max(ours.height, theirs.height))
        one, other = (_padded(each, size) for each in (theirs, ours))
        yield Image.merge("RGB", (other, ImageChops.lighter(ImageChops.darker(one, other), Image.new("L", size)), one))


def _padded(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    padded = Image.new("L", size, "white")
    padded.paste(picture)
    return padded


def _drawn(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L") for page in document]


@dataclass(frozen=True, slots=True)
class Totals:
    """What documents sum up to."""

    documents: int
    made: int
    same_pages: int
    same_lines: int
    lines: int
    equal: int
    close: int
    within: int
    most_off: float
    pictures: int
    pictures_within: int

    @property
    def is_goal_met(self) -> bool:
        """Whether all documents are made, with the same lines on the same pages, near enough."""
        complete = self.same_lines == self.documents and self.within == self.equal
        return complete and self.close >= CLOSE_SHARE * self.equal and self.pictures_within == self.pictures


def sum_up(compared: Sequence[Compared]) -> Totals:
    """Return the totals of documents."""
    made = [each.comparison for each in compared if each.comparison]
    offs = [pair.off for each in made for pair in each.pairs]
    pictures = [off for each in made for off in each.picture_offs]
    return Totals(
        documents=len(compared),
        made=len(made),
        same_pages=sum(each.has_same_pages for each in made),
        same_lines=sum(each.has_same_lines for each in made),
        lines=len(offs) + sum(max(len(each.missing), len(each.surplus)) for each in made),
        equal=len(offs),
        close=sum(off <= CLOSE for off in offs),
        within=sum(off <= MOST_OFF for off in offs),
        most_off=max(offs, default=0.0),
        pictures=len(pictures),
        pictures_within=sum(off <= MOST_OFF for off in pictures),
    )


def report_differences(compared: Sequence[Compared], most: int) -> Iterator[str]:
    """Give the differences of each document, line by line; of one document at most `most` of each kind."""
    for each in compared:
        found = [f"  not made: {reason}" for reason in each.reasons]
        if each.comparison:
            found = list(_differences(each.comparison, most))
        if found:
            yield f"{each.group}/{each.name}"
            yield from found


def _differences(comparison: Comparison, most: int) -> Iterator[str]:
    if not comparison.has_same_pages:
        yield f"  pages: expected {_sizes(comparison.expected.sizes)}, got {_sizes(comparison.got.sizes)}"
    listed = [("expected", line) for line in comparison.missing] + [("got", line) for line in comparison.surplus]
    listed.sort(key=lambda item: (item[1].page, item[1].y))
    yield from _shortened([f"  {_where(line)} {what:8} « {line.text} »" for what, line in listed], most, "lines")
    far = [pair for pair in comparison.pairs if pair.off > MOST_OFF]
    moved = [
        f"  {_where(pair.expected)} moved    {_move(pair.expected, pair.got)} « {pair.expected.text} »" for pair in far
    ]
    yield from _shortened(moved, most, "lines that moved")
    off = [each for each in comparison.picture_offs if each > MOST_OFF]
    if off:
        yield f"  {len(off)} pictures off by {', '.join(f'{each:.1f}' for each in off)} pt"


def _shortened(listed: Sequence[str], most: int, what: str) -> Iterator[str]:
    yield from listed[:most]
    if len(listed) > most:
        yield f"  … and {len(listed) - most} more {what}"


def _sizes(sizes: Sequence[tuple[float, float]]) -> str:
    return f"{len(sizes)} ({', '.join(f'{width:.0f} × {height:.0f}' for width, height in dict.fromkeys(sizes))})"


def _where(line: Line) -> str:
    return f"p. {line.page} y {line.y:6.1f} x {line.left:6.1f}"


def _move(expected: Line, got: Line) -> str:
    return (
        f"down {got.y - expected.y:+.2f}, start {got.left - expected.left:+.2f}, end {got.right - expected.right:+.2f}"
    )


def report_steps(compared: Sequence[Compared]) -> Iterator[str]:
    """Give the lines where the vertical deviation changes: what stands just above each is what is to be looked at."""
    for each in compared:
        if each.comparison is None:
            continue
        yield f"{each.group}/{each.name}: where the vertical deviation changes"
        page, last = 0, 0.0
        for pair in sorted(each.comparison.pairs, key=lambda pair: (pair.expected.page, pair.expected.y)):
            now = pair.got.y - pair.expected.y
            if pair.expected.page != page or abs(now - last) >= _STEP:
                yield f"  {_where(pair.expected)} down {now:+6.2f} « {pair.expected.text} »"
                # Against the last one listed: small steps add up.
                page, last = pair.expected.page, now
