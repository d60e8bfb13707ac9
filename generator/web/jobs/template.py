"""Job on a vendor's own template: what is wrong, where, and its pages with a short and a long order."""

from __future__ import annotations

from pathlib import Path

from generator.common.language import Lang
from generator.references import DocumentKind
from generator.render.options import DEFAULT_TIMEOUT
from generator.web.config import OrderSettings
from generator.web.jobs.answer import Answer, answer, as_base64

_TEMPLATE = Path("modele.docx")


def template_job(template: bytes, document: str | None, lang: Lang, settings: OrderSettings) -> Answer:
    """Check a template, and draw its pages: as it stands with the places of findings, then with two orders.

    Args:
        template: a DOCX.
        document: the kind of document; None to find it by its title.
        lang: the language of the answer.
        settings: what holds for every order of the server.
    """
    from generator.template_check.check import CheckOptions, check_template
    from generator.template_check.preview import draw_orders, draw_template

    _TEMPLATE.write_bytes(template)
    appels = tuple(settings.appels.values())
    check = check_template(_TEMPLATE, appels, CheckOptions(DocumentKind(document) if document else None))
    unfilled = draw_template(check, DEFAULT_TIMEOUT)
    data: dict[str, object] = {
        "document": check.document.value if check.document else None,
        "orders": check.orders,
        "marks": [{"finding": number, "page": page} for number, page in unfilled.marks],
        "pages": as_base64(unfilled.pages),
        "previews": {
            name: as_base64(drawn.pages) for name, drawn in draw_orders(check, appels, DEFAULT_TIMEOUT).items()
        },
    }
    return answer(check.findings, lang, data=data)
