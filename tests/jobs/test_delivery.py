"""Delivery against a real mail server and a real folder: received, put off, given up, leased, never lost."""

import email.policy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier

import pytest

from jobs.registry import runner_of
from tests.jobs.situations import (
    a_department,
    a_file,
    a_free_port,
    a_letter,
    a_mail_server,
    a_task,
    an_occasion,
    an_office,
    at,
    change,
    given,
    given_tasks,
    letters,
    queued,
    rows,
    run,
    smtp_settings,
    whose_clock_stands_still,
)  # fmt: skip
from tracker.domain.events import Occasion
from tracker.office import Office, open_office
from tracker.storage.job_runs import JobRun
from tracker.storage.outbox import QueuedLetter

MONDAY = date(2023, 7, 10)
NOW = at(MONDAY, time(9))


def deliver(office: Office, moment: datetime) -> JobRun:
    office = whose_clock_stands_still(office)
    return runner_of(office).run_by_hand("delivery", Occasion("試験", moment, MONDAY))


def the_letter(office: Office) -> QueuedLetter:
    (letter,) = letters(office)
    return letter


def troubled(office: Office) -> list[str]:
    with office.store.reading() as records:
        return [letter.answer for letter in records.outbox.troubled()]


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


# ---- what arrives


def test_a_mail_server_receives_the_reminders_and_the_weekly_report(tmp_path: Path) -> None:
    with a_mail_server() as server:
        sender = '[mail]\nsender = "情報管理課 <zesei@city.example>"\n'
        office = an_office(tmp_path, smtp_settings(server.port) + sender)
        given(
            office,
            MONDAY,
            a_department(),
            a_department("0201", "区民課", "kumin@city.example"),
            a_file(department="0201"),
        )
        given_tasks(office, a_task(deadline=MONDAY))
        for job in ("checks", "reminders", "weekly_report"):
            run(office, job, MONDAY)

        done = deliver(office, NOW)

    by_kind = {(str(mail["X-Zesei-Kind"]), str(mail["To"])): mail for mail in server.taken}
    assert done.summary == "送信 3通"
    assert sorted(by_kind) == [
        ("reminder", "joho@city.example"), ("reminder", "kumin@city.example"), ("weekly-report", "joho@city.example"),
    ]  # fmt: skip
    reminder = by_kind["reminder", "joho@city.example"]
    assert reminder["Subject"] == "【本日期限 1件】個人情報保護に係る対応期限のお知らせ（情報管理課）"
    for kind in ("plain", "html"):
        assert "情報管理課 御中" in part(reminder, kind)
        assert "T1の是正" in part(reminder, kind)
    assert "令和5年7月10日（月）　本日" in part(reminder, "plain")
    assert "ファイル簿の未公表" in part(by_kind["reminder", "kumin@city.example"], "html")
    report = by_kind["weekly-report", "joho@city.example"]
    assert "週次報告" in report["Subject"]
    assert "情報管理課" in part(report, "plain")
    assert "<table" in part(report, "html")


def test_every_mail_has_the_headers_of_the_contract(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(queued_at=NOW))

        deliver(office, NOW)

    (mail,) = server.taken
    assert mail["Date"].datetime == NOW
    assert mail["From"] == "zesei@localhost.localdomain"
    assert mail["To"] == "ka@city.example"
    assert mail["Subject"] == "お知らせ 1"
    assert mail["Message-ID"] == "<reminder.1@city.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Zesei-Kind"] == "reminder"
    assert mail["X-Zesei-Date"] == "2023-07-10"


