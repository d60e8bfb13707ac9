"""The two languages messages are written in: French first, English on request."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from typing import get_args

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
    """Return a French count: nought and one are singular."""
    return f"{number} {one if number < 2 else many}"  # noqa: PLR2004  # the rule itself


def detect_lang(environ: Mapping[str, str] = os.environ) -> Lang:
    """Return the language of the user's locale: English for an English one, French for every other."""
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
    errno.ENODEV: Text("ce n'est pas un fichier ordinaire", "it is no regular file"),
    errno.ENOTDIR: Text("un fichier tient la place d'un dossier", "a file stands in the place of a folder"),
    errno.EEXIST: Text("un fichier tient la place d'un dossier", "a file stands in the place of a folder"),
    errno.ENOSPC: Text("il n'y a plus de place", "there is no space left"),
    errno.EROFS: Text("le support est en lecture seule", "the medium is read-only"),
    errno.ENAMETOOLONG: Text("le nom est trop long", "the name is too long"),
}


def os_reason(error: OSError) -> Text:
    """Return why the system refused, in both languages; in its own words where the reason is rare."""
    own = error.strerror or str(error)
    return _OS_REASONS.get(error.errno or 0, Text(own, own))
