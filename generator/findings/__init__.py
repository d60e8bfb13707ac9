"""What the program has to say about an input or an output: one `Finding` a problem, whatever the stage."""

from generator.findings.model import ERROR
from generator.findings.model import INFO
from generator.findings.model import WARNING
from generator.findings.model import Finding
from generator.findings.model import FindingError
from generator.findings.model import FindingsError
from generator.findings.model import Kind
from generator.findings.model import Place
from generator.findings.model import Severity
from generator.findings.model import define
from generator.findings.model import has_errors

__all__ = [
    "ERROR",
    "INFO",
    "WARNING",
    "Finding",
    "FindingError",
    "FindingsError",
    "Kind",
    "Place",
    "Severity",
    "define",
    "has_errors",
]
