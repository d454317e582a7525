"""What a template of the office may calculate: filters from a list, and nothing that makes much out of little."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2.exceptions import SecurityError

from notifications.letters.meter import MOVED, TemplateTooLong, spend, weight

Filter = Callable[..., Any]
LARGEST = 1_000
_BITS = 4_096
_WIDE = re.compile(r"[0-9]{3}|\*")
_KNOWN = (
    "abs", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "format",
    "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject",
    "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "sort", "string", "title", "trim",
    "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
_OURS = (
    "wareki", "days_word", "own_words", "to_whom", "clock_words", "period_words", "one_line", "hang", "right", "centred",
    "numbered", "labelled", "full",
)  # fmt: skip


class TooLarge(SecurityError):
    """A number or a text with which an operation would grow beyond all bounds."""


def counted_filters(filters: dict[str, Filter]) -> dict[str, Filter]:
    """The filters that a template of the office may use, each counted."""
    return {name: _counted(name, filters[name]) for name in (*_KNOWN, *_OURS)}


def refuse_growth(operator: str, left: Any, right: Any) -> None:
    """No repetition, format string or power whose outcome is out of proportion."""
    if operator == "%" and isinstance(left, str):
        raise TooLarge("%")
    if operator == "*":
        texts = [each for each in (left, right) if isinstance(each, str | list | tuple)]
        times = max([1, *(each for each in (left, right) if isinstance(each, int))])
        _refuse_above(MOVED, sum(map(weight, texts)) * times)
        _refuse_above(_BITS, _bits(left) + _bits(right))
    if operator == "**" and isinstance(right, int):
        _refuse_above(_BITS, _bits(left) * abs(right))


def _counted(name: str, plain: Filter) -> Filter:
    own_first = int(hasattr(plain, "jinja_pass_arg"))

    @wraps(plain)
    def counted(*arguments: Any, **named: Any) -> Any:
        value, *more = arguments[own_first:]
        _refuse_much(name, value, [*more, *named.values()])
        outcome = plain(*arguments, **named)
        spend(weight(outcome))
        return outcome

    return counted


def _refuse_much(name: str, value: Any, more: list[Any]) -> None:
    """Before a filter runs: no large numbers, and no text so long that the outcome could be out of proportion."""
    for each in more:
        if isinstance(each, int | float) and abs(each) > LARGEST:
            raise TooLarge(name)
    if name == "format" and _WIDE.search(str(value)):
        raise TooLarge(name)
    _refuse_above(MOVED, weight(value) * max(1, sum(map(weight, more))))


def _refuse_above(limit: int, wanted: int) -> None:
    if wanted > limit:
        raise TemplateTooLong


def _bits(number: Any) -> int:
    return number.bit_length() if isinstance(number, int) else 0
