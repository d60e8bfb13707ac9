"""LibreOffice, without a window: the engine of the DOCX that typst does not support.

Each start has a profile of its own, made of two small files and thrown away after it: parallel starts do not fight,
a killed one leaves nothing broken, and neither the user's macros nor his settings count.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from generator.common.programs import run

SOFFICE_VARIABLE = "SEGURDOC_SOFFICE"
_NAMES = ("soffice", "libreoffice")
_ELSEWHERE = (
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
)
# Whatever libraries say before it: a warning has a time of day, which is no version.
_VERSION = re.compile(r"LibreOffice\w* (\d+\.\d+)\S* (\S+)")
# The same in the files that it reads itself.
_VERSION_FILES = ("bootstraprc", "versionrc")
_WRITTEN_VERSION = re.compile(r"^ProductKey=LibreOffice\w* (\d+\.\d+)", re.MULTILINE)
_WRITTEN_BUILD = re.compile(r"^buildid=(\S+)", re.MULTILINE)
_PROBE_SECONDS = 30.0
# LibreOffice asks, with this exit code, to be started again: its profile was new.
_RESTART = 81
# Starts in a row without output after which LibreOffice itself is reported as the cause.
_FRUITLESS_STARTS = 8
# PDF readers look for `%%EOF` in the last 1,024 bytes.
_TAIL = 1024

# PDF/A-3b, since an attached descriptor needs part 3; tags for screen readers; the QR code kept sharp.
_EXPORT = {
    "SelectPdfVersion": ("long", "3"),
    "UseTaggedPDF": ("boolean", "true"),
    "UseLosslessCompression": ("boolean", "true"),
    "ReduceImageResolution": ("boolean", "false"),
    "ExportBookmarks": ("boolean", "false"),
}
_FILTER = "pdf:writer_pdf_Export:" + json.dumps(
    {name: {"type": kind, "value": value} for name, (kind, value) in _EXPORT.items()}
)

# No macro, no Java, no link followed.
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    # Decimal tab stops look for the decimal sign of this locale, and else for that of the machine.
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "fr-FR"),
)


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """An installed LibreOffice: its program, its version as `7.4`, and the identifier of its build."""

    program: Path
    version: str
    build: str

    @property
    def label(self) -> str:
        """Its version and its build, as a manifest names it."""
        return f"{self.version} {self.build}".strip()


@dataclass(frozen=True, slots=True)
class Failure:
    """A DOCX that gave no PDF: whether the time limit ended it, and LibreOffice's own words, for the report."""

    timed_out: bool
    said: str

    @property
    def last_words(self) -> str:
        """The end of what LibreOffice said, on one line."""
        return " | ".join(self.said.splitlines()[-3:]) or "…"


def find_soffice() -> Path | None:
    """Return LibreOffice's program: the one `SEGURDOC_SOFFICE` names, else on the path or where it is usual."""
    named = os.environ.get(SOFFICE_VARIABLE)
    if named:
        return Path(named) if shutil.which(named) else None
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else next((path for path in _ELSEWHERE if path.exists()), None)


def probe_libreoffice() -> LibreOffice | None:
    """Return the LibreOffice of this machine, None where there is none, or none with Writer."""
    program = find_soffice()
    if program is None or not _has_writer(_direct(program)):
        return None
    written = _written_version(_direct(program))
    if written:
        return LibreOffice(_direct(program), *written)
    said = _asked_version(program)
    if said is None:
        return None
    found = _VERSION.search(said)
    return LibreOffice(_direct(program), found[1], found[2]) if found else LibreOffice(program, "", "")


def does_start(office: LibreOffice) -> bool:
    """Tell whether a LibreOffice starts: one whose libraries are missing has its files, and says nothing."""
    return bool(_asked_version(office.program))


def _asked_version(program: Path) -> str | None:
    try:
        return run([str(program), "--version"], timeout=_PROBE_SECONDS, environ=_environment()).output
    except OSError:
        return None


def _written_version(program: Path) -> tuple[str, str] | None:
    # To ask the program takes longer than many documents: its own files say what it would.
    try:
        files = [(program.parent / name).read_text("utf-8") for name in _VERSION_FILES]
    except (OSError, ValueError):
        return None
    if program.name != "soffice.bin" or not os.access(program, os.X_OK):
        return None
    version, build = _WRITTEN_VERSION.search(files[0]), _WRITTEN_BUILD.search(files[1])
    return (version[1], build[1]) if version and build else None


