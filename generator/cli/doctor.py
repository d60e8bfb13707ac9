"""`segurdoc doctor`: what this machine has and lacks, one check a tool."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

import click

from generator import __version__
from generator.cli.commands import Command
from generator.cli.session import Exit, echo, settings_file
from generator.common.language import Lang, Text, text
from generator.common.missing_tools import FONT_PACKAGES, OFFICE_PACKAGE, french_data
from generator.common.resources import SCHEMAS, TEMPLATES
from generator.references import DocumentKind
from generator.render.docx.archive import font_names
from generator.render.docx.templates import load_template
from generator.render.pdf.fonts import installed_fonts, missing_fonts
from generator.render.pdf.libreoffice import does_start, probe_libreoffice


@click.command("doctor", cls=Command)
@click.pass_obj
def command(lang: Lang) -> None:
    """Report what this machine has and lacks."""
    click.echo(f"segurdoc {__version__}, Python {platform.python_version()}, {platform.platform()}")
    echo(text("cli.doctor.templates", folder=TEMPLATES))
    echo(text("cli.doctor.schemas", folder=SCHEMAS))
    echo(text("cli.settings.used", file=settings_file() or text("cli.settings.none")))
    click.echo()
    checks = list(examine())
    for check in checks:
        click.echo(_line(check, lang))
    # What is optional, such as LibreOffice, or cannot be known is no fault of the machine.
    if any(check.needed and check.present is False for check in checks):
        raise click.exceptions.Exit(Exit.MACHINE)


def _line(check: Check, lang: Lang) -> str:
    line = f"{check.name} – {check.purpose.say(lang)}"
    if check.present:
        found = f" – {check.found}" if check.found else ""
        return f"{click.style('✓', fg='green')} {line}{found}"
    if check.present is None:
        state, mark = text("cli.doctor.unknown"), click.style("?", fg="yellow")
    elif check.needed:
        state, mark = text("cli.doctor.missing"), click.style("✗", fg="red")
    else:
        state, mark = text("cli.doctor.missing-optional"), click.style("–", fg="yellow")
    return f"{mark} {line} – {state.say(lang)}\n    {check.how.say(lang)}"


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
    yield from _fonts()
    yield from _readers()


def _typst() -> Check:
    present = find_spec("typst") is not None
    return Check(
        name="typst",
        purpose=text("cli.doctor.typst"),
        needed=True,
        present=present,
        found=version("typst") if present else "",
        # typst is a dependency: only a broken installation lacks it.
        how=_pip("--force-reinstall segurdoc"),
    )


def _libreoffice() -> Check:
    office = probe_libreoffice()
    return Check(
        name="LibreOffice Writer",
        purpose=text("cli.doctor.libreoffice"),
        needed=False,
        # A LibreOffice whose libraries are missing has its files, and does not start.
        present=office is not None and does_start(office),
        found=f"{office.version} ({office.program})" if office else "",
        how=_debian(OFFICE_PACKAGE),
    )


def _fonts() -> Iterator[Check]:
    # The fonts that the built-in templates name; own templates may need others.
    asked = frozenset[str]().union(*(font_names(load_template(kind).data) for kind in DocumentKind))
    installed = installed_fonts()
    for font in sorted(asked):
        yield Check(
            name=font,
            purpose=text("cli.doctor.font"),
            needed=False,
            present=None if installed is None else not missing_fonts([font], installed),
            found="",
            how=_debian(FONT_PACKAGES.get(font, font)),
        )


def _readers() -> Iterator[Check]:
    purpose = text("cli.doctor.reader")
    extra = _pip("'segurdoc[ocr]'")
    # The library is a package of Python, the French data one of Debian: the remedy names the one that is missing.
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
    return text("cli.doctor.debian", packages=packages)


def _pip(arguments: str) -> Text:
    command = f"pip install {arguments}"
    return Text(command, command)
