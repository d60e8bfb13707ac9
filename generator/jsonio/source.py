"""Descriptor files, read: one object, a list of objects, or JSON Lines.

Whatever is wrong with a file comes back as a finding, and the other descriptors are still read.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.jsonio.positions import JsonText
from generator.jsonio.positions import repeated_keys
from generator.jsonio.positions import syntax_offset
from generator.lang import Text
from generator.lang import os_reason

JsonObject = dict[str, object]

STDIN = "-"
SUFFIXES = (".json", ".jsonl", ".ndjson")
LINES_SUFFIXES = (".jsonl", ".ndjson")
# A descriptor weighs about 2 kB: this is a list of some 30,000 of them, or a mistake.
MAX_BYTES = 64 * 1024 * 1024
# Levels of brackets a descriptor may have; the schema knows four, `metadata` is free.
MAX_DEPTH = 64
# The text of a line shown under a finding; a descriptor may be written on one line.
EXCERPT_WIDTH = 100

# What CPython's reader says of a syntax error, in both languages.
SYNTAX_REASONS = {
    english: Text(french, english)
    for english, french in (
        ("Expecting value", "une valeur est attendue"),
        ("Expecting ',' delimiter", "une virgule est attendue"),
        ("Expecting ':' delimiter", "un deux-points est attendu"),
        ("Expecting property name enclosed in double quotes", "un nom de clé entre guillemets doubles est attendu"),
        ("Illegal trailing comma before end of object", "virgule de trop avant la fin de l'objet"),
        ("Illegal trailing comma before end of array", "virgule de trop avant la fin de la liste"),
        ("Extra data", "du texte suit la fin de l'objet"),
        ("Unterminated string starting at", "le texte entre guillemets n'est pas fermé"),
        ("Invalid control character at", "caractère de contrôle dans un texte"),
        ("Invalid \\escape", "barre oblique inverse suivie d'un caractère inattendu"),
        ("Invalid \\uXXXX escape", "\\u n'est pas suivi de quatre chiffres hexadécimaux"),
    )
}
BAD_NUMBER = Text(
    "NaN, un infini, ou un nombre de plusieurs milliers de chiffres",
    "NaN, an infinity, or a number of thousands of digits",
)
TOO_DEEP = Text("trop de niveaux imbriqués", "nested too deep")

FICHIER_ILLISIBLE = define(
    "FICHIER-ILLISIBLE", ERROR,
    fr="fichier illisible : {reason}", en="the file cannot be read: {reason}",
    fix_fr="vérifier le chemin et les droits de lecture", fix_en="check the path and the read permission",
)  # fmt: skip
FICHIER_VIDE = define(
    "FICHIER-VIDE", ERROR,
    fr="aucun descripteur ici", en="no descriptor here",
    fix_fr="donner un fichier .json ou .jsonl, ou un dossier qui en contient",
    fix_en="give a .json or .jsonl file, or a folder that holds some",
)  # fmt: skip
FICHIER_TROP_GRAND = define(
    "FICHIER-TROP-GRAND", ERROR,
    fr="fichier de {size} octets, au-delà de {limit}", en="the file has {size} bytes, above {limit}",
    fix_fr="le couper en plusieurs fichiers", fix_en="split it into several files",
)  # fmt: skip
JSON_ENCODAGE = define(
    "JSON-ENCODAGE", ERROR,
    fr="le fichier n'est pas en UTF-8 (octet {offset})", en="the file is not UTF-8 (byte {offset})",
    fix_fr="l'enregistrer en UTF-8", fix_en="save it as UTF-8",
    source="RFC 8259, section 8.1",
)  # fmt: skip
JSON_SYNTAXE = define(
    "JSON-SYNTAXE", ERROR,
    fr="ce n'est pas du JSON : {reason}", en="this is not JSON: {reason}",
    fix_fr="corriger le fichier à cet endroit ; une virgule ou un guillemet manque souvent juste avant",
    fix_en="mend the file at this place; a comma or a quote is often missing just before it",
    source="RFC 8259",
)  # fmt: skip
JSON_CLE_DOUBLE = define(
    "JSON-CLE-DOUBLE", ERROR,
    fr="la clé « {key} » est écrite deux fois dans le même objet", en="the key “{key}” is written twice in one object",
    fix_fr="n'en garder qu'une : la seconde effacerait la première sans rien dire",
    fix_en="keep one: the second would silently replace the first",
    source="RFC 8259, section 4",
)  # fmt: skip
JSON_FORME = define(
    "JSON-FORME", ERROR,
    fr="un descripteur est un objet, pas {found}", en="a descriptor is an object, not {found}",
    fix_fr="écrire {{ … }}, une liste de tels objets, ou un objet par ligne",
    fix_en="write {{ … }}, a list of such objects, or one object a line",
)  # fmt: skip


@dataclass(frozen=True)
class Descriptor:
    """One descriptor as it was read: its JSON, and what is needed to say where a value stands.

    Attributes:
        file: the file's name as the user gave it, `-` for the standard input.
        value: the JSON object.
        source: the text `value` was read from: the whole file, or its line in JSON Lines.
        prefix: JSON pointer of the object in that text, such as `/3` in a list.
    """

    file: str
    value: JsonObject = field(repr=False)
    source: JsonText = field(repr=False)
    prefix: str = ""

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the descriptor start from."""
        return Path() if self.file == STDIN else Path(self.file).parent

    def folder_of(self, pointer: str) -> Path:  # noqa: ARG002  # a value may come from elsewhere: orders.defaults
        """Return the folder that the relative path at `pointer` starts from."""
        return self.folder

    @property
    def whole(self) -> Place:
        """The place of the descriptor itself, as far as it is known without reading the text again."""
        one_a_line = self.source.first_line > 1 or self.file.lower().endswith(LINES_SUFFIXES)
        return Place(self.file, self.source.first_line if one_a_line else None, pointer=self.prefix or None)

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        """Return the place of a value of the descriptor.

        Args:
            pointer: JSON pointer from the descriptor's own root; one that is not there gives its nearest parent.
            at_key: point at the member's key instead of its value.
        """
        whole = self.prefix + pointer
        known = whole
        while known not in self.source.spots and known:
            known = known.rpartition("/")[0]
        spot = self.source.spots[known]
        offset = spot.key if at_key and spot.key is not None and known == whole else spot.value
        return _place(self.file, self.source, offset, whole)


