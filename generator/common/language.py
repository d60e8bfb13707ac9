"""Choose between French and English texts."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    fr: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.fr if lang == "fr" else self.en


def counted(number: int, one: str, many: str) -> str:
    """Return a number with a French noun: zero and one take the singular."""
    return f"{number} {one if number < 2 else many}"  # noqa: PLR2004  # the rule itself


def first_of(names: Sequence[str], most: int) -> str:
    """Return the first names of a list, separated by commas, with an ellipsis where there are more than `most`."""
    return ", ".join([*names[:most], "…"] if len(names) > most else names)


def detect_lang(environ: Mapping[str, str] = os.environ) -> Lang:
    """Return the language of the user's locale: English for an English locale, else French."""
    # POSIX: LC_ALL counts before LC_MESSAGES, and LANG last.
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


_OS_REASONS = {
    errno.ENOENT: Text("il n'existe pas", "it does not exist"),
    errno.EACCES: Text("l'accès est refusé", "permission is denied"),
    errno.EPERM: Text("l'accès est refusé", "permission is denied"),
    errno.EISDIR: Text("c'est un dossier", "it is a folder"),
    # `open_regular` raises it for pipes and devices.
    errno.ENODEV: Text("ce n'est pas un fichier ordinaire", "it is not a regular file"),
    errno.ENOTDIR: Text("un fichier tient la place d'un dossier", "a file has the name of a folder"),
    errno.EEXIST: Text("un fichier tient la place d'un dossier", "a file has the name of a folder"),
    errno.ENOSPC: Text("il n'y a plus de place", "there is no space left"),
    errno.EROFS: Text("le support est en lecture seule", "the medium is read-only"),
    errno.ENAMETOOLONG: Text("le nom est trop long", "the name is too long"),
    errno.EADDRINUSE: Text("un autre programme a pris cette adresse :", "another program has taken this address:"),
    errno.EADDRNOTAVAIL: Text("cette machine n'a pas cette adresse :", "this machine does not have this address:"),
}


def os_reason(error: OSError) -> Text:
    """Return the reason of a system error in both languages; a rare reason in the words of the system."""
    own = error.strerror or str(error)
    return _OS_REASONS.get(error.errno or 0, Text(own, own))


_ELSEWHERE = Text(
    "donner un autre emplacement, ou demander le droit d'y écrire",
    "give another place, or ask for the right to write there",
)
_OS_REMEDIES = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _ELSEWHERE),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST), Text("donner un autre nom", "give another name")),
    errno.ENOENT: Text("vérifier le chemin", "check the path"),
    errno.ENOSPC: Text(
        "libérer de la place, puis relancer la même commande", "free some space, then run the command again"
    ),
    errno.ENAMETOOLONG: Text("donner un nom plus court", "give a shorter name"),
    errno.EADDRINUSE: Text("donner un autre port : --port", "give another port: --port"),
    errno.EADDRNOTAVAIL: Text("donner une adresse de la machine : --host", "give an address of the machine: --host"),
}


def os_remedy(error: OSError) -> Text | None:
    """Return what to do about a refusal of the system; None where it is not known."""
    return _OS_REMEDIES.get(error.errno or 0)
