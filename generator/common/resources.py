"""Locate the shipped files: next to the package in a checkout, inside it if installed from a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = PACKAGE / "data"
ROOT = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parent

TEMPLATES = ROOT / "templates"
# Those of earlier versions, the latest first: documents made from them come back signed, and are compared with them.
EARLIER_TEMPLATES = (TEMPLATES / "0.1.0",)
SCHEMAS = ROOT / "schemas"
APPELS = SCHEMAS / "appels"
FONTS = PACKAGE / "render" / "pdf" / "font_files"
FINDING_CATALOGUES = PACKAGE / "messages" / "findings"
SENTENCE_CATALOGUES = PACKAGE / "messages" / "sentences"