def read_descriptors(paths: Iterable[str | Path]) -> Iterator[Descriptor | Finding]:
    """Read descriptors, in the order given; folders are searched for `*.json`, `*.jsonl` and `*.ndjson`.

    JSON Lines are read line by line: their number is not bounded.

    Args:
        paths: files and folders; `-` is the standard input.

    Yields:
        A `Descriptor` for each one read, a `Finding` for each file or part of a file that cannot be.
    """
    for path in paths:
        if str(path) == STDIN:
            yield from _read_stream(STDIN, sys.stdin.buffer if sys.stdin else io.BytesIO())
        elif str(path) and Path(path).is_dir():
            yield from _read_folder(Path(path))
        else:
            yield from _read_file(str(path))


def parse_descriptors(text: str, file: str = STDIN) -> Iterator[Descriptor | Finding]:
    """Read the descriptors of a text that the caller holds; `file` names it in findings."""
    yield from _read_stream(file, io.BytesIO(text.encode("utf-8", "surrogatepass")))


def _read_folder(folder: Path) -> Iterator[Descriptor | Finding]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.is_dir())
    if not files:
        yield FICHIER_VIDE.at(Place(str(folder)))
    for file in files:
        yield from _read_file(str(file))


def _read_file(path: str) -> Iterator[Descriptor | Finding]:
    try:
        # Not Path(path): an empty name is no folder.
        with open(path, "rb") as stream:  # noqa: PTH123
            yield from _read_stream(path, stream)
    except OSError as error:
        yield FICHIER_ILLISIBLE.at(Place(path), reason=os_reason(error))
    except ValueError as error:  # a NUL in the path
        yield FICHIER_ILLISIBLE.at(Place(path), reason=str(error))


def _read_stream(file: str, stream: BinaryIO) -> Iterator[Descriptor | Finding]:
    head = [stream.readline(MAX_BYTES + 1) for _ in range(2)]
    if file.lower().endswith(LINES_SUFFIXES) or all(map(_looks_like_object, head)):
        yield from _read_lines(file, chain(head, iter(lambda: stream.readline(MAX_BYTES + 1), b"")))
    else:
        data = b"".join(head)
        data += stream.read(max(MAX_BYTES + 1 - len(data), 0))
        yield from _parse(file, data, 1)


