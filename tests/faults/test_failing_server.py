"""A mail server that fails by turns: in the end everything that can be delivered is, once, and the rest is told."""

import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path

import pytest

from jobs.registry import runner_of
from jobs.scheduler import running
from tests.faults.deliveries import A_MINUTE, MONDAY, NOW, deliver, next_asked_for, troubled, wait_until
from tests.faults.turning_server import EVERY_TROUBLE, TurningServer
from tests.jobs.situations import (
    a_department,
    a_free_port,
    a_letter,
    a_task,
    an_office,
    at,
    given,
    given_tasks,
    letters,
    queued,
    rows,
    smtp_settings,
)  # fmt: skip
from tests.notifications.lines import listening
from tests.notifications.mail_servers import Act, misbehaving
from tests.notifications.web_servers import a_site
from tracker.clock import set_clock
from tracker.office import Office, open_office
from tracker.storage.outbox import MAIL, WEBHOOK, QueuedLetter

UNKNOWN = "550 5.1.1 User unknown"
GONE = "554 5.7.1 Mailbox closed"
REFUSED = {"gone@city.example": UNKNOWN, "closed@city.example": GONE}


def an_office_that_sends_to(port: int, folder: Path, *, more: str = "", seconds: float = 0.5) -> Office:
    settings = smtp_settings(port, more).replace("timeout_seconds = 5", f"timeout_seconds = {seconds}")
    return an_office(folder, settings + '[letters]\nprint = "never"\n')


# ---- everything by turns


def many_letters() -> Iterator[QueuedLetter]:
    """60 letters; some have copies, some of the addresses are refused for ever."""
    for number in range(60):
        letter = a_letter(number, f"ka{number}@city.example", queued_at=NOW)
        if number % 4 == 0:
            letter = replace(letter, copies=(f"tanto{number}@city.example",))
        if number % 10 == 1:
            letter = replace(letter, copies=("gone@city.example",))
        if number % 10 == 2:
            letter = replace(letter, recipients=("closed@city.example",), copies=(f"tanto{number}@city.example",))
        if number % 20 == 3:
            letter = replace(letter, recipients=("gone@city.example",))
        yield letter


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_turns_the_server_takes_everything_that_can_be_delivered_is_in_the_end_once(
    tmp_path: Path, seed: int
) -> None:
    dice, port = random.Random(seed), a_free_port()
    server = TurningServer(dice, refused=REFUSED)
    more = f"[mail]\nbatch = 7\nback_off_minutes = {[1] * 40}\n"
    office = an_office_that_sends_to(port, tmp_path, more=more)
    queued(office, *many_letters())

    moment: datetime | None = NOW
    while moment is not None:
        is_away = dice.random() < 0.2  # the port is closed: connections are refused
        with nullcontext() if is_away else server.open_at(port):
            assert deliver(office, moment).failures == {}
        asked = next_asked_for(office)
        moment = asked and max(asked, moment + A_MINUTE)

    assert server.dealt.keys() >= EVERY_TROUBLE
    everybody_has_it_once(office, server)
    for letter in letters(office):
        assert letter.refused == {each: REFUSED[each] for each in addresses_of(letter) if each in REFUSED}
        assert (
            (letter.accepted_at is None)
            == (letter.given_up_at is not None)
            == (set(addresses_of(letter)) <= set(REFUSED))
        )
        assert (letter.undelivered_at is not None) == bool(letter.refused)
    events = Counter(kind for (kind,) in rows(office, "SELECT kind FROM event WHERE about LIKE 'letter:%'"))
    assert events == {"LetterAccepted": 57, "LetterGivenUp": 3}


def everybody_has_it_once(office: Office, server: TurningServer) -> None:
    """Once with the server's 250; before that only what it took and kept its answer back, under the same Message-ID."""
    wanted = {(each, letter.message_id) for letter in letters(office) for each in addresses_of(letter)}
    assert server.taken == Counter({pair for pair in wanted if pair[0] not in REFUSED})
    assert server.unanswered.keys() <= server.taken.keys()


def addresses_of(letter: QueuedLetter) -> tuple[str, ...]:
    return (*letter.recipients, *letter.copies)


# ---- nobody is held up


@pytest.mark.parametrize("how", [UNKNOWN, "450 4.2.1 Mailbox busy", "421 4.3.2 closing", "drops", "is silent"])
def test_a_letter_that_the_server_balks_at_keeps_no_other_from_going_out_in_the_same_run(
    tmp_path: Path, how: str
) -> None:
    replies = {"drops": Act.DROP, "is silent": Act.SILENCE}
    with misbehaving({"RCPT TO:<KA3@": replies.get(how, how)}, seconds=0.5) as (server, visits):
        office = an_office_that_sends_to(server.port, tmp_path)
        queued(office, *(a_letter(number, f"ka{number}@city.example", queued_at=NOW) for number in range(10)))

        deliver(office, NOW)

    assert [letter.key for letter in letters(office) if not letter.accepted_at] == ["reminder/3"]
    assert sum(len(visit.texts) for visit in visits) == 9


def test_three_letters_that_the_server_falls_silent_at_hold_the_others_up_for_one_run_and_no_longer(
    tmp_path: Path,
) -> None:
    server = TurningServer(random.Random(1), mute_for=frozenset(f"ka{number}@city.example" for number in range(3)))
    server.is_fair_from_now_on()
    with server.open_at() as port:
        office = an_office_that_sends_to(port, tmp_path, seconds=0.3)
        queued(office, *(a_letter(number, f"ka{number}@city.example", queued_at=NOW) for number in range(10)))

        deliver(office, NOW)
        assert server.taken.total() == 0
        deliver(office, NOW + A_MINUTE)

    assert sorted(address for address, _ in server.taken) == [f"ka{number}@city.example" for number in range(3, 10)]


