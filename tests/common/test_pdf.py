"""PDFs that open without a password are read whatever their encryption."""

import io
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from generator.common.pdf import attached_json, unlocked
from generator.verify.signature_traces import traces_of

DESCRIPTOR = b'{"numero": "BC-1"}'


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("bdc.json", DESCRIPTOR)
    path = tmp_path / "plain.pdf"
    writer.write(path)
    return path


def encrypted(plain: Path, *options: str, user: str = "") -> bytes:
    path = plain.with_name("encrypted.pdf")
    # The weak ones are what old programs write.
    command = ["qpdf", "--allow-weak-crypto", "--encrypt", user, "owner", *options, "--"]
    subprocess.run([*command, plain, path], check=True)
    return path.read_bytes()


KINDS = {
    "AES, 128 bits": ("128", "--use-aes=y"),
    "AES, 256 bits": ("256",),
    "AES, properties in the clear": ("128", "--use-aes=y", "--cleartext-metadata"),
    "RC4, 128 bits": ("128", "--use-aes=n"),
    "RC4, 40 bits": ("40",),
}


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS.keys())
def test_descriptor_of_an_encrypted_pdf_is_read(options: tuple[str, ...], plain: Path) -> None:
    data = encrypted(plain, *options)
    assert attached_json(data) == (DESCRIPTOR,)
    assert traces_of(data) is not None
    assert not PdfReader(io.BytesIO(unlocked(data))).is_encrypted


def test_pdf_with_a_user_password_stays_as_it_is(plain: Path) -> None:
    data = encrypted(plain, "256", user="secret")
    assert unlocked(data) == data
    assert attached_json(data) == ()


def test_plain_pdf_keeps_its_bytes(plain: Path) -> None:
    data = plain.read_bytes()
    assert unlocked(data) is data


@pytest.mark.parametrize("data", [b"", b"/Encrypt", b"%PDF-1.7 /Encrypt damaged"])
def test_what_is_no_pdf_stays_as_it_is(data: bytes) -> None:
    assert unlocked(data) == data
