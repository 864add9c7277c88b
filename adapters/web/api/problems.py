"""What went wrong, as RFC 9457 has it (problem+json): one sentence that names the mend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is no success. `errors` says of each field what is wrong with it."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.errors, self.headers = dict(errors or {}), dict(headers or {})

    def response(self) -> Response:
        """As it is sent."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.sentence,
        }
        if self.errors:
            body["errors"] = [{"field": field, "detail": says} for field, says in self.errors.items()]
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Response(text, self.status, self.headers, MEDIA_TYPE)


def missing() -> Problem:
    """For what is not there and for what is not theirs: the same words."""
    return Problem(404, "There is nothing here that this token can see. The paths are in /api/v1/openapi.json.")
