"""What a PDF says of itself, and what it carries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfProperties:
    """What a PDF says of itself."""

    title: str
    author: str
    subject: str
    date: datetime.datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the PDF carries."""

    name: str
    data: bytes
    description: str
