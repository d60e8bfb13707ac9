"""What a PDF says of itself, and the files that it carries."""

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
