"""From findings and improvement plans to tasks: what a register says opens, moves, closes and withdraws them."""

from datetime import date
from pathlib import Path

import pytest

from jobs.registry import runner_of
from tests.builders import a_file, a_row, asked, everything_in, take
from tests.conftest import ROOT
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.registers.importing import Importer

ANSWERED = date(2023, 12, 19)
NEXT = date(2024, 1, 15)
LATER = date(2024, 2, 1)
KEY = "finding:R5-1/1"


@pytest.fixture(autouse=True)
def finding(office: Office, tmp_path: Path) -> None:
    """An office with its department, and the finding that all plans answer."""
    take(office, a_file(tmp_path, "組織"), a_file(tmp_path, "指導事項"), on=ANSWERED)


def plans(office: Office, folder: Path, *rows: dict[str, str], on: date = ANSWERED) -> None:
    """Import the register of improvement plans as of a day."""
    take(office, a_file(folder, "改善策", *rows), on=on)


def the_task(office: Office, key: str = KEY) -> Task:
    """One task as stored."""
    with office.store.reading() as records:
        task = records.tasks.find(key)
    assert task is not None
    return task


def events_of(office: Office, key: str = KEY) -> list[str]:
    """What happened to a task, oldest first."""
    with office.store.reading() as records:
        return [event.kind for event in reversed(records.events.about(f"task:{key}"))]


def test_a_new_plan_opens_a_task_with_its_printed_deadline_and_the_day_it_means(office: Office, tmp_path: Path) -> None:
    report = take(office, a_file(tmp_path, "改善策"), on=ANSWERED)

    task = the_task(office)
    assert (report.tasks.opened, report.tasks.closed, report.tasks.changed) == (1, 0, 0)
    assert (task.origin, task.origin_ref, task.title) == (Origin.FINDING, "R5-1", "操作権限を停止する")
    assert task.body == "指導事項「操作権限」の改善策です。"
    assert (task.deadline_printed, task.deadline) == ("令和6年1月末まで", date(2024, 1, 31))
    assert task.first_deadline == date(2024, 1, 31)
    assert (task.department_code, task.opened_on, task.is_open) == ("0303", ANSWERED, True)
    assert events_of(office) == ["TaskOpened"]


def test_a_plan_without_a_department_of_its_own_belongs_to_that_of_its_finding(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 所属コード=""))

    assert the_task(office).department_code == "0303"


def test_a_plan_without_a_deadline_has_none(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 期限=""), a_row("改善策", 枝番="2", 期限="速やかに"))

    assert (the_task(office).deadline, the_task(office).deadline_printed) == (None, "")
    second = the_task(office, "finding:R5-1/2")
    assert (second.deadline, second.deadline_printed) == (None, "速やかに")


