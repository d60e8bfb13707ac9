"""Where formes are kept: those that come with the program, and those of this user, made when first needed."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator.delivery import deliver
from generator.formes.faces import Face
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.forme import Leaf
from generator.formes.forme import Run
from generator.formes.probe import Place
from generator.resources import FORMES

SUFFIX = ".forme"
# A forme of another making is not read; it is made anew.
MAKING = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CACHED = 64
_KNOWN: dict[str, Forme] = {}


def user_formes() -> Path:
    """Return the folder of this user's formes."""
    from platformdirs import user_cache_path

    return user_cache_path("segurdoc", appauthor=False) / "formes"


def find_forme(key: str) -> Forme | None:
    """Return the forme of this key: from memory, from the user's folder, or from the program's; None without one."""
    if key not in _KNOWN:
        for folder in (user_formes(), FORMES):
            try:
                _know(key, from_bytes((folder / f"{key}{SUFFIX}").read_bytes()))
                break
            except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
                continue  # not there, or not whole: the next one, or none
    return _KNOWN.get(key)


def _know(key: str, forme: Forme) -> None:
    while len(_KNOWN) >= _CACHED:
        del _KNOWN[next(iter(_KNOWN))]
    _KNOWN[key] = forme


def keep_forme(key: str, forme: Forme, folder: Path | None = None) -> None:
    """Write a forme; where the folder takes nothing, it is made anew the next time."""
    _know(key, forme)
    with contextlib.suppress(OSError):
        deliver({(folder or user_formes()) / f"{key}{SUFFIX}": to_bytes(forme)})


def to_bytes(forme: Forme) -> bytes:
    """Return a forme as a file: a ZIP archive of its PDF, its faces, the probed parts and a description in JSON."""
    description = {
        "making": MAKING,
        "places": [asdict(place) for place in forme.places],
        "faces": [{"name": face.name, "texts": face.texts, "kerns": face.kerns} for face in forme.faces],
        "groups": [
            {
                "anchor": group.anchor.value,
                "at": group.at,
                "y": group.y,
                "room": group.room,
                "runs": [
                    {"face": run.face, "size": run.size, "parts": [_part(part) for part in run.parts]}
                    for run in group.runs
                ],
            }
            for group in forme.groups
        ],
        "leaves": [
            {
                "stream": leaf.stream,
                "pieces": [piece.decode("latin-1") if isinstance(piece, bytes) else piece for piece in leaf.pieces],
            }
            for leaf in forme.leaves
        ],
        "qr_code": forme.qr_code,
        "wraps": forme.wraps,
        "parts": list(forme.parts),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)

        write("forme.json", json.dumps(description).encode())
        write("forme.pdf", forme.pdf)
        for index, face in enumerate(forme.faces):
            write(f"face-{index}.program", face.program)
            write(f"face-{index}.layout", face.layout)
        for index, data in enumerate(forme.parts.values()):
            write(f"part-{index}", data)
    return stream.getvalue()


def from_bytes(data: bytes) -> Forme:
    """Return the forme of a file.

    Raises:
        ValueError: it is of another making.
        KeyError, TypeError, zipfile.BadZipFile: it is not whole.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        value = json.loads(archive.read("forme.json"))
        if value["making"] != MAKING:
            raise ValueError("another making")
        return Forme(
            pdf=archive.read("forme.pdf"),
            places=tuple(Place(**place) for place in value["places"]),
            faces=tuple(
                Face(
                    face["name"],
                    archive.read(f"face-{index}.program"),
                    archive.read(f"face-{index}.layout"),
                    tuple(face["texts"]),
                )
                for index, face in enumerate(value["faces"])
            ),
            groups=tuple(
                Group(
                    Anchor(group["anchor"]),
                    group["at"],
                    group["y"],
                    group["room"],
                    tuple(
                        Run(run["face"], run["size"], tuple(_part_of(part) for part in run["parts"]))
                        for run in group["runs"]
                    ),
                )
                for group in value["groups"]
            ),
            leaves=tuple(
                Leaf(
                    leaf["stream"],
                    tuple(
                        piece.encode("latin-1") if isinstance(piece, str) else (piece[0], piece[1])
                        for piece in leaf["pieces"]
                    ),
                )
                for leaf in value["leaves"]
            ),
            qr_code=value["qr_code"],
            wraps=tuple(tuple(places) for places in value["wraps"]),
            parts={name: archive.read(f"part-{index}") for index, name in enumerate(value["parts"])},
        )


def _face(archive: zipfile.ZipFile, index: int, value: dict[str, Any]) -> Face:
    program, layout = (archive.read(f"face-{index}.{kind}") for kind in ("program", "layout"))
    return Face(value["name"], program, layout, tuple(value["texts"]), value["kerns"])


def _part(part: Fixed | int) -> object:
    return part if isinstance(part, int) else [part.array.decode("latin-1"), part.width]


def _part_of(value: object) -> Fixed | int:
    return value if isinstance(value, int) else Fixed(value[0].encode("latin-1"), value[1])  # type: ignore[index]  # a pair
