"""April 1: what ended departments had to do goes to their successors, is told to these, and days before stay as they were."""

from datetime import date, time, timedelta
from pathlib import Path

from jobs.hand_overs import hand_over_tasks
from jobs.reports.weekly import weekly_report
from jobs.runner import Work
from tests.jobs.situations import (
    Row,
    a_department,
    a_task,
    an_occasion,
    an_office,
    extended,
    given,
    given_tasks,
    letters,
    run,
    told,
)  # fmt: skip
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Happened, Occasion
from tracker.domain.tasks import Task
from tracker.handing_over import estates, hand_over_chosen
from tracker.office import Office
from tracker.storage.job_runs import JobRun

LAST, FIRST = date(2024, 3, 31), date(2024, 4, 1)  # a Sunday and a Monday
MARCH, DEADLINE = date(2024, 3, 1), date(2024, 4, 12)


def ended(code: str, successors: str, name: str = "旧課", mail: str = "kyu@city.example") -> Row:
    row = a_department(code, name, mail)
    return Row(row.stem, row.cells | {"終了日": LAST, "承継先コード": successors})


def begun(code: str, name: str, mail: str) -> Row:
    row = a_department(code, name, mail)
    return Row(row.stem, row.cells | {"開始日": FIRST})


def reorganised(folder: Path, *departments: Row) -> Office:
    office = an_office(folder, '[letters]\nprint = "never"\n')
    given(office, MARCH, a_department(), *departments)
    return office


def known(office: Office, key: str = "T1") -> Task:
    with office.store.reading() as records:
        task = records.tasks.find(key)
    assert task is not None
    return task


def departments_of(office: Office, *keys: str) -> list[str | None]:
    return [known(office, key).department_code for key in keys]


def test_open_tasks_of_a_renamed_department_go_to_its_successor_on_the_first_day_and_not_before(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))

    assert run(office, "handovers", LAST, time(6, 15)).summary == ""
    assert departments_of(office, "T1") == ["0201"]
    done = run(office, "handovers", FIRST, time(6, 15))

    assert departments_of(office, "T1") == ["0202"]
    assert done.summary == "1課の対応1件を引き継ぎました"
    with office.store.reading() as records:
        event = records.events.about("task:T1")[0]
    assert (event.kind, event.by, event.on_day) == (Happened.TASK_HANDED_OVER, "コマンド", FIRST)
    assert event.facts == {"old": "0201", "new": "0202", "reason": "組織改正"}