def test_one_bad_copy_does_not_keep_the_letter_from_those_it_is_for(tmp_path: Path) -> None:
    server = TurningServer(random.Random(1), refused=REFUSED)
    server.is_fair_from_now_on()
    with server.open_at() as port:
        office = an_office_that_sends_to(port, tmp_path)
        letter = a_letter(1, "ka@city.example", queued_at=NOW)
        queued(office, replace(letter, copies=("gone@city.example", "税務課", "tanto@city.example")))

        deliver(office, NOW)

    (letter,) = letters(office)
    assert sorted(address for address, _ in server.taken) == ["ka@city.example", "tanto@city.example"]
    assert (letter.accepted_at, letter.given_up_at, letter.next_attempt_at) == (NOW, None, None)
    assert letter.refused == {
        "gone@city.example": UNKNOWN,
        "税務課": "「税務課」はメールアドレスとして使えません。登録内容を直してください。",
    }
    assert troubled(office) == [letter.key]


# ---- a server that says nothing


def test_a_silent_server_costs_a_run_three_time_outs_and_the_rest_is_tried_a_minute_later(tmp_path: Path) -> None:
    with misbehaving({"": Act.SILENCE}, seconds=0.4) as (server, visits):
        office = an_office_that_sends_to(server.port, tmp_path, more="[mail]\nbatch = 4\n", seconds=0.4)
        queued(office, *(a_letter(number, f"ka{number}@city.example", queued_at=NOW) for number in range(20)))

        done = deliver(office, NOW)

    assert len(visits) == 3
    assert (done.outcome, done.summary) == ("done", "送信 0通、送信できず 4通")
    tried = [letter for letter in letters(office) if letter.attempts]
    assert [letter.key for letter in tried] == ["reminder/0", "reminder/1", "reminder/2"]
    assert all("時間内に応答がありません" in letter.answer for letter in tried)
    assert all(letter.next_attempt_at and letter.next_attempt_at <= NOW + A_MINUTE for letter in letters(office))

    fair = TurningServer(random.Random(1))
    fair.is_fair_from_now_on()
    with fair.open_at(server.port):
        deliver(office, NOW + A_MINUTE)
    assert len(fair.taken) == 20


def test_a_silent_mail_server_is_left_alone_although_a_webhook_answers_in_between(tmp_path: Path) -> None:
    with misbehaving({"": Act.SILENCE}, seconds=0.3) as (server, visits), a_site() as site:
        office = an_office_that_sends_to(server.port, tmp_path, more=a_hook(site.url()), seconds=0.3)
        queued(office, *mails_and_hooks(8))

        deliver(office, NOW)

    assert len(visits) == 3
    assert len(site.requests) == 8


def test_a_webhook_that_does_not_answer_holds_up_no_mail_and_is_asked_three_times_a_run(tmp_path: Path) -> None:
    asked = list[float]()
    server = TurningServer(random.Random(1))
    server.is_fair_from_now_on()
    with server.open_at() as port, silent_lines(asked) as hook:
        more = a_hook(f"http://127.0.0.1:{hook}/hook")
        office = an_office_that_sends_to(port, tmp_path, more=more)
        hooks = [letter for letter in mails_and_hooks(8) if letter.channel == WEBHOOK]
        mails = [letter for letter in mails_and_hooks(8) if letter.channel == MAIL]
        queued(office, *hooks, *mails)

        deliver(office, NOW)

    assert len(server.taken) == 8
    assert len(asked) == 3


def a_hook(url: str) -> str:
    host = url.split("/")[2]
    return f"""[webhooks]\nallowed = ["{host}"]\ntimeout_seconds = 0.3
to = [{{ name = "連絡", url = "{url}" }}]\n"""


def mails_and_hooks(number: int) -> Iterator[QueuedLetter]:
    """So many letters, each by mail and by webhook."""
    for each in range(number):
        letter = a_letter(each, f"ka{each}@city.example", queued_at=NOW)
        yield letter
        yield replace(letter, key=f"{letter.key}@連絡", channel=WEBHOOK, recipients=("連絡",))


@contextmanager
def silent_lines(asked: list[float]) -> Iterator[int]:
    """A web server that takes every connection and says nothing; it notes when each came."""

    def serve(line: socket.socket) -> None:
        asked.append(time.monotonic())
        while line.recv(4096):
            pass

    with listening(serve) as port:
        yield port


DESK = {"checks", "forecast", "reminders", "weekly_report", "unanswered"}


def test_checks_and_reminders_are_done_while_the_post_waits_for_a_silent_server(tmp_path: Path) -> None:
    with ExitStack() as silence:
        server, visits = silence.enter_context(misbehaving({"": Act.SILENCE}, seconds=30))
        office = an_office_that_sends_to(server.port, tmp_path, seconds=30)
        given(office, MONDAY, a_department())
        given_tasks(office, a_task(deadline=MONDAY))
        queued(office, a_letter(queued_at=NOW))
        runner_of(office).keep_timetable(at(MONDAY, clock_time(5)))
        set_clock(office.data_dir, "Asia/Tokyo", NOW)
        office = open_office(tmp_path / "config.toml", office.data_dir)

        with running(runner_of(office)):
            wait_until(lambda: len(visits) == 1 and set(runs(office, "ended_at IS NOT NULL")) >= DESK)
            meanwhile = runs(office, "ended_at IS NULL")
            silence.close()

    assert meanwhile == ["delivery"]
    assert len(visits) == 1
    assert len(letters(office)) == 2  # the one that waited, and the reminder


def runs(office: Office, condition: str) -> list[str]:
    return [name for (name,) in rows(office, f"SELECT job_name FROM job_run WHERE {condition}")]
