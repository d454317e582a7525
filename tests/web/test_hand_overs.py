"""April 1 on the pages: what waits for a choice, the choice itself, the sheet, and the ended department's own page."""

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from tests.builders import a_file, a_row, take
from tests.web.situations import (
    CARE,
    OCCASION,
    a_page_of,
    a_task,
    an_office,
    auditor,
    division,
    given,
    known,
    member,
    outside,
    words_of,
)  # fmt: skip
from tracker.clock import set_clock
from tracker.domain.events import Occasion
from tracker.domain.tasks import Task
from tracker.handing_over import carry_over
from tracker.office import Office, open_office
from tracker.storage.submissions import Attachment

FIRST = date(2024, 4, 1)
NINE = datetime(2024, 4, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
ONE, TWO, SPLIT, MERGED = "0311", "0312", "0321", "0322"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """April 1: 福祉一課 ended with one successor, 福祉二課 was split, 介護保険課 lives on."""
    before = an_office(tmp_path)
    take(
        before,
        a_file(tmp_path, "組織", *(
            a_row("組織", 所属コード=code, 部="保健福祉部", 課=name, 所属メール="k@city.example", 開始日="", 終了日=end, 承継先コード=heirs)
            for code, name, end, heirs in (
                (ONE, "福祉一課", "R6.3.31", CARE), (TWO, "福祉二課", "R6.3.31", f"{CARE}、{SPLIT}"), (SPLIT, "福祉三課", "", ""),
                (CARE, "介護保険課", "", ""), (MERGED, "来月まで課", "R6.4.30", CARE), ("0101", "情報管理課", "", ""),
            )
        )),
        on=date(2024, 3, 1),
    )  # fmt: skip
    before.store.engine.dispose()
    set_clock(tmp_path / "data", "Asia/Tokyo", NINE, pace=0)
    return open_office(tmp_path / "config.toml", tmp_path / "data")


def test_the_division_sees_what_waits_for_a_choice_what_goes_by_itself_and_who_ends_soon(office: Office) -> None:
    given(office, a_task("1", department_code=ONE), a_task("2", department_code=TWO), a_task("3", department_code=None))

    page = words_of(division(office).get("/handovers").text)

    assert "引き継ぎ先の決まらない対応が2件あります。" in page
    assert "福祉二課（廃止） （1件） 承継先が二つ以上あります。" in page
    assert "所管課未定 （1件）" in page
    assert "福祉一課（廃止） 介護保険課 1 引継書を開く" in page
    assert "来月まで課" in page


def test_each_task_is_given_to_the_department_that_was_chosen_for_it(office: Office) -> None:
    tasks = [a_task(str(n), department_code=TWO) for n in range(4)]
    given(office, *tasks)
    client = division(office)

    first = client.post(f"/handovers/{TWO}", data={"task": [tasks[0].key], "department": CARE, "which": "chosen"})
    said = words_of(client.get(first.headers["location"]).text)
    rest = client.post(f"/handovers/{TWO}", data={"task": [], "department": SPLIT, "which": "all"})

    assert (first.status_code, rest.status_code) == (303, 303)
    assert "1件を介護保険課に引き継ぎました。" in said
    assert [known(office, task).department_code for task in tasks] == [CARE, SPLIT, SPLIT, SPLIT]
    assert "引き継ぎ先の決まらない対応はありません。" in words_of(client.get("/handovers").text)


def test_tasks_of_no_department_have_a_way_to_one(office: Office) -> None:
    task = given(office, a_task("1", department_code=None))

    division(office).post("/handovers/-", data={"task": [task.key], "department": CARE, "which": "chosen"})

    assert known(office, task).department_code == CARE


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"department": CARE, "which": "chosen"}, "引き継ぐ対応を選んでください。"),
        ({"task": "finding:R5-1/1", "department": "", "which": "chosen"}, "引き継ぐ所管課を選んでください。"),
        ({"task": "finding:R5-1/1", "department": ONE, "which": "chosen"}, "引き継ぐ所管課を選んでください。"),
        ({"task": "finding:R5-1/9", "department": CARE, "which": "chosen"}, "このページを開いた後に引き継がれたか"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_beside_the_form_and_nothing_moves(
    office: Office, fields: dict[str, Any], words: str
) -> None:
    task = given(office, a_task("1", department_code=TWO))

    answer = division(office).post(f"/handovers/{TWO}", data=fields)

    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert known(office, task).department_code == TWO


def test_an_auditor_reads_it_all_and_is_shown_no_form_and_a_department_is_not_let_in(office: Office) -> None:
    given(office, a_task("1", department_code=ONE), a_task("2", department_code=TWO))

    page = auditor(office).get("/handovers")

    assert page.status_code == 200
    assert "福祉二課" in page.text
    assert 'method="post"' not in page.text.partition("<main")[2]
    assert auditor(office).post(f"/handovers/{TWO}", data={"department": CARE, "which": "all"}).status_code == 403
    assert member(office, CARE).get("/handovers").status_code == 403


def test_the_sheet_tells_of_each_task_its_deadline_ground_history_evidence_and_person_and_of_excel_too(
    office: Office,
) -> None:
    task = with_a_history(office, a_task("1", department_code=ONE, officer_no="30021"))
    with office.store.transaction() as records:
        carry_over(records, Occasion("定時処理", NINE, FIRST))
    client = division(office)

    page = words_of(client.get(f"/handovers/{ONE}").text)
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"/handovers/{ONE}/引継書.xlsx").content))

    cells = [str(cell) for row in book.get_sheet_by_name("引継書").to_python() for cell in row]
    for words in (
        task.title,
        "R6.3.18 期限を変えました（R6.6.28まで 協議のため）",
        "30021",
        "写し.pdf",
        "指導事項 R5-1",
    ):
        assert words in page, words
        assert any(words in cell for cell in cells), words
    assert "→ 介護保険課" in page
    assert "令和6年6月28日（金）" in page
    assert "初めの期限 令和6年3月22日（金）" in page
    assert client.get("/handovers/9999").status_code == 404


