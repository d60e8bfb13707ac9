"""Signed PDFs for tests: certificates made here, signatures by pyHanko."""

import datetime
import io
from dataclasses import dataclass

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    random_serial_number,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.datetime.now(datetime.UTC)
YEAR = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    name: str
    key: rsa.RSAPrivateKey
    der: bytes

    @property
    def certificate(self) -> x509.Certificate:
        return x509.Certificate.load(self.der)

    @property
    def private(self) -> keys.PrivateKeyInfo:
        encoding, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
        return keys.PrivateKeyInfo.load(self.key.private_bytes(encoding, form, serialization.NoEncryption()))


def identity(
    name: str,
    issuer: Identity | None = None,
    *,
    until: datetime.datetime = NOW + YEAR,
    stamps_time: bool = False,
) -> Identity:
    """Return an identity: a root without `issuer`, else a person or a time stamping service that it certifies."""
    key = rsa.generate_private_key(65537, 2048)
    builder = (
        CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer.name if issuer else name))
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(until - 2 * YEAR)
        .not_valid_after(until)
        .add_extension(BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            KeyUsage(issuer is not None, issuer is not None, False, False, False, issuer is None, False, False, False),
            critical=True,
        )
    )
    if stamps_time:
        builder = builder.add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    made = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Identity(name, key, made.public_bytes(serialization.Encoding.DER))


def _named(name: str) -> Name:
    return Name([NameAttribute(NameOID.COMMON_NAME, name)])


def signed(
    pdf: bytes,
    who: Identity,
    field: str = "Client",
    *,
    pades: bool = False,
    stamped_by: Identity | None = None,
    locked: bool = False,
) -> bytes:
    """Return a PDF with one more signature; `locked`: it has an owner's password, and opens without one."""
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = SimpleSigner(signing_cert=who.certificate, signing_key=who.private, cert_registry=others)
    form = SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    metadata = PdfSignatureMetadata(field_name=field, subfilter=form, md_algorithm="sha256")
    stamper = _stamper(stamped_by) if stamped_by else None
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if locked:
        writer.encrypt("")  # type: ignore[no-untyped-call]  # pyHanko has no types for it
    PdfSigner(metadata, signer=signer, timestamper=stamper).sign_pdf(writer, output=out)
    return out.getvalue()


def time_stamped(pdf: bytes, service: Identity) -> bytes:
    """Return a PDF with a time stamp of its own."""
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    PdfTimeStamper(_stamper(service)).timestamp_pdf(writer, md_algorithm="sha256", output=out)
    return out.getvalue()


def _stamper(service: Identity) -> DummyTimeStamper:
    return DummyTimeStamper(tsa_cert=service.certificate, tsa_key=service.private)
