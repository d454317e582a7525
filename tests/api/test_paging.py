"""Lists that go on from a place hold every line once, in order, whatever the size of a page."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.situations import divisions_program
from tests.builders import a_file, a_row, take
from tests.web.situations import CARE, DISABILITY, NINE, OCCASION, TODAY, a_letter, a_task, an_office, given
from tracker.domain.flags import Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office

FAR = date(9999, 12, 31)


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    """Tasks of every kind, many of them due on the same day, some without a day."""
    dice = random.Random(4)
    made = []
    for number in range(60):
        deadline = dice.choice([None, TODAY, *(TODAY + timedelta(days=dice.randint(-3, 20)) for _ in range(4))])
        code, ref = dice.choice([DISABILITY, CARE, None]), dice.choice(["R5-1", "R5-2"])
        facts: dict[str, Any] = {"deadline": deadline, "department_code": code, "origin_ref": ref}
        if dice.random() < 0.3:
            facts |= {"origin": Origin.FLAG, "origin_ref": f"absent-accounts/{number}"}
        if dice.random() < 0.3:
            facts |= dice.choice([{"completed_on": TODAY}, {"withdrawn_on": TODAY}])
        elif dice.random() < 0.2:
            facts |= {"answered_on": TODAY}
        made.append(a_task(f"{dice.randint(0, 10**6)}", **facts))
    return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, tasks: list[Task]) -> Office:
    folder = tmp_path_factory.mktemp("office")
    office = an_office(folder)
    given(office, *tasks)
    flags = [
        Flag("absent-accounts", f"S/{n}", f"S/{n}", DISABILITY if n % 3 else CARE, "不在", None, TODAY, TODAY, f"flag:{n}",
             cleared_on=None if n % 4 else TODAY)
        for n in range(30)
    ]  # fmt: skip
    with office.store.transaction() as records:
        records.flags.raise_all(flags)
        for number in range(12):  # a later number may be of an earlier day
            day = TODAY - timedelta(days=(number * 5) % 7)
            records.outbox.queue(a_letter(f"reminder/{number}", on_day=day))
    take(office, a_file(folder, "システム", *(a_row("システム", システムコード=f"S{n}") for n in range(7))), on=TODAY)
    reports = [
        a_row("ログ分析報告", システムコード=f"S{n % 7}", 対象開始=f"2023-{n // 7 + 1:02}-01", 対象終了=f"2023-{n // 7 + 1:02}-28")
        for n in range(40)
    ]  # fmt: skip
    take(office, a_file(folder, "ログ分析報告", *reports), on=TODAY)
    return office


@pytest.fixture(scope="module")
def client(office: Office) -> TestClient:
    return divisions_program(office)


def all_of(client: TestClient, path: str, limit: int, **asked: str) -> list[Any]:
    """Every line of a list, a page at a time; no page is larger than asked for, and only the last is smaller."""
    found, cursor = list[Any](), dict[str, str]()
    while True:
        page = client.get(path, params={"limit": limit, **asked, **cursor}).json()
        assert len(page["items"]) == limit or (page["next"] is None and len(page["items"]) <= limit)
        assert page["items"] or not found, "a page that promised more held nothing"
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def by_deadline(task: Task) -> tuple[bool, date, str]:
    return task.deadline is None, task.deadline or FAR, task.key


WEEK = TODAY + timedelta(days=14)
RULES: dict[str, Callable[[Task], bool]] = {
    "": lambda t: True,
    "unfinished": lambda t: not (t.completed_on or t.withdrawn_on),
    "completed": lambda t: t.completed_on is not None,
    "withdrawn": lambda t: t.withdrawn_on is not None,
    "answered": lambda t: t.answered_on is not None and t.is_open,
    "overdue": lambda t: waits(t) and t.deadline is not None and t.deadline < TODAY,
    "due-today": lambda t: waits(t) and t.deadline == TODAY,
    "due-soon": lambda t: waits(t) and t.deadline is not None and TODAY < t.deadline <= WEEK,
    "open": lambda t: waits(t) and (t.deadline is None or t.deadline > WEEK),
}


def waits(task: Task) -> bool:
    return not (task.completed_on or task.withdrawn_on or task.answered_on)


@pytest.mark.parametrize("limit", [1, 7, 59, 60, 61, 200])
def test_pages_of_tasks_hold_each_task_once_by_deadline(client: TestClient, tasks: list[Task], limit: int) -> None:
    assert [task["key"] for task in all_of(client, "/tasks", limit)] == [t.key for t in sorted(tasks, key=by_deadline)]


@pytest.mark.parametrize("standing", RULES)
@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({}, lambda t: True),
        ({"department": CARE}, lambda t: t.department_code == CARE),
        ({"department": "-"}, lambda t: t.department_code is None),
        ({"finding": "R5-2"}, lambda t: t.origin is Origin.FINDING and t.origin_ref == "R5-2"),
        ({"check": "absent-accounts"}, lambda t: t.origin is Origin.FLAG),
        ({"origin": "duty"}, lambda t: False),
        ({"deadline_from": str(TODAY)}, lambda t: t.deadline is not None and t.deadline >= TODAY),
        ({"deadline_until": str(TODAY)}, lambda t: t.deadline is not None and t.deadline <= TODAY),
        (
            {"deadline_from": str(TODAY), "deadline_until": str(WEEK)},
            lambda t: t.deadline and TODAY <= t.deadline <= WEEK,
        ),
        ({"q": "台帳 ５"}, lambda t: "5" in t.title or "5" in t.origin_ref),
    ],
)
def test_a_filter_lets_through_just_what_it_names(
    client: TestClient, tasks: list[Task], standing: str, asked: dict[str, str], rule: Callable[[Task], bool]
) -> None:
    wanted = [task.key for task in sorted(tasks, key=by_deadline) if rule(task) and RULES[standing](task)]

    found = all_of(client, "/tasks", 3, **asked, **({"standing": standing} if standing else {}))

    assert [task["key"] for task in found] == wanted
    if standing not in ("", "unfinished"):
        assert {task["standing"] for task in found} <= {standing}


@pytest.mark.parametrize("limit", [1, 4, 200])
def test_the_other_lists_hold_each_line_once_too(client: TestClient, office: Office, limit: int) -> None:
    with office.store.reading() as records:
        trail, letters = records.events, records.outbox.newest(100)
        number = trail.verify()

    events = all_of(client, "/events", max(limit, 20))
    assert [event["id"] for event in events] == list(range(1, number + 1))
    assert [e["id"] for e in all_of(client, "/events", 9, after=str(number - 5))] == list(range(number - 4, number + 1))
    assert [one["id"] for one in all_of(client, "/letters", limit)] == [letter.id for letter in letters]
    flags = all_of(client, "/flags", limit, standing="all")
    assert [flag["subject"] for flag in flags] == [f"S/{n}" for n in range(30)]
    cleared = all_of(client, "/flags", limit, standing="cleared", department=CARE)
    assert [flag["subject"] for flag in cleared] == [f"S/{n}" for n in range(30) if n % 4 == 0 and n % 3 == 0]
    rows = all_of(client, "/registers/ログ分析報告/rows", limit)
    keys = [(row["system_code"], row["period_from"]) for row in rows]
    assert keys == sorted((f"S{n % 7}", f"2023-{n // 7 + 1:02}-01") for n in range(40))


def test_what_is_added_between_two_pages_moves_nothing_that_was_not_read_yet(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, *(a_task(str(number)) for number in range(1, 6)))
    client = divisions_program(office)
    first = client.get("/tasks", params={"limit": 2}).json()

    given(office, a_task("0"), a_task("29"))
    second = client.get("/tasks", params={"limit": 200, "cursor": first["next"]}).json()

    read = [task["title"] for task in first["items"] + second["items"]]
    assert read == [f"台帳に書く {n}" for n in ("1", "2", "29", "3", "4", "5")]


def test_the_rows_of_an_earlier_day_are_those_that_were_known_then(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    take(
        office, a_file(tmp_path, "職員", a_row("職員", 職員番号="1"), a_row("職員", 職員番号="2")), on=date(2024, 2, 1)
    )
    take(office, a_file(tmp_path, "職員", a_row("職員", 職員番号="2", 氏名="職員０２")), on=date(2024, 3, 1))
    client = divisions_program(office)

    def names(**asked: str) -> list[tuple[str, str]]:
        return [(row["staff_no"], row["name"]) for row in all_of(client, "/registers/職員/rows", 1, **asked)]

    assert names(as_of="2024-01-31") == []
    assert names(as_of="2024-02-29") == [("1", "山田花子"), ("2", "山田花子")]
    assert names() == [("2", "職員０２")]


def test_an_instant_is_told_with_its_zone(client: TestClient) -> None:
    event = client.get("/events", params={"about": f"token:{'division-write-None'}"}).json()["items"][0]

    assert event["at"] == "2024-03-18T00:00:00Z"
    assert (event["by"], NINE.hour) == (OCCASION.by, 9)
