"""AF records: everything that depends on the appel à financement, as data."""

from generator.references.load import Appels, load_appels
from generator.references.model import Appel, DocumentKind, Eligibility, Mention, Question, Status

__all__ = ["Appel", "Appels", "DocumentKind", "Eligibility", "Mention", "Question", "Status", "load_appels"]
