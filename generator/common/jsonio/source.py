"""Read descriptor files: one object, a list of objects, or JSON Lines.

Each problem of a file is a finding, and the other descriptors are still read.
"""

import codecs
import glob
import io
import json
import re
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from generator.common.files import open_regular
from generator.common.findings import ERROR, Finding, Place, define
from generator.common.jsonio.positions import JsonText, repeated_keys
from generator.common.jsonio.syntax import syntax_cause
from generator.common.language import Text, os_reason, text
from generator.common.unsupported_formats import unsupported_format

JsonObject = dict[str, object]

STDIN = "-"
SUFFIXES = (".json", ".jsonl", ".ndjson")
LINES_SUFFIXES = (".jsonl", ".ndjson")
# The manifest of a batch: empty while its first run begins.
MANIFEST_NAME = "manifest.jsonl"
# A descriptor has about 2 kB: a larger file than this contains over 30,000 of them, or is a mistake.
MAX_BYTES = 64 * 1024 * 1024
# A value takes up to 100 bytes in memory, and a descriptor has some 60.
MAX_VALUES = 4_000_000
# Faults of a file that are reported one by one.
MAX_FAULTS = 1000
# Levels of nested brackets: the schema has four, `metadata` any number.
MAX_DEPTH = 64
# Characters of a line that are shown under a finding: a descriptor may be written on one line.
EXCERPT_WIDTH = 100

# Strings are matched so that what they hold is not.
_STRING_OR_BAD_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d{4000,}')

_LIST_SUFFIXES = (".csv", ".tsv")

# Files that this program writes contain no orders. Each kind has one of these sets of keys; an order has none of them,
# since its schema allows none of their keys.
_OBJECT_KEYS = (
    frozenset({"order", "status", "inputs", "outputs", "findings"}),  # a line of a batch's manifest
    frozenset({"total", "outcomes", "files", "orders"}),  # a batch's report
    frozenset({"today", "orders"}),  # segurdoc status
    frozenset({"$schema", "version", "runs"}),  # SARIF
    frozenset({"version", "templates"}),  # accepted warnings of templates
    frozenset({"dossiers"}),  # the list in a pack
    frozenset({"format", "sha256", "source", "refused"}),  # the base of eligible establishments
    frozenset({"file", "sha256", "asked", "verdict", "findings"}),  # answers of segurdoc verify
)
_ITEM_KEYS = (
    frozenset({"code", "severity", "message", "fix", "values"}),  # findings
    frozenset({"file", "verdict", "looks", "findings"}),  # segurdoc verify
)

FICHIER_ILLISIBLE = define("FICHIER-ILLISIBLE", ERROR)
FICHIER_VIDE = define("FICHIER-VIDE", ERROR)
FICHIER_PRODUIT = define("FICHIER-PRODUIT", ERROR)
FICHIER_FOURNISSEUR = define("FICHIER-FOURNISSEUR", ERROR)
FICHIER_TROP_GRAND = define("FICHIER-TROP-GRAND", ERROR)
FICHIER_TROP_FAUX = define("FICHIER-TROP-FAUX", ERROR)
DESCRIPTEUR_FORMAT = define("DESCRIPTEUR-FORMAT", ERROR)
JSON_ENCODAGE = define("JSON-ENCODAGE", ERROR)
JSON_SYNTAXE = define("JSON-SYNTAXE", ERROR)
JSON_CLE_DOUBLE = define("JSON-CLE-DOUBLE", ERROR)
JSON_FORME = define("JSON-FORME", ERROR)


