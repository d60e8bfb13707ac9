import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm
from PIL import Image

from generator.common.resources import TEMPLATES
from generator.render.docx.templates import ArchiveError, read_template
from tests.cli.calls import call
from tests.conftest import VALID

SIZE = (300, 200)


def picture(form: str, mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise(SIZE, 80).convert(mode).save(stream, form, **options)
    return stream.getvalue()


def png_of_rows(rows: int) -> bytes:
    """Return a sound PNG file, whose checksums are right, with its first rows alone."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    head = struct.pack(">LLBBBBB", *SIZE, 8, 2, 0, 0, 0)
    packed = zlib.compress((b"\0" + b"\x80" * 3 * SIZE[0]) * rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + picture("GIF", "P")[10:]


def template_with(path: Path, data: bytes) -> Path:
    """Write the built-in template with a picture at its end."""
    document = Document(str(TEMPLATES / "bdc.docx"))
    document.add_picture(io.BytesIO(picture("PNG")), Mm(30))
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(path, "w") as written:
        for name in archive.namelist():
            written.writestr(name, data if "media" in name else archive.read(name))
    return path


SOUND = {
    "png": picture("PNG"),
    "palette": picture("PNG", "P"),
    "bits": picture("PNG", "1"),
    "all rows": png_of_rows(SIZE[1]),
    "jpeg": picture("JPEG"),
    "gif": picture("GIF", "P"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF", compression="tiff_lzw"),
}
DAMAGED = {
    "png": SOUND["png"][:2000],
    "rows": png_of_rows(10),
    "jpeg": SOUND["jpeg"][:3000],
    "tiff": b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0\xff\xff\xff\xff\xff\xff\xff\xff",
    "gif": gif(65535, 65535),
    "bmp": SOUND["bmp"][:500],
    "text": b"no picture",
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_template_with_sound_picture_is_read(tmp_path: Path, data: bytes) -> None:
    assert read_template(template_with(tmp_path / "a.docx", data))


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_picture_that_cannot_be_decoded_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ArchiveError) as refused:
        read_template(template_with(tmp_path / "a.docx", data))
    assert refused.value.finding.code == "MODELE-IMAGE"
    assert "word/media/image1.png" in refused.value.finding.message("en")


@pytest.mark.parametrize(
    "arguments",
    [
        ("template", "check", "a.docx"),
        ("template", "preview", "a.docx", "-o", "page.png"),
        ("render", str(VALID / "bdc-dpi-v2.json"), "--template", "a.docx", "-o", "out"),
    ],
)
def test_commands_report_damaged_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    template_with(tmp_path / "a.docx", DAMAGED["rows"])
    monkeypatch.chdir(tmp_path)
    ended = call(*arguments)
    assert ended.code == 1
    assert "MODELE-IMAGE" in ended.out + ended.err
