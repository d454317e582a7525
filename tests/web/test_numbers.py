"""Every number on the morning page leads to exactly the rows it counts: each link is followed, and its rows are counted."""

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.builders import a_file, a_row, take
from tests.web.situations import (
    CARE,
    DISABILITY,
    NINE,
    OCCASION,
    PARKS,
    TODAY,
    a_letter,
    a_task,
    an_office,
    answered,
    division,
    given,
    known,
)  # fmt: skip
from tracker.domain.flags import CheckState, Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.storage.screens.today import last_answers

CHECKS = ("absent-accounts", "unpublished-files")
LOST = NINE


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A morning with something under every heading, and more than fifty of some."""
    office = an_office(tmp_path)
    people = [a_row("職員", 職員番号=f"{n:05d}", 氏名=f"職員{n}", 所属コード=DISABILITY) for n in range(70)]
    take(office, a_file(tmp_path, "職員", *people), on=date(2023, 12, 1))
    given(office, *(tasks := list(some_tasks())))
    with office.store.transaction() as records:
        for task in tasks[::7]:
            records.tasks.save(*task.complete("済み。", OCCASION, on=TODAY - timedelta(days=len(task.key) % 40)))
        flags = [a_flag(n, task) for n, task in enumerate(tasks) if task.origin is Origin.FLAG]
        records.flags.raise_all(flags)
        records.checks.write_catalogue(
            [CatalogueEntry(c, n, f"検査{n}", "", "", ("職員", "休業")) for n, c in enumerate(CHECKS)]
        )
        records.checks.record_run(CheckRun(CHECKS[0], TODAY, CheckState.FLAGGED, 10, 9, 3, 1, TODAY, ended_at=NINE))
        for n in range(14):
            records.outbox.queue(
                a_letter(f"reminder/0303/{n}", given_up_at=LOST, answer="550 no", on_day=TODAY - timedelta(days=4 * n))
            )
    for task in tasks[1:99:9]:
        if task.department_code and known(office, task).is_open:
            answered(office, task)
    return office


def test_every_number_leads_to_exactly_the_rows_that_it_counts(office: Office) -> None:
    client = division(office)
    page = main_of(client.get("/?departments=all").text)

    counted = {(label, path): rows_behind(client, path) for label, path in numbers_on(page)}

    assert {(label, path): number_in(label) for label, path in counted} == counted
    assert len(counted) > 40
    assert {path.partition("?")[0] for _, path in counted} >= {"/tasks", "/flags", "/letters", "/checks", "/registers"}


def test_every_number_in_a_table_is_a_link_or_none(office: Office) -> None:
    page = main_of(division(office).get("/").text)

    cells = re.findall(r'<td class="number[^"]*"[^>]*>(.*?)</td>', page, re.DOTALL)

    assert len(cells) > 40
    assert [cell for cell in cells if "<a " not in cell and cell.strip() not in ("0", "－")] == []


def test_the_sentence_counts_what_is_overdue_due_and_waiting(office: Office) -> None:
    with office.store.reading() as records:
        still_open = records.tasks.open_all_now()
    waits = [task for task in still_open if task.answered_on is None and task.deadline]
    overdue = sum(task.deadline < TODAY for task in waits if task.deadline)
    week = sum(TODAY <= task.deadline <= date(2024, 3, 24) for task in waits if task.deadline)
    page = main_of(division(office).get("/").text)

    sentence = page[page.index('<p class="lead">') :].partition("</p>")[0]

    assert [int(n.replace(",", "")) for n in re.findall(r"(?:期限超過|今週期限|確認待ち) ([\d,]+)件", sentence)] == [
        overdue, week, sum(task.answered_on is not None for task in still_open),
    ]  # fmt: skip


def test_only_the_worst_departments_stand_there_with_a_way_to_all(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    take(
        office,
        a_file(tmp_path, "組織", *(a_row("組織", 所属コード=f"{n:04d}", 部="部", 課=f"第{n}課") for n in range(1000, 1030))),
        on=date(2024, 2, 1),
    )  # fmt: skip
    given(office, *(a_task(f"{n}-{m}", department_code=f"{n}", deadline=TODAY - timedelta(days=1)) for n in range(1000, 1030)
                    for m in range(1 + n % 3)))  # fmt: skip
    client = division(office)

    some, every = (main_of(client.get(path).text).count("standing=overdue") for path in ("/", "/?departments=all"))

    assert (some, every) == (1 + 20, 1 + 30)
    assert "30課すべてを示す" in client.get("/").text


def test_a_department_that_must_act_shows_when_it_last_answered_and_to_what(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    tasks = [a_task(str(n), deadline=TODAY) for n in range(4)]
    silent = a_task("silent", department_code=CARE, deadline=TODAY)
    given(office, *tasks, silent)
    for task, days in zip(tasks, (9, 30, 4), strict=False):
        answered(office, task, submitted_on=TODAY - timedelta(days=days))

    page = main_of(division(office).get("/").text)

    rows = dict(re.findall(r'<tr>\s*<th scope="row"[^>]*><a[^>]*>([^<]*課)</a></th>(.*?)</tr>', page, re.DOTALL))
    cells = {name: row.partition('data-label="最後の回答">')[2].partition("</td>")[0] for name, row in rows.items()}
    assert "まだありません" in cells["介護保険課"]
    assert "3月14日" in cells["障害者福祉課"]  # the newest to come in, whatever its day
    assert f'href="/tasks/{tasks[2].key}"' in cells["障害者福祉課"]


def test_of_a_departments_answers_only_the_newest_is_read(office: Office) -> None:
    with office.store.reading() as records:
        asked = list[str]()
        event.listen(records.connection, "before_cursor_execute", lambda _c, _k, words, *_: asked.append(words))
        last_answers(records.connection, [DISABILITY, CARE])
        query = asked[0].replace("?", f"'{CARE}'")
        plan = [row[3] for row in records.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]

    assert [step for step in plan if "SCAN" in step and "submission" in step] == []
    assert sum("ix_submission_department (department_code=?)" in step for step in plan) == 2


def some_tasks() -> list[Task]:
    departments = (DISABILITY, CARE, PARKS, None)
    tasks = []
    for n in range(180):
        deadline = None if n % 17 == 0 else TODAY + timedelta(days=n % 60 - 40)
        facts = {
            "deadline": deadline,
            "department_code": departments[n % 4],
            "opened_on": TODAY - timedelta(days=n % 100),
        }
        task = a_task(str(n), **facts)
        if n % 3 == 0:
            ref = f"{CHECKS[n % 2]}/S/u{n}"
            task = Task(f"flag:{ref}~1", Origin.FLAG, ref, f"検知{n}", "", departments[n % 4], "", deadline, deadline, "",
                        TODAY - timedelta(days=n % 100))  # fmt: skip
        tasks.append(task)
    return tasks


def a_flag(number: int, task: Task) -> Flag:
    return Flag(
        check_name=task.kind, key=task.origin_ref.partition("/")[2], subject="S", summary=task.title,
        department_code=task.department_code, deadline=task.deadline, first_seen_on=TODAY if number % 5 == 0 else date(2024, 2, 1),
        last_seen_on=TODAY, details={}, task_key=task.key, cleared_on=TODAY if number % 7 in (1, 2) else None,
    )  # fmt: skip


# ---- reading the pages


def main_of(page: str) -> str:
    return page[page.index("<main") :]


def numbers_on(page: str) -> list[tuple[str, str]]:
    """Links whose words are a number, or hold one with its counter."""
    links = re.findall(r'<a[^>]*? ?href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    plain = [(" ".join(unescape(re.sub(r"<[^>]*>", "", words)).split()), unescape(path)) for path, words in links]
    return [(words, path) for words, path in plain if re.fullmatch(r"[\d,]+", words) or re.search(r"[\d,]+件", words)]


def number_in(words: str) -> int:
    found = re.fullmatch(r"[\d,]+", words) or re.search(r"([\d,]+)件", words)
    assert found is not None
    return int((found[1] if found.re.groups else found[0]).replace(",", ""))


def rows_behind(client: TestClient, path: str) -> int:
    """The rows of a list, page after page, without reading any number that the page prints."""
    if path.startswith("/handovers"):
        return client.get(path).text.count('name="task" value=')
    number, following = 0, path
    while following:
        page = main_of(client.get(following).text)
        body = page[page.index("<table") :] if "<table" in page else ""
        if path.startswith("/registers/"):
            number += len(re.findall(r"<tr>", body.partition("<tbody>")[2].partition("</tbody>")[0]))
        else:
            number += len(re.findall(r'<tr[^>]*>\s*(?:<td[^>]*>.*?</td>\s*)*<th scope="row"', body, re.DOTALL))
        ahead = re.findall(r'<a href="([^"]*)"[^>]*rel="next"', page)
        following = unescape(ahead[0]) if ahead else ""
    return number
