"""Electronic signatures, made by pyHanko with certificates of our own, then changed; and means of signing.

Means are certificates as signature fields hold them, and marks on the real PDF of an order.
"""

import base64
import dataclasses
import datetime
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms, keys, x509
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ByteStringObject, DictionaryObject, NameObject

from generator.common.findings import Finding, FindingError, Place, Severity
from generator.references import Appel, Appels
from generator.verify.opened import open_pdf
from generator.verify.signature_traces import signature_contents
from generator.verify.signatures import (
    Chain,
    Change,
    Signature,
    means_findings,
    read_certificate,
    read_roots,
    verify_signatures,
)
from tests.generators.signing import NOW, YEAR, Identity, identity, signed, time_stamped
from tests.verify.plain_pdf import plain_pdf
from tests.verify.test_signature_traces import bdc as bdc  # noqa: PLC0414  # a fixture
from tests.verify.test_signature_traces import field

PLACE = Place("a.pdf")
PDF = plain_pdf(["Bon de commande", "Montant : 12 000,00"])
CPX = "AC IGC-SANTE FORT PERSONNES"
DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def root() -> Identity:
    return identity("Autorité Fictive")


@pytest.fixture(scope="module")
def client(root: Identity) -> Identity:
    return identity("Directrice Fictive", root)


@pytest.fixture(scope="module")
def service(root: Identity) -> Identity:
    return identity("Horodatage Fictif", root, stamps_time=True)


def only(data: bytes, *roots: Identity) -> Signature:
    found = verify_signatures(data, PLACE, [root.der for root in roots])
    assert not found.problems
    (one,) = found.verified
    return one


def codes(data: bytes, *roots: Identity) -> list[str]:
    return [found.code for found in verify_signatures(data, PLACE, [root.der for root in roots]).findings(PLACE)]


