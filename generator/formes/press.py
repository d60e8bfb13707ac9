"""The press: finds or makes a document's forme, proves that it may stand for LibreOffice, and sets it.

A forme may stand for LibreOffice where the probed DOCX, its codes replaced by the order's values, is the DOCX that was
rendered for the order: then no condition, loop or filter of the template depends on a value in a way that the forme
does not know. And every value has to fit its place.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

from pypdf import PdfReader

from generator.docx.archive import faces
from generator.docx.render import RenderError
from generator.docx.render import fill_docx
from generator.formes.cliche import page_parts
from generator.formes.copy import Copy
from generator.formes.copy import NoFormeError
from generator.formes.forme import Forme
from generator.formes.probe import PHASES
from generator.formes.probe import PREFIX
from generator.formes.probe import Style
from generator.formes.probe import code
from generator.formes.setting import set_forme
from generator.formes.store import find_forme
from generator.formes.store import keep_forme
from generator.formes.wrap import Lines
from generator.formes.wrap import MisfitError
from generator.formes.wrap import too_wide
from generator.modules import qr_modules
from generator.pdf.faces import compatible_families
from generator.pdf.fonts import used_fonts
from generator.pdf.libreoffice import LibreOffice
from generator.pdf.libreoffice import convert
from generator.rendered import WORTH

_CODE = re.compile(rb"%s[a-z]{3}" % PREFIX.encode())


def press(
    copies: Mapping[int, Copy], office: Callable[[], LibreOffice | None], *, make: bool, timeout: float
) -> dict[int, bytes | NoFormeError]:
    """Set documents, each in its forme; one that is missing is made where that is worth it.

    Args:
        copies: the documents, by number.
        office: gives the engine that a new forme needs, None where there is none.
        make: make a forme even for a single document.
        timeout: seconds that LibreOffice has for a probed document.

    Returns:
        For each its PDF, or why a forme may not stand for LibreOffice.
    """
    results: dict[int, bytes | NoFormeError] = {}
    waiting: dict[str, dict[int, Copy]] = {}
    for number, copy in copies.items():
        if not copy.values:
            results[number] = NoFormeError("more values than codes")
        else:
            waiting.setdefault(copy.key, {})[number] = copy
    for key, some in waiting.items():
        results |= _set_all(key, some, _Foundry(office, timeout, worth=make or len(some) >= WORTH))
    return results


@dataclass(frozen=True, slots=True)
class _Foundry:
    """What a forme is made with, where it is worth it."""

    office: Callable[[], LibreOffice | None]
    timeout: float
    worth: bool


def _set_all(key: str, copies: Mapping[int, Copy], foundry: _Foundry) -> dict[int, bytes | NoFormeError]:
    """Set documents of one forme; those with values of several lines each in the forme for that."""
    results: dict[int, bytes | NoFormeError] = {}
    try:
        forme = _forme(key, next(iter(copies.values())), foundry)
    except NoFormeError as error:
        return dict.fromkeys(copies, error)
    for number, copy in copies.items():
        try:
            lines = tuple(too_wide(forme, copy.values))
            fitting = _forme(f"{key}-{_lines_key(lines)}", copy, foundry, lines) if lines else forme
            results[number] = set_copy(fitting, copy)
        except MisfitError as error:
            results[number] = NoFormeError(str(error))
        except NoFormeError as error:
            results[number] = error
    return results


def _lines_key(lines: Sequence[Lines]) -> str:
    return "-".join(f"{each.place}x{'.'.join(map(str, each.counts))}" for each in lines)


# Templates that formes cannot serve, for the time of the process.
_IMPOSSIBLE: dict[str, NoFormeError] = {}


def _forme(key: str, copy: Copy, foundry: _Foundry, lines: Sequence[Lines] = ()) -> Forme:
    if key in _IMPOSSIBLE:
        raise _IMPOSSIBLE[key]
    forme = find_forme(key)
    if forme:
        return forme
    engine = foundry.office() if foundry.worth else None
    if engine is None:
        raise NoFormeError("none was made so far")
    try:
        forme = make_forme(copy, engine, foundry.timeout, lines)
    except NoFormeError as error:
        _IMPOSSIBLE[key] = error
        raise
    keep_forme(key, forme)
    return forme


def make_forme(copy: Copy, office: LibreOffice, timeout: float, lines: Sequence[Lines] = ()) -> Forme:
    """Make the forme that a document needs.

    Args:
        copy: one of the documents.
        office: the engine that sets the probes.
        timeout: seconds that it has for each.
        lines: the places whose values take several lines.

    Raises:
        NoFormeError: none can be made.
    """
    # Late: a document whose forme is at hand has no use for it.
    from generator.formes.cut import CutError
    from generator.formes.cut import cut

    plain = copy.probed_as(Style.CODE)
    codes = _numbered(len(plain.places), lines)
    fillings = {each.place: partial(each.probe, codes[each.place]) for each in lines}
    probes = [(style, 0) for style in Style] + [(Style.WIDE, phase) for phase in range(1, PHASES)]
    try:
        made = {
            probe: fill_docx(
                copy.order, copy.document, copy.template, copy.probed_as(probe[0], fillings, probe[1]).contents
            )
            for probe in probes
        }
        # What proves a document says nothing of lines.
        parts = page_parts(fill_docx(copy.order, copy.document, copy.template, plain.contents))
    except RenderError as error:
        raise NoFormeError(str(error)) from error
    data = dict(zip(made, _converted(list(made.values()), office, timeout), strict=True))
    by_code, narrow = data.pop((Style.CODE, 0)), data.pop((Style.NARROW, 0))
    used, allowed = used_fonts(PdfReader(io.BytesIO(by_code))), compatible_families(faces(made[Style.CODE, 0]))
    if not all(font.embedded and font.family in allowed for font in used):
        raise NoFormeError("a face of the template is not on this machine")
    try:
        texts = {place: filling(Style.CODE) for place, filling in fillings.items()}
        forme = cut(by_code, narrow, tuple(data.values()), plain.places, texts)
    except CutError as error:
        raise NoFormeError(str(error)) from error
    return replace(forme, parts=parts)


def _numbered(count: int, lines: Sequence[Lines]) -> dict[int, tuple[int, ...]]:
    """Return the numbers of the codes of each value that takes several lines: its own, and one for each break."""
    numbered = {}
    for each in lines:
        numbered[each.place] = (each.place, *range(count, count + len(each.filling)))
        count += len(each.filling)
    return numbered


def _converted(made: Sequence[bytes], office: LibreOffice, timeout: float) -> list[bytes]:
    """Return the PDFs of probed templates.

    Raises:
        NoFormeError: there is none of one of them.
    """
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        sources = [Path(temporary) / f"{number}.docx" for number in range(len(made))]
        for path, docx in zip(sources, made, strict=True):
            path.write_bytes(docx)
        converted = convert(office, sources, Path(temporary), timeout=timeout)
        pdfs = [pdf for path in sources if isinstance(pdf := converted[path], Path)]
        if len(pdfs) < len(made):
            raise NoFormeError("no PDF of the probes")
        return [pdf.read_bytes() for pdf in pdfs]


def set_copy(forme: Forme, copy: Copy) -> bytes:
    """Return the PDF of a document, set in its forme.

    Raises:
        NoFormeError: the forme may not stand for LibreOffice: the DOCX is another, or a value does not fit.
    """
    _prove(forme, copy)
    try:
        return set_forme(forme, copy.values, qr_modules(copy.qr_text), copy.properties, copy.attachment)
    except MisfitError as error:
        raise NoFormeError(str(error)) from error


def _prove(forme: Forme, copy: Copy) -> None:
    if copy.printed.cliche:
        # Cast from these parts, once it was proved that it says what Jinja says.
        if copy.printed.cliche.coded != forme.parts:
            raise NoFormeError("the template's parts are not those of the forme")
        return
    texts = {code(number).encode(): escape(value, quote=False).encode() for number, value in enumerate(copy.values)}
    parts = page_parts(copy.docx)
    if parts.keys() != forme.parts.keys():
        raise NoFormeError("the document has other parts than the forme")
    for name, probed in forme.parts.items():
        if _CODE.sub(lambda found: texts.get(found[0], found[0]), probed) != parts[name]:
            raise NoFormeError(f"{name} depends on a value in a way that the forme does not know")