def _read_lines(file: str, lines: Iterable[bytes]) -> Iterator[Descriptor | Finding]:
    number = filled = 0
    for number, line in enumerate(lines, start=1):
        if line.strip():
            filled += 1
            yield from _parse(file, line, number)
        if len(line) > MAX_BYTES:
            return
    if not filled:
        yield FICHIER_VIDE.at(Place(file))


def _parse(file: str, data: bytes, first_line: int) -> Iterator[Descriptor | Finding]:
    if len(data) > MAX_BYTES:
        yield FICHIER_TROP_GRAND.at(Place(file), size=len(data), limit=MAX_BYTES)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        yield JSON_ENCODAGE.at(Place(file, line=line), offset=error.start)
        return
    if text.strip():
        yield from _parse_value(file, text, first_line)
    else:
        yield FICHIER_VIDE.at(Place(file))


def _looks_like_object(line: bytes) -> bool:
    """Tell whether a line holds an object of its own, as those of JSON Lines do."""
    kept = line.removeprefix(codecs.BOM_UTF8).strip()
    return kept.startswith(b"{") and kept.endswith(b"}")


def _parse_value(file: str, text: str, first_line: int) -> Iterator[Descriptor | Finding]:
    pairs = _Pairs()
    source = JsonText(text, first_line)
    try:
        value = json.loads(text, object_pairs_hook=pairs.build, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = _place(file, source, syntax_offset(error))
        yield JSON_SYNTAXE.at(place, reason=SYNTAX_REASONS.get(error.msg, Text(error.msg, error.msg)))
        return
    except (ValueError, RecursionError) as error:
        # NaN and Infinity, a number of thousands of digits, or brackets nested by the thousand.
        reason = TOO_DEEP if isinstance(error, RecursionError) else BAD_NUMBER
        yield JSON_SYNTAXE.at(Place(file, line=first_line), reason=reason)
        return
    unsound = set[str]()
    for pointer, offset in repeated_keys(text) if pairs.repeated else ():
        unsound.add(pointer.split("/")[1] if isinstance(value, list) else "")
        yield JSON_CLE_DOUBLE.at(_place(file, source, offset, pointer), key=pointer.rpartition("/")[2])
    items = [(str(index), item) for index, item in enumerate(value)] if isinstance(value, list) else [("", value)]
    if not items:
        yield FICHIER_VIDE.at(Place(file, line=first_line))
    for index, item in items:
        prefix = f"/{index}" if index else ""
        if index in unsound:
            continue
        if not isinstance(item, dict):
            yield JSON_FORME.at(_place(file, source, source.spots[prefix].value, prefix), found=_kind_of(item))
        elif _is_deep(item):
            yield JSON_SYNTAXE.at(_place(file, source, source.spots[prefix].value, prefix), reason=TOO_DEEP)
        else:
            yield Descriptor(file, item, source, prefix)


def _kind_of(item: object) -> str:
    return "[ … ]" if isinstance(item, list) else json.dumps(item, ensure_ascii=False)


def _is_deep(item: JsonObject) -> bool:
    """Tell whether an object nests deeper than any descriptor has use for; walked level by level, not recursively."""
    level: list[object] = [item]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _members(value)]
        if not level:
            return False
    return True


def _members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class _Pairs:
    """Builds objects as `json` does, and notes whether one of them had a key twice."""

    def __init__(self) -> None:
        self.repeated = False

    def build(self, pairs: list[tuple[str, object]]) -> JsonObject:
        built = dict(pairs)
        self.repeated = self.repeated or len(built) < len(pairs)
        return built


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _place(file: str, source: JsonText, offset: int, pointer: str | None = None) -> Place:
    line, column = source.line_and_column(offset)
    whole = source.line_at(offset)
    cut = max(0, column - EXCERPT_WIDTH // 2) if len(whole) > EXCERPT_WIDTH else 0
    return Place(file, line, column, pointer, excerpt=whole[cut : cut + EXCERPT_WIDTH], caret=column - 1 - cut)