def test_the_old_departments_own_page_says_who_carries_on(office: Office) -> None:
    given(office, a_task("1", department_code=ONE), a_task("2", department_code=TWO))
    pages = {code: a_page_of(office, code) for code in (ONE, TWO, CARE)}
    with office.store.transaction() as records:
        carry_over(records, Occasion("定時処理", NINE, FIRST))

    seen = {code: words_of(outside(office).get(page).text) for code, page in pages.items()}

    assert "この課は令和6年3月31日で終わり、対応は介護保険課に引き継がれました。" in seen[ONE]
    assert "今、することはありません" in seen[ONE]
    assert "残っている対応の引継ぎ先は、情報管理課が決めています。" in seen[TWO]
    assert "この課は" not in seen[CARE]
    assert "台帳に書く 1" in seen[CARE]


def test_an_ended_department_is_named_so_and_offered_for_nothing(office: Office) -> None:
    task = given(office, a_task("1", department_code=CARE))
    client = division(office)

    page = client.get(f"/tasks/{task.key}").text
    refused = client.post("/handovers", data={"task": task.key, "version": "1", "department": ONE})

    assert "福祉一課" not in page[page.index("所管を変える") :]
    assert refused.status_code == 422
    assert "福祉一課（廃止）" in client.get("/tasks").text


def test_the_morning_page_counts_them_with_a_link_to_exactly_these(office: Office) -> None:
    given(office, a_task("1", department_code=TWO), a_task("2", department_code=TWO), a_task("3", department_code=None))
    client = division(office)

    page = client.get("/").text
    (number,) = re.findall(r'<a[^>]* href="/handovers"[^>]*>引き継ぎ先の決まらない対応 (\d+)件</a>', page)

    assert int(number) == len(set(re.findall(r'name="task" value="([^"]*)"', client.get("/handovers").text))) == 3


def with_a_history(office: Office, task: Task) -> Task:
    given(office, task)
    with office.store.transaction() as records:
        records.tasks.save(*task.extend(date(2024, 6, 28), "", "協議のため", OCCASION))
        records.submissions.attach([Attachment(task.key, "写し.pdf", "0" * 64, 5, NINE, "職員０１")])
    return task
