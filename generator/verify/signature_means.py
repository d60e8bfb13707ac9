"""By which means a document is signed, as far as it can be told, compared with those that the AF's record knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.common.findings import Finding, Place
from generator.common.language import Text
from generator.references import Appel
from generator.verify.finding_kinds import SIGNATURE_MOYEN, SIGNATURE_MOYEN_INCONNU
from generator.verify.opened import Opened
from generator.verify.signature_traces import signature_contents
from generator.verify.signing import Trace, signing_of

if TYPE_CHECKING:
    from asn1crypto.x509 import Name

_DRAWN = Text(
    "tracé, image ou texte dans le PDF, sans certificat", "drawing, picture or text in the PDF, no certificate"
)
_UNREADABLE = Text("signature électronique au certificat illisible", "electronic signature, certificate unreadable")


@dataclass(frozen=True, slots=True)
class SignerCertificate:
    """Names (CN) in the certificate of a signature: its holder, and the authority that issued it."""

    holder: str
    issuer: str

    @property
    def label(self) -> Text:
        """What messages call it."""
        return Text(
            f"signature électronique, certificat de « {self.holder} » émis par « {self.issuer} »",
            f"electronic signature, certificate of “{self.holder}” issued by “{self.issuer}”",
        )


def means_findings(opened: Opened, appel: Appel, place: Place) -> Iterator[Finding]:
    """Report the means by which a document is signed: known to be accepted, or to be checked by a person.

    Ink on a scan is not told from the rest of the page, and nothing is reported of it.

    Args:
        opened: the document.
        appel: the record of its AF.
        place: the document.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    contents = signature_contents(opened.data) if opened.is_pdf else []
    for content in contents:
        certificate = read_certificate(content)
        mean = _mean_of(certificate, appel) if certificate else None
        found = certificate.label if certificate else _UNREADABLE
        yield _finding(
            Text(f"{found.fr} ({mean.fr})", f"{found.en} ({mean.en})") if mean else found, mean, appel, place
        )
    if not contents and signing_of(opened).trace is Trace.MARK:
        yield _finding(_DRAWN, None, appel, place)


def _finding(found: Text, mean: Text | None, appel: Appel, place: Place) -> Finding:
    if mean or appel.signature is None:
        return SIGNATURE_MOYEN.at(place, found=found)
    labels = [each.label for each in appel.signature.means]
    known = Text(", ".join(each.fr for each in labels), ", ".join(each.en for each in labels))
    return SIGNATURE_MOYEN_INCONNU.at(place, found=found, reference=appel.reference, known=known)


def _mean_of(certificate: SignerCertificate, appel: Appel) -> Text | None:
    means = appel.signature.means if appel.signature else ()
    return next((mean.label for mean in means if certificate.issuer in mean.issuers), None)


def read_certificate(content: bytes) -> SignerCertificate | None:
    """Return the certificate that a signature (CMS, RFC 5652) was made with, None where it cannot be read.

    Args:
        content: what the signature field holds.
    """
    from asn1crypto.cms import ContentInfo

    try:
        signed = ContentInfo.load(content)["content"]
        sid = signed["signer_infos"][0]["sid"]
        certificates = [each.chosen for each in signed["certificates"] if each.name == "certificate"]
        serial = sid.chosen["serial_number"].native if sid.name == "issuer_and_serial_number" else None
        own = next(each for each in certificates if serial in (None, each.serial_number))
        return SignerCertificate(common_name(own.subject), common_name(own.issuer))
    # What a structure that was damaged, or made by hand, sets off in asn1crypto.
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, StopIteration):
        return None


def common_name(name: Name) -> str:
    """Return the common name (CN) of a name in a certificate, else all that it says."""
    said = name.native.get("common_name") or name.human_friendly
    return str(said if isinstance(said, str) else ", ".join(said))
