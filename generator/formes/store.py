"""Where formes are kept: those that come with the program, and those of this user, made when first needed."""

from __future__ import annotations

import contextlib
import io
import json
import os
import zipfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from generator.delivery import deliver
from generator.formes.faces import Face
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.forme import Leaf
from generator.formes.forme import Room
from generator.formes.forme import Run
from generator.formes.forme import Wrap
from generator.formes.logo import Spot
from generator.formes.probe import Place
from generator.formes.spoken import Alt
from generator.resources import FORMES

SUFFIX, FACE_SUFFIX = ".forme", ".face"
# A forme of another making is not read; it is made anew.
MAKING = 5
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CACHED = 64
_KNOWN: dict[str, Forme] = {}


def user_formes() -> Path:
    """Return the folder of this user's formes; one that takes nothing where the user has no home."""
    from platformdirs import user_cache_path

    folder = user_cache_path("segurdoc", appauthor=False) / "formes"
    return folder if folder.is_absolute() else Path(os.devnull) / "formes"


def find_forme(key: str) -> Forme | None:
    """Return the forme of this key: from memory, from the user's folder, or from the program's; None without one."""
    if key not in _KNOWN:
        for folder in (user_formes(), FORMES):
            try:
                _know(key, _read(folder, key))
                break
            except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
                continue  # not there, or not whole: the next one, or none
    return _KNOWN.get(key)


def _know(key: str, forme: Forme) -> None:
    while len(_KNOWN) >= _CACHED:
        del _KNOWN[next(iter(_KNOWN))]
    _KNOWN[key] = forme


def keep_forme(key: str, forme: Forme) -> None:
    """Write a forme, and the faces that it shares with others; where the folder takes nothing, it is not kept."""
    _know(key, forme)
    files = {f"{_face_name(face)}{FACE_SUFFIX}": _packed_face(face) for face in forme.faces}
    files[f"{key}{SUFFIX}"] = _packed_forme(forme)
    folder = user_formes()
    with contextlib.suppress(OSError):
        # What is there already is of another making, or not whole.
        deliver({folder / name: data for name, data in files.items()})


def kept_formes() -> dict[Path, int]:
    """Return the folders of formes, the program's and the user's, and how many each has."""
    return {folder: len(list(folder.glob(f"*{SUFFIX}"))) for folder in (FORMES, user_formes())}


def _packed_forme(forme: Forme) -> bytes:
    """Return a forme as a ZIP archive of its PDF, the probed parts and a description in JSON."""
    groups = [
        {
            "anchor": group.anchor.value,
            "at": group.at,
            "y": group.y,
            "room": group.room,
            "runs": [
                {"face": run.face, "size": run.size, "parts": [_part(part) for part in run.parts]} for run in group.runs
            ],
        }
        for group in forme.groups
    ]
    leaves = [
        {
            "stream": leaf.stream,
            "pieces": [piece.decode("latin-1") if isinstance(piece, bytes) else piece for piece in leaf.pieces],
        }
        for leaf in forme.leaves
    ]
    description = {
        "making": MAKING,
        "places": [asdict(place) for place in forme.places],
        "faces": [_face_name(face) for face in forme.faces],
        "groups": groups,
        "leaves": leaves,
        "qr_code": forme.qr_code,
        "logo": forme.logo,
        "alts": [
            (alt.number, alt.head.decode("latin-1"), alt.pieces, alt.tail.decode("latin-1")) for alt in forme.alts
        ],
        "wraps": forme.wraps,
        "parts": list(forme.parts),
    }
    parts = {f"part-{index}": data for index, data in enumerate(forme.parts.values())}
    pdf = forme.pdf
    for index, face in enumerate(forme.faces):
        pdf = pdf.replace(face.packed, _mark(index))
    return _zipped({"forme.json": json.dumps(description).encode(), "forme.pdf": pdf, **parts})


def _mark(index: int) -> bytes:
    """Return what stands for a face in a forme that is kept: faces are kept apart."""
    return b"@@face %d@@" % index


def _packed_face(face: Face) -> bytes:
    description = {"name": face.name, "texts": face.texts, "kerns": face.kerns}
    return _zipped({"face.json": json.dumps(description).encode(), "packed": face.packed, "layout": face.layout})


def _face_name(face: Face) -> str:
    return f"{face.name}-{sha256(face.packed + face.layout + bytes([face.kerns])).hexdigest()[:16]}"


def _zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _read(folder: Path, key: str) -> Forme:
    """Return the forme of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is of another making.
        KeyError, TypeError, zipfile.BadZipFile: it is not whole.
    """
    with zipfile.ZipFile(folder / f"{key}{SUFFIX}") as archive:
        value = json.loads(archive.read("forme.json"))
        if value["making"] != MAKING:
            raise ValueError("another making")
        faces = tuple(_face(folder, name) for name in value["faces"])
        pdf = archive.read("forme.pdf")
        for index, face in enumerate(faces):
            pdf = pdf.replace(_mark(index), face.packed)
        return Forme(
            pdf=pdf,
            places=tuple(Place(**place) for place in value["places"]),
            faces=faces,
            groups=tuple(map(_group, value["groups"])),
            leaves=tuple(map(_leaf, value["leaves"])),
            qr_code=value["qr_code"],
            logo=value["logo"],
            alts=tuple(map(_alt, value["alts"])),
            wraps=tuple(Wrap(place, tuple(lines)) for place, lines in value["wraps"]),
            parts={name: archive.read(f"part-{index}") for index, name in enumerate(value["parts"])},
        )


# The faces of the formes in memory, by their names: formes share them, and they remember what they have set.
_FACES: WeakValueDictionary[str, Face] = WeakValueDictionary()


def _face(folder: Path, name: str) -> Face:
    known = _FACES.get(name)
    if known is None:
        with zipfile.ZipFile(folder / f"{name}{FACE_SUFFIX}") as archive:
            value = json.loads(archive.read("face.json"))
            packed, layout = archive.read("packed"), archive.read("layout")
        known = _FACES[name] = Face(value["name"], packed, layout, tuple(value["texts"]), value["kerns"])
    return known


def _group(value: dict[str, Any]) -> Group:
    runs = tuple(Run(run["face"], run["size"], tuple(_part_of(part) for part in run["parts"])) for run in value["runs"])
    return Group(Anchor(value["anchor"]), value["at"], value["y"], Room(*value["room"]), runs)


def _leaf(value: dict[str, Any]) -> Leaf:
    return Leaf(value["stream"], tuple(map(_piece, value["pieces"])))


def _piece(value: Any) -> bytes | tuple[int, int] | Spot:
    if isinstance(value, str):
        return value.encode("latin-1")
    return Spot(*value) if len(value) == len(Spot._fields) else (value[0], value[1])


def _alt(value: list[Any]) -> Alt:
    number, head, pieces, tail = value
    return Alt(number, head.encode("latin-1"), tuple(pieces), tail.encode("latin-1"))


def _part(part: Fixed | int) -> object:
    return part if isinstance(part, int) else [part.array.decode("latin-1"), part.width, part.natural]


def _part_of(value: object) -> Fixed | int:
    return value if isinstance(value, int) else Fixed(value[0].encode("latin-1"), *value[1:])  # type: ignore[index]  # a list
