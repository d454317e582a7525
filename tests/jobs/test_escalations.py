"""What stays overdue goes up: to the chief, the division, the director; one letter each, with who was told before."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from jobs.registry import runner_of
from tests.jobs.situations import (
    Row,
    a_department,
    a_mail_server,
    a_task,
    an_occasion,
    an_office,
    break_inserts,
    completed,
    days,
    everything_in,
    extended,
    given,
    given_tasks,
    letters,
    mend,
    rows,
    run,
    run_with_trouble,
    smtp_settings,
    whose_clock_stands_still,
)  # fmt: skip
from tracker.domain.errors import SettingsRefused
from tracker.domain.events import Happened
from tracker.office import Office, open_office
from tracker.storage.outbox import QueuedLetter

DEADLINE = date(2023, 9, 29)  # a Friday
FIFTH, TENTH, FIFTEENTH = date(2023, 10, 6), date(2023, 10, 16), date(2023, 10, 23)  # the 9th of October is a holiday
NEVER_PRINT = '[letters]\nprint = "never"\n'
DIVISION = a_department()


def a_department_below(
    code: str = "0201", name: str = "区民課", *, chief: str = "kacho@city.example", director: str = "bucho@city.example"
) -> Row:
    row = a_department(code, name, f"ka{code}@city.example")
    return Row(row.stem, row.cells | {"課長メール": chief, "部長メール": director})


def an_office_of(folder: Path, *departments: Row, config: str = "") -> Office:
    office = an_office(folder, config + NEVER_PRINT)
    given(office, date(2023, 4, 3), DIVISION, *(departments or [a_department_below()]))
    return office


def remind(office: Office, first: date, last: date) -> None:
    """The reminder job, on every open day of a period."""
    for day in days(first, last):
        if not office.calendar.is_closed(day):
            run(office, "reminders", day)


def escalated(office: Office) -> list[tuple[str, str, date]]:
    """Which office was told, at which address, on which day."""
    found = letters(office, "escalation")
    return [(letter.addressee, "、".join(letter.recipients), letter.on_day) for letter in found]


def test_chief_division_and_director_have_one_letter_each_on_the_fifth_tenth_and_fifteenth_open_day(
    tmp_path: Path,
) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    remind(office, DEADLINE, date(2023, 12, 28))

    assert escalated(office) == [
        ("区民課長", "kacho@city.example", FIFTH),
        ("情報管理課", "joho@city.example", TENTH),
        ("政策部長", "bucho@city.example", FIFTEENTH),
    ]
    assert {letter.subject for letter in letters(office, "escalation")} == {
        "【期限超過 1件】個人情報保護に係る未対応について（区民課）"
    }


def test_each_letter_says_who_was_told_before_and_when_last(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    remind(office, DEADLINE, FIFTEENTH)

    chief, division, director = (told_before(letter) for letter in letters(office, "escalation"))
    assert chief == ["区民課あて 令和5年9月29日（金）"]
    assert division == ["区民課あて 3回（最終 令和5年10月13日（金））", "区民課長あて 令和5年10月6日（金）"]
    assert director == [
        "区民課あて 4回（最終 令和5年10月20日（金））", "区民課長あて 令和5年10月6日（金）",
        "情報管理課あて 令和5年10月16日（月）",
    ]  # fmt: skip


def told_before(letter: QueuedLetter) -> list[str]:
    """What stands below これまでのお知らせ, line by line."""
    lines = [line.strip() for line in letter.body_text.splitlines()]
    after = lines[lines.index("これまでのお知らせ") + 1 :]
    return after[: after.index("")]


def test_a_superior_who_was_told_is_not_told_again_of_the_same_but_of_a_new_deadline(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    remind(office, DEADLINE, FIFTH)
    extended(office, "T1", date(2023, 10, 31), FIFTH)

    remind(office, FIFTH + timedelta(days=1), date(2023, 11, 30))

    assert escalated(office) == [
        ("区民課長", "kacho@city.example", FIFTH),
        ("区民課長", "kacho@city.example", date(2023, 11, 8)),
        ("情報管理課", "joho@city.example", date(2023, 11, 15)),
        ("政策部長", "bucho@city.example", date(2023, 11, 22)),
    ]


def test_several_tasks_of_a_department_are_one_letter_to_each_superior_the_oldest_first(tmp_path: Path) -> None:
    office = an_office_of(
        tmp_path, a_department_below(), a_department_below("0202", "税務課", chief="zei@city.example")
    )
    given_tasks(
        office,
        a_task("T1", deadline=DEADLINE, department="0201"),
        a_task("T2", deadline=DEADLINE - timedelta(days=1), department="0201"),
        a_task("T3", deadline=DEADLINE, department="0202"),
    )

    run(office, "reminders", FIFTH)

    own, other = letters(office, "escalation")
    assert escalated(office) == [
        ("区民課長", "kacho@city.example", FIFTH), ("税務課長", "zei@city.example", FIFTH),
    ]  # fmt: skip
    assert own.subject == "【期限超過 2件】個人情報保護に係る未対応について（区民課）"
    assert 0 < own.body_text.index("T2の是正") < own.body_text.index("T1の是正")
    assert "T3の是正" not in own.body_text + own.body_html
    assert "T1の是正" not in other.body_text + other.body_html


def test_after_downtime_each_superior_whose_day_has_passed_has_a_letter_of_its_own(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    run(office, "reminders", date(2023, 10, 20))

    assert escalated(office) == [
        ("区民課長", "kacho@city.example", date(2023, 10, 20)), ("情報管理課", "joho@city.example", date(2023, 10, 20)),
    ]  # fmt: skip


def test_a_superior_without_a_mailbox_has_the_letter_kept_for_print_and_is_noted_as_told(tmp_path: Path) -> None:
    office = an_office_of(tmp_path, a_department_below(chief=""))
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    remind(office, DEADLINE, FIFTH + timedelta(days=3))
    run(office, "delivery", FIFTH, time(9))

    (letter,) = letters(office, "escalation")
    assert (letter.addressee, letter.recipients, letter.attempts) == ("区民課長", (), 0)
    assert letter.answer == "宛先のメールアドレスがありません。印刷して渡してください。"
    assert "区民課長 様" in letter.body_text
    with office.store.reading() as records:
        assert [shown.id for shown in records.outbox.troubled()] == [letter.id]


def test_the_division_is_not_told_of_its_own_as_of_anothers_but_its_chief_and_director_are(tmp_path: Path) -> None:
    office = an_office(tmp_path, NEVER_PRINT)
    given(office, date(2023, 4, 3), a_department_below("0101", "情報管理課"))
    given_tasks(office, a_task(deadline=DEADLINE))

    remind(office, DEADLINE, date(2023, 11, 30))

    assert [(addressee, day) for addressee, _, day in escalated(office)] == [
        ("情報管理課長", FIFTH), ("政策部長", FIFTEENTH),
    ]  # fmt: skip


@pytest.mark.parametrize("department", [None, "9999"])
def test_nobody_stands_above_a_department_that_is_not_known(tmp_path: Path, department: str | None) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department=department))

    remind(office, DEADLINE, FIFTEENTH)

    assert escalated(office) == []
    assert len(letters(office)) > 0


def test_whom_to_tell_and_when_is_a_setting(tmp_path: Path) -> None:
    config = '[escalation]\nsteps = [{ after_open_days = 1, to = "director" }]\n'
    office = an_office_of(tmp_path, config=config)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    remind(office, DEADLINE, FIFTEENTH)

    assert escalated(office) == [("政策部長", "bucho@city.example", date(2023, 10, 2))]


def test_an_office_may_leave_it_out(tmp_path: Path) -> None:
    office = an_office_of(tmp_path, config="[escalation]\nsteps = []\n")
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    remind(office, DEADLINE, FIFTEENTH)

    assert escalated(office) == []


def test_one_superior_on_two_steps_is_refused_with_a_sentence(tmp_path: Path) -> None:
    steps = '[{ after_open_days = 5, to = "chief" }, { after_open_days = 9, to = "chief" }]'
    (tmp_path / "config.toml").write_text(f"[escalation]\nsteps = {steps}\n")

    with pytest.raises(SettingsRefused, match=r"escalation\.steps: 同じ知らせ先（to）は1回だけ書いてください。"):
        open_office(tmp_path / "config.toml", tmp_path / "data")


def test_a_second_run_on_the_day_tells_nobody_twice_and_what_comes_up_waits_for_the_next(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task("T1", deadline=DEADLINE, department="0201"))
    run(office, "reminders", FIFTH)
    before = everything_in(office, but=["job_run"])
    run(office, "reminders", FIFTH, time(10))
    assert everything_in(office, but=["job_run"]) == before

    given_tasks(office, a_task("T2", deadline=DEADLINE, department="0201", opened_on=FIFTH))
    run(office, "reminders", FIFTH, time(11))
    run(office, "reminders", date(2023, 10, 10))

    assert [(who, day) for who, _, day in escalated(office)] == [("区民課長", FIFTH), ("区民課長", date(2023, 10, 10))]


def test_trouble_with_one_superiors_letter_holds_up_nobody_and_it_is_written_the_next_day(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    break_inserts(office, "sent_escalation", "NEW.superior = 'chief'")

    done = run_with_trouble(office, "reminders", TENTH)
    assert list(done.failures) == ["区民課長"]
    assert [who for who, _, _ in escalated(office)] == ["情報管理課"]

    mend(office)
    run(office, "reminders", TENTH + timedelta(days=1))
    assert [(who, day) for who, _, day in escalated(office)] == [
        ("情報管理課", TENTH), ("区民課長", TENTH + timedelta(days=1)),
    ]  # fmt: skip


def test_the_trail_says_of_each_task_which_superior_was_told_by_which_letter(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))

    run(office, "reminders", FIFTH)

    assert rows(office, "SELECT about, facts FROM event WHERE kind = 'TaskEscalated'") == [
        ("task:T1", '{"department":"0201","letter":"escalation/0201/chief/2023-10-06","to":"chief"}')
    ]


# ---- what was never told


def test_a_superior_whose_letter_was_withdrawn_before_it_went_out_is_told_when_the_answer_is_sent_back(
    tmp_path: Path,
) -> None:
    with a_mail_server() as server:
        office = an_office_of(tmp_path, config=smtp_settings(server.port))
        given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
        run(office, "reminders", FIFTH)
        answered(office, FIFTH)
        deliver(office, FIFTH)
        assert server.taken == []
        sent_back(office, FIFTH)

        run(office, "reminders", date(2023, 10, 10))
        deliver(office, date(2023, 10, 10))

    assert sorted(server.recipients) == ["ka0201@city.example", "kacho@city.example"]
    assert escalated(office)[-1] == ("区民課長", "kacho@city.example", date(2023, 10, 10))
    assert told_before(letters(office, "escalation")[-1]) == ["所管課あてのお知らせは届いていません"]


def deliver(office: Office, on: date) -> None:
    runner_of(whose_clock_stands_still(office)).run_by_hand("delivery", an_occasion(on, time(9)))


def answered(office: Office, on: date) -> None:
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.answer(Happened.TASK_REPORTED, an_occasion(on)))


def sent_back(office: Office, on: date) -> None:
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.send_back("証跡がない。", an_occasion(on)))


def test_letters_that_went_to_the_department_before_are_not_said_to_have_told_the_one_that_has_it_now(
    tmp_path: Path,
) -> None:
    office = an_office_of(
        tmp_path, a_department_below(), a_department_below("0202", "税務課", chief="zei@city.example")
    )
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    remind(office, DEADLINE, FIFTH)
    with office.store.transaction() as records:
        task = records.tasks.find("T1")
        assert task is not None
        records.tasks.save(*task.hand_over("0202", an_occasion(FIFTH)))

    run(office, "reminders", date(2023, 10, 10))
    run(office, "reminders", TENTH)

    chief, division = letters(office, "escalation")[1:]
    assert (chief.addressee, division.addressee) == ("税務課長", "情報管理課")
    assert told_before(chief) == ["所管課あてのお知らせは届いていません"]
    assert told_before(division) == ["税務課あて 令和5年10月10日（火）", "税務課長あて 令和5年10月10日（火）"]


def test_a_task_that_was_done_before_the_fifth_day_is_nobodys_business(tmp_path: Path) -> None:
    office = an_office_of(tmp_path)
    given_tasks(office, a_task(deadline=DEADLINE, department="0201"))
    completed(office, "T1", FIFTH)

    remind(office, FIFTH, FIFTEENTH)

    assert escalated(office) == []
