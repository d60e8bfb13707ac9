"""JSON answers, and errors as problem+json (RFC 9457) with findings where there are some."""

import json
from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse

from generator.common.language import Lang, Text, catalogue, text

RETRY_SECONDS = "2"

# Each status in the catalogue has a sentence in both languages.
_KNOWN = frozenset(map(int, catalogue("pages")["problems"]))


class JsonAnswer(JSONResponse):
    """A JSON answer that may quote anything a request held."""

    def render(self, content: object) -> bytes:
        """Return the body; halves of characters, which UTF-8 does not have, become question marks."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(
    status: int, lang: Lang, *, findings: Sequence[Mapping[str, object]] = (), detail: Text | None = None
) -> JsonAnswer:
    """Return an error as problem+json."""
    content: dict[str, object] = {"type": "about:blank", "title": title(status, lang), "status": status}
    if detail:
        content["detail"] = detail.say(lang)
    if findings:
        content["findings"] = list(findings)
    # Both are over soon: another batch ends, or a worker is free.
    headers = {"Retry-After": RETRY_SECONDS} if status in {429, 503} else {}
    if status == 401:  # noqa: PLR2004
        # RFC 9110, 15.5.2: an answer 401 names how to authenticate.
        headers["WWW-Authenticate"] = "Bearer"
    return JsonAnswer(content, status, headers, "application/problem+json")


def title(status: int, lang: Lang) -> str:
    """Return the sentence of a status."""
    return text(f"pages.problems.{status}").say(lang)


def known_status(status: int) -> int:
    """Return a status that has a title; another becomes that of a bad request."""
    return status if status in _KNOWN else 400
