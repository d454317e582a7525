"""The kept sums agree with a count of every task and flag, whatever happened to them and in whatever order."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.web.situations import an_office
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.flags import Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.storage.screens.sums import open_work, seen_flags, summed_standings, summed_trend
from tracker.storage.screens.tasks import TaskFilter, standing_counts, tasks_page
from tracker.storage.store import Records

TODAY = date(2024, 3, 18)
DEPARTMENTS = (None, "0101", "0303")
SOURCES = (
    (Origin.FINDING, "R5-1"), (Origin.DUTY, "log/1"), (Origin.FLAG, "absent-accounts/S/u"), (Origin.FLAG, "unpublished-files/F"),
)  # fmt: skip
DAYS = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
STEPS = (
    "open",
    "open",
    "complete",
    "withdraw",
    "reopen",
    "extend",
    "hand over",
    "answer",
    "send back",
    "raise",
    "clear",
    "move",
)
Step = tuple[str, int, date, date | None, int]
Recount = Callable[[str], list[Any]]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 2), DAYS, st.none() | DAYS, st.integers(0, 11)), max_size=25
    )
)
@example(
    [("open", 0, TODAY, TODAY, 0), ("complete", 0, TODAY - timedelta(days=20), None, 0)]
)  # done before it was known
@settings(max_examples=40)
def test_the_sums_agree_with_a_recount_after_anything_that_can_happen_to_tasks_and_flags(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        office = an_office(Path(folder))
        for step in steps:
            with office.store.transaction() as records:
                take(records, *step)

        assert_sums_agree(office)
        office.store.engine.dispose()


def test_a_change_that_another_got_ahead_of_changes_no_sum(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with office.store.transaction() as records:
        take(records, "open", 0, TODAY, TODAY, 1)
        stale = records.tasks.find("T0")
        assert stale is not None
        records.tasks.save(*stale.answer(Happened.TASK_REPORTED, occasion(TODAY)))

    try:
        with office.store.transaction() as records:
            records.tasks.save(*stale.complete("済み。", occasion(TODAY)))
    except CommandRefused:
        refused = True

    assert refused
    assert_sums_agree(office)


def test_a_page_of_any_number_holds_the_rows_that_a_plain_list_has_there(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with office.store.transaction() as records:
        for n in range(260):
            take(
                records,
                "open",
                n,
                TODAY - timedelta(days=n % 7),
                TODAY + timedelta(days=n % 11 - 5) if n % 13 else None,
                n,
            )
        for n in range(0, 260, 3):
            take(records, "complete", n, TODAY - timedelta(days=n % 5), None, n)
    by_deadline = "COALESCE(deadline, '9999-12-31'), key"
    orders = {
        ("open", "deadline"): f"closed_on IS NULL ORDER BY {by_deadline}",
        ("all", "deadline"): f"1 ORDER BY {by_deadline}",
        ("completed", "closed"): "completed_on NOT NULL ORDER BY closed_on DESC, COALESCE(deadline, '9999-12-31') DESC, key DESC",
        ("open", "opened"): "closed_on IS NULL ORDER BY opened_on DESC, key DESC",
        ("open", "department"): f"closed_on IS NULL ORDER BY department_code, {by_deadline}",
    }  # fmt: skip

    for (standing, sort), order in orders.items():
        plain = [row[0] for row in plain_sql(office)(f"SELECT key FROM task WHERE {order}")]
        with office.store.reading() as records:
            counts = standing_counts(records.connection, TaskFilter(), TODAY)
            pages = [
                [t.key for t in tasks_page(records.connection, TaskFilter(), standing, sort, TODAY, n, counts).lines]
                for n in range(1, -(-len(plain) // 50) + 1)
            ]
        assert [key for page in pages for key in page] == plain, (standing, sort)


def take(records: Records, step: str, which: int, on: date, deadline: date | None, choice: int) -> None:
    """One thing that happens to the task or flag of that number; nothing when it cannot happen to it now."""
    if step in ("raise", "clear", "move"):
        take_flag(records, step, which, on, choice)
        return
    task, today = records.tasks.find(f"T{which}"), occasion(on)
    if task is None:
        if step == "open":
            records.tasks.open_all([a_task(which, on, deadline, choice)], today)
    elif change := change_of(task, step, on, deadline, choice):
        records.tasks.save_all([change])


def change_of(task: Task, step: str, on: date, deadline: date | None, choice: int) -> tuple[Task, Event] | None:
    today, department = occasion(on), DEPARTMENTS[choice % 3]
    if not task.is_open:
        return task.reopen("まだ。", today) if step == "reopen" else None
    match step:
        case "complete":
            return task.complete("済み。", today)
        case "withdraw":
            return task.withdraw("不要。", today)
        case "extend":
            return task.extend(deadline, "", "延ばす。", today)
        case "hand over":
            return task.hand_over(department, today)
        case "answer":
            return task.answer(Happened.TASK_REPORTED, today)
        case "send back":
            return task.send_back("足りない。", today)
    return None


def take_flag(records: Records, step: str, which: int, on: date, choice: int) -> None:
    own = [flag for flag in records.flags.open_now() if flag.key == f"S/u{which}"]
    if step == "raise" and not own:
        check = ("absent-accounts", "unpublished-files")[choice % 2]
        records.flags.raise_all(
            [Flag(check, f"S/u{which}", "S", DEPARTMENTS[choice % 3], "", on, on, on, "T0", details={})]
        )
    elif step == "clear":
        records.flags.save_all([replace(flag, cleared_on=on) for flag in own])
    elif step == "move":
        records.flags.save_all([replace(flag, department_code=DEPARTMENTS[choice % 3]) for flag in own])


def a_task(which: int, opened_on: date, deadline: date | None, choice: int) -> Task:
    origin, ref = SOURCES[choice % 4]
    return Task(
        f"T{which}", origin, ref, f"対応{which}", "", DEPARTMENTS[choice % 3], "", deadline, deadline, "", opened_on
    )  # fmt: skip


def occasion(on: date) -> Occasion:
    return Occasion("試験", datetime(2024, 3, 18, tzinfo=UTC), on)


# ---- the recount: plain SQL on the database file, and plain Python over its rows


def assert_sums_agree(office: Office) -> None:
    rows, ask = plain_tasks(office), plain_sql(office)
    days = [TODAY + timedelta(days=n) for n in range(-30, 31, 6)]
    with office.store.reading() as records:
        connection = records.connection
        for department in ("", "-", "0101", "0303"):
            for source in ("", "finding", "duty", "flag", "flag/absent-accounts", "flag/unpublished-files"):
                counts = summed_standings(connection, department, source, TODAY)
                own = [row for row in rows if chosen(row, department, source)]
                assert {name: getattr(counts, name) for name in RECOUNTS} == {
                    name: sum(map(rule, own)) for name, rule in RECOUNTS.items()
                }
        work = {one.code: (one.open, one.overdue, one.this_week) for one in open_work(connection, TODAY)}
        trend = [(week.day, week.open, week.overdue) for week in summed_trend(connection, days)]
        seen = {(check, code): n for check, own in seen_flags(connection).items() for code, n in own.items()}
    still = [row for row in rows if row["closed"] is None]
    assert work == {
        code: tuple(sum(r["department"] == code and rule(r) for r in still) for rule in (bool, RECOUNTS["overdue"], RECOUNTS["week"]))
        for code in {row["department"] for row in still}
    }  # fmt: skip
    assert trend == [
        (day, sum(alive(r, day) for r in rows), sum(alive(r, day) and late(r, day) for r in rows)) for day in days
    ]
    assert seen == Counter(ask("SELECT check_name, department_code FROM flag WHERE cleared_on IS NULL"))
    assert ask("SELECT 1 FROM tally WHERE number <= 0") == []


def plain_sql(office: Office) -> Recount:
    def ask(query: str) -> list[Any]:
        connection = sqlite3.connect(office.data_dir / "zesei.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    return ask


def plain_tasks(office: Office) -> list[dict[str, Any]]:
    names = ("department", "origin", "ref", "deadline", "opened", "completed", "withdrawn", "answered")
    query = "SELECT department_code, origin, origin_ref, deadline, opened_on, completed_on, withdrawn_on, answered_on FROM task"
    rows = []
    for row in plain_sql(office)(query):
        days = [date.fromisoformat(cell) if cell else None for cell in row[3:]]
        facts: dict[str, Any] = dict(zip(names, (*row[:3], *days), strict=True))
        rows.append(facts | {"closed": facts["completed"] or facts["withdrawn"]})
    return rows


def chosen(row: dict[str, Any], department: str, source: str) -> bool:
    origin, _, check = source.partition("/")
    is_its = not department or (row["department"] or "-") == department
    return is_its and (not origin or row["origin"] == origin) and (not check or row["ref"].split("/")[0] == check)


def waits(row: dict[str, Any]) -> bool:
    return row["closed"] is None and row["answered"] is None


def late(row: dict[str, Any], day: date) -> bool:
    return row["deadline"] is not None and row["deadline"] < day


def alive(row: dict[str, Any], day: date) -> bool:
    return row["opened"] <= day and (row["closed"] is None or row["closed"] > day)


def left(row: dict[str, Any]) -> int:
    return (row["deadline"] - TODAY).days if row["deadline"] else 9999


RECOUNTS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "answered": lambda row: row["closed"] is None and row["answered"] is not None,
    "overdue": lambda row: waits(row) and left(row) < 0,
    "today": lambda row: waits(row) and left(row) == 0,
    "week": lambda row: waits(row) and 0 <= left(row) <= 6,  # the day is a Monday
    "soon": lambda row: waits(row) and 1 <= left(row) <= 14,
    "later": lambda row: waits(row) and left(row) > 14,
    "completed": lambda row: row["completed"] is not None,
    "withdrawn": lambda row: row["completed"] is None and row["withdrawn"] is not None,
}