def appended(data: bytes) -> bytes:
    """Return a PDF with a text typed onto its page in a revision of its own."""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_annotation(0, FreeText(text="99 999,00", rect=(50, 700, 200, 720)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_valid_signature_names_signer_and_chain(root: Identity, client: Identity) -> None:
    data = signed(PDF, client)
    one = only(data, root)
    assert (one.signer, one.field, one.is_intact, one.change) == ("Directrice Fictive", "Client", True, Change.NONE)
    assert one.chain is Chain.TRUSTED
    assert one.time
    assert abs((one.time - NOW).total_seconds()) < 3600
    assert only(data).chain is Chain.NOT_CHECKED
    assert codes(data, root) == ["SIGNATURE-INTACTE"]


def test_time_of_another_zone_is_printed_in_utc(client: Identity) -> None:
    paris = datetime.timezone(datetime.timedelta(hours=2))
    signature = dataclasses.replace(only(signed(PDF, client)), time=datetime.datetime(2026, 5, 12, 1, 30, tzinfo=paris))
    (intact,) = (found for found in signature.findings(PLACE) if found.code == "SIGNATURE-INTACTE")
    assert "11/05/2026 23:30 UTC" in intact.message("fr")


def test_signed_bytes_that_changed_are_an_error(client: Identity) -> None:
    data = signed(PDF, client).replace(b"12 000,00", b"99 000,00")
    assert not only(data).is_intact
    assert codes(data) == ["SIGNATURE-ALTEREE"]


def test_signature_of_an_unknown_authority_is_an_error(client: Identity) -> None:
    stranger = identity("Autre Autorité")
    assert only(signed(PDF, client), stranger).chain is Chain.UNKNOWN
    assert "SIGNATURE-CHAINE" in codes(signed(PDF, client), stranger)


def test_certificate_expired_at_signing_is_an_error(root: Identity) -> None:
    expired = identity("Ancien Directeur", root, until=NOW - YEAR)
    assert "SIGNATURE-CERTIFICAT-EXPIRE" in codes(signed(PDF, expired))


def test_second_signature_is_allowed_after_the_first(root: Identity, client: Identity) -> None:
    data = signed(signed(PDF, client), identity("Éditrice Fictive", root), "Fournisseur")
    first, second = verify_signatures(data, PLACE, [root.der]).verified
    assert (first.change, first.changed) == (Change.ALLOWED, ("Fournisseur",))
    assert (second.change, second.signer) == (Change.NONE, "Éditrice Fictive")
    assert codes(data, root) == ["SIGNATURE-COMPLETEE", "SIGNATURE-INTACTE", "SIGNATURE-INTACTE"]


def test_text_typed_after_signing_is_an_error(client: Identity) -> None:
    data = appended(signed(PDF, client))
    one = only(data)
    assert (one.is_intact, one.change) == (True, Change.FORBIDDEN)
    assert "SIGNATURE-MODIFIEE-APRES" in codes(data)


def test_bytes_after_the_signed_revision_are_an_error(client: Identity) -> None:
    data = signed(PDF, client)
    assert "SIGNATURE-MODIFIEE-APRES" in codes(data + b"5 0 obj (99 999,00) endobj")
    assert codes(data + b"\r\n\0") == ["SIGNATURE-INTACTE"]


def test_time_stamp_alone_is_nobodys_signature(service: Identity) -> None:
    data = time_stamped(PDF, service)
    assert only(data).is_time_stamp
    assert codes(data) == ["SIGNATURE-HORODATAGE"]


def test_pades_level_is_reported(client: Identity, service: Identity) -> None:
    assert only(signed(PDF, client)).level == ""
    assert only(signed(PDF, client, pades=True)).level == "B-B"
    assert only(signed(PDF, client, pades=True, stamped_by=service)).level == "B-T"


def test_field_filled_with_no_signature_is_an_error(client: Identity) -> None:
    data = signed(PDF, client)
    at = data.index(b"/ByteRange")
    assert "SIGNATURE-ILLISIBLE" in codes(data[:at] + b"/ByteRangX" + data[at + 10 :])
    assert "SIGNATURE-ILLISIBLE" in codes(PdfReader(io.BytesIO(data)).stream.read()[: len(data) // 3])


def test_roots_are_read_from_pem_and_der(root: Identity, tmp_path: Path) -> None:
    pem = b"-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(root.der)
    (tmp_path / "a.pem").write_bytes(pem + pem)
    (tmp_path / "a.der").write_bytes(root.der)
    assert read_roots([tmp_path / "a.pem", tmp_path / "a.der"]) == (root.der,) * 3
    for content in (b"", b"text", pem[:200], b"-----BEGIN CERTIFICATE-----\n"):
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(FindingError) as caught:
            read_roots([tmp_path / "b"])
        assert caught.value.finding.code == "RACINES-ILLISIBLES"
    with pytest.raises(FindingError):
        read_roots([tmp_path / "none"])


def test_signature_is_not_trusted_where_nothing_can_verify_it(
    client: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = signed(PDF, client)
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    assert codes(data) == ["SIGNATURE-NON-VERIFIEE"]


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


def test_certificate_of_a_cpx_card_is_a_known_means(bdc: Path, appel: Appel) -> None:
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


def test_record_decides_which_means_are_known(bdc: Path, appel: Appel) -> None:
    assert appel.signature
    mean = dataclasses.replace(appel.signature.means[-1], issuers=("Autorité Fictive",))
    own = dataclasses.replace(appel, signature=dataclasses.replace(appel.signature, means=(mean,)))
    change = filled(signature("Directrice Fictive", "Autorité Fictive"))
    assert [found.code for found in changed(bdc, change, own)] == ["SIGNATURE-MOYEN"]
    silent = dataclasses.replace(appel, signature=None)
    assert [found.code for found in changed(bdc, change, silent)] == ["SIGNATURE-MOYEN"]


@pytest.mark.parametrize("content", [b"", b"\x30\x80", b"\x30\x03\x02\x01\x01", b"%PDF" * 99])
def test_signature_that_cannot_be_read_is_a_warning(bdc: Path, appel: Appel, content: bytes) -> None:
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
