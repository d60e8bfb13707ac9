"""Texts as they are compared: engines and PDFs choose white space and the variants of some signs freely."""

from __future__ import annotations

import re

_VARIANTS = str.maketrans({**dict.fromkeys("’‘ʼ´`", "'"), **dict.fromkeys("–—‑−", "-"), **dict.fromkeys("«»“”„", '"')})
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return `text` as it is compared: without white space, apostrophes, dashes and quotes in their plain form."""
    return _SPACE.sub("", text).translate(_VARIANTS)
