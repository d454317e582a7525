"""Pages that go on from a place: a cursor that names the last line, never a number of lines to skip."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import Field

from tracker.api.problems import field_refused
from tracker.api.shapes.fields import LARGEST_NUMBER, InQuery, Sent, Shown

LARGEST_PAGE, USUAL_PAGE, LONGEST_CURSOR = 200, 50, 2000
NO_CURSOR = "cursor は、前の答えの next をそのまま送ってください。"
Line = TypeVar("Line")
Place = TypeVar("Place")


class Paged(Sent):
    """Which page of a list is asked for."""

    limit: InQuery = Field(default=USUAL_PAGE, ge=1, le=LARGEST_PAGE, description="1ページの件数")
    cursor: str | None = Field(
        default=None, max_length=LONGEST_CURSOR, description="続きを読むときに、前の答えの next を送る"
    )


class Page(Shown, Generic[Line]):
    """一覧の1ページ"""

    items: list[Line] = Field(description="この1ページの中身")
    next: str | None = Field(description="続きを読むための cursor。続きがなければ null")


def cursor_of(*place: Any) -> str:
    """A place in a list as an opaque text."""
    return (
        base64.urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode("utf-8", "replace")).decode().rstrip("=")
    )


def place_of(cursor: str | None, read: Callable[[list[Any]], Place]) -> Place | None:
    """The place that a cursor names; Declined (422) for what is no cursor of this list."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        return read(place)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError, binascii.Error):
        raise field_refused("cursor", NO_CURSOR) from None


def number_in(place: list[Any]) -> int:
    """The number of a list that goes by numbers."""
    (number,) = place
    if type(number) is not int or not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(number)
    return number


def page_of(lines: Sequence[Any], limit: int, shape: Callable[[Any], Line], place: Callable[[Any], str]) -> Page[Line]:
    """The first `limit` lines of those found (one more was asked for), and where the next page begins."""
    shown = lines[:limit]
    return Page(items=[shape(line) for line in shown], next=place(shown[-1]) if len(lines) > limit else None)
