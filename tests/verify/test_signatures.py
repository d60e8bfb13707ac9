"""Electronic signatures: made by pyHanko with certificates of our own, then changed as people and programs do."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from generator.common.findings import FindingError, Place
from generator.verify.signatures import Chain, Change, Signature, read_roots, verify_signatures
from tests.generators.signing import NOW, YEAR, Identity, identity, signed, time_stamped
from tests.verify.plain_pdf import plain_pdf

PLACE = Place("a.pdf")
PDF = plain_pdf(["Bon de commande", "Montant : 12 000,00"])


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


def test_pades_level_is_told(client: Identity, service: Identity) -> None:
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
