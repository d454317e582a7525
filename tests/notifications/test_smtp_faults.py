"""Mail servers that fall silent, drip, drop, close or babble: what is said of it, how long it takes, what is repeated."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from notifications.transports import Answer, Outcome, SenderRefused, Unreachable
from notifications.transports.smtp import SmtpTransport
from tests.notifications.mail_servers import Act, Reply, Visit, misbehaving
from tests.notifications.messages import a_message, accepted, put_off, refused

QUEUED = "250 2.0.0 Ok: queued as B1"
SILENT = "時間内に応答がありません"
DROPPED = "接続が切れました"
UNKNOWN = "受け取られたかどうかは分かりません。後で再送します。"
BIG = "長い通知です。\n" * 600_000


@contextmanager
def talking_to(*scripts: Mapping[str, Reply], seconds: float = 0.5) -> Iterator[tuple[SmtpTransport, list[Visit]]]:
    with misbehaving(*scripts, seconds=seconds) as (server, visits), SmtpTransport(server) as transport:
        yield transport, visits


def send(transport: SmtpTransport, *to: str, text: str = "本文\n") -> dict[str, Answer]:
    packed = transport.pack(a_message(*(to or ("ka@city.example",)), text=text))
    return dict(transport.send(packed, packed.addresses))


def sentence_of(transport: SmtpTransport, *to: str, text: str = "本文\n") -> str:
    with pytest.raises(Unreachable) as failure:
        send(transport, *to, text=text)
    assert not isinstance(failure.value, SenderRefused)
    assert str(failure.value).startswith("メールサーバー 127.0.0.1:")
    assert str(failure.value).endswith("。後で再送します。")
    return str(failure.value)


# ---- time: half a second for an answer, three times that for a whole message


EVERY_STEP = ("", "EHLO", "MAIL", "RCPT", "DATA", ".")


@pytest.mark.parametrize("step", EVERY_STEP)
@pytest.mark.parametrize("act", [Act.SILENCE, Act.DRIP])
def test_a_server_that_says_nothing_or_drips_is_given_up_in_time_at_every_step(step: str, act: Act) -> None:
    with talking_to({step: act}) as (transport, visits):
        started = time.monotonic()
        sentence = sentence_of(transport)
        took = time.monotonic() - started

    assert SILENT in sentence
    assert 0.45 < took < 3
    assert len(visits) == 1
    assert (UNKNOWN in sentence) == (step == ".")


def test_a_server_that_is_slow_at_every_step_does_not_outlast_the_whole_time() -> None:
    people = [f"k{number}@city.example" for number in range(40)]

    with talking_to({"RCPT": Act.SLOW}) as (transport, _):
        started = time.monotonic()
        assert SILENT in sentence_of(transport, *people)
        took = time.monotonic() - started

    assert 1.4 < took < 4


def test_a_server_that_stops_reading_is_given_up_in_time_and_cannot_have_taken_the_mail() -> None:
    with talking_to({"DATA": Act.DEAFNESS}) as (transport, _):
        started = time.monotonic()
        sentence = sentence_of(transport, text=BIG)
        took = time.monotonic() - started

    assert SILENT in sentence
    assert UNKNOWN not in sentence
    assert took < 4


def test_a_server_that_sips_the_text_is_given_up_in_time() -> None:
    with talking_to({"DATA": Act.SIP}, {}) as (transport, visits):
        started = time.monotonic()
        sentence = sentence_of(transport, text=BIG)
        took = time.monotonic() - started
        send(transport)

    assert SILENT in sentence
    assert UNKNOWN not in sentence
    assert took < 4
    assert [len(visit.texts) for visit in visits] == [0, 1]


def test_the_time_a_server_took_for_one_answer_is_not_missing_for_the_next() -> None:
    with talking_to({"DATA": Act.SLOW_TO_READ}, seconds=1) as (transport, _):
        assert send(transport, text=BIG) == {"ka@city.example": accepted("250 2.0.0 Ok: at last")}


@pytest.mark.parametrize("step", EVERY_STEP)
def test_an_answer_without_an_end_is_not_listened_to(step: str) -> None:
    with talking_to({step: Act.FLOOD}, seconds=20) as (transport, _):
        started = time.monotonic()
        sentence = sentence_of(transport)
        took = time.monotonic() - started

    assert "EMSGSIZE" in sentence
    assert took < 10


def test_a_talkative_server_may_go_on_for_as_many_mails_as_it_likes() -> None:
    with talking_to({"MAIL": "250 " + "x" * 7_000}) as (transport, visits):
        for _ in range(12):
            send(transport)

    assert [len(visit.texts) for visit in visits] == [12]


def test_a_server_that_falls_silent_when_asked_to_forget_loses_no_answer() -> None:
    with talking_to({"RCPT": "550 5.1.1 User unknown", "RSET": Act.SILENCE}, {}) as (transport, visits):
        assert send(transport) == {"ka@city.example": refused("550 5.1.1 User unknown")}
        assert send(transport) == {"ka@city.example": accepted(QUEUED)}

    assert len(visits) == 2


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "502 5.5.1 what is that"])
def test_a_server_that_cannot_forget_gets_the_next_mail_on_a_fresh_connection(answer: str) -> None:
    with talking_to({"RCPT": "550 5.1.1 User unknown", "RSET": answer}, {}) as (transport, visits):
        assert send(transport) == {"ka@city.example": refused("550 5.1.1 User unknown")}
        assert send(transport) == {"ka@city.example": accepted(QUEUED)}

    assert len(visits) == 2


def test_a_server_that_does_not_say_goodbye_is_left_alone_after_a_moment() -> None:
    started = time.monotonic()
    with talking_to({"QUIT": Act.SILENCE}) as (transport, _):
        send(transport)

    assert time.monotonic() - started < 3


# ---- drops


@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_connection_dropped_at_any_step_is_said_and_nothing_is_sent_twice(step: str) -> None:
    with talking_to({step: Act.DROP}) as (transport, visits):
        sentence = sentence_of(transport)

    assert DROPPED in sentence
    assert len(visits) == 1
    assert (UNKNOWN in sentence) == (step == ".")
    assert len(visits[0].texts) == (step == ".")


def test_a_connection_dropped_in_the_middle_of_the_text_cannot_have_delivered_it() -> None:
    with talking_to({"DATA": Act.DROP_IN_THE_TEXT}) as (transport, visits):
        sentence = sentence_of(transport, text=BIG)

    assert DROPPED in sentence
    assert UNKNOWN not in sentence
    assert visits[0].texts == []


def test_after_a_failure_the_next_mail_gets_a_fresh_connection() -> None:
    with talking_to({".": Act.DROP}, {}) as (transport, visits):
        sentence_of(transport)
        assert send(transport) == {"ka@city.example": accepted(QUEUED)}

    assert [len(visit.texts) for visit in visits] == [1, 1]


def test_a_kept_connection_found_dead_is_replaced_once_and_only_once() -> None:
    dead_later: Mapping[str, Reply] = {"MAIL": ("250 Ok", Act.DROP)}

    with talking_to(dead_later, {"MAIL": Act.DROP}) as (transport, visits):
        send(transport)
        assert DROPPED in sentence_of(transport)

    assert len(visits) == 2


def test_a_kept_connection_that_falls_silent_is_not_waited_for_twice() -> None:
    with talking_to({"MAIL": ("250 Ok", Act.SILENCE)}, {}) as (transport, visits):
        send(transport)
        assert SILENT in sentence_of(transport)

    assert len(visits) == 1


# ---- 421: the server closes


CLOSING = "421 4.3.2 closing"


@pytest.mark.parametrize("step", ["", "RCPT", "DATA", "."])
def test_a_closing_server_means_try_again_later(step: str) -> None:
    with talking_to({step: CLOSING}, {}) as (transport, visits):
        sentence = sentence_of(transport)
        assert len(visits) == 1
        send(transport)

    assert "（421 4.3.2 closing）" in sentence
    assert len(visits) == 2


def test_a_server_that_closes_at_the_next_mail_is_dialled_once_more() -> None:
    with talking_to({"MAIL": ("250 Ok", CLOSING)}, {}) as (transport, visits):
        assert send(transport) == send(transport) == {"ka@city.example": accepted(QUEUED)}

    assert [len(visit.texts) for visit in visits] == [1, 1]


def test_a_server_that_closes_at_every_mail_is_dialled_twice_and_no_more() -> None:
    with talking_to({"MAIL": CLOSING}) as (transport, visits):
        assert "（421 4.3.2 closing）" in sentence_of(transport)

    assert len(visits) == 2


def test_some_refused_and_then_a_drop_is_no_answer_for_anybody() -> None:
    with talking_to({"RCPT TO:<A@": "550 no", "RCPT TO:<B@": Act.DROP}) as (transport, _):
        assert DROPPED in sentence_of(transport, "a@city.example", "b@city.example")


# ---- refusals at odd places


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("451 4.3.0 not now", put_off("451 4.3.0 not now")), ("554 5.5.1 no", refused("554 5.5.1 no"))],
)
def test_a_refusal_before_the_text_is_for_all_who_were_named_and_no_text_goes_out(
    answer: str, expected: Answer
) -> None:
    script: Mapping[str, Reply] = {"DATA": answer, "RCPT TO:<C@": "550 5.1.1 gone"}

    with talking_to(script) as (transport, visits):
        receipt = send(transport, "a@city.example", "b@city.example", "c@city.example")

    assert receipt == {
        "a@city.example": expected, "b@city.example": expected, "c@city.example": refused("550 5.1.1 gone"),
    }  # fmt: skip
    assert (visits[0].texts, visits[0].said("RSET")) == ([], 1)


def test_one_put_off_and_one_refused_beside_one_accepted_and_the_connection_is_kept() -> None:
    script: Mapping[str, Reply] = {"RCPT TO:<B@": "450 4.2.1 busy", "RCPT TO:<C@": "550 5.1.1 gone"}

    with talking_to(script) as (transport, visits):
        receipt = send(transport, "a@city.example", "b@city.example", "c@city.example")
        again = send(transport, "a@city.example")

    assert receipt == {
        "a@city.example": accepted(QUEUED),
        "b@city.example": put_off("450 4.2.1 busy"),
        "c@city.example": refused("550 5.1.1 gone"),
    }
    assert again == {"a@city.example": accepted(QUEUED)}
    assert (len(visits), visits[0].said("RSET")) == (1, 0)


def test_when_nobody_is_taken_no_text_goes_out_and_the_connection_is_kept() -> None:
    with talking_to({"RCPT": ("550 5.1.1 gone", "250 Ok")}) as (transport, visits):
        assert [each.outcome for each in send(transport).values()] == [Outcome.REFUSED]
        assert send(transport) == {"ka@city.example": accepted(QUEUED)}

    assert (len(visits), visits[0].said("RSET"), len(visits[0].texts)) == (1, 1, 1)


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("nonsense", ["hello", "999 what", "100 hm"])
def test_a_server_that_talks_nonsense_answers_for_nobody(step: str, nonsense: str) -> None:
    with talking_to({step: nonsense}) as (transport, _):
        sentence = sentence_of(transport)

    assert (UNKNOWN in sentence) == (step == ".")


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "354 go ahead"), ("DATA", "250 2.0.0 Ok"), (".", "354 go ahead"), ("MAIL", "354 go")]
)
def test_an_answer_to_another_question_is_no_answer(step: str, answer: str) -> None:
    with talking_to({step: answer}) as (transport, visits):
        assert f"（{answer}）" in sentence_of(transport)

    assert visits[0].texts == [] or step == "."


def test_a_server_that_refuses_at_the_door_is_trouble_of_the_server_and_not_of_the_mail() -> None:
    with talking_to({"": "554 5.7.1 not from your address"}) as (transport, _):
        assert "（554 5.7.1 not from your address）" in sentence_of(transport)


def test_commands_are_in_the_form_that_strict_servers_ask_for() -> None:
    with talking_to({}) as (transport, visits):
        send(transport, '課 <"a b"@city.example>', "o'neil+x@city.example")

    greeting, *rest = visits[0].commands
    assert greeting.split()[0].upper() == "EHLO"
    assert "." in greeting.split()[1]
    assert rest == [
        "MAIL FROM:<joho@city.example>",
        'RCPT TO:<"a b"@city.example>',
        "RCPT TO:<o'neil+x@city.example>",
        "DATA",
        "quit",
    ]
