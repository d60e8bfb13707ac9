"""The base of eligible establishments: read from its workbook, kept as a local file, looked up and searched."""

from generator.eligibles.model import Base
from generator.eligibles.model import Etablissement
from generator.eligibles.model import Source
from generator.eligibles.store import EligiblesError
from generator.eligibles.store import load_base

__all__ = ["Base", "EligiblesError", "Etablissement", "Source", "load_base"]