def test_what_is_done_stays_with_the_department_that_did_it(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    with office.store.transaction() as records:
        records.tasks.save(*known(office).complete("済み。", an_occasion(LAST)))

    run(office, "handovers", FIRST, time(6, 15))

    assert departments_of(office, "T1") == ["0201"]


def test_a_chain_of_the_same_day_is_followed_and_two_that_merge_go_to_the_same(tmp_path: Path) -> None:
    office = reorganised(
        tmp_path, ended("0201", "0202"), ended("0202", "0203", "間の課"), ended("0204", "0203", "もう一つの課"),
        begun("0203", "統合課", "togo@city.example"),
    )  # fmt: skip
    given_tasks(office, *(a_task(f"T{n}", deadline=DEADLINE, department=f"020{n}") for n in (1, 2, 4)))

    run(office, "handovers", FIRST, time(6, 15))

    assert departments_of(office, "T1", "T2", "T4") == ["0203", "0203", "0203"]


def test_what_is_split_what_names_nobody_and_what_turns_in_a_circle_waits_for_the_division(tmp_path: Path) -> None:
    office = reorganised(
        tmp_path, ended("0201", "0205、0206"), ended("0202", "", "後のない課"), ended("0203", "0204", "甲課"),
        ended("0204", "0203", "乙課"), begun("0205", "一課", "ichi@city.example"), begun("0206", "二課", "ni@city.example"),
    )  # fmt: skip
    given_tasks(office, *(a_task(f"T{n}", deadline=DEADLINE, department=f"020{n}") for n in (1, 2, 3)))

    done = run(office, "handovers", FIRST, time(6, 15))

    assert departments_of(office, "T1", "T2", "T3") == ["0201", "0202", "0203"]
    assert done.summary == "引き継ぎ先の決まらない課 3課（3件）"
    with office.store.reading() as records:
        found = {one.code: one.succession.heirs for one in estates(records, FIRST)}
    assert found == {"0201": ("0205", "0206"), "0202": (), "0203": ()}


def test_a_department_that_the_register_no_longer_shows_goes_by_the_last_it_said(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    given(office, FIRST, a_department(), begun("0202", "新課", "shin@city.example"))

    run(office, "handovers", FIRST, time(6, 15))

    assert departments_of(office, "T1") == ["0202"]


def test_nothing_is_written_to_a_dead_mailbox_and_the_successor_hears_at_once(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0203"), ended("0202", "", "後のない課", "ushinatta@city.example"),
                         begun("0203", "新課", "shin@city.example"))  # fmt: skip
    given_tasks(
        office, a_task("T1", deadline=DEADLINE, department="0201"), a_task("T2", deadline=DEADLINE, department="0202")
    )
    run(office, "reminders", date(2024, 3, 29))
    run(office, "handovers", FIRST, time(6, 15))
    for day in (FIRST, DEADLINE, DEADLINE + timedelta(days=31)):
        run(office, "reminders", day)

    since = [letter for letter in [*letters(office), *letters(office, "escalation")] if letter.on_day >= FIRST]
    assert {code for code, day in told(office) if day < FIRST} == {"0201", "0202"}
    assert {address for letter in since for address in letter.recipients} <= {"shin@city.example", "joho@city.example"}
    assert ("0203", FIRST) in told(office)
    assert ("0101", DEADLINE) in told(office)  # nobody lives on for T2: the division hears of it


def test_a_letter_that_waits_for_a_dead_mailbox_is_withdrawn(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    run(office, "reminders", date(2024, 3, 29))
    run(office, "handovers", FIRST, time(6, 15))

    run(office, "delivery", FIRST, time(9))

    (letter,) = letters(office)
    assert letter.withdrawn_at is not None
    assert letter.answer == "送る前に対応がほかの課に引き継がれたので、送りませんでした。"


def test_an_answer_that_waits_for_the_division_goes_along_and_still_waits(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    with office.store.transaction() as records:
        records.tasks.save(*known(office).answer(Happened.TASK_REPORTED, an_occasion(LAST)))

    run(office, "handovers", FIRST, time(6, 15))
    run(office, "reminders", FIRST)

    assert (known(office).department_code, known(office).answered_on) == ("0202", LAST)
    assert told(office) == []


def test_a_report_for_an_earlier_day_answers_as_then(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    before = rows_of_report(office, date(2024, 3, 25))
    run(office, "handovers", FIRST, time(6, 15))

    assert before == rows_of_report(office, date(2024, 3, 25)) == [("0201", "旧課", 1)]
    assert rows_of_report(office, date(2024, 4, 8)) == [("0202", "新課", 1)]


def test_a_run_for_a_day_to_come_moves_nothing_ahead_of_it(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    work = a_work(office, at=LAST, on_day=FIRST)

    hand_over_tasks(work)

    assert departments_of(office, "T1") == ["0201"]


def test_the_division_chooses_some_or_all_and_only_a_department_that_lives(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202、0203"), begun("0202", "一課", "ichi@city.example"),
                         begun("0203", "二課", "ni@city.example"))  # fmt: skip
    given_tasks(office, *(a_task(f"T{n}", deadline=DEADLINE, department="0201") for n in range(1, 5)))
    occasion = an_occasion(FIRST)

    with office.store.transaction() as records:
        assert hand_over_chosen(records, "0201", ["T1", "T9"], "0202", occasion) == 1
        assert hand_over_chosen(records, "0201", None, "0203", occasion) == 3
    assert departments_of(office, "T1", "T2", "T3", "T4") == ["0202", "0203", "0203", "0203"]
    for keys, to in ((["T1"], "0201"), (["T1"], "9999"), ([], "0202"), (["T1"], "0203")):
        try:
            with office.store.transaction() as records:
                hand_over_chosen(records, "0201", keys, to, occasion)
        except SubmissionRefused:
            continue
        raise AssertionError((keys, to))


def test_the_reminders_begin_anew_for_the_successor(tmp_path: Path) -> None:
    office = reorganised(tmp_path, ended("0201", "0202"), begun("0202", "新課", "shin@city.example"))
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    extended(office, "T1", date(2024, 6, 28), MARCH)
    run(office, "handovers", FIRST, time(6, 15))

    run(office, "reminders", FIRST)

    (letter,) = letters(office)
    assert (letter.department_code, letter.recipients) == ("0202", ("shin@city.example",))


def rows_of_report(office: Office, day: date) -> list[tuple[str, str, int]]:
    with office.store.reading() as records:
        report = weekly_report(records, office, an_occasion(day))
    return [(row.code, row.name, row.counts.open) for row in report.departments]


def a_work(office: Office, *, at: date, on_day: date) -> Work:
    run_ = JobRun(
        0, "handovers", an_occasion(at).at, on_day, an_occasion(at).at, None, 1, by_hand=True, outcome=None, summary=""
    )
    return Work(office, Occasion("コマンド", an_occasion(at).at, on_day), run_)
