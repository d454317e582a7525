"""What will go out: the forecast beside the days as they are lived through afterwards, letter by letter."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from jobs.forecast import DAYS_AHEAD, LIVING, forecast_letters
from jobs.registry import runner_of
from tests.conftest import Command
from tests.databases import on_both_databases
from tests.jobs.situations import (
    Row,
    a_department,
    a_letter,
    a_log_report,
    a_person,
    a_system,
    a_task,
    an_absence,
    an_account,
    an_occasion,
    an_office,
    at,
    days,
    everything_in,
    given,
    given_tasks,
    letters,
    queued,
    rows,
    run,
)  # fmt: skip
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.letter_links import text_without
from tracker.domain.tasks import Origin
from tracker.office import Office
from tracker.storage.forecasts import ForecastLetter
from tracker.storage.store import Records
from tracker.storage.turns import Patience

FIRST = date(2024, 2, 13)  # the Tuesday after a Monday that was a holiday; the 23rd of February is another
LAST = FIRST + timedelta(days=DAYS_AHEAD)
MORNING = at(FIRST, time(6, 30))
NINETIETH = date(2024, 2, 26)
CONFIG = """\
[letters]
print = "never"
[web]
address = "http://zesei.example"
[webhooks]
allowed = ["chat.example"]
to = [{ name = "連絡", url = "http://chat.example/hook", kinds = ["escalation", "unanswered"] }]
"""
LOOKING = ("checks", "reminders", "weekly_report", "unanswered")


def an_office_with_much_ahead(folder: Path) -> Office:
    """Deadlines before and behind, answers that wait, an absence near its 90th day, a log analysis near its deadline."""
    office = an_office(folder, CONFIG)
    chief = {"課長メール": "kacho@city.example", "部長メール": "bucho@city.example"}
    citizens = a_department("0201", "区民課", "kumin@city.example")
    given(
        office, FIRST, a_department(), Row(citizens.stem, citizens.cells | chief), a_department("0202", "税務課", mail=""),
        a_person("1", "0201"), an_absence(NINETIETH - timedelta(days=89), None, "1"),
        a_system(cycle="毎月", due_days=15, start=date(2023, 12, 1), specific="○", department="0202"),
        an_account("u1", "1", last_login_on=date(2023, 11, 1)),
        a_log_report(date(2023, 12, 1), date(2023, 12, 31), date(2024, 1, 10)),
        empty=["委託契約", "再委託", "条項確認", "ファイル簿"],
    )  # fmt: skip
    given_tasks(
        office,
        a_task("T1", deadline=FIRST + timedelta(days=12), department="0201"),
        a_task("T2", deadline=FIRST - timedelta(days=4), department="0201", opened_on=date(2024, 1, 4)),
        a_task("T3", deadline=FIRST + timedelta(days=20), department="0202", origin=Origin.DUTY),
        a_task("T4", deadline=FIRST + timedelta(days=3), department=None),
        a_task("T5", deadline=FIRST + timedelta(days=1), department="0201"),
        a_task("T6", deadline=FIRST + timedelta(days=200), department="0201"),
    )
    with office.store.transaction() as records:
        task = records.tasks.find("T5")
        assert task is not None
        records.tasks.save(*task.answer(Happened.TASK_REPORTED, an_occasion(FIRST, time(5))))
    queued(office, a_letter(queued_at=at(FIRST, time(5))))
    run(office, "checks", FIRST, time(6))
    return office


def lived_through(office: Office, first: datetime, last: date) -> list[ForecastLetter]:
    """The days, lived: every job that looks or writes, at its time; and the letters that stand in the outbox then."""
    runner = runner_of(office)
    runner.keep_timetable(first)
    for day in days(first.date(), last):
        for moment in (time(6), time(8, 30)):
            if at(day, moment) > first:
                runner.tick(at(day, moment), LOOKING)
    assert rows(office, "SELECT DISTINCT failures FROM job_run") == [("{}",)]
    with office.store.reading() as records:
        found = records.outbox.on_days(date.min, date.max)
    return [
        ForecastLetter(
            letter.on_day, letter.kind, letter.department_code, letter.addressee, letter.recipients, letter.subject,
            text_without(letter.body_text),  # who looks ahead is not the letter's reader
        )
        for letter in found
    ]  # fmt: skip


def test_the_forecast_is_what_the_days_then_bring_letter_by_letter(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)

    foreseen = forecast_letters(office, MORNING, LAST)
    lived = lived_through(office, MORNING, LAST)

    assert Counter(map(words, foreseen)) == Counter(map(words, lived))
    assert Counter(foreseen) == Counter(lived)
    assert [letter.on_day for letter in foreseen] == sorted(letter.on_day for letter in foreseen)
    kinds = Counter(letter.kind for letter in foreseen)
    assert kinds.keys() == {"reminder", "escalation", "weekly-report", "unanswered"}
    assert kinds["weekly-report"] == 5
    reminders = [letter for letter in foreseen if letter.kind == "reminder"]
    assert min(letter.on_day for letter in reminders if "長期不在者" in letter.body_text) == NINETIETH
    assert min(letter.on_day for letter in reminders if "令和6年1月分" in letter.body_text) == date(2024, 2, 16)
    assert any(letter.recipients == ("連絡",) for letter in foreseen)
    assert any(letter.recipients == () for letter in foreseen)


def words(letter: ForecastLetter) -> tuple[date, str, str | None, str, tuple[str, ...], str]:
    """All but the text, so that a difference can be read."""
    return letter.on_day, letter.kind, letter.department_code, letter.addressee, letter.recipients, letter.subject


def test_forecasting_changes_nothing_in_the_database_and_leaves_no_file(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)
    forecast_letters(office, MORNING, FIRST)  # the secret that links are signed with is made at the first use
    before, files = everything_in(office), files_of(office)

    assert len(forecast_letters(office, MORNING, LAST)) > 20

    assert everything_in(office) == before
    assert files_of(office) == files


def files_of(office: Office) -> list[str]:
    return sorted(path.name for path in office.data_dir.rglob("*") if not path.name.startswith("zesei.db"))


def test_the_same_forecast_twice_is_the_same_and_a_shorter_one_is_its_beginning(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)

    whole = forecast_letters(office, MORNING, LAST)

    assert forecast_letters(office, MORNING, LAST) == whole
    assert forecast_letters(office, MORNING, NINETIETH) == [letter for letter in whole if letter.on_day <= NINETIETH]


def test_what_todays_runs_have_queued_already_is_not_foreseen_twice(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)
    morning = forecast_letters(office, MORNING, LAST)
    for job in ("reminders", "weekly_report", "unanswered"):
        run(office, job, FIRST, time(8, 30))

    afternoon = forecast_letters(office, at(FIRST, time(9)), LAST)

    assert Counter(letter for letter in afternoon if letter.recipients) == Counter(
        letter for letter in morning if letter.recipients
    )


def test_what_changes_meanwhile_changes_the_forecast(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)
    before = forecast_letters(office, MORNING, LAST)
    with office.store.transaction() as records:
        task = records.tasks.find("T2")
        assert task is not None
        records.tasks.save(*task.complete("実施した。", an_occasion(FIRST)))

    after = forecast_letters(office, MORNING, LAST)

    assert [letter.addressee for letter in before if letter.kind == "escalation" and "T2の是正" in letter.body_text]
    assert not [letter for letter in after if letter.kind == "escalation" and "T2の是正" in letter.body_text]


def test_the_daily_job_keeps_the_newest_forecast_for_the_page_and_nothing_else(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)
    run(office, "forecast", FIRST - timedelta(days=1), time(6, 30))
    before = everything_in(office, but=["job_run", "forecast_letter"])

    done = run(office, "forecast", FIRST, time(6, 30))

    assert everything_in(office, but=["job_run", "forecast_letter"]) == before
    with office.store.reading() as records:
        kept, made_at = records.forecasts.letters(date.min), records.forecasts.made_at()
    assert [words(letter) for letter in kept] == [words(letter) for letter in forecast_letters(office, MORNING, LAST)]
    assert made_at == MORNING
    assert done.summary == f"30日間に{len(kept)}通の予定"
    assert len(letters(office)) == 1  # the one that waited from the beginning


def test_the_command_lists_the_same_letters_by_day_recipient_and_content(tmp_path: Path, zesei: Command) -> None:
    office = an_office_with_much_ahead(tmp_path)
    config = tmp_path / "config.toml"
    (office.data_dir / "clock.json").write_text(
        json.dumps({"began_at": MORNING.isoformat(), "anchored_at": "2020-01-01T00:00:00+00:00", "pace": 0})
    )
    wanted = forecast_letters(office, MORNING, NINETIETH)

    shown = zesei("forecast", "--until", "R6.2.26", "--json", config=config).json

    assert (shown["from"], shown["until"]) == ("2024-02-13", "2024-02-26")
    assert [(one["on"], one["addressee"], tuple(one["to"]), one["text"]) for one in shown["letters"]] == [
        (letter.on_day.isoformat(), letter.addressee, letter.recipients, letter.body_text) for letter in wanted
    ]


@on_both_databases
def test_while_the_forecast_counts_everybody_writes_and_nothing_of_it_stays(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office_with_much_ahead(tmp_path)
    wanted = forecast_letters(office, MORNING, NINETIETH)
    written, live_on = list[Event](), LIVING["reminders"]

    def remind(records: Records, office: Office, occasion: Occasion) -> None:
        live_on(records, office, occasion)
        written.append(Event(Happened.ACCOUNT_LOCKED, f"account:joho{len(written)}", occasion))
        with office.store.transaction(Patience(1)) as others:
            others.events.append(written[-1:])

    monkeypatch.setitem(LIVING, "reminders", remind)
    before = everything_in(office)

    assert forecast_letters(office, MORNING, NINETIETH) == wanted

    assert len(written) > 5
    after = everything_in(office)
    assert [name for name in after if after[name] != before[name]] == ["event"]
    assert len(after["event"]) == len(before["event"]) + len(written)
    assert list((tmp_path / "data").glob("snapshot-*")) == []


def test_a_copy_that_a_killed_forecast_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    office = an_office_with_much_ahead(tmp_path)
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    left, alive = (office.data_dir / f"snapshot-{number}-abc" for number in (killed.pid, os.getpid()))
    for folder in (left, alive):
        folder.mkdir()

    forecast_letters(office, MORNING, FIRST)

    assert not left.exists()
    assert alive.exists()


def test_without_room_for_a_copy_the_forecast_says_how_much_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office_with_much_ahead(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1 << 20))

    with pytest.raises(CommandRefused, match=r"空きが足りないため、記録の写しを作れません（\d+ MB 要ります）"):
        forecast_letters(office, MORNING, FIRST)
