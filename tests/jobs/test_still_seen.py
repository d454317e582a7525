"""Reported but still seen: a task that was completed is open again once newer registers go on showing why it was opened."""

from datetime import date
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.jobs.situations import (
    a_department,
    a_file,
    an_occasion,
    an_office,
    check,
    completed,
    everything_in,
    given,
    letters,
    run,
    tasks_of,
    told,
)
from tracker.domain.tasks import RoundReason, Task
from tracker.excepting import Asked, except_flag, revoke_exception
from tracker.office import Office

FILES = "unpublished-files"
MON, TUE, WED, THU, FRI = (date(2023, 7, day) for day in (10, 11, 12, 13, 14))
SENTENCE = "完了の報告の後も、台帳で検知されています。"


def reported_done(folder: Path, config: str = "", *, old_registers_will_do: bool = True) -> Office:
    """An office whose register showed an unpublished file on Monday; on Tuesday somebody says that it is published."""
    office = an_office(folder, config, old_registers_will_do=old_registers_will_do)
    given(office, MON, a_department(), a_file())
    check(office, FILES, MON)
    completed(office, the_task(office).key, TUE)
    return office


def the_task(office: Office) -> Task:
    (task,) = tasks_of(office)
    return task


def reasons(office: Office) -> list[str]:
    with office.store.reading() as records:
        return [e.facts["reason"] for e in records.events.about(f"task:{the_task(office).key}") if "reason" in e.facts]


@on_both_databases
def test_what_a_newer_register_still_shows_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    office = reported_done(tmp_path)
    before = the_task(office)
    given(office, WED, a_file())

    check(office, FILES, WED)

    task = the_task(office)
    assert (task.is_open, task.deadline, task.round) == (True, before.deadline, before.round + 1)
    assert (task.round_reason, task.round_note) == (RoundReason.REOPENED, SENTENCE)
    assert reasons(office) == [SENTENCE]


def test_its_reminders_begin_anew(tmp_path: Path) -> None:
    office = reported_done(tmp_path, "[checks.unpublished-files]\nanswer_days = 7\n")
    run(office, "reminders", WED)
    assert told(office) == []
    given(office, WED, a_file())
    check(office, FILES, WED)

    run(office, "reminders", THU)

    assert told(office) == [("0101", THU)]
    assert f"経緯　{SENTENCE}" in letters(office)[0].body_text


@pytest.mark.parametrize("as_of", [None, MON, TUE])
def test_a_register_that_is_no_newer_than_the_report_says_nothing_against_it(
    tmp_path: Path, as_of: date | None
) -> None:
    office = reported_done(tmp_path)
    if as_of:
        given(office, as_of, a_file())

    for day in (WED, THU):
        check(office, FILES, day)

    assert the_task(office).completed_on == TUE


def test_registers_that_are_too_old_reopen_nothing(tmp_path: Path) -> None:
    config = '[registers."ファイル簿"]\nmax_age_days = 1\n'
    office = reported_done(tmp_path, config, old_registers_will_do=False)
    given(office, WED, a_file())

    check(office, FILES, FRI)

    assert the_task(office).completed_on == TUE


def test_what_newer_registers_no_longer_show_stays_done_on_its_day(tmp_path: Path) -> None:
    office = reported_done(tmp_path)
    given(office, WED, a_file(published_on=TUE))

    check(office, FILES, WED)

    assert the_task(office).completed_on == TUE
    assert reasons(office) == []


def test_a_second_run_of_the_day_changes_nothing_and_what_is_completed_again_stays_so(tmp_path: Path) -> None:
    office = reported_done(tmp_path)
    given(office, WED, a_file())
    check(office, FILES, WED)
    before = everything_in(office)
    check(office, FILES, WED)
    assert everything_in(office) == before

    completed(office, the_task(office).key, WED)
    check(office, FILES, WED)
    check(office, FILES, THU)

    assert the_task(office).completed_on == WED
    assert reasons(office) == [SENTENCE]


def test_while_an_exception_silences_it_nobody_is_asked_and_afterwards_they_are(tmp_path: Path) -> None:
    office = reported_done(tmp_path)
    with office.store.transaction() as records:
        (flag,) = records.flags.open_of(FILES)
        asked = Asked(flag.id or 0, "更改の間だけです。", date(2023, 9, 30), "課長　職員０１")
        except_flag(records, asked, office.calendar, an_occasion(TUE))
    given(office, WED, a_file())
    check(office, FILES, WED)
    assert the_task(office).completed_on == TUE

    with office.store.transaction() as records:
        (flag,) = records.flags.open_of(FILES)
        revoke_exception(records, flag.exception_id or 0, "終わりました。", office.calendar, an_occasion(THU))
    check(office, FILES, THU)

    assert the_task(office).is_open
    assert the_task(office).round_note == SENTENCE


def test_what_was_withdrawn_is_not_asked_for_again(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file())
    check(office, FILES, MON)
    with office.store.transaction() as records:
        records.tasks.save(*the_task(office).withdraw("公表の要らないファイルです。", an_occasion(TUE)))
    given(office, WED, a_file())

    check(office, FILES, WED)

    assert the_task(office).withdrawn_on == TUE
