"""Files that commands read next to orders: devices, pipes, files of gigabytes, records, bases, journals, logos, lists."""

import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.case import Case, Maker, order

# More than a machine has memory.
_HUGE = 20_000_000_000
_ZERO = "/dev/zero"
UNREADABLE = ("FICHIER-", "JSON-", "LIMITE-", "ILLISIBLE", "DOCUMENT-", "TABLEAU-", "MODELE-", "REGLAGE", "ELIGIBLES-")
_DEEP = b"[" * 200_000
Files = dict[str, bytes | Maker]
_LIMITS = ("--memory", "1000", "--timeout", "10")


def cases() -> Iterator[Case]:
    """Give every case of this module."""
    for kind, make in _ENDLESS.items():
        yield from _endless(kind, make)
    yield from _records()
    yield from _logos()
    yield from _lists()
    yield from _registers()


def sparse(path: Path, head: bytes = b"") -> None:
    """Write a file of 20 GB that takes no room on the disk."""
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(_HUGE)


def _device(path: Path) -> None:
    path.symlink_to(_ZERO)


_ENDLESS: dict[str, Callable[[Path], object]] = {"of 20 GB": sparse, "that is a device": _device}


def _endless(kind: str, make: Maker) -> Iterator[Case]:
    """Give a file without end to each option and argument that names one."""
    sound: Files = {"order.json": order()}
    for name, arguments in {
        "a.json": ("validate", "a.json"),
        "a.jsonl": ("validate", "a.jsonl"),
        "a.csv": ("import", "a.csv", "-o", "out", *_LIMITS),
        "a.xlsx": ("eligibles", "import", "a.xlsx", *_LIMITS),
        "a.pdf": ("verify", "a.pdf", *_LIMITS),
        "a.tif": ("verify", "a.tif", *_LIMITS),
        "own.docx": ("render", "order.json", "--document", "bdc", "--template", "own.docx", *_LIMITS),
        "checked.docx": ("template", "check", "checked.docx", *_LIMITS),
        "seen.docx": ("template", "preview", "seen.docx", "-o", "a.png", *_LIMITS),
        "appel.json": ("render", "order.json", "--appel", "appel.json"),
        "base.json": ("eligibles", "show", "010000024", "--eligibles", "base.json"),
        "suivi.csv": ("status", "order.json", "--suivi", "suivi.csv", *_LIMITS),
        "a.toml": ("--config", "a.toml", "validate", "order.json"),
        "root.pem": ("verify", "order.json", "--trust-roots", "root.pem"),
    }.items():
        yield Case(f"{name} {kind}", arguments, {**sound, name: make}, UNREADABLE, (1, 2))
    logo = order(fournisseur={**json.loads(order())["fournisseur"], "logo": "logo.png"})
    yield Case(f"logo {kind}", ("validate", "a.json"), {"a.json": logo, "logo.png": make}, ("LOGO-",))
    arguments = ("verify", "order.json", "--manifest", "m.jsonl")
    yield Case(f"answers {kind}", arguments, {**sound, "m.jsonl": make}, exits=(1, 3))


def _records() -> Iterator[Case]:
    sound: Files = {"order.json": order()}
    for name, data in {
        "deep": _DEEP,
        "objects": b"[" + b",".join([b"{}"] * 100_000) + b"]",
        "keys": b"{" + b",".join(b'"k%d":1' % number for number in range(60_000)) + b"}",
        "digits": b'{"a": ' + b"9" * 1_000_000 + b"}",
        "surrogate": b'{"code": "\\ud800", "\\ud800": 1}',
        "bytes": bytes(range(256)) * 1000,
        "types": b'{"reference": {}, "mentions": [[]], "questions": {"a": null}, "deadlines": "x"}',
    }.items():
        files = {**sound, "a.json": data}
        yield Case(
            f"record {name}", ("validate", "order.json", "--appel", "a.json"), files, ("APPEL", "SCHEMA-", *UNREADABLE)
        )
        shown = ("eligibles", "show", "010000024", "--eligibles", "a.json")
        yield Case(f"base {name}", shown, {"a.json": data}, ("ELIGIBLES-", *UNREADABLE))
        yield Case(
            f"vendor {name}", ("import", "a.csv", "-o", "out", "--fournisseur", "a.json"), {**files, "a.csv": _CSV}
        )
    for name, data in {
        "deep": b"a = " + b"[" * 100_000,
        "tables": b"[a.b]\n" + b"".join(b"[a.b.k%d]\n" % number for number in range(30_000)),
        "key": b".".join([b"a"] * 20_000) + b" = 1",
        "digits": b"a = " + b"9" * 100_000,
        "text": b'lang = """' + b"x" * 900_000,
        "bytes": bytes(range(256)) * 100,
        "types": b"output = 1\ntemplate = []\nappels = {}\nfournisseur = [[]]\ncolonnes = 1.5\nlang = {}\n",
    }.items():
        yield Case(
            f"settings {name}",
            ("validate", "order.json"),
            {**sound, "segurdoc.toml": data},
            ("REGLAGE", "FICHIER-", "SCHEMA-"),
        )
    for name, pattern in {
        "width": "BC-{n:0999999999}",
        "width of a year": "{year:999999999}{n}",
        "field": "{n.__class__}",
    }.items():
        settings = f'[import]\nnumero = "{pattern}"\n'.encode()
        files = {"segurdoc.toml": settings, "a.csv": _CSV}
        yield Case(f"numbering {name}", ("import", "a.csv", "-o", "out"), files, exits=(1, 2))
        settings = f'[output]\nname = "{pattern.replace("n", "numero").replace("year", "finess")}"\n'.encode()
        yield Case(f"file name {name}", ("batch", "order.json"), {**sound, "segurdoc.toml": settings}, exits=(1, 2))


