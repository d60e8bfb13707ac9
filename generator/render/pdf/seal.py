"""Seal a PDF with the digest of all its other bytes, which shows later whether anybody changed or signed the file."""

import hashlib

# A comment before the last word of the file: the offsets stay right, and PDF/A lets nothing follow the end of file.
_MARK, _END = b"%segurdoc-", b"startxref"


def sealed(data: bytes) -> bytes:
    """Return a PDF with its seal."""
    place = data.rfind(_END)
    return b"%s%s%s\n%s" % (data[:place], _MARK, _digest(data), data[place:])


def is_sealed(data: bytes) -> bool:
    """Return whether a PDF is byte for byte as `sealed` returned it: nobody signed it, added to it or saved it anew."""
    before, mark, after = data.rpartition(_MARK)
    digest, _, end = after.partition(b"\n")
    return bool(mark) and digest == _digest(before + end)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
