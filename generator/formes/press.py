"""The press: finds or makes a document's forme, proves that it may stand for LibreOffice, and sets it.

A forme may stand for LibreOffice where the probed DOCX, its codes replaced by the order's values, is the DOCX that was
rendered for the order: then no condition, loop or filter of the template depends on a value in a way that the forme
does not know. And every value has to fit its place.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.docx.archive import parts_of
from generator.formes.cliche import extent_of
from generator.formes.cliche import page_parts
from generator.formes.cliche import written_in
from generator.formes.copy import Copy
from generator.formes.copy import NoFormeError
from generator.formes.forme import Forme
from generator.formes.probe import digest_of
from generator.formes.probe import joined
from generator.formes.probe import pieces_of
from generator.formes.setting import set_forme
from generator.formes.store import find_forme
from generator.formes.store import keep_forme
from generator.formes.wrap import Lines
from generator.formes.wrap import MisfitError
from generator.formes.wrap import too_wide
from generator.modules import qr_modules
from generator.pdf.libreoffice import LibreOffice
from generator.rendered import WORTH

# Parts that are no text are compared as well.
_BYTES = "surrogateescape"


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
    waiting: dict[tuple[_Kind, ...], dict[int, Copy]] = {}
    for number, copy in copies.items():
        if not copy.values:
            results[number] = NoFormeError("more values than codes")
        else:
            waiting.setdefault(_kinds(copy), {})[number] = copy
    for kinds, some in waiting.items():
        results |= _set_all(kinds, some, _Foundry(office, timeout, worth=make or len(some) >= WORTH))
    return results


class _Kind(NamedTuple):
    """A kind of documents: the name of its forme, and whether that is of one logo."""

    name: str
    logo_stays: bool = False


def _kinds(copy: Copy) -> tuple[_Kind, ...]:
    """Return the kinds that a document is of: of any logo, and of its own, where others would move what is beside."""
    logo = copy.contents.logo
    own = (_Kind(f"{copy.key}-{digest_of(logo)}", logo_stays=True),) if logo else ()
    return (_Kind(copy.key), *own)


@dataclass(frozen=True, slots=True)
class _Foundry:
    """What a forme is made with, where it is worth it."""

    office: Callable[[], LibreOffice | None]
    timeout: float
    worth: bool


def _set_all(kinds: Sequence[_Kind], copies: Mapping[int, Copy], foundry: _Foundry) -> dict[int, bytes | NoFormeError]:
    """Set documents of one forme; those with values of several lines each in the forme for that."""
    results: dict[int, bytes | NoFormeError] = {}
    try:
        kind, forme = _forme(kinds, next(iter(copies.values())), foundry)
    except NoFormeError as error:
        return dict.fromkeys(copies, error)
    for number, copy in copies.items():
        try:
            lines = tuple(too_wide(forme, copy.values))
            fitting = forme
            if lines:
                broken = kind._replace(name=f"{kind.name}-{_lines_key(lines)}")
                _, fitting = _forme((broken,), copy, foundry, lines)
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


def _forme(kinds: Sequence[_Kind], copy: Copy, foundry: _Foundry, lines: Sequence[Lines] = ()) -> tuple[_Kind, Forme]:
    """Return the first of some kinds that has a forme, and that; without one it is made.

    Raises:
        NoFormeError: there is none, and none can be made.
    """
    for kind in kinds:
        forme = find_forme(kind.name)
        if forme:
            return kind, forme
    if all(kind.name in _IMPOSSIBLE for kind in kinds):
        raise _IMPOSSIBLE[kinds[-1].name]
    engine = foundry.office() if foundry.worth else None
    if engine is None:
        raise NoFormeError("none was made so far")
    # Late: a document whose forme is at hand has no use for it.
    from generator.formes.making import make_forme

    for kind in kinds:
        if kind.name in _IMPOSSIBLE:
            continue
        try:
            forme = make_forme(copy, engine, foundry.timeout, lines, logo_stays=kind.logo_stays)
        except NoFormeError as error:
            _IMPOSSIBLE[kind.name] = error
            continue
        keep_forme(kind.name, forme)
        return kind, forme
    raise _IMPOSSIBLE[kinds[-1].name]


def set_copy(forme: Forme, copy: Copy) -> bytes:
    """Return the PDF of a document, set in its forme.

    Raises:
        NoFormeError: the forme may not stand for LibreOffice: the DOCX is another, or a value does not fit.
    """
    _prove(forme, copy)
    try:
        return set_forme(
            forme,
            copy.values,
            qr_code=qr_modules(copy.qr_text),
            logo=copy.contents.logo,
            properties=copy.properties,
            attachment=copy.attachment,
        )
    except MisfitError as error:
        raise NoFormeError(str(error)) from error


def _prove(forme: Forme, copy: Copy) -> None:
    if copy.printed.cliche:
        # Cast from these parts, once it was proved that it says what Jinja says.
        if copy.printed.cliche.coded != forme.parts:
            raise NoFormeError("the template's parts are not those of the forme")
        return
    written = [
        written_in(value, tag=place.is_description) for place, value in zip(forme.places, copy.values, strict=False)
    ]
    texts = (*written, *extent_of(copy.contents))
    parts = page_parts(parts_of(copy.docx))
    if parts.keys() != forme.parts.keys():
        raise NoFormeError("the document has other parts than the forme")
    for name, probed in forme.parts.items():
        if joined(pieces_of(probed.decode("utf-8", _BYTES), len(texts)), texts).encode("utf-8", _BYTES) != parts[name]:
            raise NoFormeError(f"{name} depends on a value in a way that the forme does not know")
