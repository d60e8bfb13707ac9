"""List every finding kind, and find the known codes that are similar to a mistyped one."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable

from generator.common.findings.model import FindingKind, defined_kinds
from generator.common.resources import PACKAGE

# The packages of the optional extras. A test checks that modules that need them define no finding kind, so that every
# kind is known without them.
_OPTIONAL = frozenset(
    (
        "asn1crypto", "cv2", "distributed", "numpy", "onnxruntime", "python_multipart", "rapidfuzz", "rapidocr",
        "starlette", "tesserocr", "uvicorn", "zxingcpp",
    )
)  # fmt: skip
_NEAR = 3


def all_kinds() -> tuple[FindingKind, ...]:
    """Import every module, and return every finding kind, sorted by code."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "generator."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _OPTIONAL:
                raise
    return defined_kinds()


def near_codes(code: str, kinds: Iterable[FindingKind]) -> tuple[str, ...]:
    """Return the codes that may have been meant: codes that contain the word, then codes with a similar spelling."""
    asked = code.upper()[:80]
    known = [kind.code for kind in kinds]
    alike = sorted((each for each in known if asked and asked in each), key=lambda each: each.index(asked))
    spelt = difflib.get_close_matches(asked, known, n=_NEAR, cutoff=0.6)
    return tuple(dict.fromkeys([*alike, *spelt]))[:_NEAR]
