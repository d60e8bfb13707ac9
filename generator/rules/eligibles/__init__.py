"""Import, store, look up and search the base of eligible establishments."""

from generator.rules.eligibles.model import Base, Etablissement, Source
from generator.rules.eligibles.store import EligiblesError, load_base

__all__ = ["Base", "EligiblesError", "Etablissement", "Source", "load_base"]
