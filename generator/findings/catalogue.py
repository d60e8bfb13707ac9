"""Every kind of finding, whatever the stage that reports it; and the known codes nearest to one that is not."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable

import generator
from generator.findings.model import Kind
from generator.findings.model import defined_kinds

# What the optional extras bring. Modules that need them define no kinds (a test holds them to it), so that every kind
# is known without them.
_OPTIONAL = frozenset(("cv2", "distributed", "numpy", "onnxruntime", "rapidfuzz", "rapidocr", "tesserocr", "zxingcpp"))
_NEAR = 3


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind of finding by code, having imported every module that defines some."""
    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _OPTIONAL:
                raise
    return defined_kinds()


def near_codes(code: str, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return the codes that may have been meant: those that hold the word, then those spelt nearly so."""
    asked = code.upper()[:80]
    known = [kind.code for kind in kinds]
    alike = sorted((each for each in known if asked and asked in each), key=lambda each: each.index(asked))
    spelt = difflib.get_close_matches(asked, known, n=_NEAR, cutoff=0.6)
    return tuple(dict.fromkeys([*alike, *spelt]))[:_NEAR]
