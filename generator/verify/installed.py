"""Which optical readers this machine has, asked before anything is imported that comes with them."""

from importlib.util import find_spec

# What the extra `ocr` brings; the readers themselves are asked for apart.
_LIBRARIES = ("asn1crypto", "cv2", "numpy", "rapidfuzz", "zxingcpp")
# A test holds these and `generator.verify.readers.READERS` together.
READER_NAMES = ("tesseract", "rapidocr")


def find_readers(asked: str | None) -> tuple[tuple[str, ...], str]:
    """Return the readers asked for, and the names of what is missing for them; one of the two is empty.

    Args:
        asked: the name of a reader; `all` for those that are installed, None for the first of these.
    """
    absent = [name for name in _LIBRARIES if find_spec(name) is None]
    if not absent:
        from generator.verify.readers import installed_readers

        installed = installed_readers()
        if asked in installed:
            return (asked,), ""
        if installed and asked not in READER_NAMES:
            return (installed if asked == "all" else installed[:1]), ""
        absent = [asked] if asked in READER_NAMES else [*READER_NAMES]
    return (), ", ".join(map(str, absent))
