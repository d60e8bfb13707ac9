"""The answer about a document in a word."""

from __future__ import annotations

from collections.abc import Sequence

from generator.common.bounded_workers import LIMITE_DUREE, LIMITE_MEMOIRE, TRAITEMENT_INTERROMPU
from generator.common.findings import Finding, has_errors, has_warnings
from generator.common.language import Text
from generator.verify.finding_kinds import DOCUMENT_ILLISIBLE

# Findings of documents that could not be read to their end.
_UNREAD = (DOCUMENT_ILLISIBLE, LIMITE_MEMOIRE, LIMITE_DUREE, TRAITEMENT_INTERROMPU)


def verdict(findings: Sequence[Finding]) -> Text:
    """Return the answer about a document: an error makes it wrong, a warning asks for a person."""
    if is_unread(findings):
        return Text("non lu", "not read")
    if has_errors(findings):
        return Text("non conforme", "not compliant")
    if has_warnings(findings):
        return Text("à vérifier par une personne", "to be checked by a person")
    return Text("conforme", "compliant")


def is_unread(findings: Sequence[Finding]) -> bool:
    """Tell whether a document could not be read to its end."""
    return any(finding.kind in _UNREAD for finding in findings)