_CSV = b"FINESS;Nom\n010000024;CH\n"


def png(width: int, height: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), *chunks, (b"IDAT", rows), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def many_scans() -> bytes:
    """Return a JPEG of 20 million pixels in 300,000 scans, each of which a decoder goes through."""
    frame = b"\xff\xd8\xff\xc2" + struct.pack(">HBHHB", 17, 8, 4000, 5000, 3) + b"\x01\x22\0\x02\x11\x01\x03\x11\x01"
    tables = b"\xff\xdb\0\x43\0" + b"\1" * 64
    huffman = b"\xff\xc4\0\x14\0\1" + bytes(15) + b"\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0\0\0" + bytes(4)
    return frame[:2] + tables + huffman + frame[2:] + scan * 300_000


def _logos() -> Iterator[Case]:
    bomb = zlib.compress(bytes(60_000_000), 9)
    for name, data in {
        "scans": many_scans(),
        "profile": png(100, 100, b"", (b"iCCP", b"a\0\0" + bomb)),
        "text": png(100, 100, b"", (b"zTXt", b"a\0\0" + bomb)),
        "short": png(4000, 5000, zlib.compress(b"")),
        "palette": png(4000, 5000, bomb, (b"PLTE", b"")),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "wide": png(20_000_000, 1, bomb),
    }.items():
        for command in ("validate", "batch"):
            value = order(fournisseur={**json.loads(order())["fournisseur"], "logo": "logo"})
            codes = () if name == "palette" else ("LOGO-", "LIMITE-")
            arguments, files = (command, "a.json", *_LIMITS), {"a.json": value, "logo": data}
            yield Case(f"logo {name} in {command}", arguments, files, codes, (0, 1))


def _lists() -> Iterator[Case]:
    formulas = b"FINESS;Nom;HT\n" + b"010000024;\"=cmd|'/C calc'!A1\";1e308\n" * 3
    for name, data in {
        "formulas": formulas,
        "separators": b"a;b,c\td|e\n" * 1000,
        "headings": b";".join(b"FINESS" for _ in range(290)) + b"\n1\n",
        "long heading": b"F" * 100_000 + b";b\n1;2\n",
        "marks": b"FINESS;Nom\n010000024;" + "e\u0301".encode() * 30_000 + b"\n",
        "controls": b"FINESS;Nom\n010000024;a\x1b]0;x\x07\n",
        "no end": b"FINESS;Nom\r" * 100_000,
    }.items():
        yield Case(f"list {name}", ("import", "a.csv", "-o", "out"), {"a.csv": data})
        yield Case(f"base of {name}", ("eligibles", "import", "a.csv", "-o", "b.json"), {"a.csv": data})


def _registers() -> Iterator[Case]:
    line = {
        "order": "x", "file": "a.json", "status": "delivered", "inputs": "", "outputs": [], "findings": [],
        "engines": {}, "finished": "", "seconds": 0,
    }  # fmt: skip
    sound: Files = {"order.json": order()}
    outputs = [
        {"name": name, "size": 2**63, "sha256": "x"} for name in ("../order.json", _ZERO[1:], "a\0b", "x" * 5000)
    ]
    manifests: Files = {
        "deep": b'{"order": ' + _DEEP + b"\n",
        "deep metadata": json.dumps(line)[:-1].encode() + b', "perimeter": ' + b"[" * 900 + b"]" * 900 + b"}\n",
        "outputs": json.dumps(line | {"outputs": outputs}).encode() + b"\n",
        "types": b'{"order": [], "outputs": {}, "findings": 1, "status": null}\n' * 1000,
        "numbers": json.dumps(line | {"seconds": 1e308, "finished": "9" * 5000}).encode() + b"\n",
        "surrogate": json.dumps(line | {"order": "\ud800", "file": "\ud800"}).encode() + b"\n",
        "sparse": lambda path: sparse(path, json.dumps(line).encode() + b"\n"),
    }
    for name, data in manifests.items():
        files = {**sound, "old/manifest.jsonl": data}
        yield Case(f"register {name}", ("status", "order.json", "--register", "old", *_LIMITS), files, exits=(0, 1))
        yield Case(f"manifest {name} checked", ("batch", "--check", "old"), files)
        arguments = ("batch", "order.json", "-o", "old", "--format", "docx", *_LIMITS)
        yield Case(f"manifest {name} taken up", arguments, files, exits=(0, 1, 3))
    if hasattr(os, "mkfifo"):
        pipe: Files = {**sound, "old/manifest.jsonl": os.mkfifo}
        yield Case("register that is a pipe", ("status", "order.json", "--register", "old"), pipe, exits=(0, 1))
        yield Case("manifest that is a pipe", ("batch", "--check", "old"), pipe, exits=(1, 3))
        yield Case("batch into a pipe", ("batch", "order.json", "-o", "old"), pipe, exits=(1, 3))
        for name, text in {
            "base": 'eligibles = "pipe"',
            "record": 'appels = ["pipe"]',
            "layout": '[template]\nbdc = "pipe"',
            "logo": '[fournisseur]\nlogo = "pipe"',
        }.items():
            files = {**sound, "segurdoc.toml": text.encode(), "pipe": os.mkfifo}
            yield Case(f"{name} that is a pipe", ("batch", "order.json", *_LIMITS), files, exits=(0, 1))
        files = {**sound, "segurdoc.toml": os.mkfifo}
        yield Case("settings that are a pipe", ("validate", "order.json"), files, exits=(0, 1))
        files = {**sound, "signed/a.pdf": os.mkfifo, "signed/b.pdf": sparse, "signed/c.pdf": _device}
        packed = ("pack", "order.json", "--signed", "signed", "-o", "z.zip", *_LIMITS)
        yield Case("signed pipes and devices", packed, files)
