"""What a department hears when a task comes to it, and what goes along with its first letter."""

from datetime import date, time, timedelta
from pathlib import Path

from tests.jobs.situations import (
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
from tracker.office import Office

DEADLINE = date(2023, 9, 29)  # a Friday
A_WEEK_BEFORE = date(2023, 9, 22)
FAR = date(2024, 3, 29)


def an_office_of_two(folder: Path) -> Office:
    office = an_office(folder, '[letters]\nprint = "never"\n')
    given(office, date(2023, 4, 3), a_department(), a_department("0201", "区民課", "kumin@city.example"))
    return office


def handed_over(office: Office, to: str, on: date) -> None:
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.hand_over(to, an_occasion(on)))


def calendar_of(office: Office) -> list[tuple[str | None, date, int]]:
    """Which letter brought how many entries for the department's calendar."""
    return [(letter.department_code, letter.on_day, len(letter.deadlines)) for letter in letters(office)]


def test_the_department_that_takes_over_hears_of_it_at_the_next_run_and_the_one_before_no_more(tmp_path: Path) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", A_WEEK_BEFORE)
    handed_over(office, "0201", A_WEEK_BEFORE)

    for day in (A_WEEK_BEFORE + timedelta(days=3), DEADLINE - timedelta(days=3), DEADLINE):
        run(office, "reminders", day)

    assert told(office) == [
        ("0101", A_WEEK_BEFORE),
        ("0201", date(2023, 9, 25)),
        ("0201", date(2023, 9, 26)),
        ("0201", DEADLINE),
    ]


def test_it_hears_of_a_far_deadline_too_and_once(tmp_path: Path) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task(deadline=FAR))
    handed_over(office, "0201", A_WEEK_BEFORE)

    for day in (A_WEEK_BEFORE, DEADLINE):
        run(office, "reminders", day)

    assert told(office) == [("0201", A_WEEK_BEFORE)]
    assert "T1の是正" in letters(office)[0].body_text


def test_the_first_letter_to_each_department_brings_the_deadline_for_its_calendar_and_no_later_one(
    tmp_path: Path,
) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", A_WEEK_BEFORE)
    run(office, "reminders", DEADLINE - timedelta(days=3))
    handed_over(office, "0201", DEADLINE - timedelta(days=3))
    run(office, "reminders", DEADLINE - timedelta(days=2))
    run(office, "reminders", DEADLINE)
    handed_over(office, "0101", DEADLINE)
    run(office, "reminders", DEADLINE + timedelta(days=3))

    assert calendar_of(office) == [
        ("0101", A_WEEK_BEFORE, 1), ("0101", date(2023, 9, 26), 0), ("0201", date(2023, 9, 27), 1), ("0201", DEADLINE, 0),
        ("0101", date(2023, 10, 2), 0),
    ]  # fmt: skip


def test_a_second_task_brings_its_own_deadline_when_the_first_is_known(tmp_path: Path) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task("T1", deadline=DEADLINE))
    run(office, "reminders", A_WEEK_BEFORE)
    given_tasks(office, a_task("T2", deadline=DEADLINE, opened_on=DEADLINE))

    run(office, "reminders", DEADLINE)

    assert calendar_of(office) == [("0101", A_WEEK_BEFORE, 1), ("0101", DEADLINE, 1)]


def test_a_first_letter_that_never_left_leaves_the_deadline_to_the_next(tmp_path: Path) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", A_WEEK_BEFORE)
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        done, event = task.complete("実施した。", an_occasion(A_WEEK_BEFORE))
        records.tasks.save(done, event)
    run(office, "delivery", A_WEEK_BEFORE, time(9))
    assert letters(office)[0].withdrawn_at is not None
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.reopen("実施されていない。", an_occasion(DEADLINE)))

    run(office, "reminders", DEADLINE)

    assert calendar_of(office) == [("0101", A_WEEK_BEFORE, 1), ("0101", DEADLINE, 1)]


def test_an_extension_is_told_when_its_own_steps_come(tmp_path: Path) -> None:
    office = an_office_of_two(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE))
    run(office, "reminders", A_WEEK_BEFORE)
    extended(office, "T1", FAR, A_WEEK_BEFORE)

    for day in (DEADLINE, FAR - timedelta(days=14)):
        run(office, "reminders", day)

    assert told(office) == [("0101", A_WEEK_BEFORE), ("0101", FAR - timedelta(days=14))]
