"""JSON bodies, read strictly: UTF-8, no NaN, no name twice, not nested without end."""

import json
from typing import Any

from starlette.requests import Request

from tracker.api.problems import SENTENCES, Declined

NAMED_TWICE = "同じ名前の項目が二つあります。一つにしてください。"
NO_SUCH_NUMBER = "NaN や Infinity は書けません。"
NO_JSON = "Content-Type を application/json にして、JSON で送ってください。"


class StrictRequest(Request):
    """A request whose JSON means one thing only."""

    async def json(self) -> Any:
        """The body; Declined when it is no JSON, or when readers could differ on what it says."""
        return read_json(await self.body())


def read_json(body: bytes) -> Any:
    """What the bytes say; Declined (400) otherwise."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Declined(400, SENTENCES[400]) from None


def refuse_other_types(request: Request) -> None:
    """Raise Declined (415) for a body that does not say that it is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Declined(415, NO_JSON)


def _no_number(name: str) -> Any:
    raise Declined(400, NO_SUCH_NUMBER)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(named := dict(pairs)) != len(pairs):
        raise Declined(400, NAMED_TWICE)
    return named
