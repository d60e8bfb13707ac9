"""Records of the appels à financement (AF): everything that depends on the call, as data."""

from generator.references.load import Appels
from generator.references.load import load_appels
from generator.references.model import Appel
from generator.references.model import DocumentKind
from generator.references.model import Eligibility
from generator.references.model import Mention
from generator.references.model import Question
from generator.references.model import Status

__all__ = ["Appel", "Appels", "DocumentKind", "Eligibility", "Mention", "Question", "Status", "load_appels"]
