"""Where an ended department's tasks go: to the one that lives on, or to nobody until somebody chooses."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.departments import Department
from tracker.domain.successions import Doubt, Succession, lives_on, succession_of

LAST, FIRST = date(2024, 3, 31), date(2024, 4, 1)


def departments(**successors: str | None) -> dict[str, Department]:
    """By code: ended on March 31 with these successors; without end when the value is None."""
    return {
        code: Department(code, "部", f"{code}課", end_on=None if named is None else LAST, successor_code=named)
        for code, named in successors.items()
    }


def test_a_department_lives_to_the_end_of_its_last_day() -> None:
    (ended,) = departments(a="b").values()

    assert lives_on(ended, LAST)
    assert not lives_on(ended, FIRST)
    assert succession_of("a", {"a": ended}, LAST) == Succession("a", ("a",))


@pytest.mark.parametrize(
    ("register", "heirs", "doubts"),
    [
        ({"a": None}, ("a",), ()),
        ({"a": "b", "b": None}, ("b",), ()),
        ({"a": "b", "b": "c", "c": None}, ("c",), ()),
        ({"a": "c", "b": "c", "c": None}, ("c",), ()),
        ({"a": "b、c", "b": "d", "c": "d", "d": None}, ("d",), ()),
        ({"a": "b、c", "b": None, "c": None}, ("b", "c"), ((Doubt.SEVERAL, "a"),)),
        ({"a": "b, c", "b": None}, ("b",), ((Doubt.UNKNOWN, "c"),)),
        ({"a": ""}, (), ((Doubt.NONE_NAMED, "a"),)),
        ({"a": "b", "b": ""}, (), ((Doubt.NONE_NAMED, "b"),)),
        ({"a": "x"}, (), ((Doubt.UNKNOWN, "x"),)),
        ({}, (), ((Doubt.UNKNOWN, "a"),)),
        ({"a": "a"}, (), ((Doubt.CIRCLE, "a"),)),
        ({"a": "b", "b": "a"}, (), ((Doubt.CIRCLE, "a"),)),
        ({"a": "b", "b": "c", "c": "b、d", "d": None}, ("d",), ((Doubt.CIRCLE, "b"),)),
    ],
)
def test_successors_are_followed_to_those_that_live_and_what_is_not_clear_is_said(
    register: dict[str, str | None], heirs: tuple[str, ...], doubts: tuple[tuple[Doubt, str], ...]
) -> None:
    found = succession_of("a", departments(**register), FIRST)

    assert (found.heirs, found.doubts) == (heirs, doubts)
    assert found.heir == (heirs[0] if len(heirs) == 1 and not doubts else None)


def test_a_successor_that_begins_later_is_waited_for() -> None:
    later = Department("b", "部", "b課", start_on=date(2024, 10, 1))

    found = succession_of("a", departments(a="b") | {"b": later}, FIRST)

    assert (found.heirs, found.doubts) == ((), ((Doubt.NOT_BEGUN, "b"),))


@given(named=st.dictionaries(st.sampled_from("abcdef"), st.none() | st.lists(st.sampled_from("abcdefx"), max_size=3)))
def test_whatever_the_register_says_an_heir_lives_and_is_reached_or_a_doubt_is_told(
    named: dict[str, list[str] | None],
) -> None:
    register = departments(**{code: None if codes is None else "、".join(codes) for code, codes in named.items()})

    found = succession_of("a", register, FIRST)

    assert set(found.heirs) == reachable("a", named) & {code for code, codes in named.items() if codes is None}
    assert found.heirs or found.doubts
    assert found.heir is None or len(found.heirs) == 1


def reachable(start: str, named: dict[str, list[str] | None]) -> set[str]:
    """Everything that can be reached, by widening a set until it no longer grows."""
    reached = {start}
    while more := {next_one for code in reached for next_one in named.get(code) or ()} - reached:
        reached |= more
    return reached
