"""What this machine has and lacks: one check a tool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from generator.docx.archive import faces
from generator.lang import Text
from generator.machine import FACE_PACKAGES
from generator.machine import OFFICE_PACKAGE
from generator.machine import french_data
from generator.pdf.faces import installed_faces
from generator.pdf.faces import missing_faces
from generator.pdf.libreoffice import does_start
from generator.pdf.libreoffice import probe_libreoffice
from generator.references import DocumentKind
from generator.templates import load_template


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
    yield _libreoffice()
    yield from _faces()
    yield from _engines()


def _libreoffice() -> Check:
    office = probe_libreoffice()
    return Check(
        name="LibreOffice Writer",
        purpose=Text(
            "fait les PDF que les formes ne font pas, et les formes",
            "makes the PDFs that formes do not, and the formes",
        ),
        needed=True,
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
            purpose=Text("police des modèles fournis", "face of the built-in templates"),
            needed=True,
            present=None if installed is None else not missing_faces([face], installed),
            found="",
            how=_debian(FACE_PACKAGES.get(face, face)),
        )


def _engines() -> Iterator[Check]:
    purpose = Text("lecture optique (verify)", "optical reading (verify)")
    extra = Text("pip install 'segurdoc[ocr]'", "pip install 'segurdoc[ocr]'")
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
    return Text(f"Debian, Ubuntu : apt-get install {packages}", f"Debian, Ubuntu: apt-get install {packages}")
