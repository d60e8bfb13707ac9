"""Where the shipped files are: beside the package in a checkout, inside it once installed from a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "data"
ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

TEMPLATES = ROOT / "templates"
FORMES = TEMPLATES / "formes"
SCHEMAS = ROOT / "schemas"
APPELS = SCHEMAS / "appels"
