"""The verdicts on documents, and those of an earlier run: a second run verifies only what is new or has changed."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__
from generator.common.bounded_workers import LIMITE_DUREE, LIMITE_MEMOIRE, TRAITEMENT_INTERROMPU
from generator.common.files import deliver, open_regular
from generator.common.findings import Finding, has_errors, has_warnings
from generator.common.language import Text, text
from generator.documents.manifest_line import lines_of
from generator.verify.finding_kinds import DOCUMENT_ILLISIBLE

# Types alone: the readers of a verification are an extra, and the service shows verdicts without it.
if TYPE_CHECKING:
    from generator.rules.validation import CheckedOrder
    from generator.verify.documents import VerifyOptions
    from generator.verify.verify import Verified

# Findings of documents that could not be read to their end.
_UNREAD = (DOCUMENT_ILLISIBLE, LIMITE_MEMOIRE, LIMITE_DUREE, TRAITEMENT_INTERROMPU)


class Verdict(enum.StrEnum):
    """The answer about a document. Programs read the values, in manifests and in JSON; people read `label`."""

    NOT_READ = "not read"
    NOT_COMPLIANT = "not compliant"
    CHECK = "to be checked by a person"
    COMPLIANT = "compliant"

    @property
    def code(self) -> str:
        """The name in answers of the service, such as `not-read`."""
        return self.name.lower().replace("_", "-")

    @property
    def label(self) -> Text:
        """The verdict in words."""
        return text(f"reports.verdicts.{self.code}")


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Return the answer about a document: an error makes it wrong, a warning asks for a person."""
    # First: what was not read to its end was not compared, whatever else was found.
    if is_unread(findings):
        return Verdict.NOT_READ
    if has_errors(findings):
        return Verdict.NOT_COMPLIANT
    return Verdict.CHECK if has_warnings(findings) else Verdict.COMPLIANT


def is_unread(findings: Sequence[Finding]) -> bool:
    """Tell whether a document could not be read to its end."""
    return any(finding.kind in _UNREAD for finding in findings)


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """The answer for a document: its file and digest, what was asked, the verdict, the codes of its findings."""

    file: str
    digest: str
    asked: str
    verdict: str
    codes: tuple[str, ...]

    @property
    def is_error(self) -> bool:
        """Whether the document was found wrong, or could not be read."""
        return self.verdict in (Verdict.NOT_COMPLIANT, Verdict.NOT_READ)


def asked_of(orders: Sequence[CheckedOrder], options: VerifyOptions) -> str:
    """Return a digest of what documents are verified with: where it changes, they are verified again."""
    # Another version may find more, another reader or order something else: the old answer does not hold.
    content = (__version__, repr(options), *(repr(each.order) for each in orders))
    return sha256("\n".join(content).encode()).hexdigest()


def read_answers(path: Path) -> dict[str, DocumentAnswer]:
    """Return the answers of a manifest by file; lines that are none are skipped, and their documents verified again."""
    answers: dict[str, DocumentAnswer] = {}
    try:
        with open_regular(path) as stream:
            lines = list(lines_of(stream))
    # The first run with this manifest.
    except FileNotFoundError:
        return answers
    for line in lines:
        try:
            value = json.loads(line)
            file, digest, asked, said = (str(value[key]) for key in ("file", "sha256", "asked", "verdict"))
            answers[file] = DocumentAnswer(file, digest, asked, said, tuple(map(str, value["findings"])))
        # Somebody may have edited the line, or a killed run cut it: its document is verified again.
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return answers


def unchanged(paths: Iterable[Path], answers: Mapping[str, DocumentAnswer], asked: str) -> dict[Path, DocumentAnswer]:
    """Return the documents whose answer still holds."""
    known = {}
    for path in paths:
        answer = answers.get(str(path))
        # The digest comes last: it reads the whole document.
        if answer and answer.asked == asked and answer.digest == _digest(path):
            known[path] = answer
    return known


def write_answers(path: Path, answers: Mapping[str, DocumentAnswer], verified: Iterable[Verified], asked: str) -> None:
    """Write a manifest: the answers that it had, and the new ones in their place.

    Raises:
        OSError: it cannot be written.
    """
    new = {
        each.file: DocumentAnswer(
            each.file,
            _digest(Path(each.file)),
            asked,
            verdict(each.findings),
            tuple(sorted({found.code for found in each.findings})),
        )
        for each in verified
    }
    lines = (
        json.dumps(
            {
                "file": each.file,
                "sha256": each.digest,
                "asked": each.asked,
                "verdict": each.verdict,
                "findings": list(each.codes),
            },
            ensure_ascii=False,
        )
        # Sorted by file: two runs over the same documents give the same manifest.
        for _, each in sorted({**answers, **new}.items())
    )
    deliver({path: "".join(f"{line}\n" for line in lines).encode()})


def _digest(path: Path) -> str:
    try:
        with open_regular(path) as stream:
            return file_digest(stream, "sha256").hexdigest()
    # A file that cannot be read equals no digest, and its verification reports why.
    except OSError:
        return ""