def test_a_day_of_completion_closes_the_task_on_that_day(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策"))

    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R6.1.10"), on=NEXT)

    assert the_task(office).completed_on == date(2024, 1, 10)
    assert events_of(office) == ["TaskOpened", "TaskCompleted"]


@pytest.mark.parametrize("state", ["実施済", "完了", "決定", "従前から実施"])
def test_a_plan_that_is_done_without_a_day_is_done_on_the_day_of_the_register(
    office: Office, tmp_path: Path, state: str
) -> None:
    plans(office, tmp_path, a_row("改善策", 状態=state))

    assert the_task(office).completed_on == ANSWERED
    assert events_of(office) == ["TaskOpened", "TaskCompleted"]


@pytest.mark.parametrize("state", ["予定", "依頼予定", "対応中", ""])
def test_a_plan_that_is_not_done_is_open_and_a_day_of_completion_alone_closes_it(
    office: Office, tmp_path: Path, state: str
) -> None:
    plans(office, tmp_path, a_row("改善策", 状態=state))
    assert the_task(office).is_open

    plans(office, tmp_path, a_row("改善策", 状態=state, 完了日="R6.1.10"), on=NEXT)
    assert the_task(office).completed_on == date(2024, 1, 10)


def test_a_plan_done_before_it_was_ever_seen_counts_from_its_own_day(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R5.8.15"))

    assert (the_task(office).opened_on, the_task(office).completed_on) == (date(2023, 8, 15), date(2023, 8, 15))


def test_a_moved_deadline_is_an_extension_that_keeps_the_first_one(office: Office, tmp_path: Path) -> None:
    for on, printed in ((ANSWERED, "令和6年1月末まで"), (NEXT, "令和6年2月末まで"), (LATER, "R6.3.29")):
        plans(office, tmp_path, a_row("改善策", 期限=printed), on=on)

    task = the_task(office)
    assert (task.first_deadline, task.deadline) == (date(2024, 1, 31), date(2024, 3, 29))
    assert events_of(office) == ["TaskOpened", "DeadlineExtended", "DeadlineExtended"]
    with office.store.reading() as records:
        facts = records.events.about(f"task:{KEY}")[0].facts
    assert (facts["old"], facts["new"]) == ("2024-02-29", "2024-03-29")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("令和6年1月末まで", "令和6年1月31日"),
        ("令和6年1月31日まで", "R6.1.31"),
        ("1月末まで", "2024/1/31"),
        ("速やかに", "遅滞なく"),
        ("", "未定"),
    ],
)
def test_a_deadline_spelled_otherwise_for_the_same_day_is_a_rewording_and_no_extension(
    office: Office, tmp_path: Path, first: str, then: str
) -> None:
    plans(office, tmp_path, a_row("改善策", 期限=first))
    before = the_task(office)

    report = take(office, a_file(tmp_path, "改善策", a_row("改善策", 期限=then)), on=NEXT)

    task = the_task(office)
    assert (task.deadline_printed, task.deadline) == (then, before.deadline)
    assert task.first_deadline == before.first_deadline
    assert events_of(office) == ["TaskOpened", "TaskReworded"]
    assert (report.tasks.opened, report.tasks.closed, report.tasks.changed) == (0, 0, 1)


def test_a_deadline_spelled_otherwise_brings_no_fresh_reminder(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策"))
    runner = runner_of(office)
    runner.run_by_hand("reminders", office.occasion("試験", date(2024, 1, 24)))
    told = asked(office, "SELECT * FROM sent_reminder")

    plans(office, tmp_path, a_row("改善策", 期限="令和6年1月31日"), on=date(2024, 1, 25))
    runner.run_by_hand("reminders", office.occasion("試験", date(2024, 1, 25)))

    assert len(told) > 0
    assert asked(office, "SELECT * FROM sent_reminder") == told


def test_a_deadline_without_a_year_does_not_move_when_only_the_state_changes(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "指導事項", a_row("指導事項", 指導日="")), on=ANSWERED)
    plans(office, tmp_path, a_row("改善策", 期限="1月末まで"))

    plans(office, tmp_path, a_row("改善策", 期限="1月末まで", 状態="対応中"), on=LATER)

    assert the_task(office).deadline == date(2024, 1, 31)
    assert events_of(office) == ["TaskOpened"]


def test_a_deadline_without_a_year_is_counted_from_the_day_of_the_finding(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 期限="11月末まで"))

    assert the_task(office).deadline == date(2023, 11, 30)


