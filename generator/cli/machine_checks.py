"""What this machine has and lacks: one check a tool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

from generator.common.language import Text
from generator.common.machine import FONT_PACKAGES, OFFICE_PACKAGE, french_data
from generator.common.texts import text
from generator.references import DocumentKind
from generator.render.docx.archive import faces
from generator.render.docx.templates import load_template
from generator.render.pdf.fonts import installed_faces, missing_faces
from generator.render.pdf.libreoffice import does_start, probe_libreoffice


@dataclass(frozen=True, slots=True)
class Check:
    """One tool: what it is for, whether it is there (None: it cannot be known), what was found, how to get it."""

    name: str
    purpose: Text
    needed: bool
    present: bool | None
    found: str
    how: Text


def examine() -> Iterator[Check]:
    """Check every tool that the program uses, the needed ones first."""
    yield _typst()
    yield _libreoffice()
    yield from _faces()
    yield from _engines()


def _typst() -> Check:
    present = find_spec("typst") is not None
    return Check(
        name="typst",
        purpose=text("doctor.typst"),
        needed=True,
        present=present,
        found=version("typst") if present else "",
        how=_pip("--force-reinstall segurdoc"),
    )


def _libreoffice() -> Check:
    office = probe_libreoffice()
    return Check(
        name="LibreOffice Writer",
        purpose=text("doctor.libreoffice"),
        needed=False,
        present=office is not None and does_start(office),
        found=f"{office.version} ({office.program})" if office else "",
        how=_debian(OFFICE_PACKAGE),
    )


def _faces() -> Iterator[Check]:
    asked = frozenset[str]().union(*(faces(load_template(kind).data) for kind in DocumentKind))
    installed = installed_faces()
    for face in sorted(asked):
        yield Check(
            name=face,
            purpose=text("doctor.font"),
            needed=False,
            present=None if installed is None else not missing_faces([face], installed),
            found="",
            how=_debian(FONT_PACKAGES.get(face, face)),
        )


def _engines() -> Iterator[Check]:
    purpose = text("doctor.reader")
    extra = _pip("'segurdoc[ocr]'")
    data = french_data()
    library = find_spec("tesserocr") is not None
    yield Check(
        name="Tesseract (fra)",
        purpose=purpose,
        needed=False,
        present=library and data is not None,
        found=str(data or ""),
        how=_debian("tesseract-ocr-fra") if library else extra,
    )
    present = find_spec("rapidocr") is not None
    yield Check(name="RapidOCR", purpose=purpose, needed=False, present=present, found="", how=extra)


def _debian(packages: str) -> Text:
    return text("doctor.debian", packages=packages)


def _pip(arguments: str) -> Text:
    command = f"pip install {arguments}"
    return Text(command, command)
