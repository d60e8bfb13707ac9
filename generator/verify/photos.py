"""Pictures of single pages that are given together: those of one document are read as one.

Phones and some scanners write a file for each page. A page that begins a document has its code, or its title; the pages
that follow it, up to the next such page, are the rest of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from generator.common.findings import Place
from generator.common.folding import fold_signs
from generator.common.worker_process import step
from generator.documents.mentions import TITLES
from generator.references import Appels
from generator.verify.opened import Opened, UnreadableDocumentError, open_document
from generator.verify.raster import PageImage
from generator.verify.readers import read_pages
from generator.verify.seen import Seen, look_at

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff"))


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """A document to verify.

    Attributes:
        path: its file; that of its first page where each has its own.
        others: the files of its other pages.
        scan: all its pages in one file, where there are others.
    """

    path: Path
    others: tuple[Path, ...] = ()
    scan: Path | None = None

    def opened(self) -> Opened:
        """Open it.

        Raises:
            UnreadableDocumentError: it cannot be read.
        """
        return replace(open_document(self.scan or self.path), path=self.path)


def may_be_photos(paths: Sequence[Path]) -> bool:
    """Return whether there are several pictures, which may be pages of one document."""
    return sum(path.suffix.lower() in _PICTURES for path in paths) > 1


def gather_photos(paths: Sequence[Path], reader: str, appels: Appels, folder: Path) -> list[GivenDocument]:
    """Return the documents of some files, pages in pictures of their own joined.

    Args:
        paths: the files, the pages of a document one after the other.
        reader: the optical reader that looks for titles.
        appels: the records, whose titles they are.
        folder: where the files of joined pages are written.
    """
    titles = {fold_signs(appel.mention_text(title)) for appel in appels.values() for title in TITLES.values()}
    groups = list[list[tuple[Path, PageImage | None]]]()
    for path in paths:
        step(Place(str(path)))
        seen = _single_page(path) if path.suffix.lower() in _PICTURES else None
        page = seen.pages[0] if seen else None
        # What follows a PDF, or a picture of several pages, is no page of it.
        if seen and groups and groups[-1][-1][1] is not None and not _begins(seen, reader, titles):
            groups[-1].append((path, page))
        else:
            groups.append([(path, page)])
    return [_document(group, folder / f"{number}.tiff") for number, group in enumerate(groups)]


def _single_page(path: Path) -> Seen | None:
    try:
        seen = look_at(open_document(path))
    except UnreadableDocumentError:
        return None
    return seen if len(seen.pages) == 1 and not seen.opened.is_pdf else None


def _begins(seen: Seen, reader: str, titles: set[str]) -> bool:
    """Return whether a page begins a document."""
    if seen.codes.payloads:
        return True
    (lines,) = read_pages(reader, seen.pages)
    text = fold_signs(" ".join(line.text for line in lines))
    return any(title in text for title in titles)


def _document(group: Sequence[tuple[Path, PageImage | None]], scan: Path) -> GivenDocument:
    (path, _), *others = group
    if not others:
        return GivenDocument(path)
    pages = [page for _, page in group if page]
    first, *rest = (Image.fromarray(page.pixels) for page in pages)
    dpi = pages[0].dpi
    first.save(scan, save_all=True, append_images=rest, compression="tiff_adobe_deflate", dpi=(dpi, dpi))
    return GivenDocument(path, tuple(other for other, _ in others), scan)
