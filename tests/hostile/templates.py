"""Templates that would go on for ever, take the machine, fetch something, or hide what they have to say."""

from collections.abc import Iterator

from tests.hostile.case import Case, order
from tests.render.docx.test_active_content import HIDDEN_PARTS
from tests.render.docx.test_render import with_text
from tests.render.docx.test_sandbox import ENDLESS, FORBIDDEN
from tests.render.docx.test_visible import hidden_mentions

RENDER = ("render", "order.json", "--document", "bdc", "--template", "own.docx", "--format", "docx")
# A function that templates do not have, such as `lipsum`, is an unknown name.
STOPPED = ("MODELE-SANS-FIN", "MODELE-INTERDIT", "MODELE-NOM-INCONNU")


def cases() -> Iterator[Case]:
    """Give each template with the command that renders it."""
    for name, source in (ENDLESS | FORBIDDEN).items():
        # In a text element `<`, `>` and `&` are markup.
        text = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield _case(f"template {name}", with_text(text).data, STOPPED)
    for name, data in HIDDEN_PARTS.items():
        yield _case(f"active {name}", data, ("MODELE-CONTENU-ACTIF", "MODELE-ILLISIBLE"))
    for name, data in hidden_mentions().items():
        yield _case(f"hidden {name}", data, ("MENTION-ABSENTE",))


def _case(name: str, data: bytes, codes: tuple[str, ...]) -> Case:
    return Case(name, RENDER, {"order.json": order(), "own.docx": data}, codes)
