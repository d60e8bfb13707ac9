"""By which means a document is signed: certificates as signature fields hold them, marks on the real PDF of an order."""

from __future__ import annotations

import dataclasses
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms, keys, x509
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ByteStringObject, DictionaryObject, NameObject

from generator.common.findings import Finding, Place, Severity
from generator.references import Appel, Appels
from generator.verify.opened import open_pdf
from generator.verify.signature_means import means_findings, read_certificate
from generator.verify.signature_traces import signature_contents
from tests.generators.signing import identity, signed
from tests.verify.test_signing import bdc as bdc  # noqa: PLC0414  # a fixture
from tests.verify.test_signing import field

CPX = "AC IGC-SANTE FORT PERSONNES"
DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def certificate(holder: str, issuer: str, serial: int) -> x509.Certificate:
    """Return a certificate of these names; nobody signed it, and only its names are read."""
    public_key = keys.RSAPublicKey({"modulus": 3233, "public_exponent": 17})
    names = (x509.Name.build({"common_name": name}) for name in (issuer, holder))
    algorithm = {"algorithm": "sha256_rsa"}
    issued_by, held_by = names
    times = (x509.Time({"utc_time": day}) for day in (DAY, DAY + datetime.timedelta(days=365)))
    tbs = {
        "version": "v3", "serial_number": serial, "signature": algorithm, "issuer": issued_by, "subject": held_by,
        "validity": dict(zip(("not_before", "not_after"), times, strict=True)),
        "subject_public_key_info": {"algorithm": {"algorithm": "rsa"}, "public_key": public_key},
    }  # fmt: skip
    whole = {"tbs_certificate": tbs, "signature_algorithm": algorithm, "signature_value": b"\x00"}
    return x509.Certificate(whole)


def signature(holder: str, issuer: str) -> bytes:
    """Return what a signature field holds: the signer's certificate behind that of its authority, and a padding."""
    own, authority = certificate(holder, issuer, 7), certificate(issuer, issuer, 1)
    sid = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": 7})
    signer = {
        "version": "v1", "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
        "digest_algorithm": {"algorithm": "sha256"}, "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": b"\x00",
    }  # fmt: skip
    signed = {
        "version": "v1", "digest_algorithms": [{"algorithm": "sha256"}], "certificates": [authority, own],
        "encap_content_info": {"content_type": "data"}, "signer_infos": [signer],
    }  # fmt: skip
    content = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    return bytes(content.dump()) + bytes(64)


def changed(pdf: Path, change: Callable[[PdfWriter], object], appel: Appel) -> list[Finding]:
    writer = PdfWriter(clone_from=PdfReader(pdf))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return list(means_findings(open_pdf(pdf, stream.getvalue()), appel, Place(str(pdf))))


def filled(content: bytes) -> Callable[[PdfWriter], object]:
    value = {NameObject("/Type"): NameObject("/Sig"), NameObject("/Contents"): ByteStringObject(content)}
    return field(DictionaryObject(value))


@pytest.fixture
def appel(appels: Appels) -> Appel:
    return appels["AF-HOP-DPI-Va2"]


def test_a_certificate_of_a_cpx_card_is_a_known_means(bdc: Path, appel: Appel) -> None:
    (found,) = changed(bdc, filled(signature("Directrice Fictive", CPX)), appel)
    assert (found.code, found.severity) == ("SIGNATURE-MOYEN", Severity.INFO)
    for part in ("Directrice Fictive", CPX, "signature avec certificats CPx"):
        assert part in found.message("fr")


@pytest.mark.parametrize("issuer", ["Autorité Fictive", f"TEST {CPX}"])
def test_another_certificate_is_a_warning_and_no_refusal(bdc: Path, appel: Appel, issuer: str) -> None:
    (found,) = changed(bdc, filled(signature("Directrice Fictive", issuer)), appel)
    assert (found.code, found.severity) == ("SIGNATURE-MOYEN-INCONNU", Severity.WARNING)
    for part in ("Directrice Fictive", issuer, "Pro Santé Connect", "RGS*"):
        assert part in found.message("fr")


def test_a_record_decides_which_means_are_known(bdc: Path, appel: Appel) -> None:
    assert appel.signature
    mean = dataclasses.replace(appel.signature.means[-1], issuers=("Autorité Fictive",))
    own = dataclasses.replace(appel, signature=dataclasses.replace(appel.signature, means=(mean,)))
    change = filled(signature("Directrice Fictive", "Autorité Fictive"))
    assert [found.code for found in changed(bdc, change, own)] == ["SIGNATURE-MOYEN"]
    silent = dataclasses.replace(appel, signature=None)
    assert [found.code for found in changed(bdc, change, silent)] == ["SIGNATURE-MOYEN"]


@pytest.mark.parametrize("content", [b"", b"\x30\x80", b"\x30\x03\x02\x01\x01", b"%PDF" * 99])
def test_a_signature_that_cannot_be_read_is_a_warning(bdc: Path, appel: Appel, content: bytes) -> None:
    assert read_certificate(content) is None
    assert [found.code for found in changed(bdc, filled(content), appel)] == ["SIGNATURE-MOYEN-INCONNU"]


def test_text_typed_on_the_page_is_a_means_to_check(bdc: Path, appel: Appel) -> None:
    note = FreeText(text="Bon pour accord", rect=(60, 60, 200, 90))
    (found,) = changed(bdc, lambda writer: writer.add_annotation(1, note), appel)
    assert found.code == "SIGNATURE-MOYEN-INCONNU"
    assert "sans certificat" in found.message("fr")


def test_nothing_is_said_of_a_document_that_nobody_signed(bdc: Path, appel: Appel) -> None:
    assert changed(bdc, lambda _: None, appel) == []


def test_certificate_is_read_in_a_pdf_with_an_owner_password(bdc: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(bdc))
    writer.encrypt("", "secret", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    data = signed(locked.getvalue(), identity("Directrice Fictive"), locked=True)
    found = [read_certificate(content) for content in signature_contents(data)]
    assert [each.holder for each in found if each] == ["Directrice Fictive"]
