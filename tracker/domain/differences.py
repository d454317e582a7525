"""What two versions of the same facts say otherwise, place by place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One place where two versions differ; `old` or `new` is None where one of them has nothing there."""

    place: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every place where facts (plain JSON values) differ; lists are compared as rows that were added and taken away."""
    return tuple(_differ("", old, new))


def _differ(place: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differ(f"{place}.{name}" if place else name, old.get(name), new.get(name))
    elif _is_list(old) and _is_list(new):
        yield from _rows(place, list(old), list(new))
    else:
        yield Difference(place, old, new)


def _rows(place: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    gone, come = list(old), list[Any]()
    for row in new:
        if row in gone:
            gone.remove(row)
        else:
            come.append(row)
    for row in gone:
        yield Difference(place, row, None)
    for row in come:
        yield Difference(place, None, row)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
