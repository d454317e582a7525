"""Mail that came back is marked on the letter it belongs to, once, and believed only of whom the letter was sent to."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from jobs.bounces import record_bounces
from notifications.mail import message_id
from notifications.transports.bounces import Bounce
from tests.jobs.mailboxes import a_bounce, a_mailbox
from tests.jobs.situations import (
    a_free_port,
    a_letter,
    a_mail_server,
    an_occasion,
    an_office,
    at,
    change,
    everything_in,
    letters,
    queued,
    rows,
    run,
    run_with_trouble,
    smtp_settings,
)  # fmt: skip
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter

MONDAY = date(2023, 7, 10)
NOW = at(MONDAY, time(9))
LATER = at(MONDAY, time(9, 15))
ID = message_id("reminder", "0101/2023-07-10", "city.example")
WORDS = "550 5.1.1 no such user"


def an_office_that_sent_a_letter(folder: Path, *copies: str, to: str = "Ka@City.example", config: str = "") -> Office:
    """One letter that the mail server took for everybody."""
    with a_mail_server() as server:
        office = an_office(folder, smtp_settings(server.port) + config)
        letter = replace(a_letter(1, to, queued_at=NOW), copies=copies, message_id=ID)
        queued(office, letter)
        run(office, "delivery", MONDAY, time(9))
    assert the_letter(office).accepted_at is not None
    return office


def the_letter(office: Office) -> QueuedLetter:
    (letter,) = letters(office)
    return letter


def a_return(address: str = "ka@city.example", *, permanent: bool = True, about: str = ID) -> Bounce:
    return Bounce(about, address, permanent, "5.1.1" if permanent else "4.2.2", WORDS, NOW)


def recorded(office: Office, *bounces: Bounce, moment: time = time(9, 15)) -> None:
    record_bounces(office, bounces, an_occasion(MONDAY, moment))


def troubled(office: Office) -> list[str]:
    with office.store.reading() as records:
        return [letter.key for letter in records.outbox.troubled()]


def came_back(office: Office) -> list[str]:
    return [about for (about,) in rows(office, "SELECT about FROM event WHERE kind = 'LetterBounced'")]


def test_a_letter_that_came_back_shows_for_whom_and_why_and_stays_accepted(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path, "tanto@city.example")
    assert troubled(office) == []

    recorded(office, a_return())

    letter = the_letter(office)
    assert letter.refused == {"Ka@City.example": WORDS}  # written as it stands on the letter, whatever case came back
    assert letter.answers["tanto@city.example"]["outcome"] == "accepted"
    assert (letter.undelivered_at, letter.accepted_at is not None, letter.given_up_at) == (LATER, True, None)
    assert letter.next_attempt_at is None  # nobody tries by itself what the other side knows nobody for
    assert troubled(office) == ["reminder/1"]
    assert rows(office, "SELECT facts FROM event WHERE kind = 'LetterBounced'") == [
        (f'{{"address":"ka@city.example","answer":"{WORDS}","status":"5.1.1"}}',)
    ]


def test_the_same_return_a_second_time_changes_nothing(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path)
    recorded(office, a_return(), a_return("KA@CITY.EXAMPLE"))
    before = everything_in(office)

    recorded(office, a_return(), moment=time(10))

    assert everything_in(office) == before
    assert came_back(office) == ["letter:reminder/1"]


def test_returns_of_several_addresses_of_one_letter_are_each_marked(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path, "tanto@city.example")

    recorded(office, a_return("tanto@city.example"), a_return())

    assert the_letter(office).refused == {"Ka@City.example": WORDS, "tanto@city.example": WORDS}
    assert came_back(office) == ["letter:reminder/1"] * 2


def test_an_address_that_is_written_with_a_name_is_known_by_itself(tmp_path: Path) -> None:
    copy = "職員０１ <tanto@city.example>"
    office = an_office_that_sent_a_letter(tmp_path, copy)

    recorded(office, a_return("Tanto@city.example"))

    assert the_letter(office).refused == {copy: WORDS}


def test_a_delay_and_somebody_elses_mail_and_an_address_it_never_went_to_are_not_marked(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path)
    before = everything_in(office)

    recorded(
        office, a_return(permanent=False), a_return(about="<x@elsewhere.example>"), a_return("stranger@city.example")
    )

    assert everything_in(office) == before


def test_of_the_same_letter_by_webhook_only_the_mail_is_marked(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path)
    other = replace(
        the_letter(office), key="reminder/1@連絡", channel="webhook", recipients=("連絡",), answers={}, id=None
    )
    queued(office, other)

    recorded(office, a_return())

    assert [bool(letter.refused) for letter in letters(office)] == [True, False]


def test_trouble_in_the_middle_marks_none_of_a_mails_returns(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path, "tanto@city.example", config="[mail]\n")
    change(
        office,
        "CREATE TRIGGER trouble BEFORE INSERT ON event WHEN NEW.facts LIKE '%tanto%' BEGIN SELECT RAISE(ABORT, 'x'); END",
    )
    before = everything_in(office)

    with pytest.raises(IntegrityError):
        recorded(office, a_return(), a_return("tanto@city.example"))

    assert everything_in(office) == before


# ---- the job


def test_the_job_reads_the_mailbox_marks_the_letters_and_says_how_many(tmp_path: Path) -> None:
    with a_mailbox(
        a_bounce(ID, "ka@city.example failed 5.1.1", "tanto@city.example delayed 4.2.2"),
        a_bounce("<x@elsewhere.example>", "ka@city.example failed 5.1.1"),
        b"From: ka@city.example\r\nSubject: Re: x\r\n\r\nthank you\r\n",
    ) as mailbox:
        office = an_office_that_sent_a_letter(tmp_path, "tanto@city.example", config=mailbox.settings)

        done = run(office, "bounces", MONDAY, time(9, 15))
        again = run(office, "bounces", MONDAY, time(9, 30))

    assert the_letter(office).refused == {"Ka@City.example": WORDS}
    assert done.summary == "戻りメール 2件（読んだもの 3件）"
    assert again.summary == ""
    assert mailbox.read == {1, 2, 3}
    assert came_back(office) == ["letter:reminder/1"]


def test_a_return_that_could_not_be_recorded_stays_unread_and_is_recorded_the_next_time(tmp_path: Path) -> None:
    with a_mailbox(a_bounce(ID, "ka@city.example failed 5.1.1")) as mailbox:
        office = an_office_that_sent_a_letter(tmp_path, config=mailbox.settings)
        change(office, "CREATE TRIGGER trouble BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END")

        done = run_with_trouble(office, "bounces", MONDAY, time(9, 15))
        assert "disk full" in str(done.failures)
        assert mailbox.read == set()

        change(office, "DROP TRIGGER trouble")
        run(office, "bounces", MONDAY, time(9, 30))

    assert the_letter(office).undelivered_at == LATER + timedelta(minutes=15)
    assert mailbox.read == {1}


def test_a_mailbox_that_cannot_be_read_is_said_in_a_sentence_under_its_name(tmp_path: Path) -> None:
    port = a_free_port()
    office = an_office(tmp_path, f'[bounces]\nhost = "127.0.0.1"\nport = {port}\nuser = "zesei"\n')

    done = run_with_trouble(office, "bounces", MONDAY)

    assert done.failures == {
        "戻りメールの受信箱": f"不達通知の受信箱 127.0.0.1:{port} を読めません（接続を拒否されました）。次の回に読み直します。"
    }


def test_an_office_without_a_mailbox_for_returns_has_nothing_to_read(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    before = everything_in(office, but=["job_run"])

    done = run(office, "bounces", MONDAY)

    assert (done.summary, everything_in(office, but=["job_run"])) == ("", before)


def test_a_letter_that_came_back_can_be_sent_again_to_that_address_alone(tmp_path: Path) -> None:
    office = an_office_that_sent_a_letter(tmp_path, "tanto@city.example")
    recorded(office, a_return())

    with office.store.transaction() as records:
        records.outbox.send_again(the_letter(office), an_occasion(MONDAY, time(10)))

    assert the_letter(office).unanswered == ("Ka@City.example",)
    assert troubled(office) == []
    assert the_letter(office).next_attempt_at == datetime.combine(MONDAY, time(10), NOW.tzinfo)
