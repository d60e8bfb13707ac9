"""The addresses of the pages."""

from __future__ import annotations

from pathlib import Path

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from generator.web.pages import batch, followup, login, order, uploads


class _LangConvertor(StringConvertor):
    regex = "fr|en"


register_url_convertor("lang", _LangConvertor())

ROUTES = [
    Route("/", login.home),
    Route("/login", login.login_page),
    Route("/login", login.login_posted, methods=["POST"]),
    Mount("/static", StaticFiles(directory=Path(__file__).parents[1] / "static")),
    Route("/{lang:lang}/commande", order.order_page),
    Route("/{lang:lang}/commande", order.order_posted, methods=["POST"]),
    Route("/{lang:lang}/verifier", uploads.verify_page),
    Route("/{lang:lang}/verifier", uploads.verify_posted, methods=["POST"]),
    Route("/{lang:lang}/modele", uploads.template_page),
    Route("/{lang:lang}/modele", uploads.template_posted, methods=["POST"]),
    Route("/{lang:lang}/lot", batch.batch_page),
    Route("/{lang:lang}/lot", batch.batch_posted, methods=["POST"]),
    Route("/{lang:lang}/lot/{id}", batch.batch_state_page),
    Route("/{lang:lang}/lot/{id}/colonnes", batch.batch_columns_posted, methods=["POST"]),
    Route("/{lang:lang}/lot/{id}/lancer", batch.batch_started, methods=["POST"]),
    Route("/{lang:lang}/suivi", followup.followup_page),
    Route("/{lang:lang}/suivi.csv", followup.followup_csv),
    Route("/{lang:lang}/suivi.ics", followup.followup_ics),
]
