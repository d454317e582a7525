"""Flags and their tasks: opened, kept, handed over, cleared; old registers, past days and days ahead; one's trouble."""

from datetime import date
from pathlib import Path

import pytest

from jobs.check_runs import check_by_command
from jobs.checking import checks_named, refuse_unknown_check_settings
from jobs.checks import all_checks
from jobs.registry import runner_of
from tests.conftest import Command
from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_system,
    an_office,
    at,
    break_inserts,
    change,
    check,
    everything_in,
    flagged,
    given,
    mend,
    rows,
    run,
    run_with_trouble,
    tasks_of,
    told,
)  # fmt: skip
from tracker.domain.errors import CommandRefused, SettingsRefused
from tracker.domain.events import Occasion
from tracker.domain.flags import CheckState
from tracker.domain.registers import BY_STEM
from tracker.office import Office
from tracker.storage.checks import CheckRun

FILES = "unpublished-files"
GIVEN = ("組織", "システム", "ファイル簿")
MON, TUE, WED, THU = (date(2023, 7, day) for day in (10, 11, 12, 13))
NEXT_MON = date(2023, 7, 17)


def with_a_file(folder: Path, *, on: date = MON, config: str = "") -> Office:
    office = an_office(folder, config)
    given(office, on, a_department(), a_file())
    return office


def published(office: Office, on: date) -> None:
    given(office, on, a_file(published_on=on))


def unpublished(office: Office, on: date) -> None:
    given(office, on, a_file())


def latest(office: Office, name: str = FILES) -> CheckRun:
    with office.store.reading() as records:
        run = records.checks.latest_run(name)
    assert run is not None
    return run


def test_a_first_sight_opens_a_flag_and_a_task_of_that_day(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)

    (flag,) = check(office, FILES, MON).flags

    (task,) = tasks_of(office)
    assert (flag.first_seen_on, flag.last_seen_on, flag.cleared_on) == (MON, MON, None)
    assert (task.key, task.opened_on, task.completed_on) == (flag.task_key, MON, None)
    assert task.deadline == task.first_deadline == flag.deadline == date(2023, 9, 8)
    assert task.department_code == "0101"
    assert rows(office, "SELECT kind FROM event WHERE kind LIKE 'F%' OR kind LIKE 'T%' ORDER BY id") == [
        ("TaskOpened",), ("FlagRaised",),
    ]  # fmt: skip


def test_a_flag_that_stays_keeps_its_first_day_and_its_deadline(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)

    seen = [check(office, FILES, day).flags[0] for day in (MON, TUE, THU)]

    assert {flag.first_seen_on for flag in seen} == {MON}
    assert {flag.deadline for flag in seen} == {date(2023, 9, 8)}
    assert [flag.last_seen_on for flag in seen] == [MON, TUE, THU]
    assert len(tasks_of(office)) == 1


