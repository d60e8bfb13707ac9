"""The answer of a job (findings, data, files), and how jobs name uploaded files in it."""

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from PIL import Image

from generator.common.findings import Finding, has_errors
from generator.common.language import Lang
from generator.reports.machine_readable import finding_object

Findings = list[dict[str, object]]

_LONGEST_NAME = 100
_COLOURS = 64


@dataclass(frozen=True)
class Answer:
    """What a job gives.

    Attributes:
        findings: what was found, as `segurdoc validate --format json` gives it.
        is_fine: no finding is an error.
        files: documents by name.
        data: everything else.
    """

    findings: Findings
    is_fine: bool
    files: Mapping[str, bytes] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)


def without_folder(finding: Finding) -> Finding:
    """Return a finding with the name of its file alone: its folder is the server's."""
    return replace(finding, place=replace(finding.place, file=Path(finding.place.file).name))


def answer(
    findings: Iterable[Finding],
    lang: Lang,
    *,
    files: Mapping[str, bytes] | None = None,
    data: Mapping[str, object] | None = None,
) -> Answer:
    """Return the answer of a job that found `findings`."""
    found = list(findings)
    return Answer([finding_object(each, lang) for each in found], not has_errors(found), files or {}, data or {})


def safe_name(name: str, default: str) -> str:
    """Return the last part of an uploaded file's name: nothing of it reaches another folder."""
    # Browsers of Windows may send a whole path, with its own separator.
    last = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")[-_LONGEST_NAME:]
    # `.` and `..` are folders, and an empty name is none.
    return last if last.strip(". ") else default


def written(number: int, name: str, data: bytes, default: str) -> Path:
    """Write an uploaded file under its own name, in a folder of its own."""
    # Two uploads may have one name.
    place = Path(str(number))
    place.mkdir()
    path = place / safe_name(name, default)
    path.write_bytes(data)
    return path


def as_base64(pictures: Iterable[Image.Image]) -> Sequence[str]:
    """Return pictures as PNG in base64, each with few colours."""
    return [base64.b64encode(_png(each)).decode("ascii") for each in pictures]


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    few = image if image.mode == "L" else image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    # A page is drawn at each pause of typing: a smaller picture is not worth the time.
    few.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
