"""Who is told what on which day: the ladder as a law, one letter a day, and nothing lost or said twice."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from jobs.registry import runner_of
from tests.conftest import Command
from tests.databases import on_both_databases
from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_task,
    an_occasion,
    an_office,
    at,
    break_inserts,
    check,
    completed,
    every_day_open,
    everything_in,
    extended,
    given,
    given_tasks,
    letters,
    mend,
    rows,
    run,
    run_with_trouble,
    told,
)  # fmt: skip
from tracker.domain.reminders import FIRST_NOTICE, Ladders, ReminderKey, due_reminders
from tracker.domain.tasks import Origin
from tracker.office import Office

pytestmark = on_both_databases

DEADLINE = date(2023, 9, 29)  # a Friday
CITIZENS = a_department("0201", "区民課", "kumin@city.example")
TAX = a_department("0202", "税務課", "zei@city.example")
DIVISION = a_department()
WEEKLY = (-98, -91, -84, -77, -70, -63, -56, -49, -42, -35, -28, -21, -14, -7)
EVERY_RUNG = (*WEEKLY, 0, 1, 3, 7, 14)  # by hand, not by the ladder
LATER = time(9)  # the same day


def days_before(days: int) -> date:
    return DEADLINE - timedelta(days=days)


def departments(office: Office) -> None:
    given(office, date(2023, 4, 3), DIVISION, CITIZENS, TAX)


def an_office_of_three(folder: Path, config: str = "") -> Office:
    office = an_office(folder, config)
    departments(office)
    return office


# ---- the ladder


@settings(database=None)
@forall(days_run=st.sets(st.integers(min_value=-60, max_value=60), min_size=1))
def test_whichever_days_the_job_ran_no_rung_is_sent_twice_and_the_latest_is_never_lost(days_run: set[int]) -> None:
    task, sent = a_task(deadline=DEADLINE), list[ReminderKey]()

    for day in sorted(days_run):
        sent += due_reminders([task], sent, Ladders(), every_day_open(), DEADLINE + timedelta(days=day))

    rungs = [key.step for key in sent]
    latest = next((rung for rung in EVERY_RUNG if rung >= -max(days_run)), None)
    assert rungs == sorted(set(rungs), reverse=True)
    assert (rungs[-1] if rungs else None) == latest


@settings(database=None)
@forall(
    days_run=st.sets(st.integers(min_value=-60, max_value=80), min_size=1),
    moved_on=st.integers(min_value=-60, max_value=60),
    by=st.integers(min_value=-20, max_value=40),
)
def test_a_moved_deadline_earns_every_step_anew_and_no_step_twice(days_run: set[int], moved_on: int, by: int) -> None:
    sent, calendar = list[ReminderKey](), every_day_open()
    before, moved = a_task(deadline=DEADLINE), a_task(deadline=DEADLINE)
    moved, _ = moved.extend(DEADLINE + timedelta(days=by), "", "協議のため", an_occasion(DEADLINE))

    for day in sorted(days_run):
        task = moved if day >= moved_on else before
        sent += due_reminders([task], sent, Ladders(), calendar, DEADLINE + timedelta(days=day))

    last = DEADLINE + timedelta(days=max(days_run))
    final = moved if max(days_run) >= moved_on else before
    assert final.deadline is not None
    latest = next((rung for rung in EVERY_RUNG if rung >= (final.deadline - last).days), None)
    assert len(sent) == len(set(sent))
    steps = [key.step for key in sent if key.round == final.round]
    assert (min(steps) if steps else None) == latest


def test_a_deadline_moved_there_and_back_earns_its_steps_once_more() -> None:
    task, sent = a_task(deadline=DEADLINE), list[ReminderKey]()

    for deadline in (DEADLINE, DEADLINE + timedelta(days=30), DEADLINE):
        if deadline != task.deadline:
            task, _ = task.extend(deadline, "", "協議のため", an_occasion(DEADLINE))
        sent += due_reminders([task], sent, Ladders(), every_day_open(), DEADLINE)

    assert [(key.round, key.step) for key in sent] == [(1, 0), (3, 0)]


def test_on_every_day_run_a_department_hears_at_14_7_3_1_and_0_days_and_weekly_after() -> None:
    task, sent, told_at = a_task(deadline=DEADLINE), set[ReminderKey](), list[int]()

    for left in range(30, -30, -1):
        due = due_reminders([task], sent, Ladders(), every_day_open(), days_before(left))
        sent |= set(due)
        told_at += [left] * len(due)

    assert told_at == [14, 7, 3, 1, 0, -7, -14, -21, -28]


def test_the_ladder_is_a_setting(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path, "[reminders]\ndays_before = [30, 2]\nrepeat_days = 3\n")
    given_tasks(office, a_task(deadline=DEADLINE))

    for left in range(40, -8, -1):
        run(office, "reminders", days_before(left))

    assert [(DEADLINE - day).days for _, day in told(office)] == [30, 2, -3, -6]


@pytest.mark.parametrize("closing", ["completed_on", "withdrawn_on"])
def test_closed_tasks_and_tasks_without_a_day_are_silent(closing: str) -> None:
    closed = replace(a_task(deadline=DEADLINE), **{closing: days_before(5)})

    assert due_reminders([closed, a_task("T2", deadline=None)], (), Ladders(), every_day_open(), DEADLINE) == []


def test_what_a_check_saw_is_told_at_once_and_a_finding_with_a_far_day_waits() -> None:
    far = DEADLINE + timedelta(days=300)
    tasks = [a_task("seen", deadline=far, origin=Origin.FLAG), a_task("found", deadline=far)]

    assert due_reminders(tasks, (), Ladders(), every_day_open(), DEADLINE) == [ReminderKey("seen", 1, FIRST_NOTICE)]


# ---- letters


def test_a_department_has_one_letter_a_day_with_all_that_is_overdue_due_today_and_coming(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(
        office, a_task("late", deadline=days_before(-7)), a_task("now", deadline=DEADLINE),
        a_task("soon", deadline=DEADLINE + timedelta(days=14)), a_task("far", deadline=DEADLINE + timedelta(days=17)),
        a_task("other", deadline=DEADLINE, department="0201"),
    )  # fmt: skip
    given_tasks(office, a_task("older", deadline=days_before(10)))

    run(office, "reminders", DEADLINE)

    joho, kumin = letters(office)
    text = joho.body_text
    assert (joho.recipients, kumin.recipients) == (("joho@city.example",), ("kumin@city.example",))
    assert joho.subject == "【期限超過 1件】個人情報保護に係る対応期限のお知らせ（情報管理課）"
    places = [text.index(words) for words in ("olderの是正", "nowの是正", "lateの是正", "soonの是正")]
    assert places == sorted(places)
    assert "farの是正" not in text + joho.body_html
    assert "otherの是正" not in text + joho.body_html
    assert all(f"{name}の是正" in joho.body_html for name in ("older", "now", "late", "soon"))


def test_a_letter_that_is_due_for_one_task_lists_the_departments_others_too(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task("due", deadline=DEADLINE), a_task("between", deadline=days_before(-5)))
    run(office, "reminders", days_before(2))

    run(office, "reminders", DEADLINE)

    assert [day for _, day in told(office)] == [days_before(2), DEADLINE]
    assert "betweenの是正" in letters(office)[-1].body_text
    steps = {(task, step) for task, step in rows(office, "SELECT task_key, step FROM sent_reminder")}
    assert steps == {("due", 3), ("due", 0), ("between", 7), ("between", 3)}  # its third day before is a Sunday


def test_a_flag_with_a_far_deadline_is_told_the_same_day_and_not_again_the_next(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    monday = date(2023, 7, 10)
    given(office, monday, a_file(department="0201"))
    check(office, "unpublished-files", monday)

    for day in (0, 1, 2):
        run(office, "reminders", monday + timedelta(days=day))

    (letter,) = letters(office)
    assert (letter.department_code, letter.on_day) == ("0201", monday)
    assert letter.subject == "【検知 1件】個人情報保護に係る対応期限のお知らせ（区民課）"
    assert "ファイル簿の未公表" in letter.body_text
    assert "1,000人" in letter.body_text


def test_a_flag_near_its_deadline_is_listed_with_the_tasks_and_not_twice(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    monday = date(2023, 7, 10)
    given(office, monday, a_file())
    deadline = check(office, "unpublished-files", monday).flags[0].deadline
    assert deadline is not None
    run(office, "reminders", monday)

    run(office, "reminders", deadline - timedelta(days=7))

    text = letters(office)[-1].body_text
    assert letters(office)[-1].subject.startswith("【期限間近 1件】")
    assert text.count("1,000人") == 1


def test_a_second_run_on_the_same_day_queues_nothing(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", DEADLINE)
    before = everything_in(office, but=["job_run"])

    run(office, "reminders", DEADLINE, LATER)

    assert everything_in(office, but=["job_run"]) == before


def test_what_comes_up_after_the_days_letter_is_in_tomorrows(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task("T1", deadline=DEADLINE))
    run(office, "reminders", DEADLINE)
    given_tasks(office, a_task("T2", deadline=DEADLINE, opened_on=DEADLINE))

    run(office, "reminders", DEADLINE, LATER)
    assert [day for _, day in told(office)] == [DEADLINE]

    run(office, "reminders", days_before(-1))
    assert [day for _, day in told(office)] == [DEADLINE, days_before(-1)]
    assert "T2の是正" in letters(office)[-1].body_text


def test_a_step_that_the_scheduler_slept_through_is_sent_at_the_next_run(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    runner = runner_of(office)
    runner.keep_timetable(at(days_before(20)))

    runner.tick(at(days_before(17)))
    assert told(office) == []
    runner.tick(at(days_before(4)))  # asleep from the 17th to the 4th day before: 14 and 7 are past

    assert told(office) == [("0101", days_before(4))]
    assert rows(office, "SELECT step FROM sent_reminder") == [(7,)]


def test_a_moved_deadline_is_reminded_of_anew(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", DEADLINE)
    extended(office, "T1", DEADLINE + timedelta(days=20), on=DEADLINE)

    for day in range(1, 21):
        run(office, "reminders", DEADLINE + timedelta(days=day))

    assert [(day - DEADLINE).days for _, day in told(office)] == [0, 6, 13, 17, 19, 20]


def test_a_completed_task_is_not_reminded_of(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    completed(office, "T1", days_before(2))

    run(office, "reminders", DEADLINE)

    assert letters(office) == []


def test_a_task_is_not_told_before_the_day_it_was_opened(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, opened_on=days_before(5)))

    run(office, "reminders", days_before(6))
    assert letters(office) == []

    run(office, "reminders", days_before(5))
    assert told(office) == [("0101", days_before(5))]


def test_a_department_without_an_address_has_its_letter_kept_for_print_and_shown(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 4, 3), a_department("0201", "区民課", mail=""))
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    run(office, "reminders", DEADLINE)
    run(office, "delivery", DEADLINE)

    (letter,) = letters(office)
    assert (letter.recipients, letter.attempts, letter.accepted_at) == ((), 0, None)
    assert letter.answer == "宛先のメールアドレスがありません。印刷して渡してください。"
    assert "区民課 御中" in letter.body_text
    with office.store.reading() as records:
        assert [shown.id for shown in records.outbox.troubled()] == [letter.id]


@pytest.mark.parametrize("department", [None, "9999"])
def test_a_task_without_a_known_department_goes_to_the_division(tmp_path: Path, department: str | None) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task("own", deadline=DEADLINE), a_task("stray", deadline=DEADLINE, department=department))

    run(office, "reminders", DEADLINE)

    (letter,) = letters(office)
    assert letter.department_code == "0101"
    assert "strayの是正" in letter.body_text
    assert "ownの是正" in letter.body_text


def test_without_a_known_division_a_stray_tasks_letter_is_kept_for_print(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 4, 3), CITIZENS)
    given_tasks(office, a_task(deadline=DEADLINE, department=None))

    run(office, "reminders", DEADLINE)

    (letter,) = letters(office)
    assert (letter.recipients, letter.department_code) == ((), None)
    assert "所管課未定" in letter.subject


def test_one_departments_trouble_neither_silences_the_others_nor_loses_its_own_letter(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(
        office,
        a_task("T1", deadline=DEADLINE, department="0201"),
        a_task("T2", deadline=DEADLINE, department="0202"),
    )
    break_inserts(office, "outbox", "NEW.department_code = '0201'")

    done = run_with_trouble(office, "reminders", DEADLINE)
    assert told(office) == [("0202", DEADLINE)]
    assert list(done.failures) == ["区民課"]
    assert "disk full" in done.failures["区民課"]
    assert rows(office, "SELECT task_key FROM sent_reminder") == [("T2",)]  # nothing is noted that was not queued

    mend(office)
    run(office, "reminders", days_before(-1))
    assert told(office) == [("0202", DEADLINE), ("0201", days_before(-1))]


def test_trouble_with_the_ledger_takes_its_letter_back(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    break_inserts(office, "sent_reminder", "true")

    run_with_trouble(office, "reminders", DEADLINE)

    assert letters(office) == []


def test_the_trail_says_which_steps_were_queued(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))

    run(office, "reminders", days_before(3))

    facts = rows(office, "SELECT about, facts FROM event WHERE kind = 'ReminderQueued'")
    assert facts == [("task:T1", '{"department":"0101","letter":"reminder/0101/2023-09-26","step":3}')]


# ---- the person in charge, the office's own ladders


def test_the_person_in_charge_whom_a_plan_names_has_a_copy_until_leaving(tmp_path: Path) -> None:
    office = an_office_of_three(tmp_path)
    officer = {"職員番号": "7", "氏名": "職員０７", "所属コード": "0201", "メール": "shokuin07@city.example"}
    given(office, date(2023, 4, 3), Row("職員", officer | {"退職日": days_before(2)}))
    finding = {"指導番号": "R5-1", "法律": "番号法", "件名": "台帳", "指導内容": "公表すること", "所属コード": "0201"}
    plan = {"指導番号": "R5-1", "枝番": "1", "改善策": "台帳を公表する", "所属コード": "0201", "期限": DEADLINE}
    given(office, days_before(20), Row("指導事項", finding), Row("改善策", plan | {"担当者": "7"}))

    for left in (7, 0):
        run(office, "reminders", days_before(left))

    assert [(letter.recipients, letter.copies) for letter in letters(office)] == [
        (("kumin@city.example",), ("shokuin07@city.example",)),
        (("kumin@city.example",), ()),
    ]


def test_a_check_and_an_origin_have_ladders_of_their_own(tmp_path: Path) -> None:
    office = an_office_of_three(
        tmp_path,
        "[reminders.origin.finding]\ndays_before = [2]\n"
        "[reminders.kind.unpublished-files]\ndays_before = [1]\nrepeat_days = 2\n"
        '[reminders.origin.flag]\ncounted_in = "open-days"\n',
    )
    flagged = replace(a_task("F", deadline=DEADLINE, origin=Origin.FLAG), origin_ref="unpublished-files/F1")
    given_tasks(office, a_task("T", deadline=DEADLINE), flagged)
    run(office, "reminders", days_before(9))  # the flag's first notice

    for left in range(8, -7, -1):
        run(office, "reminders", days_before(left))

    steps = rows(office, "SELECT task_key, step, on_day FROM sent_reminder ORDER BY on_day, task_key")
    assert steps == [
        ("F", 999, "2023-09-20"), ("T", 2, "2023-09-27"), ("F", 1, "2023-09-28"), ("F", -2, "2023-10-03"),
        ("F", -4, "2023-10-05"),
    ]  # fmt: skip


def test_a_ladder_of_a_check_that_does_not_exist_is_refused(zesei: Command, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text("[reminders.kind.no-such-check]\nrepeat_days = 3\n", encoding="utf-8")

    refused = zesei("remind", "--dry-run", status=2, config=config)

    assert "no-such-check" in refused.err