@dataclass(frozen=True)
class Descriptor:
    """One descriptor: its JSON object, and the text to find the places of its values.

    Attributes:
        file: the name of the file as the user gave it, `-` for the standard input.
        value: the JSON object.
        source: the text `value` was read from: the whole file, or its line in JSON Lines.
        prefix: the JSON pointer of the object in that text, such as `/3` in a list.
    """

    file: str
    value: JsonObject = field(repr=False)
    source: JsonText = field(repr=False)
    prefix: str = ""

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the descriptor start from."""
        return Path() if self.file == STDIN else Path(self.file).parent

    def folder_of(self, pointer: str) -> Path:  # noqa: ARG002  # a value may come from elsewhere: orders.build
        """Return the folder that the relative path at `pointer` starts from."""
        return self.folder

    @property
    def whole(self) -> Place:
        """The place of the descriptor itself, without scanning the text for positions."""
        one_a_line = self.source.first_line > 1 or self.file.lower().endswith(LINES_SUFFIXES)
        return Place(self.file, self.source.first_line if one_a_line else None, pointer=self.prefix or None)

    @property
    def is_vendor_file(self) -> bool:
        """Whether this is a whole file with `fournisseur` alone, as `segurdoc new --fournisseur` writes it.

        A file with the inner object itself is one as well: an order has none of its keys.
        """
        keys = self.value.keys()
        is_alone = keys == {"fournisseur"} or keys >= {"denomination_sociale", "siret"}
        return is_alone and not self.prefix and self.whole.line is None

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        """Return the place of a value of the descriptor.

        Args:
            pointer: the JSON pointer in the descriptor; a missing value has the place of its nearest parent.
            at_key: return the place of the key instead of that of the value.
        """
        whole = self.prefix + pointer
        found, is_own = self.source.locate(whole)
        offset = found.key if at_key and found.key is not None and is_own else found.value
        return _place(self.file, self.source, offset, whole)


class MatchedFile(str):
    """The name of a file that a pattern matched: the user did not name it."""

    __slots__ = ()


def read_descriptors(
    paths: Iterable[str | Path], refused: Container[str] = frozenset()
) -> Iterator[Descriptor | Finding]:
    """Read descriptors in the order given; in folders, files named `*.json`, `*.jsonl` and `*.ndjson`.

    JSON Lines are read line by line: their number is unlimited. In folders and among matches of patterns, files that
    this program writes and files with `fournisseur` alone are skipped; a written file that the user names gives a
    finding.

    Args:
        paths: files and folders; `-` is the standard input.
        refused: the names of files to read no further; the caller may add names meanwhile.

    Yields:
        A `Descriptor` for each object, a `Finding` for each unreadable file or part of a file.
    """
    for path in paths:
        if str(path) == STDIN:
            found = _read_stream(STDIN, sys.stdin.buffer if sys.stdin else io.BytesIO())
            yield from _until_refused(STDIN, found, refused)
        elif str(path) and Path(path).is_dir():
            yield from _read_folder(Path(path), refused)
        elif isinstance(path, MatchedFile):
            yield from _until_refused(str(path), _read_found(Path(path)), refused)
        else:
            yield from _until_refused(str(path), _read_file(str(path)), refused)


def _until_refused(
    file: str, found: Iterator[Descriptor | Finding], refused: Container[str]
) -> Iterator[Descriptor | Finding]:
    """Stop to read a file that the caller has refused: the standard input may be endless."""
    for read in found:
        yield read
        if file in refused:
            return


def parse_descriptors(text: str, file: str = STDIN) -> Iterator[Descriptor | Finding]:
    """Read the descriptors of a text; `file` is its name in findings."""
    # A text from Python may have half of a surrogate pair: the reader refuses it with a place.
    yield from _read_stream(file, io.BytesIO(text.encode("utf-8", "surrogatepass")))


def _read_folder(folder: Path, refused: Container[str]) -> Iterator[Descriptor | Finding]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.is_dir())
    found = False
    for file in files:
        for read in _until_refused(str(file), _read_found(file), refused):
            found = True
            yield read
    if not found:
        yield FICHIER_VIDE.at(Place(str(folder)))


def _read_found(file: Path) -> Iterator[Descriptor | Finding]:
    """Read a file that the user did not name, unless this program wrote it."""
    if file.exists() and not file.is_file():
        # Nobody may ever write to a pipe: opening it would never end.
        yield FICHIER_ILLISIBLE.at(Place(str(file)), reason=text("common.os-errors.enodev.reason"))
        return
    # A batch creates its manifest before the first order is finished.
    if file.name == MANIFEST_NAME and file.is_file() and not file.stat().st_size:
        return
    for read in _read_file(str(file)):
        if not read.is_vendor_file if isinstance(read, Descriptor) else read.kind != FICHIER_PRODUIT:
            yield read


def _read_file(path: str) -> Iterator[Descriptor | Finding]:
    try:
        # Not Path(path), for which an empty name is the current folder.
        with open_regular(path) as stream:
            yield from _read_stream(path, stream)
    except (OSError, ValueError) as error:
        yield FICHIER_ILLISIBLE.at(Place(path), reason=os_reason(error))


def _read_stream(file: str, stream: BinaryIO) -> Iterator[Descriptor | Finding]:
    # The standard input has no name that ends in .jsonl: two lines that are objects tell it as well.
    head = [stream.readline(MAX_BYTES + 1) for _ in range(2)]
    if file.lower().endswith(LINES_SUFFIXES) or all(map(_looks_like_object, head)):
        yield from _read_lines(file, chain(head, iter(lambda: stream.readline(MAX_BYTES + 1), b"")))
    else:
        data = b"".join(head)
        data += stream.read(max(MAX_BYTES + 1 - len(data), 0))
        yield from _parse(file, data, 1)


def _read_lines(file: str, lines: Iterable[bytes]) -> Iterator[Descriptor | Finding]:
    filled = blank = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blank += len(line)
            # Blank lines may come without end, too.
            if blank > MAX_BYTES:
                yield FICHIER_TROP_GRAND.at(Place(file, line=number), size=blank, limit=MAX_BYTES)
                return
        else:
            filled += 1
            blank = 0
            for read in _parse(file, line, number):
                yield read
                if isinstance(read, Finding) and read.kind == FICHIER_PRODUIT:
                    # The other lines are the program's as well, and a run may be adding some.
                    return
        # What follows is the rest of this line.
        if len(line) > MAX_BYTES:
            return
    if not filled:
        yield FICHIER_VIDE.at(Place(file))


def _parse(file: str, data: bytes, first_line: int) -> Iterator[Descriptor | Finding]:
    if len(data) > MAX_BYTES:
        yield FICHIER_TROP_GRAND.at(Place(file), size=len(data), limit=MAX_BYTES)
        return
    # Before the encoding: a list of clients from Excel needs `segurdoc import`, not another encoding.
    if kind := _other_format(file, data):
        yield DESCRIPTEUR_FORMAT.at(Place(file), found=kind)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        yield JSON_ENCODAGE.at(Place(file, line=line), offset=error.start)
        return
    # Counted before the text is read: each value has one of these signs before it, or before its key.
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        yield _not_json(Place(file, line=first_line), "too-many-values", most=MAX_VALUES)
    elif text.strip():
        yield from _parse_value(file, text, first_line)
    else:
        yield FICHIER_VIDE.at(Place(file))


def _other_format(file: str, data: bytes) -> Text | None:
    """Return the format of a file that is not JSON, None where it may be; the encoding of a list does not matter."""
    # An RTF document begins with a brace as well.
    begins_as_json = data.lstrip().startswith((b"{", b"[")) and not data.startswith(b"{\\rtf")
    if not data.strip() or begins_as_json:
        return None
    found = unsupported_format(data)
    return text("json.formats.list") if found is None and file.lower().endswith(_LIST_SUFFIXES) else found


def _looks_like_object(line: bytes) -> bool:
    """Return whether a line is an object, as in JSON Lines."""
    kept = line.removeprefix(codecs.BOM_UTF8).strip()
    return kept.startswith(b"{") and kept.endswith(b"}")


def _parse_value(file: str, text: str, first_line: int) -> Iterator[Descriptor | Finding]:
    pairs = _Pairs()
    source = JsonText(text, first_line)
    try:
        value = json.loads(text, object_pairs_hook=pairs.build, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        yield _unparsed(file, source, error)
        return
    if _is_written(value):
        yield FICHIER_PRODUIT.at(Place(file))
        return
    refused = set[str]()
    # `json` keeps the last value of a key: no document may show one of two amounts.
    for number, (pointer, offset) in enumerate(repeated_keys(text) if pairs.repeated else ()):
        if number >= MAX_FAULTS:
            yield FICHIER_TROP_FAUX.at(Place(file, line=first_line), limit=MAX_FAULTS)
            return
        refused.add(pointer.split("/")[1] if isinstance(value, list) else "")
        yield JSON_CLE_DOUBLE.at(_place(file, source, offset, pointer), key=pointer.rpartition("/")[2])
    items = [(str(index), item) for index, item in enumerate(value)] if isinstance(value, list) else [("", value)]
    if not items:
        yield FICHIER_VIDE.at(Place(file, line=first_line))
    faults = 0
    for index, item in items:
        if faults >= MAX_FAULTS:
            yield FICHIER_TROP_FAUX.at(Place(file, line=first_line), limit=MAX_FAULTS)
            return
        if index not in refused:
            faults += not isinstance(item, dict)
            yield _descriptor(file, source, item, f"/{index}" if index else "")


def _unparsed(file: str, source: JsonText, error: ValueError | RecursionError) -> Finding:
    """Return the finding about a text that `json` refuses."""
    if isinstance(error, json.JSONDecodeError):
        cause = syntax_cause(error)
        return JSON_SYNTAXE.at(_place(file, source, cause.offset), reason=cause.reason, remedy=cause.fix)
    if isinstance(error, RecursionError):
        return _not_json(Place(file, line=source.first_line), "too-deep")
    numbers = (each.start() for each in _STRING_OR_BAD_NUMBER.finditer(source.text) if each[0][0] != '"')
    offset = next(numbers, None)
    place = Place(file, line=source.first_line) if offset is None else _place(file, source, offset)
    return _not_json(place, "bad-number")


def _not_json(place: Place, cause: str, **values: int) -> Finding:
    """Return the finding about a text that breaks a limit of this program, by its cause in `json.toml`."""
    reason, remedy = text(f"json.{cause}.reason", **values), text(f"json.{cause}.fix", **values)
    return JSON_SYNTAXE.at(place, reason=reason, remedy=remedy)


def _descriptor(file: str, source: JsonText, item: object, prefix: str) -> Descriptor | Finding:
    """Return the descriptor of a value of the file, or the finding that says why it is none."""
    if isinstance(item, dict) and not _is_deep(item):
        return Descriptor(file, item, source, prefix)
    place = _place(file, source, source.locate(prefix)[0].value, prefix)
    if isinstance(item, dict):
        return _not_json(place, "too-deep")
    return JSON_FORME.at(place, found="[ … ]" if isinstance(item, list) else json.dumps(item, ensure_ascii=False))


def _is_written(value: object) -> bool:
    """Return whether a JSON value is the whole of a file, or the line of one, that this program writes."""
    if isinstance(value, dict):
        return any(keys <= value.keys() for keys in _OBJECT_KEYS)
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(item, dict) and any(keys <= item.keys() for keys in _ITEM_KEYS) for item in value)


def _is_deep(item: JsonObject) -> bool:
    """Return whether an object has more than `MAX_DEPTH` levels; not recursive, since it may have thousands."""
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
    """Builds objects as `json` does, and records whether an object has a key twice."""

    def __init__(self) -> None:
        self.repeated = False

    def build(self, pairs: list[tuple[str, object]]) -> JsonObject:
        built = dict(pairs)
        self.repeated = self.repeated or len(built) < len(pairs)
        return built


def _refuse_constant(name: str) -> object:
    # Python reads NaN and Infinity, which JSON does not have.
    raise ValueError(f"{name} is not JSON")


def _place(file: str, source: JsonText, offset: int, pointer: str | None = None) -> Place:
    line, column = source.line_and_column(offset)
    whole = source.line_at(offset)
    # The place stays in sight in a descriptor that is one long line.
    cut = max(0, column - EXCERPT_WIDTH // 2) if len(whole) > EXCERPT_WIDTH else 0
    return Place(file, line, column, pointer, excerpt=whole[cut : cut + EXCERPT_WIDTH], caret=column - 1 - cut)


def expand(sources: Iterable[str]) -> Iterator[str]:
    """Replace each pattern such as `orders/**/*.json` by the files and folders that match.

    An existing file whose name has brackets is not a pattern. A pattern without matches is kept, to be reported.
    """
    for source in sources:
        matched = [] if source == STDIN or Path(source).exists() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207  # absolute, or from here
        yield from map(MatchedFile, matched) if matched else [source]
