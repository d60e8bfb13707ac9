"""JSON answers."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse


class JsonAnswer(JSONResponse):
    """A JSON answer that may quote anything a request held."""

    def render(self, content: object) -> bytes:
        """Return the body; halves of characters, which UTF-8 does not have, become question marks."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