def test_the_same_reminder_has_the_same_message_id_in_another_database(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        office = an_office(tmp_path / name)
        given(office, MONDAY, a_department())
        given_tasks(office, a_task(deadline=MONDAY))
        run(office, "reminders", MONDAY, time(8 + len(ids)))
        ids.append(the_letter(office).message_id)

    assert ids[0] == ids[1]
    assert ids[0].endswith("@localhost.localdomain>")


def test_without_a_mail_server_letters_become_eml_files(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    queued(office, a_letter(1, queued_at=NOW), a_letter(2, queued_at=NOW))

    deliver(office, NOW)
    deliver(office, NOW + timedelta(days=1))

    files = sorted((office.data_dir / "mail").iterdir())
    mails = [message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    assert sorted(str(mail["Subject"]) for mail in mails) == ["お知らせ 1", "お知らせ 2"]
    assert {path.suffix for path in files} == {".eml"}
    assert [letter.attempts for letter in letters(office)] == [1, 1]
    assert all(letter.accepted_at == NOW for letter in letters(office))


def test_a_delivery_with_nothing_to_send_says_nothing_and_opens_no_connection(tmp_path: Path) -> None:
    office = an_office(tmp_path, smtp_settings(a_free_port()))

    done = deliver(office, NOW)

    assert (done.summary, done.outcome) == ("", "done")


# ---- what does not arrive


def test_while_the_server_is_down_a_letter_is_tried_until_five_open_days_are_over(tmp_path: Path) -> None:
    office = an_office(tmp_path, smtp_settings(a_free_port()))
    friday, sixth = at(date(2024, 3, 15), time(17)), at(date(2024, 3, 26), time(0))  # 3/20 is a holiday
    queued(office, a_letter(queued_at=friday))
    moment, waits = friday, list[timedelta]()

    while the_letter(office).given_up_at is None:
        deliver(office, moment)
        if (following := the_letter(office).next_attempt_at) is not None:
            deliver(office, following - timedelta(seconds=1))
            assert the_letter(office).next_attempt_at == following
            waits, moment = [*waits, following - moment], following

    assert [wait.seconds // 60 for wait in waits[:8]] == [1, 5, 15, 30, 60, 120, 120, 120]
    assert sixth <= moment < sixth + timedelta(hours=2)
    letter = the_letter(office)
    assert (letter.given_up_at, letter.next_attempt_at) == (moment, None)
    assert "接続を拒否されました" in letter.answer
    deliver(office, moment + timedelta(days=30))
    assert the_letter(office) == letter
    assert troubled(office) == [letter.answer]
    assert rows(office, "SELECT about FROM event WHERE kind = 'LetterGivenUp'") == [("letter:reminder/1",)]


def test_a_letter_of_friday_evening_arrives_when_the_server_is_back_on_monday(tmp_path: Path) -> None:
    port = a_free_port()
    office = an_office(tmp_path, smtp_settings(port))
    moment, monday = at(date(2024, 3, 15), time(17)), at(date(2024, 3, 18), time(9))
    queued(office, a_letter(queued_at=moment))
    while moment < monday:
        deliver(office, moment)
        moment = the_letter(office).next_attempt_at or monday

    with a_mail_server(port) as server:
        deliver(office, moment)

    assert server.recipients == ["ka@city.example"]
    assert moment - monday < timedelta(hours=2)


def test_what_was_given_up_is_all_sent_again_with_five_new_open_days(tmp_path: Path) -> None:
    office = an_office(tmp_path, smtp_settings(a_free_port()))
    queued(office, *(a_letter(number, queued_at=NOW) for number in range(1, 4)))
    later = NOW + timedelta(days=9)
    deliver(office, later)
    deliver(office, later + timedelta(minutes=1))
    assert all(letter.given_up_at for letter in letters(office))
    friday = at(date(2024, 3, 29), time(17))

    with office.store.transaction() as records:
        records.events.append(records.outbox.send_all_again(MONDAY, an_occasion(friday.date(), time(17))))
    deliver(office, friday)

    assert [letter.given_up_at for letter in letters(office)] == [None] * 3
    assert [letter.attempts for letter in letters(office)] == [1] * 3


def test_a_letter_that_is_being_retried_is_shown_as_troubled_until_it_is_accepted(tmp_path: Path) -> None:
    port = a_free_port()
    office = an_office(tmp_path, smtp_settings(port))
    queued(office, a_letter(queued_at=NOW))
    done = deliver(office, NOW)
    assert (done.outcome, done.summary) == ("done", "送信 0通、送信できず 1通")
    assert len(troubled(office)) == 1

    with a_mail_server(port) as server:
        deliver(office, NOW + timedelta(minutes=1))

    assert server.recipients == ["ka@city.example"]
    assert (the_letter(office).accepted_at, the_letter(office).attempts) == (NOW + timedelta(minutes=1), 2)
    assert troubled(office) == []
    assert rows(office, "SELECT about FROM event WHERE kind = 'LetterAccepted'") == [("letter:reminder/1",)]


def test_back_off_and_patience_are_settings(tmp_path: Path) -> None:
    more = "[mail]\nback_off_minutes = [2]\ngive_up_open_days = 1"
    office = an_office(tmp_path, smtp_settings(a_free_port(), more))
    queued(office, a_letter(queued_at=NOW))

    deliver(office, NOW)
    assert the_letter(office).next_attempt_at == NOW + timedelta(minutes=2)
    deliver(office, NOW + timedelta(days=1))
    assert the_letter(office).given_up_at is None
    deliver(office, NOW + timedelta(days=2))

    assert the_letter(office).given_up_at == NOW + timedelta(days=2)


def test_a_permanent_refusal_is_given_up_at_once_with_the_servers_words(tmp_path: Path) -> None:
    with a_mail_server() as server:
        server.answers["ka@city.example"] = "550 5.1.1 User unknown"
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(queued_at=NOW))

        deliver(office, NOW)

    letter = the_letter(office)
    assert (letter.attempts, letter.given_up_at, letter.next_attempt_at) == (1, NOW, None)
    assert letter.refused == {"ka@city.example": "550 5.1.1 User unknown"}
    assert "User unknown" in troubled(office)[0]


def test_a_passing_refusal_is_tried_again(tmp_path: Path) -> None:
    with a_mail_server() as server:
        server.answers["ka@city.example"] = "450 4.2.1 Mailbox busy"
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(queued_at=NOW))
        deliver(office, NOW)
        assert the_letter(office).given_up_at is None
        server.answers.clear()

        deliver(office, NOW + timedelta(minutes=1))

    assert server.recipients == ["ka@city.example"]


def test_one_bad_address_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    with a_mail_server() as server:
        server.answers |= {"b@city.example": "550 no", "c@city.example": "451 later"}
        office = an_office(tmp_path, smtp_settings(server.port))
        names = ["a@city.example", "b@city.example", "c@city.example", "税務課@city.example", "d@city.example"]
        queued(office, *(a_letter(number, to, queued_at=NOW) for number, to in enumerate(names)))

        done = deliver(office, NOW)

    assert server.recipients == ["a@city.example", "d@city.example"]
    assert (done.outcome, done.summary) == ("done", "送信 2通、送信できず 3通")


@pytest.mark.parametrize(
    "to", ["税務課", "ka@city.example\r\nBcc: z@city.example", "=?utf-8?q?a=0ABcc:_x?= <k@city.example>"]
)
def test_an_address_that_cannot_stand_in_a_header_is_given_up_with_a_sentence(tmp_path: Path, to: str) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(1, to, queued_at=NOW))

        done = deliver(office, NOW)

    letter = the_letter(office)
    assert (done.failures, server.taken) == ({}, [])
    assert (letter.given_up_at, letter.attempts) == (NOW, 1)
    assert letter.answer.endswith("はメールアドレスとして使えません。登録内容を直してください。")


# ---- leases and crashes


def test_two_deliverers_at_once_send_each_letter_once(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port, "[mail]\nbatch = 2"))
        queued(office, *(a_letter(number, queued_at=NOW) for number in range(30)))
        offices = [office, open_office(tmp_path / "config.toml", office.data_dir)]
        start = Barrier(2)

        def work(pair: tuple[int, Office]) -> JobRun:
            start.wait()
            return deliver(pair[1], NOW + timedelta(seconds=pair[0]))

        with ThreadPoolExecutor(2) as threads:
            runs = list(threads.map(work, enumerate(offices)))

    assert [run.failures for run in runs] == [{}, {}]
    assert sorted(str(mail["Subject"]) for mail in server.taken) == sorted(f"お知らせ {n}" for n in range(30))
    assert {letter.attempts for letter in letters(office)} == {1}