def convert(
    office: LibreOffice, files: Sequence[Path], folder: Path, *, timeout: float, late_limit: int | None = None
) -> dict[Path, Path | Failure]:
    """Convert DOCX files to PDF/A-3b, all in one start of LibreOffice where none of them stops it.

    LibreOffice takes files in turn. Where a start hangs, dies or leaves a file out, the first file without a PDF is
    tried alone, and the rest in a start of their own: whoever is at fault ends up alone, and the others are converted.
    The exit code proves nothing (0 for a file that it could not load): whole PDFs do.

    Args:
        office: the engine.
        files: DOCX files, of different names.
        folder: where the PDFs go, each under its DOCX's name.
        timeout: seconds that one file may take, the start of LibreOffice included.
        late_limit: starts that may reach that limit; the files after them are not tried. None to try each file.

    Returns:
        For each DOCX its PDF, or why there is none.
    """
    results: dict[Path, Path | Failure] = {}
    waiting = [list(files)]
    fruitless, late, failure = 0, 0, Failure(timed_out=False, said="")
    while waiting:
        group = waiting.pop()
        if fruitless >= _FRUITLESS_STARTS or (late_limit and late >= late_limit):
            results |= dict.fromkeys(group, failure)
            continue
        made, failure = _start(office, group, folder, timeout)
        results |= made
        fruitless = 0 if made else fruitless + 1
        late += failure.timed_out
        missing = [file for file in group if file not in made]
        if len(group) == 1:
            results |= dict.fromkeys(missing, failure)
        elif missing:
            # The first file is taken next, since it comes last: it is tried alone.
            waiting += [rest for rest in (missing[1:], missing[:1]) if rest]
    return results


def _start(
    office: LibreOffice, files: Sequence[Path], folder: Path, timeout: float
) -> tuple[dict[Path, Path | Failure], Failure]:
    """Start LibreOffice once, on a profile of its own; return the PDFs, and what to say of files without one."""
    made = {file: folder / f"{file.stem}.pdf" for file in files}
    with tempfile.TemporaryDirectory(prefix="segurdoc-profile-") as profile:
        _seed(Path(profile), office)
        command = [
            str(office.program),
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--convert-to",
            _FILTER,
            "--outdir",
            str(folder),
            *map(str, files),
        ]
        # Its socket and its temporary files go with the profile: one that is killed leaves them behind.
        environ = {**_environment(), "OSL_SOCKET_PATH": profile, "TMPDIR": profile}

        def progress() -> int:
            return sum(pdf.exists() for pdf in made.values())

        ended = run(command, timeout=timeout, environ=environ, progress=progress)
        if ended.code == _RESTART:
            ended = run(command, timeout=timeout, environ=environ, progress=progress)
    whole: dict[Path, Path | Failure] = {file: pdf for file, pdf in made.items() if _is_whole(pdf)}
    return whole, Failure(timed_out=ended.code is None, said=ended.output)


def _is_whole(pdf: Path) -> bool:
    # LibreOffice may be ended in the middle of a file.
    try:
        with pdf.open("rb") as stream:
            stream.seek(-min(pdf.stat().st_size, _TAIL), os.SEEK_END)
            return b"%%EOF" in stream.read()
    except OSError:
        return False


def _seed(profile: Path, office: LibreOffice) -> None:
    """Write a profile that LibreOffice takes for one it has used."""
    # In one it takes for new, it asks to be restarted (exit code 81) for want of `extensions/buildid`, and it runs its
    # graphics self-tests at every start for want of `ooSetupLastVersion`: two thirds of the time of a conversion.
    settings = list(_SETTINGS)
    if office.version:
        settings.append(("/org.openoffice.Setup/Product", "ooSetupLastVersion", office.version))
        (profile / "user" / "extensions").mkdir(parents=True)
        (profile / "user" / "extensions" / "buildid").write_text(office.build, "utf-8")
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{escape(value)}</value></prop></item>'
        for path, name, value in settings
    )
    (profile / "user").mkdir(exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>\n',
        "utf-8",
    )


def _direct(program: Path) -> Path:
    # The start script in front of the program only looks for Java.
    binary = program.resolve().with_name("soffice.bin")
    return binary if binary.is_file() else program


def _has_writer(program: Path) -> bool:
    # Debian parts Writer from the rest, and Calc alone cannot load a DOCX.
    return program.name != "soffice.bin" or any(program.parent.glob("libswlo.*"))


def _environment() -> dict[str, str]:
    # No display, no search for printers, no question about recovery.
    return {**os.environ, "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_PRINTERLIST": "1", "OOO_DISABLE_RECOVERY": "1"}
