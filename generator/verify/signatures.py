"""The electronic signatures of a PDF: by which means (of those in the AF's record), by whom, when, over what.

They are verified with pyHanko (extra `signatures`), which fetches nothing here: a chain ends at the roots that the user
gives, or it is not checked.
"""

from __future__ import annotations

import datetime
import enum
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.common.files import open_regular
from generator.common.findings import Finding, FindingError, Place
from generator.common.language import Text, joined, os_reason, text
from generator.references import Appel
from generator.verify import finding_kinds as kinds
from generator.verify.opened import Opened
from generator.verify.signature_traces import Trace, signature_contents, signing_of

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate, Name

# A certificate has some kilobytes; more than this is none.
MAX_ROOTS = 10_000_000
# A certificate of people may be made for either (RFC 5280, 4.2.1.3).
_KEY_USAGE = frozenset(("digital_signature", "non_repudiation"))
# The kinds of signature and of time stamp that PAdES asks for (ISO 32000-2, 12.8).
_PADES = "/ETSI.CAdES.detached"
_TIME_STAMP = "/ETSI.RFC3161"


class Chain(enum.Enum):
    """Who vouches for a certificate: a root that the user gave, none of them, or nobody was asked."""

    NOT_CHECKED = "not-checked"
    TRUSTED = "trusted"
    REVOKED = "revoked"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """What messages call it."""
        return text(f"verify.chain.{self.value}")


