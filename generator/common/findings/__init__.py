"""Report problems of inputs and outputs: one `Finding` for each, in every stage."""

from generator.common.findings.model import (
    ERROR,
    INFO,
    WARNING,
    Finding,
    FindingError,
    FindingKind,
    FindingsError,
    Place,
    Severity,
    define,
    has_errors,
    has_warnings,
    severity_word,
)

__all__ = [
    "ERROR",
    "INFO",
    "WARNING",
    "Finding",
    "FindingError",
    "FindingKind",
    "FindingsError",
    "Place",
    "Severity",
    "define",
    "has_errors",
    "has_warnings",
    "severity_word",
]