def test_what_the_register_no_longer_shows_is_cleared_and_its_task_completed(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    published(office, TUE)

    result = check(office, FILES, TUE)

    (task,) = tasks_of(office)
    assert (result.state, result.flags, result.cleared) == (CheckState.CLEAR, (), 1)
    assert (task.completed_on, task.closing_note) == (TUE, "検査で解消を確認しました。")
    assert rows(office, "SELECT cleared_on FROM flag") == [(TUE.isoformat(),)]


def test_what_is_seen_again_after_it_was_cleared_is_a_new_flag_with_a_new_task(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    published(office, TUE)
    check(office, FILES, TUE)
    unpublished(office, WED)

    (flag,) = check(office, FILES, WED).flags

    first, second = tasks_of(office)
    assert (flag.first_seen_on, flag.task_key) == (WED, second.key)
    assert (first.completed_on, second.opened_on, second.is_open) == (TUE, WED, True)


def test_a_flag_whose_department_changes_hands_its_task_over(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    given(office, TUE, a_department(), a_department("0201", "区民課"), a_file(department="0201"))

    (flag,) = check(office, FILES, TUE).flags

    (task,) = tasks_of(office)
    assert (flag.department_code, task.department_code) == ("0201", "0201")
    assert (flag.first_seen_on, task.deadline) == (MON, date(2023, 9, 8))
    assert rows(office, "SELECT facts FROM event WHERE kind = 'TaskHandedOver'") == [('{"new":"0201","old":"0101"}',)]


def test_running_twice_on_one_day_changes_nothing_the_second_time(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    before = everything_in(office)

    check(office, FILES, MON)

    assert everything_in(office) == before


@pytest.mark.parametrize(("age", "state"), [(35, CheckState.CLEAR), (36, CheckState.STALE)])
def test_a_register_may_be_35_days_old(tmp_path: Path, age: int, state: CheckState) -> None:
    office = an_office(tmp_path, old_registers_will_do=False)
    given(office, date.fromordinal(MON.toordinal() - age), a_department(), a_file(persons=1))

    assert check(office, FILES, MON).state is state


def test_how_old_a_register_may_be_is_a_setting(tmp_path: Path) -> None:
    config = '[registers."ファイル簿"]\nmax_age_days = 1\n'
    office = an_office(tmp_path, config, old_registers_will_do=False)
    given(office, MON, a_department(), a_file(persons=1))

    assert check(office, FILES, TUE).state is CheckState.CLEAR
    assert check(office, FILES, WED).state is CheckState.STALE


def test_a_check_without_fresh_registers_opens_and_clears_nothing_and_says_why(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[registers."ファイル簿"]\nmax_age_days = 1\n', old_registers_will_do=False)
    given(office, MON, a_department(), a_file("F1"), a_file("F2", persons=1))
    check(office, FILES, MON)
    given(office, TUE, a_file("F1", published_on=TUE), a_file("F2"))

    result = check(office, FILES, THU)

    assert (result.state, [flag.subject for flag in result.flags]) == (CheckState.STALE, ["F1"])
    assert result.message == "台帳「ファイル簿」は令和5年7月11日のもので、2日前です（上限1日）。"
    assert (latest(office).state, latest(office).message) == (CheckState.STALE, result.message)
    assert [task.is_open for task in tasks_of(office)] == [True]


def test_a_check_whose_register_was_never_imported_is_stale_and_never_clear(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_system(specific="○"))

    result = check(office, "overdue-log-analyses", MON)

    assert (result.state, result.flags) == (CheckState.STALE, ())
    assert result.message == "台帳「ログ分析報告」が取り込まれていません。"


def test_a_check_asked_for_a_past_day_answers_as_it_did_and_changes_nothing(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    first = check(office, FILES, MON)
    published(office, WED)
    check(office, FILES, THU)
    before = everything_in(office)

    again = [check(office, FILES, day, today=THU) for day in (MON, TUE, WED)]

    assert [result.state for result in again] == [CheckState.FLAGGED, CheckState.FLAGGED, CheckState.CLEAR]
    assert [flag.first_seen_on for result in again for flag in result.flags] == [MON, MON]
    assert (again[0].flags[0].details, again[0].flags[0].deadline) == (first.flags[0].details, first.flags[0].deadline)
    assert all(result.from_history for result in again)
    assert everything_in(office) == before


def test_the_check_job_run_by_hand_for_a_past_day_changes_no_flag(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    published(office, WED)
    check(office, FILES, THU)
    before = everything_in(office, but=["job_run", "check_catalogue", "check_run"])

    runner = runner_of(office)
    done = runner.run_by_hand("checks", Occasion("試験", at(THU), TUE))  # zesei jobs run checks --on

    assert done.failures == {}
    assert everything_in(office, but=["job_run", "check_catalogue", "check_run"]) == before
    assert [day for (day,) in rows(office, f"SELECT on_day FROM check_run WHERE check_name = '{FILES}'")] == [
        MON.isoformat(), THU.isoformat(),
    ]  # fmt: skip


def test_a_killed_check_run_that_is_resumed_days_later_does_not_undo_what_was_seen_since(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file(persons=1))
    with office.store.transaction() as records:
        records.job_runs.start("checks", at(MON), MON, at(MON))  # and the process is gone
    given(office, WED, a_file())
    assert flagged(office, FILES, WED) == ["F1"]

    runner_of(office).resume(at(THU))

    assert [(flag.first_seen_on, flag.cleared_on) for flag in check(office, FILES, THU).flags] == [(WED, None)]
    assert [task.is_open for task in tasks_of(office)] == [True]


def test_a_run_for_a_day_ahead_does_not_stand_in_the_way_of_the_real_ones(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, NEXT_MON, today=MON)

    (flag,) = check(office, FILES, TUE).flags
    run(office, "reminders", TUE)

    (task,) = tasks_of(office)
    assert (flag.first_seen_on, task.opened_on) == (TUE, TUE)
    assert flag.deadline == task.deadline == date(2023, 9, 11)  # sixty days from Tuesday, a Saturday, moves
    assert told(office) == [("0101", TUE)]


def test_after_a_run_for_a_day_ahead_a_real_run_still_clears(tmp_path: Path) -> None:
    office = with_a_file(tmp_path)
    check(office, FILES, MON)
    check(office, FILES, NEXT_MON, today=MON)
    published(office, TUE)

    result = check(office, FILES, TUE)

    assert (result.state, result.from_history) == (CheckState.CLEAR, False)
    assert [task.completed_on for task in tasks_of(office)] == [TUE]


def everything_needed(*files: Row) -> list[Row]:
    return [a_department(), *files, a_system(specific="○")]


def test_one_checks_trouble_is_recorded_under_its_name_and_leaves_the_others_working(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, *everything_needed(a_file()), empty=["ログ分析報告"])
    break_inserts(office, "flag", f"NEW.check_name = '{FILES}'")

    done = run_with_trouble(office, "checks", MON)

    assert done.outcome == "failed"
    assert list(done.failures) == ["ファイル簿の未公表"]
    assert "disk full" in done.failures["ファイル簿の未公表"]
    assert rows(office, "SELECT check_name FROM flag") == [("overdue-log-analyses",)]
    assert [task.key for task in tasks_of(office)] == ["flag:overdue-log-analyses/S~1"]

    mend(office)
    run(office, "checks", TUE)
    assert rows(office, "SELECT check_name, first_seen_on FROM flag ORDER BY 1") == [
        ("overdue-log-analyses", MON.isoformat()), ("unpublished-files", TUE.isoformat()),
    ]  # fmt: skip


def test_a_check_that_failed_does_not_go_on_showing_yesterdays_answer(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file(persons=1))
    check(office, FILES, MON)
    unpublished(office, TUE)
    break_inserts(office, "flag", "true")

    run_with_trouble(office, "checks", TUE)

    assert (latest(office).on_day, latest(office).state) == (TUE, CheckState.FAILED)
    assert "disk full" in latest(office).message


# ---- the command, when one check fails


def with_everything(folder: Path, config: str = "") -> Office:
    office = an_office(folder, config)
    given(office, MON, *everything_needed(a_file()), empty=[stem for stem in BY_STEM if stem not in GIVEN])
    return office


def test_the_command_runs_the_other_checks_and_reports_the_one_that_failed(tmp_path: Path, zesei: Command) -> None:
    office = with_everything(tmp_path, "[checks.absent-accounts]\ndays = 99999999999\n")

    outcome = zesei("check", "--on", MON, "--json", status=1, config=tmp_path / "config.toml")

    by_name = {check["name"]: check for check in outcome.json["checks"]}
    assert len(by_name) == 7
    assert {name for name, check in by_name.items() if check["state"] == "failed"} == {"absent-accounts"}
    failed = by_name["absent-accounts"]
    assert (failed["examined"], failed["as_of"], failed["flags"]) == (0, None, [])
    assert "OverflowError" in failed["message"]
    assert [flag["subject"] for flag in by_name[FILES]["flags"]] == ["F1"]
    assert by_name["overdue-log-analyses"]["state"] == "flagged"
    (sentence,) = outcome.err.splitlines()
    assert sentence.startswith("検査「長期不在者のアカウント」（absent-accounts）を行えませんでした（OverflowError: ")
    assert sentence.endswith("）。")
    assert latest(office, "absent-accounts").state is CheckState.FAILED


def test_the_command_says_in_its_text_which_check_failed(tmp_path: Path, zesei: Command) -> None:
    with_everything(tmp_path, "[checks.absent-accounts]\ndays = 99999999999\n")

    outcome = zesei("check", "--on", MON, status=1, config=tmp_path / "config.toml")

    assert "長期不在者のアカウント（absent-accounts）: 失敗\n" in outcome.out
    assert "ファイル簿の未公表（unpublished-files）: 検知あり 1件／1件中" in outcome.out
    assert "Traceback" not in outcome.err + outcome.out


def test_a_register_that_goes_from_the_database_fails_the_checks_that_read_it_and_no_other(tmp_path: Path) -> None:
    office = with_everything(tmp_path)
    change(office, "DROP TABLE absence_version")

    results = check_by_command(office, Occasion("試験", at(MON), MON), all_checks())

    failed = [result for result in results if result.state is CheckState.FAILED]
    assert [result.name for result in failed] == ["absent-accounts"]
    assert "no such table: absence_version" in failed[0].message


def test_a_check_that_fails_keeps_showing_what_was_open_and_clears_nothing(tmp_path: Path, zesei: Command) -> None:
    office = with_everything(tmp_path)
    check(office, FILES, MON)
    published(office, TUE)
    (tmp_path / "config.toml").write_text("[checks.unpublished-files]\npersons = 99999999999999999999999\n", "utf-8")

    outcome = zesei("check", FILES, "--on", TUE, "--json", status=1, config=tmp_path / "config.toml")

    (failed,) = outcome.json["checks"]
    assert (failed["state"], [flag["subject"] for flag in failed["flags"]]) == ("failed", ["F1"])
    assert [task.is_open for task in tasks_of(office)] == [True]


def test_a_check_that_fails_for_a_past_day_changes_nothing(tmp_path: Path, zesei: Command) -> None:
    office = with_everything(tmp_path)
    check(office, FILES, MON)
    published(office, WED)
    check(office, FILES, THU)
    zesei("check", FILES, "--on", THU, "--json", config=tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text("[checks.unpublished-files]\npersons = 99999999999999999999999\n", "utf-8")
    before = everything_in(office)

    outcome = zesei("check", FILES, "--on", TUE, "--json", status=1, config=tmp_path / "config.toml")

    (failed,) = outcome.json["checks"]
    assert (failed["state"], [flag["subject"] for flag in failed["flags"]]) == ("failed", ["F1"])
    assert everything_in(office) == before


def test_a_check_whose_failure_cannot_even_be_written_down_is_reported_all_the_same(
    tmp_path: Path, zesei: Command
) -> None:
    office = with_everything(tmp_path)
    break_inserts(office, "check_run", "NEW.check_name = 'unpublished-files'")

    outcome = zesei("check", "--on", MON, "--json", status=1, config=tmp_path / "config.toml")

    states = {check["name"]: check["state"] for check in outcome.json["checks"]}
    assert [name for name, state in states.items() if state == "failed"] == [FILES]
    assert outcome.err.count("\n") == 1


def test_a_check_that_nobody_wrote_is_refused_by_name() -> None:
    with pytest.raises(CommandRefused, match="検査「absent」はありません。.*absent-accounts"):
        checks_named(["absent"])


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[checks.absent-accounts]\ndayz = 90\n", "設定 checks.absent-accounts に「dayz」"),
        ("[checks.absent]\ndays = 90\n", "設定 checks に「absent」という検査"),
        ("[checks.unpublished-files]\ndays = 90\n", "設定 checks.unpublished-files に「days」"),
    ],
)
def test_settings_that_no_check_has_are_refused(tmp_path: Path, config: str, said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        refuse_unknown_check_settings(an_office(tmp_path, config).settings)