class Change(enum.Enum):
    """What was added to a PDF after a signature: nothing, what signatures allow, or anything else."""

    NONE = "none"
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Signature:
    """An electronic signature, as it was found.

    Attributes:
        field: the field it fills.
        signer: whom the certificate names.
        time: when, by its time stamp, else by the signer's own clock; None where it does not say.
        is_intact: the bytes it covers are those that were signed, and it is the certificate's.
        change: what was added after it.
        changed: the form fields that were filled after it.
        chain: who vouches for the certificate.
        expiry: the last day of the certificate's validity; with `began`, the first.
        level: PAdES level, `B-B` to `B-LTA`; empty where it is of an older form.
        is_time_stamp: a time stamp of the document, which names a time and no signer.
    """

    field: str
    signer: str
    time: datetime.datetime | None
    is_intact: bool
    change: Change
    changed: tuple[str, ...]
    chain: Chain
    began: datetime.datetime
    expiry: datetime.datetime
    level: str
    is_time_stamp: bool = False

    def findings(self, place: Place) -> Iterator[Finding]:
        """Report what a reader of the document must know of it."""
        values = {"field": self.field or text("verify.signature.field"), "signer": self.signer}
        if not self.is_intact:
            yield kinds.SIGNATURE_ALTEREE.at(place, **values)
            return
        if self.change is Change.FORBIDDEN:
            yield kinds.SIGNATURE_MODIFIEE_APRES.at(place, **values)
        elif self.changed:
            changed = ", ".join(self.changed) or text("verify.signature.content")
            yield kinds.SIGNATURE_COMPLETEE.at(place, **values, what=changed)
        if self.chain in (Chain.UNKNOWN, Chain.REVOKED):
            yield kinds.SIGNATURE_CHAINE.at(place, **values, reason=self.chain.label)
        if self.time and not self.began <= self.time <= self.expiry:
            first, last = (text("verify.signature.day", day=each) for each in (self.began, self.expiry))
            yield kinds.SIGNATURE_CERTIFICAT_EXPIRE.at(place, **values, first=first, last=last)
        # A signer's own time may be of any zone.
        time = text("verify.signature.time", time=self.time.astimezone(datetime.UTC)) if self.time else "?"
        if self.is_time_stamp:
            yield kinds.SIGNATURE_HORODATAGE.at(place, **values, time=time, chain=self.chain.label)
        else:
            level = f"PAdES {self.level}" if self.level else "PKCS#7"
            yield kinds.SIGNATURE_VALIDE.at(place, **values, time=time, level=level, chain=self.chain.label)


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of a PDF, and what could not be verified."""

    verified: tuple[Signature, ...] = ()
    problems: tuple[Finding, ...] = ()

    def findings(self, place: Place) -> tuple[Finding, ...]:
        """Report each signature."""
        return (*self.problems, *(found for each in self.verified for found in each.findings(place)))


def can_verify() -> bool:
    """Return whether the extra `signatures` is installed."""
    return find_spec("pyhanko") is not None


def read_roots(paths: Iterable[Path]) -> tuple[bytes, ...]:
    """Return the certificates of files, PEM or DER, as DER.

    Raises:
        FindingError: a file cannot be read, or holds no certificate.
    """
    roots: list[bytes] = []
    for path in paths:
        try:
            with open_regular(path) as stream:
                data = stream.read(MAX_ROOTS)
        except OSError as error:
            raise FindingError(kinds.RACINES_ILLISIBLES.at(Place(str(path)), reason=os_reason(error))) from error
        try:
            roots += _certificates(data)
        except ValueError as error:
            reason = text("verify.signature.no-certificate")
            raise FindingError(kinds.RACINES_ILLISIBLES.at(Place(str(path)), reason=reason)) from error
    return tuple(roots)


def _certificates(data: bytes) -> Iterator[bytes]:
    from asn1crypto import pem, x509

    blocks = [block for _, _, block in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    for block in blocks:
        x509.Certificate.load(block, strict=True).subject.native  # noqa: B018  # parsed when asked for
        yield block


def verify_signatures(data: bytes, place: Place, roots: Sequence[bytes] = ()) -> Signatures:
    """Verify the signatures of a PDF.

    Args:
        data: the PDF.
        place: what findings call it.
        roots: the certificates to trust, as DER; without any, chains are not checked.
    """
    if not can_verify():
        return Signatures(problems=(kinds.SIGNATURE_NON_VERIFIEE.at(place),))
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    # Without a handler, Python prints their warnings to the standard error.
    logging.getLogger("pyhanko").addHandler(logging.NullHandler())
    logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())
    # What a file that was made by hand, or damaged, sets off in pyHanko and in what it parses certificates with.
    damaged = (PdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, OSError)
    verified, problems = [], []
    try:
        embedded = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
    except damaged as error:
        field = text("verify.signature.field")
        return Signatures(problems=(kinds.SIGNATURE_ILLISIBLE.at(place, field=field, reason=str(error)),))
    for one in embedded:
        try:
            verified.append(_verified(one, data, roots))
        except damaged as error:
            field = one.field_name or text("verify.signature.field")
            problems.append(kinds.SIGNATURE_ILLISIBLE.at(place, field=field, reason=str(error)))
    return Signatures(tuple(verified), tuple(problems))


def _verified(embedded: Any, data: bytes, roots: Sequence[bytes]) -> Signature:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    certificate: Certificate = embedded.signer_cert
    is_time_stamp = str(embedded.sig_object.get("/Type")) == "/DocTimeStamp"
    claimed = embedded.self_reported_timestamp
    context = _context(tuple(roots), claimed)
    usage = KeyUsageConstraints(key_usage=set(_KEY_USAGE), match_all_key_usages=False)
    status: Any = (
        validate_pdf_timestamp(embedded, context)
        if is_time_stamp
        else validate_pdf_signature(embedded, context, key_usage_settings=usage)
    )
    stamp = status if is_time_stamp else status.timestamp_validity
    time = stamp.timestamp if stamp and stamp.intact and stamp.valid else claimed
    # Bytes of a revision that the signature does not cover could be changed at will.
    whole = status.coverage.value >= SignatureCoverageLevel.ENTIRE_REVISION.value
    later = Change.ALLOWED if status.docmdp_ok else Change.FORBIDDEN
    change = Change.NONE if status.modification_level is ModificationLevel.NONE else later
    if _has_more(embedded, data):
        change = Change.FORBIDDEN
    # They come as a set: sorted, they give the same message each time.
    changed = sorted(getattr(status.diff_result, "changed_form_fields", ()))
    return Signature(
        str(embedded.field_name or ""),
        common_name(certificate.subject),
        time,
        bool(status.intact and status.valid and whole),
        change,
        tuple(changed),
        _chain(status, roots),
        certificate.not_valid_before,
        certificate.not_valid_after,
        "" if is_time_stamp else _level(embedded, has_stamp=stamp is not None),
        is_time_stamp,
    )


def _has_more(embedded: Any, data: bytes) -> bool:
    # Readers may show bytes that follow the last signed revision, though no revision has them.
    *_, start, length = embedded.byte_range
    is_last = embedded.signed_revision == embedded.reader.xrefs.total_revisions - 1
    return is_last and bool(data[start + length :].strip(b"\0\t\n\f\r "))


def _context(roots: tuple[bytes, ...], moment: datetime.datetime | None) -> Any:
    from pyhanko_certvalidator import ValidationContext

    known = [_parsed(root) for root in roots]
    # Nothing is fetched: a list of revoked certificates counts where the file has one, and is not missed elsewhere.
    return ValidationContext(trust_roots=known, allow_fetching=False, moment=moment, revocation_mode="soft-fail")


@cache
def _parsed(root: bytes) -> Certificate:
    from asn1crypto import x509

    return x509.Certificate.load(root)


def _chain(status: Any, roots: Sequence[bytes]) -> Chain:
    if status.revoked:
        return Chain.REVOKED
    if not roots:
        return Chain.NOT_CHECKED
    return Chain.TRUSTED if status.trusted else Chain.UNKNOWN


def _level(embedded: Any, *, has_stamp: bool) -> str:
    # What each level must have: ETSI EN 319 142-1, clause 6.
    if str(embedded.sig_object.get("/SubFilter")) != _PADES:
        return ""
    if not has_stamp:
        return "B-B"
    if "/DSS" not in embedded.reader.root:
        return "B-T"
    later = (str(each.sig_object.get("/SubFilter")) for each in embedded.reader.embedded_timestamp_signatures)
    return "B-LTA" if _TIME_STAMP in later else "B-LT"


@dataclass(frozen=True, slots=True)
class SignerCertificate:
    """Names (CN) in the certificate of a signature: its holder, and the authority that issued it."""

    holder: str
    issuer: str

    @property
    def label(self) -> Text:
        """What messages call it."""
        return text("verify.signature.certificate", holder=self.holder, issuer=self.issuer)


def means_findings(opened: Opened, appel: Appel, place: Place) -> Iterator[Finding]:
    """Report the means by which a document is signed: known to be accepted, or to be checked by a person.

    Ink on a scan cannot be told from the rest of the page: it is not reported.

    Args:
        opened: the document.
        appel: the record of its AF.
        place: the document.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    means = appel.signature.means if appel.signature else ()
    known = joined(each.label for each in means)

    def means_finding(found: Text, mean: Text | None = None) -> Finding:
        if mean:
            found = Text(f"{found.fr} ({mean.fr})", f"{found.en} ({mean.en})")
        if mean or appel.signature is None:
            return kinds.SIGNATURE_MOYEN.at(place, found=found)
        return kinds.SIGNATURE_MOYEN_INCONNU.at(place, found=found, reference=appel.reference, known=known)

    contents = signature_contents(opened.data) if opened.is_pdf else []
    for content in contents:
        certificate = read_certificate(content)
        if certificate:
            mean = next((each.label for each in means if certificate.issuer in each.issuers), None)
            yield means_finding(certificate.label, mean)
        else:
            yield means_finding(text("verify.signature.unreadable"))
    if not contents and signing_of(opened).trace is Trace.MARK:
        yield means_finding(text("verify.signature.drawn"))


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
