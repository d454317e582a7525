"""Letters that cannot go out now, or need not: a wrong sender, a full disk, a task that was answered meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from notifications.transports.smtp import SmtpServer
from tests.faults.lives import deliver_on_a_full_disk
from tests.faults.test_failing_server import MONDAY, NOW, deliver, next_asked_for, troubled
from tests.jobs.situations import (
    a_department,
    a_letter,
    a_mail_server,
    a_task,
    an_occasion,
    an_office,
    completed,
    given,
    given_tasks,
    letters,
    queued,
    rows,
    run,
    smtp_settings,
)  # fmt: skip
from tests.notifications.mail_servers import Relay, running
from tests.web.situations import division, words_of
from tracker.clock import set_clock
from tracker.domain.events import Happened
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter
from tracker.storage.store import Records

A_MINUTE = timedelta(minutes=1)
NEVER_PRINT = '[letters]\nprint = "never"\n'


def many(number: int) -> list[QueuedLetter]:
    return [a_letter(each, f"ka{each}@city.example", queued_at=NOW) for each in range(number)]


# ---- a sender that the server does not take


def test_a_sender_that_the_server_refuses_puts_letters_off_and_gives_none_up_at_once(tmp_path: Path) -> None:
    relay = Relay()
    relay.sender_answer = "553 5.7.1 Sender address rejected"
    with running(relay) as server:
        office = an_office_with(server, tmp_path)
        queued(office, *many(5))

        deliver(office, NOW)

        assert len(relay.connections) == 1
        first, *others = letters(office)
        assert (first.attempts, first.given_up_at, first.next_attempt_at) == (1, None, NOW + A_MINUTE)
        assert "を受け付けません（553 5.7.1 Sender address rejected）。設定を確かめてください。" in first.answer
        assert all((each.attempts, each.answer) == (0, "") for each in others)
        assert troubled(office) == ["reminder/0"]

        relay.sender_answer = ""
        deliver(office, NOW + A_MINUTE)

    assert len(relay.taken) == 5
    assert troubled(office) == []


def an_office_with(server: SmtpServer, folder: Path) -> Office:
    return an_office(folder, smtp_settings(server.port))


# ---- a full disk


def test_mails_that_find_the_disk_full_are_put_off_with_a_sentence_and_written_later(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    set_clock(office.data_dir, "Asia/Tokyo", NOW)
    queued(office, *many(5))

    deliver_on_a_full_disk(tmp_path / "config.toml", office.data_dir)

    mails = office.data_dir / "mail"
    tried = [letter for letter in letters(office) if letter.attempts]
    assert list(mails.iterdir()) == []
    assert len(tried) == 3
    assert {each.answer for each in tried} == {
        f"通知を {mails} に書けません（空き容量がありません）。後で再び書きます。"
    }
    assert all(letter.next_attempt_at and not letter.given_up_at for letter in letters(office))
    assert troubled(office) == ["reminder/0", "reminder/1", "reminder/2"]

    deliver(office, NOW + 2 * A_MINUTE)
    written = [message_from_bytes(path.read_bytes())["Message-ID"] for path in mails.iterdir()]
    assert sorted(written) == sorted(letter.message_id for letter in letters(office))
    assert all(letter.accepted_at for letter in letters(office))


# ---- letters that nobody needs any more


def answered(task: Task, records: Records, office: Office) -> None:
    records.tasks.save(*task.answer(Happened.TASK_REPORTED, an_occasion(MONDAY)))


def closed(task: Task, records: Records, office: Office) -> None:
    records.tasks.save(*task.complete("実施した。", an_occasion(MONDAY)))


def taken_back(task: Task, records: Records, office: Office) -> None:
    records.tasks.save(*task.withdraw("不要になった。", an_occasion(MONDAY)))


@pytest.mark.parametrize("settle", [answered, closed, taken_back])
@pytest.mark.parametrize("days_late", [0, 3])
def test_a_letter_whose_tasks_were_all_settled_before_it_went_out_is_withdrawn_and_shown_so(
    tmp_path: Path, settle: Callable[[Task, Records, Office], None], days_late: int
) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port) + NEVER_PRINT)
        given(office, MONDAY, a_department())
        given_tasks(office, *(a_task(key, deadline=MONDAY - timedelta(days=days_late)) for key in ("T1", "T2")))
        run(office, "reminders", MONDAY)
        for key in ("T1", "T2"):
            with office.store.transaction() as records:
                task = records.tasks.find(key)
                assert task is not None
                settle(task, records, office)

        done = deliver(office, NOW)

    (letter,) = letters(office)
    assert server.taken == []
    assert (letter.withdrawn_at, letter.next_attempt_at, letter.accepted_at, letter.attempts) == (NOW, None, None, 0)
    assert letter.answer == "送る前に対応が済んだので、送りませんでした。"
    assert (done.summary, troubled(office), next_asked_for(office)) == ("", [], None)
    shown = words_of(division(office).get(f"/letters/{letter.id}").text)
    assert "取りやめ" in shown
    assert "送る前に対応が済んだので、送りませんでした。" in shown
    events = rows(office, "SELECT about FROM event WHERE kind = 'LetterWithdrawn' AND about LIKE 'letter:reminder/%'")
    assert events == [(f"letter:{letter.key}",)]


def test_a_letter_of_which_one_task_still_waits_goes_out(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port))
        given(office, MONDAY, a_department())
        given_tasks(office, a_task("T1", deadline=MONDAY), a_task("T2", deadline=MONDAY))
        run(office, "reminders", MONDAY)
        completed(office, "T1", MONDAY)

        deliver(office, NOW)

    assert server.recipients == ["joho@city.example"]


def test_an_escalation_whose_task_was_settled_before_it_went_out_is_withdrawn_too(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port) + NEVER_PRINT)
        chief = replace(a_department("0201", "区民課", "kumin@city.example"))
        given(office, MONDAY, a_department(), replace(chief, cells=chief.cells | {"課長メール": "kacho@city.example"}))
        given_tasks(office, a_task("T1", deadline=MONDAY - timedelta(days=20), department="0201"))
        run(office, "reminders", MONDAY)
        assert len(letters(office, "escalation")) == 2
        completed(office, "T1", MONDAY)

        deliver(office, NOW)

    assert server.taken == []
    assert {letter.withdrawn_at for letter in letters(office, "escalation")} == {NOW}


def test_thousands_of_letters_that_nobody_needs_hold_up_no_letter_that_is_needed(tmp_path: Path) -> None:
    with a_mail_server() as server:
        office = an_office(tmp_path, smtp_settings(server.port) + "[mail]\nbatch = 1\n" + NEVER_PRINT)
        numbers = range(1200)
        given(office, MONDAY, *(a_department(f"{n:04d}", f"試験{n}課", f"ka{n}@city.example") for n in numbers))
        given_tasks(office, *(a_task(f"T{n:04d}", deadline=MONDAY, department=f"{n:04d}") for n in numbers))
        run(office, "reminders", MONDAY)
        with office.store.transaction() as records:
            tasks = records.tasks.by_keys(f"T{n:04d}" for n in numbers[:-1])
            records.tasks.save_all(task.complete("実施した。", an_occasion(MONDAY)) for task in tasks.values())

        done = deliver(office, NOW)

    assert (done.summary, server.recipients) == ("送信 1通", ["ka1199@city.example"])