def test_a_corrected_day_of_completion_reaches_the_task(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R5.12.1"))

    report = take(office, a_file(tmp_path, "改善策", a_row("改善策", 状態="実施済", 完了日="R5.12.11")), on=NEXT)

    assert the_task(office).completed_on == date(2023, 12, 11)
    assert the_task(office).closing_note == "改善策の台帳に「実施済」とあります。"
    assert events_of(office) == ["TaskOpened", "TaskCompleted", "TaskCompleted"]
    with office.store.reading() as records:
        facts = records.events.about(f"task:{KEY}")[0].facts
        assert records.events.verify() > 0
    assert (facts["completed_on"], facts["old"]) == ("2023-12-11", "2023-12-01")
    assert "令和5年12月1日" in facts["note"]
    assert (report.tasks.opened, report.tasks.changed) == (0, 1)


def test_a_day_of_completion_that_was_not_known_is_filled_in_and_one_that_is_taken_out_stays(
    office: Office, tmp_path: Path
) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済"))
    assert the_task(office).completed_on == ANSWERED

    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R5.12.11"), on=NEXT)
    assert the_task(office).completed_on == date(2023, 12, 11)

    plans(office, tmp_path, a_row("改善策", 状態="完了"), on=LATER)
    assert the_task(office).completed_on == date(2023, 12, 11)


def test_a_completed_plan_that_is_only_reworded_keeps_its_day(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R5.12.1"))

    plans(office, tmp_path, a_row("改善策", 状態="完了", 完了日="2023/12/01", 改善策="新しい言葉"), on=NEXT)

    assert the_task(office).completed_on == date(2023, 12, 1)
    assert events_of(office) == ["TaskOpened", "TaskCompleted", "TaskReworded"]


def test_a_plan_that_was_called_off_and_is_done_after_all_is_completed(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="取下げ"))

    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R6.1.10"), on=NEXT)

    assert (the_task(office).withdrawn_on, the_task(office).completed_on) == (None, date(2024, 1, 10))
    assert events_of(office) == ["TaskOpened", "TaskWithdrawn", "TaskCompleted"]


def test_a_plan_that_is_gone_is_withdrawn_on_that_day(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策"), a_row("改善策", 枝番="2"))

    plans(office, tmp_path, a_row("改善策", 枝番="2"), on=NEXT)

    assert (the_task(office).withdrawn_on, the_task(office).completed_on) == (NEXT, None)
    assert events_of(office) == ["TaskOpened", "TaskWithdrawn"]
    assert the_task(office, "finding:R5-1/2").is_open


def test_a_plan_that_is_gone_after_it_was_done_stays_done(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済"), a_row("改善策", 枝番="2"))

    plans(office, tmp_path, a_row("改善策", 枝番="2"), on=NEXT)

    assert (the_task(office).withdrawn_on, the_task(office).completed_on) == (None, ANSWERED)


def test_a_plan_that_is_called_off_is_withdrawn_and_one_that_returns_is_open_again(
    office: Office, tmp_path: Path
) -> None:
    plans(office, tmp_path, a_row("改善策"))

    plans(office, tmp_path, a_row("改善策", 状態="取下げ"), on=NEXT)
    assert (the_task(office).withdrawn_on, the_task(office).completed_on) == (NEXT, None)
    plans(office, tmp_path, a_row("改善策", 状態="対応中"), on=LATER)

    assert the_task(office).is_open
    assert events_of(office) == ["TaskOpened", "TaskWithdrawn", "TaskReopened"]


def test_a_task_withdrawn_by_a_late_import_is_withdrawn_on_the_registers_day(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策"), a_row("改善策", 枝番="2"))
    importer = Importer(office.settings, NEXT, office.occasion("試験", date(2024, 4, 1)))

    importer.take(office.store, [a_file(tmp_path, "改善策", a_row("改善策", 状態="取下げ"))])

    assert the_task(office).withdrawn_on == NEXT
    assert the_task(office, "finding:R5-1/2").withdrawn_on == NEXT


def test_a_plan_that_was_done_and_is_not_after_all_is_reopened(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R5.12.1"))

    plans(office, tmp_path, a_row("改善策", 状態="対応中", 完了日=""), on=NEXT)

    assert the_task(office).is_open
    assert events_of(office) == ["TaskOpened", "TaskCompleted", "TaskReopened"]


def test_a_plan_reworded_and_handed_over_is_the_same_task(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策"))
    both = [a_row("組織"), a_row("組織", 所属コード="0304", 課="福祉課")]

    report = take(
        office,
        a_file(tmp_path, "組織", *both),
        a_file(tmp_path, "改善策", a_row("改善策", 改善策="操作権限を即日停止する", 所属コード="0304")),
        on=NEXT,
    )

    assert (report.tasks.opened, report.tasks.closed, report.tasks.changed) == (0, 0, 1)
    assert (the_task(office).title, the_task(office).department_code) == ("操作権限を即日停止する", "0304")
    assert events_of(office) == ["TaskOpened", "TaskReworded", "TaskHandedOver"]


def test_a_department_named_on_paper_gets_its_tasks_once_the_register_knows_it(office: Office, tmp_path: Path) -> None:
    row = a_row("改善策", 所属コード="") | {"所管課": "福祉課"}
    take(
        office,
        a_file(tmp_path, "指導事項", a_row("指導事項", 所属コード="")),
        a_file(tmp_path, "改善策", row),
        on=ANSWERED,
    )
    assert the_task(office).department_code is None

    take(office, a_file(tmp_path, "組織", a_row("組織"), a_row("組織", 所属コード="0304", 課="福祉課")), on=NEXT)

    assert the_task(office).department_code == "0304"
    assert events_of(office) == ["TaskOpened", "TaskHandedOver"]


def test_a_department_that_two_share_the_name_of_is_not_guessed(office: Office, tmp_path: Path) -> None:
    row = a_row("改善策", 所属コード="") | {"所管課": "管理課"}
    rows = [a_row("組織", 所属コード=code, 部=part, 課="管理課") for code, part in (("1", "土木部"), ("2", "教育部"))]

    take(
        office,
        a_file(tmp_path, "組織", *rows),
        a_file(tmp_path, "指導事項", a_row("指導事項", 所属コード="")),
        a_file(tmp_path, "改善策", row, row | {"枝番": "2", "所管課": "教育部管理課"}),
        on=ANSWERED,
    )

    assert the_task(office).department_code is None
    assert the_task(office, "finding:R5-1/2").department_code == "2"


def test_what_a_department_reported_done_meanwhile_is_not_undone_by_imports_that_say_nothing_new(
    office: Office, tmp_path: Path
) -> None:
    plans(office, tmp_path, a_row("改善策"), a_row("改善策", 枝番="2"))
    with office.store.transaction() as records:
        task = records.tasks.find(KEY)
        assert task is not None
        records.tasks.save(*task.complete("停止した。", office.occasion("試験", NEXT)))

    take(office, a_file(tmp_path, "組織", a_row("組織", 課="新しい課")), on=LATER)
    take(office, tmp_path / "改善策.csv", on=LATER)
    take(office, tmp_path, on=LATER)
    plans(office, tmp_path, a_row("改善策"), a_row("改善策", 枝番="2", 状態="対応中"), on=date(2024, 2, 2))

    assert the_task(office).completed_on == NEXT
    assert events_of(office) == ["TaskOpened", "TaskCompleted"]


def test_an_older_export_that_comes_late_does_not_undo_what_a_newer_one_said(office: Office, tmp_path: Path) -> None:
    plans(office, tmp_path, a_row("改善策", 状態="実施済", 完了日="R6.1.20", 期限="R6.2.29"), on=LATER)

    plans(office, tmp_path, a_row("改善策", 状態="対応中", 期限="R6.1.31"), on=NEXT)

    task = the_task(office)
    assert (task.completed_on, task.deadline) == (date(2024, 1, 20), date(2024, 2, 29))
    assert events_of(office) == ["TaskOpened", "TaskCompleted"]


def test_the_same_plans_twice_open_each_task_once(office: Office, tmp_path: Path) -> None:
    for _ in range(2):
        plans(office, tmp_path, a_row("改善策"), a_row("改善策", 枝番="2"))

    with office.store.reading() as records:
        assert len(records.tasks.of_origin(Origin.FINDING, ref="R5-1")) == 2
    assert events_of(office) == ["TaskOpened"]


def test_a_trial_run_counts_the_tasks_and_opens_none(office: Office, tmp_path: Path) -> None:
    report = take(office, a_file(tmp_path, "改善策"), on=ANSWERED, dry_run=True)

    with office.store.reading() as records:
        assert records.tasks.find(KEY) is None
    assert report.tasks.opened == 1


def test_plans_in_a_file_and_plans_in_a_paper_of_the_same_import_all_become_tasks(
    office: Office, tmp_path: Path
) -> None:
    paper = ROOT / "tests" / "papers" / "example-city.txt"

    report = take(office, a_file(tmp_path, "改善策"), paper, on=date(2024, 10, 22))

    with office.store.reading() as records:
        refs = {task.origin_ref for task in records.tasks.of_origin(Origin.FINDING)}
    assert "R5-1" in refs
    assert "R6.10.22-1(1)" in refs
    assert report.tasks.opened == 1 + 14


def test_the_same_paper_twice_changes_nothing_the_second_time(office: Office) -> None:
    paper = ROOT / "tests" / "papers" / "example-city.txt"
    take(office, paper, on=date(2024, 10, 22))
    before = everything_in(office)

    take(office, paper, on=date(2024, 10, 22))

    assert everything_in(office) == before
