"""Import, store, look up and search the base of eligible establishments."""

from generator.rules.eligibles.base import Base, EligiblesError, Etablissement, Source, load_base

__all__ = ["Base", "EligiblesError", "Etablissement", "Source", "load_base"]