def test_a_claimed_letter_is_nobody_elses_until_the_lease_ends(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(queued_at=NOW))
        with office.store.transaction() as records:
            assert len(records.outbox.claim(NOW, timedelta(minutes=10), 100)) == 1  # and its process is gone

        deliver(office, NOW + timedelta(minutes=9, seconds=59))
        assert server.taken == []
        deliver(office, NOW + timedelta(minutes=10))

    assert server.recipients == ["ka@city.example"]


def test_a_crash_after_the_servers_answer_sends_the_letter_again_under_the_same_message_id(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port))
        queued(office, a_letter(1, queued_at=NOW), a_letter(2, "other@city.example", queued_at=NOW))
        change(
            office,
            "CREATE TRIGGER trouble BEFORE UPDATE ON outbox WHEN NEW.accepted_at IS NOT NULL AND NEW.id = 1"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        )
        crashed = deliver(office, NOW)
        assert "disk full" in crashed.failures["通知 1"]
        change(office, "DROP TRIGGER trouble")

        deliver(office, NOW + timedelta(minutes=10))
        deliver(office, NOW + timedelta(minutes=30))

    ids = [str(mail["Message-ID"]) for mail in server.taken]
    assert ids == ["<reminder.1@city.example>", "<reminder.2@city.example>", "<reminder.1@city.example>"]


def test_a_letter_that_waits_for_a_later_moment_is_left_alone(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    letter = a_letter(queued_at=NOW)
    queued(office, replace(letter, next_attempt_at=NOW + timedelta(minutes=1)))

    deliver(office, NOW)

    assert the_letter(office).attempts == 0
