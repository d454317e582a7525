"""Who sees what of a task's past, told by an oracle that only remembers who had the task when something happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.audience import NOBODY, WHOLE_OFFICE, of_department
from tracker.domain.events import Happened, Occasion
from tracker.domain.tasks import Origin, Task

DEPARTMENTS = ("A", "B", "C")


@dataclass(frozen=True)
class Entry:
    id: int
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


MOVES = st.one_of(
    st.tuples(st.just(Happened.TASK_HANDED_OVER), st.sampled_from([*DEPARTMENTS, None])),
    st.tuples(
        st.sampled_from([Happened.TASK_COMMENTED, Happened.TASK_REPORTED, Happened.TASK_SENT_BACK]), st.just(None)
    ),
)


@given(st.sampled_from([*DEPARTMENTS, None]), st.lists(MOVES, max_size=12), st.booleans())
def test_a_department_is_shown_what_happened_while_the_task_was_its_own_and_nothing_else(
    first: str | None, moves: list[tuple[Happened, str | None]], newest_first: bool
) -> None:
    holder, entries = first, [Entry(1, Happened.TASK_OPENED, {"department": first})]
    had = {1: {first}}
    for number, (kind, new) in enumerate(moves, start=2):
        facts = {}
        if kind is Happened.TASK_HANDED_OVER:
            facts, holder = {"old": holder, "new": new, "officer": "12345"}, new
        entries.append(Entry(number, kind, facts))
        had[number] = {holder}
    is_moved = any(kind is Happened.TASK_HANDED_OVER for kind, _ in moves)
    readers = [code for code in DEPARTMENTS if is_moved or code == first]  # no other may open the task at all
    ordered = entries[::-1] if newest_first else entries

    for code in readers:
        shown = of_department(code).events(ordered)
        assert [one.id for one in shown] == [one.id for one in ordered if code in had[one.id]]
        assert "12345" not in str(shown)
    assert WHOLE_OFFICE.events(ordered) == ordered


def test_nobody_sees_a_departments_thing_and_no_department_what_belongs_to_none() -> None:
    assert not NOBODY.sees("A")
    assert not NOBODY.sees(None)
    assert not of_department(None).sees(None)
    assert not of_department("A").sees(None)
    assert WHOLE_OFFICE.sees(None)


def test_words_that_stayed_on_a_task_from_another_departments_time_are_not_shown_with_it() -> None:
    occasion = Occasion("情報管理課", datetime(2024, 3, 18, tzinfo=UTC), date(2024, 3, 18))
    task = Task("T", Origin.FLAG, "x/1", "件名", "内容", "A", "", None, None, "", date(2024, 3, 1))
    withdrawn, first = task.withdraw("Aの例外の理由", occasion)
    moved, second = withdrawn.hand_over("B", occasion)  # a register says that it is another's
    entries = [Entry(1, first.kind, first.facts), Entry(2, second.kind, second.facts)]
    reopened, third = moved.reopen("Bに戻す理由", occasion)

    assert of_department("B").task(moved, entries).closing_note == ""
    assert of_department("B").task(moved, entries[::-1]).closing_note == ""
    assert WHOLE_OFFICE.task(moved, entries).closing_note == "Aの例外の理由"
    entries.append(Entry(3, third.kind, third.facts))
    assert of_department("B").task(reopened, entries).round_note == "Bに戻す理由"
    assert of_department("A").task(reopened, entries).round_note == ""


def test_a_removed_document_is_told_to_whose_it_was_and_of_earlier_entries_while_the_task_was_nobody_elses() -> None:
    kind, moved = Happened.EVIDENCE_REMOVED, Entry(4, Happened.TASK_HANDED_OVER, {"old": "A", "new": "B"})
    entries = [Entry(5, kind, {"department": "A"}), Entry(6, kind, {"department": None}), Entry(7, kind, {})]

    assert of_department("A").events(entries) == [entries[0], entries[1], entries[2]]
    assert of_department("B").events([moved, *entries]) == [moved, entries[1]]
