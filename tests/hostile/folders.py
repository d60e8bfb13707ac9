"""Settings, manifests, descriptors and folders that would have the program read or replace what is not its own."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.case import Case, Maker, order

CSV = b"FINESS PMSI;Nom\n010000024;CH $(touch ./pwned) `id`\n"
COLUMNS = '\n[colonnes.eligibles]\nfiness = "FINESS PMSI"\nnom = "Nom"\n'
BATCH = ("batch", ".", "--format", "docx", "--jobs", "1")
PRECIOUS = b"precious\n"
LINE = b'{"order": null, "file": "a.json", "status": "refused", "inputs": null, "outputs": [], "findings": [],'
LINE += b' "engines": {}, "finished": "", "seconds": 0}\n'


def cases() -> Iterator[Case]:
    """Give every case of this module."""
    yield from _settings()
    yield from _manifests()
    yield from _folders()
    yield from _values()


def _settings() -> Iterator[Case]:
    for name, text in {
        "eligibles": 'eligibles = "../victim"',
        "eligibles by a link": 'eligibles = "link/victim"',
        "eligibles absolute": 'eligibles = "/tmp/segurdoc-victim"',
        "output folder": '[output]\nfolder = "../victims"',
        "output folder by a link": '[output]\nfolder = "link/victims"',
        "template": '[template]\nbdc = "../victim"',
        "record": 'appels = ["../victim"]',
        "logo": '[fournisseur]\nlogo = "../victim"',
        "NUL": 'eligibles = "a\\u0000b"',
    }.items():
        files: dict[str, bytes | Maker] = {
            "victim": PRECIOUS,
            "repo/link": lambda path: path.symlink_to(".."),
            "repo/segurdoc.toml": text.encode(),
            "repo/order.json": order(),
        }
        arguments = ("--config", "repo/segurdoc.toml", "batch", "repo/order.json", "--format", "docx")
        yield Case(f"settings {name}", arguments, files, ("REGLAGE-DEHORS", "TEXTE-CARACTERE"), kept=("victim",))
    replaced = {"segurdoc.toml": f'eligibles = "rc"{COLUMNS}'.encode(), "rc": PRECIOUS, "b.csv": CSV}
    yield Case("settings replace", ("eligibles", "import", "b.csv"), replaced, ("ELIGIBLES-REMPLACE",), kept=("rc",))
    yield Case(
        "settings of everybody",
        ("batch", "order.json", "--format", "docx"),
        {
            "segurdoc.toml": b'[output]\nfolder = "elsewhere"\n',
            "order.json": order(),
            "mode": lambda path: path.parent.chmod(0o777),
        },
        exits=(0,),
    )


def _manifests() -> Iterator[Case]:
    beside = {"order.json": order()}
    yield Case("manifest inside", BATCH, {**beside, "out/manifest.jsonl": LINE * 2000}, exits=(0,))
    yield Case("manifest empty", BATCH, {**beside, "out/manifest.jsonl": b"", "b/manifest.jsonl": b""}, exits=(0,))
    yield Case("manifest bad lines", BATCH, {**beside, "out/manifest.jsonl": b"x\n" + LINE + b"\0\n[\n"}, exits=(0,))
    yield Case("manifest copied", BATCH, {**beside, "a.jsonl": LINE * 3, "a.json": LINE}, exits=(0,))
    yield Case("manifest named", ("validate", "m.jsonl"), {"m.jsonl": LINE * 3}, ("FICHIER-PRODUIT",))
    elsewhere = json.loads(LINE) | {"outputs": [{"name": "../victim", "size": 1, "sha256": "x"}]}
    lines = LINE + json.dumps(elsewhere).encode() + b"\n"
    yield Case(
        "manifest elsewhere",
        ("batch", "--check", "out"),
        {"victim": PRECIOUS, "out/manifest.jsonl": lines},
        ("MANIFESTE-LIGNE",),
        kept=("victim",),
    )
    for name, data in {"text": PRECIOUS, "no line end": b"precious", "JSON": b'{"mine": 1}\n' * 9}.items():
        files = {"orders/order.json": order(), "out/manifest.jsonl": data}
        yield Case(
            f"manifest of another: {name}",
            ("batch", "orders", "--format", "docx"),
            files,
            ("MANIFESTE-AUTRE",),
            (3,),
            ("out/manifest.jsonl",),
        )


def _folders() -> Iterator[Case]:
    pipe: dict[str, bytes | Maker] = {"order.json": order()}
    if hasattr(os, "mkfifo"):
        yield Case("folder with a pipe", BATCH, {**pipe, "pipe.json": os.mkfifo}, ("FICHIER-ILLISIBLE",))
    yield Case(
        "folder with a dead link", BATCH, {**pipe, "link.json": lambda path: path.symlink_to("none")}, ("FICHIER-",)
    )
    yield Case("folder in a circle", BATCH, {**pipe, "circle": lambda path: path.symlink_to(".")}, exits=(0,))
    yield Case(
        "folder whose lock is a link",
        BATCH,
        {**pipe, "victim": PRECIOUS, "out/.segurdoc.lock": _link_to_victim},
        exits=(3,),
        kept=("victim",),
    )
    yield Case(
        "folder whose temporary files are links",
        BATCH,
        {**pipe, "victim": PRECIOUS, "out/.segurdoc-x.tmp": _link_to_victim},
        exits=(0,),
        kept=("victim",),
    )
    two = {"a.json": order(numero="BC/1"), "b.json": order(numero="BC 1")}
    yield Case("folder of one name twice", BATCH, two, ("NOM-DOUBLE",))


def _link_to_victim(path: Path) -> None:
    path.symlink_to("../victim")


def _values() -> Iterator[Case]:
    client = json.loads(order())["client"]
    for name, value in {
        "struck digits": "CH 1\u03362\u0336",
        "enclosed letters": "CH a\u20dd",
        "right to left": "CH \u202egolb",
        "escape": "CH \x1b[2J",
    }.items():
        changed = order(client={**client, "denomination_sociale": value})
        yield Case(f"value {name}", ("validate", "a.json"), {"a.json": changed}, ("TEXTE-",))
    for form in ("github", "text", "json", "junit", "sarif", "markdown"):
        yield Case(
            f"name in {form}", ("validate", "--format", form, "."), {"a\x1b[2J\u202ecod.json": b"{"}, ("JSON-SYNTAXE",)
        )
