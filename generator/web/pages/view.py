"""How a page is made of its template."""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from generator.common.language import catalogue, text
from generator.web.state import lang_of, state_of

_MOST_SHOWN = 200
_RANKS = {"error": 0, "warning": 1, "info": 2}
# A remedy that names an option, such as `--replace`, is one for the command line.
_OPTION = re.compile(r"(?<!\S)--[a-z]")
PAGES = ("commande", "verifier", "lot", "modele", "suivi")


def _numbered(findings: Sequence[Mapping[str, object]]) -> list[tuple[int, Mapping[str, object]]]:
    """Return findings with their numbers, from 1, errors first; people read no more than `_MOST_SHOWN`."""
    ranked = sorted(enumerate(findings, 1), key=lambda each: _RANKS[str(each[1]["severity"])])
    return ranked[:_MOST_SHOWN]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "html"),
        autoescape=select_autoescape(),
        # A misspelt name in a page is an error of a test, not an empty place.
        undefined=StrictUndefined,
        # Lines with tags alone leave no empty lines in the page.
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["numbered"] = _numbered
    return environment


def page(request: Request, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page.

    Args:
        request: the request, for its language.
        name: the name of the template, which begins with that of the page.
        status: the status of the answer.
        values: what the template shows.
    """
    lang, config = lang_of(request), state_of(request).config

    def say(key: str, **given: object) -> str:
        return text(f"pages.{key}", **given).say(lang)

    def fix(finding: Mapping[str, object]) -> str:
        """Return what to do about a finding; empty where that is an option of a command, which a page has not."""
        own, said = catalogue("pages")["fixes"].get(str(finding["code"])), str(finding["fix"])
        return str(own[lang]) if own else "" if _OPTION.search(said) else said

    shown = {
        "lang": lang,
        "t": say,
        "fix": fix,
        "day": lambda day: datetime.date.fromisoformat(day).strftime("%d/%m/%Y"),
        # `lot_colonnes` is a page of `lot`, which the menu marks.
        "page": name.partition("_")[0],
        # Without folders of orders there is nothing to follow.
        "pages": [each for each in PAGES if each != "suivi" or config.followup],
        "keep_days": config.keep_days,
        "megabytes": config.max_bytes >> 20,
        **values,
    }
    # A JSON text may hold halves of characters, which UTF-8 does not have.
    content = _environment().get_template(f"{name}.html").render(shown).encode("utf-8", "replace")
    return HTMLResponse(content, status)


def download(data: bytes, name: str, media: str) -> Response:
    """Return a file to save."""
    return Response(data, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, media)
