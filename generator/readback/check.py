"""What must stand on a document, looked for in what was read: letter for letter, and unbroken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.mentions import PrintedMention

MENTION_ABSENTE = define(
    "MENTION-ABSENTE", ERROR,
    fr="la mention « {id} » ne se relit pas sur le document : {text}",
    en="the mention “{id}” does not read back from the document: {text}",
    fix_fr="la remettre dans le modèle, avec un caractère que ses polices savent imprimer",
    fix_en="put it back into the template, in characters that its faces can print",
    source="Webinaire SESAN : « La présence de ces mentions est contrôlée automatiquement par lecteur optique »",
)  # fmt: skip
MENTION_COUPEE = define(
    "MENTION-COUPEE", ERROR,
    fr="la mention « {id} » est coupée entre deux lignes ou deux pages : {text}",
    en="the mention “{id}” is broken over two lines or two pages: {text}",
    fix_fr="la mettre seule sur sa ligne, ou l'écrire moins large",
    fix_en="put it alone on its line, or set it narrower",
    source="Mise en page mesurée : une lecture optique perd un nombre ou une mention coupés",
)  # fmt: skip

_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return `text` with every white space, no-break ones too, as one plain space; nothing else changes.

    A line that ends with a hyphen goes on without a space: a line ends there only inside a compound word.
    """
    return _SPACE.sub(" ", text.replace("-\n", "-")).strip()


def missing_mentions(mentions: Iterable[PrintedMention], pages: Sequence[str], place: Place) -> Iterator[Finding]:
    """Find the mentions that do not read back.

    Args:
        mentions: what must stand on the document.
        pages: the text of each page.
        place: the document.
    """
    folded = [fold(page) for page in pages]
    lines = [fold(line) for page in pages for line in page.split("\n")]
    for mention in mentions:
        wanted = re.compile(rf"(?<!\w){re.escape(fold(mention.whole))}(?!\w)")
        if any(map(wanted.search, lines if mention.one_line else folded)):
            continue
        broken = wanted.search(" ".join(folded))
        yield (MENTION_COUPEE if broken else MENTION_ABSENTE).at(place, id=mention.id, text=mention.whole)
