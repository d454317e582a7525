"""An exception silences one subject of one check until its day; the check goes on looking, and nothing is lost by it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.checking import write_catalogue
from jobs.reports.weekly import weekly_report
from notifications.papers import render_html
from notifications.reports.weekly import WeeklyReport, weekly_from_json, weekly_paper, weekly_to_json
from tests.conftest import Command
from tests.jobs.situations import (
    a_department,
    a_file,
    a_system,
    an_occasion,
    an_office,
    at,
    change,
    check,
    completed,
    everything_in,
    given,
    letters,
    rows,
    run,
    run_with_trouble,
    tasks_of,
    told,
)  # fmt: skip
from tracker.answering import enter
from tracker.domain.errors import CommandRefused, SubmissionRefused
from tracker.domain.flags import CheckState, Flag
from tracker.domain.submissions import Submission, SubmissionKind
from tracker.domain.tasks import RoundReason, Task
from tracker.excepting import Asked, except_flag, revoke_exception
from tracker.office import Office

FILES = "unpublished-files"
MON, TUE, WED, THU = (date(2023, 7, day) for day in (10, 11, 12, 13))
NEXT_MON, AUGUST = date(2023, 7, 17), date(2023, 8, 31)
CHIEF = "総括保護管理者　職員０３"


def with_two_files(folder: Path) -> Office:
    """Two unpublished files, seen on Monday."""
    office = an_office(folder)
    given(office, MON, a_department(), a_file("F1"), a_file("F2"))
    check(office, FILES, MON)
    return office


def flag_of(office: Office, subject: str = "F1") -> Flag:
    with office.store.reading() as records:
        return [flag for flag in records.flags.open_of(FILES) if flag.subject == subject][-1]


def task_of(office: Office, subject: str = "F1") -> Task:
    return next(task for task in tasks_of(office) if task.key == flag_of(office, subject).task_key)


def excepted(office: Office, on: date, until: date, subject: str = "F1", instead_of: int = 0) -> int:
    """The division grants an exception; its number."""
    with office.store.transaction() as records:
        asked = Asked(flag_of(office, subject).id or 0, "電子計算機の更新中のため", until, CHIEF, instead_of)
        except_flag(records, asked, office.calendar, an_occasion(on))
        return records.exceptions.holding(FILES, on)[subject].id


def revoked(office: Office, number: int, on: date) -> None:
    with office.store.transaction() as records:
        revoke_exception(records, number, "更新が中止になったため", office.calendar, an_occasion(on))


def seen(office: Office, on: date, *, today: date | None = None) -> tuple[list[str], list[str]]:
    """What a check has open on a day, and what it sees that an exception silences."""
    result = check(office, FILES, on, today=today)
    return [flag.subject for flag in result.flags], [one.flag.subject for one in result.exceptions]


def test_an_exception_silences_its_subject_and_no_other(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)

    excepted(office, MON, until=AUGUST)

    assert seen(office, TUE) == (["F2"], ["F1"])
    assert (task_of(office, "F1").withdrawn_on, task_of(office, "F2").is_open) == (MON, True)
    assert task_of(office, "F1").closing_note == "例外としたため、対応を求めていません。"


def test_an_exception_of_another_check_with_the_same_subject_silences_nothing(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file("S"), a_system("S", specific="○"), empty=["ログ分析報告"])
    check(office, FILES, MON)
    check(office, "overdue-log-analyses", MON)

    excepted(office, MON, until=AUGUST, subject="S")

    assert [flag.subject for flag in check(office, "overdue-log-analyses", TUE).flags] == ["S"]
    assert seen(office, TUE) == ([], ["S"])


def test_what_is_silenced_is_still_seen_and_recorded_day_by_day(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=AUGUST)

    check(office, FILES, THU)

    flag = flag_of(office)
    assert (flag.first_seen_on, flag.last_seen_on, flag.cleared_on, flag.is_open) == (MON, THU, None, False)
    assert rows(office, "SELECT flagged, excepted FROM check_run ORDER BY id") == [(2, 0), (1, 1)]


def test_a_check_that_sees_nothing_but_exceptions_is_clear_and_says_how_many(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file("F1"))
    check(office, FILES, MON)
    excepted(office, MON, until=AUGUST)

    result = check(office, FILES, TUE)

    assert (result.state, result.flags, len(result.exceptions)) == (CheckState.CLEAR, (), 1)


@pytest.mark.parametrize(("run_on", "open_again"), [(date(2023, 7, 13), False), (date(2023, 7, 14), True),
                                                     (date(2023, 9, 20), True)])  # fmt: skip
def test_it_holds_through_its_last_day_and_is_over_from_the_next_whenever_that_is_looked_at(
    tmp_path: Path, run_on: date, open_again: bool
) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=THU)

    found = seen(office, run_on)

    assert found == ((["F1", "F2"], []) if open_again else (["F2"], ["F1"]))
    assert task_of(office).is_open is open_again


def test_what_is_still_seen_when_it_is_over_opens_again_with_its_first_day_and_as_many_days_as_at_first(
    tmp_path: Path,
) -> None:
    office = with_two_files(tmp_path)
    first = task_of(office)
    excepted(office, MON, until=AUGUST)

    check(office, FILES, date(2023, 9, 1))

    flag, task = flag_of(office), task_of(office)
    assert (flag.first_seen_on, flag.deadline, task.opened_on) == (MON, first.deadline, MON)
    assert (task.key, task.is_open, task.round_reason) == (first.key, True, RoundReason.REOPENED)
    assert first.deadline == date(2023, 9, 8)  # 60 days after Monday
    assert task.deadline == date(2023, 10, 31)  # 60 days after 1 September
    assert task.first_deadline == first.deadline


def test_a_deadline_that_the_rule_sets_itself_is_not_moved_by_an_exception(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    system = a_system("S", specific="○", cycle="毎月", due_days=10, start=date(2023, 5, 1))
    given(office, MON, a_department(), system, empty=["ログ分析報告"])
    (flag,) = [flag for flag in check(office, "overdue-log-analyses", MON).flags if flag.details["period"] == "2023-05"]
    with office.store.transaction() as records:
        asked = Asked(flag_id(office, flag), "記録の取り出しができないため", TUE, CHIEF)
        except_flag(records, asked, office.calendar, an_occasion(MON))

    check(office, "overdue-log-analyses", THU)

    (task,) = [task for task in tasks_of(office) if task.key == flag.task_key]
    assert (task.deadline, task.is_open) == (date(2023, 6, 12), True)


def flag_id(office: Office, wanted: Flag) -> int:
    with office.store.reading() as records:
        (number,) = (flag.id for flag in records.flags.open_of(wanted.check_name) if flag.key == wanted.key)
    assert number is not None
    return number


def test_an_exception_of_a_system_silences_every_period_of_its_log_analysis(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    system = a_system("S", specific="○", cycle="毎月", due_days=10, start=date(2023, 5, 1))
    given(office, MON, a_department(), system, empty=["ログ分析報告"])
    (flag,) = check(office, "overdue-log-analyses", MON).flags
    with office.store.transaction() as records:
        asked = Asked(flag_id(office, flag), "更新中", AUGUST, CHIEF)
        except_flag(records, asked, office.calendar, an_occasion(MON))

    result = check(office, "overdue-log-analyses", date(2023, 7, 20))

    assert [one.flag.details["period"] for one in result.exceptions] == ["2023-05", "2023-06"]
    assert (result.flags, result.opened) == ((), 0)


def test_what_clears_under_an_exception_is_cleared_and_asks_nobody_afterwards(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=WED)
    given(office, TUE, a_file("F1", published_on=TUE), a_file("F2"))

    assert seen(office, TUE) == (["F2"], [])
    assert seen(office, THU) == (["F2"], [])
    assert [task.is_open for task in tasks_of(office) if "F1" in task.key] == [False]


def test_what_is_seen_anew_under_an_exception_is_on_record_and_asks_nobody_until_it_is_over(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=THU)
    given(office, TUE, a_file("F1", published_on=TUE), a_file("F2"))
    check(office, FILES, TUE)
    given(office, WED, a_file("F1"), a_file("F2"))

    again = check(office, FILES, WED)
    assert ([one.flag.first_seen_on for one in again.exceptions], again.opened) == ([WED], 0)
    assert not task_of(office).is_open

    assert seen(office, NEXT_MON) == (["F1", "F2"], [])
    assert (flag_of(office).first_seen_on, task_of(office).is_open) == (WED, True)


def test_a_revoked_exception_gives_the_task_back_at_once(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    number = excepted(office, MON, until=AUGUST)
    check(office, FILES, TUE)

    revoked(office, number, WED)

    task = task_of(office)
    assert (task.is_open, task.opened_on, task.round_note) == (
        True,
        MON,
        "例外を取り消しました。更新が中止になったため",
    )
    assert seen(office, THU) == (["F1", "F2"], [])
    assert rows(office, "SELECT kind FROM event WHERE kind LIKE 'Exception%' ORDER BY id") == [
        ("ExceptionGranted",), ("ExceptionRevoked",),
    ]  # fmt: skip


def test_a_past_day_is_answered_with_the_exceptions_of_that_day(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    check(office, FILES, TUE)
    number = excepted(office, WED, until=AUGUST)
    check(office, FILES, WED)
    revoked(office, number, THU)
    check(office, FILES, NEXT_MON)
    before = everything_in(office)

    answers = [seen(office, day, today=NEXT_MON) for day in (MON, TUE, WED, THU)]

    assert answers == [(["F1", "F2"], []), (["F1", "F2"], []), (["F2"], ["F1"]), (["F1", "F2"], [])]
    assert everything_in(office) == before


def test_a_past_day_is_answered_with_the_deadline_of_then_after_a_task_came_back(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    then = check(office, FILES, TUE).flags
    excepted(office, WED, until=WED)
    check(office, FILES, NEXT_MON)

    again = check(office, FILES, TUE, today=NEXT_MON).flags

    assert [(flag.subject, flag.deadline, flag.first_seen_on) for flag in again] == [
        (flag.subject, flag.deadline, flag.first_seen_on) for flag in then
    ]


def test_an_exception_ends_on_its_day_although_the_register_is_too_old_to_judge(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[registers."ファイル簿"]\nmax_age_days = 3\n', old_registers_will_do=False)
    given(office, MON, a_department(), a_file("F1"))
    check(office, FILES, MON)
    excepted(office, MON, until=TUE)

    result = check(office, FILES, NEXT_MON)

    assert (result.state, [flag.subject for flag in result.flags]) == (CheckState.STALE, ["F1"])
    assert task_of(office).is_open


def test_a_run_for_a_day_after_its_end_does_not_undo_an_exception(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=THU)

    ahead = seen(office, NEXT_MON, today=TUE)
    real = seen(office, WED)

    assert (ahead, real) == ((["F1", "F2"], []), (["F2"], ["F1"]))
    assert not task_of(office).is_open


def test_a_silenced_task_is_not_reminded_of_and_is_again_when_it_comes_back(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file("F1"))
    check(office, FILES, MON)
    excepted(office, MON, until=THU)

    for day in (TUE, WED, THU):
        check(office, FILES, day)
        run(office, "reminders", day)
    assert letters(office) == []

    friday = THU + timedelta(days=1)
    check(office, FILES, friday)
    run(office, "reminders", friday)
    assert told(office) == [("0101", friday)]


def test_a_task_that_was_done_before_stays_done_when_an_exception_is_over(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    completed(office, flag_of(office).task_key, MON)
    excepted(office, MON, until=TUE)

    check(office, FILES, THU)

    assert task_of(office).completed_on == MON


def test_an_exception_is_renewed_in_its_place_and_its_task_does_not_wake(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    number = excepted(office, MON, until=WED)

    newer = excepted(office, TUE, until=AUGUST, instead_of=number)

    assert seen(office, NEXT_MON) == (["F2"], ["F1"])
    assert (flag_of(office).exception_id, task_of(office).round) == (newer, 1)
    with office.store.reading() as records:
        assert [one.revocation_reason for one in records.exceptions.of_subject(FILES, "F1")] == [
            "", "新しい例外に改めました。",
        ]  # fmt: skip


def test_two_who_grant_at_once_do_not_both_get_their_way(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=WED)

    with pytest.raises(CommandRefused, match="先に改めました"):
        excepted(office, MON, until=AUGUST)


def test_an_answer_that_waits_is_decided_on_before_an_exception(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    task = task_of(office)
    with office.store.transaction() as records:
        answer = Submission(task.key, "0101", SubmissionKind.DONE, "職員０１", "公表しました。", at(MON), MON)
        enter(records, task, answer, (), an_occasion(MON))

    with pytest.raises(CommandRefused, match="先に、報告を確かめて"):
        excepted(office, MON, until=AUGUST)


@pytest.mark.parametrize(
    ("field", "given_facts"),
    [
        ("reason", ("", AUGUST, CHIEF)),
        ("until", ("更新中", None, CHIEF)),
        ("until", ("更新中", MON - timedelta(days=1), CHIEF)),
        ("until", ("更新中", MON + timedelta(days=367), CHIEF)),
        ("approved_by", ("更新中", AUGUST, "")),
        ("approved_by", ("更新中", AUGUST, "職" * 101)),
    ],
)
def test_an_exception_that_lacks_something_is_refused_by_its_field(
    tmp_path: Path, field: str, given_facts: tuple[str, date | None, str]
) -> None:
    office = with_two_files(tmp_path)

    with pytest.raises(SubmissionRefused) as refusal, office.store.transaction() as records:
        except_flag(records, Asked(flag_of(office).id or 0, *given_facts), office.calendar, an_occasion(MON))

    assert refusal.value.field == field
    assert seen(office, TUE) == (["F1", "F2"], [])


def test_an_exception_that_is_over_cannot_be_revoked(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    number = excepted(office, MON, until=TUE)

    with pytest.raises(SubmissionRefused, match="もう終わって"):
        revoked(office, number, WED)


def test_a_check_that_fails_parts_what_was_open_as_well(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=AUGUST)
    change(office, "ALTER TABLE register_entry_version RENAME TO elsewhere")

    failures = run_with_trouble(office, "checks", TUE).failures

    assert "ファイル簿の未公表" in failures
    assert rows(office, f"SELECT flagged, excepted FROM check_run WHERE check_name = '{FILES}' ORDER BY id DESC LIMIT 1") == [
        (1, 1)
    ]  # fmt: skip


def test_the_command_gives_open_flags_and_exceptions_in_lists_of_their_own(tmp_path: Path, zesei: Command) -> None:
    office = with_two_files(tmp_path)
    excepted(office, MON, until=AUGUST)

    config = tmp_path / "config.toml"
    (document,) = zesei("check", FILES, "--on", TUE, "--json", config=config).json["checks"]
    text = zesei("check", FILES, "--on", TUE, config=config).out

    assert [flag["subject"] for flag in document["flags"]] == ["F2"]
    (exception,) = document["exceptions"]
    assert {name: exception[name] for name in ("subject", "reason", "until", "approved_by", "first_seen_on")} == {
        "subject": "F1", "reason": "電子計算機の更新中のため", "until": "2023-08-31", "approved_by": CHIEF,
        "first_seen_on": "2023-07-10",
    }  # fmt: skip
    assert "1件／2件中（ほか例外 1件）" in text
    assert "例外（令和5年8月31日まで、総括保護管理者　職員０３の承認） F1" in text


def test_the_weekly_report_lists_each_exception_in_force_and_counts_it_apart(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    write_catalogue(office.store)
    excepted(office, MON, until=NEXT_MON)

    on = {day: report_of(office, day) for day in (TUE, NEXT_MON, NEXT_MON + timedelta(days=1))}

    (row,) = on[NEXT_MON].exceptions
    assert (row.check, row.subject, row.reason, row.until, row.approved_by, row.seen) == (
        "ファイル簿の未公表", "F1", "電子計算機の更新中のため", NEXT_MON, CHIEF, 1,
    )  # fmt: skip
    assert {day: (len(r.exceptions), r.open_flags, r.excepted_flags) for day, r in on.items()} == {
        TUE: (1, 1, 1), NEXT_MON: (1, 1, 1), NEXT_MON + timedelta(days=1): (0, 2, 0),
    }  # fmt: skip
    assert weekly_from_json(weekly_to_json(on[TUE])) == on[TUE]
    page = render_html(weekly_paper(on[TUE]))
    assert "例外としているもの（1件）" in page
    assert "電子計算機の更新中のため" in page
    assert CHIEF in page
    (check,) = [row for row in on[TUE].checks if row.name == "unpublished-files"]
    assert (check.open_flags, check.excepted) == (1, 1)
    assert "例外としているもの" not in render_html(weekly_paper(on[NEXT_MON + timedelta(days=1)]))


def test_a_report_of_a_day_before_an_exception_does_not_know_it(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    write_catalogue(office.store)
    before = report_of(office, MON)
    excepted(office, WED, until=AUGUST)

    assert report_of(office, MON).exceptions == ()
    assert report_of(office, MON).open_flags == before.open_flags == 2


def test_what_is_silenced_at_its_first_sight_is_not_counted_as_new_work(tmp_path: Path) -> None:
    office = with_two_files(tmp_path)
    write_catalogue(office.store)
    excepted(office, TUE, until=AUGUST)
    given(office, WED, a_file("F1", published_on=WED), a_file("F2"))
    check(office, FILES, WED)
    given(office, THU, a_file("F1"), a_file("F2"))
    check(office, FILES, THU)

    assert report_of(office, THU).totals.new == 2  # Monday's two, and not Thursday's


def report_of(office: Office, day: date) -> WeeklyReport:
    with office.store.reading() as records:
        return weekly_report(records, office, an_occasion(day))
