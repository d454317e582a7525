"""Delivery to a mail server that keeps the rules: what each of its answers becomes, and what TLS and login need."""

import email.policy
from dataclasses import replace
from email import message_from_bytes
from itertools import product
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from notifications.transports import Answer, Outcome, SenderRefused, Transport, Unreachable
from notifications.transports.eml import EmlFolder
from notifications.transports.smtp import SmtpServer, SmtpTransport
from tests.notifications.lines import a_certificate, a_free_port
from tests.notifications.mail_servers import Relay, running
from tests.notifications.messages import SUBJECT, TEXT, a_message, accepted, refused

QUEUED = "250 2.0.0 Ok: queued as A1"


def send(transport: Transport, *to: str, **more: str) -> dict[str, Answer]:
    packed = transport.pack(a_message(*to, **more))  # type: ignore[arg-type]
    return dict(transport.send(packed, packed.addresses))


# ---- what arrives


def test_a_mail_arrives_whole_and_every_recipient_has_the_servers_answer() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        packed = transport.pack(a_message(cc=("部長 <bucho@city.example>",)))
        receipt = transport.send(packed, packed.addresses)

    (recipients, raw) = relay.taken[0]
    back = message_from_bytes(raw, policy=email.policy.default)
    body = back.get_body(("plain",))
    assert receipt == {"課 <shogai@city.example>": accepted(QUEUED), "部長 <bucho@city.example>": accepted(QUEUED)}
    assert recipients == ["shogai@city.example", "bucho@city.example"]
    assert relay.senders == ["joho@city.example"]
    assert back["Subject"] == SUBJECT
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == TEXT
    assert raw == packed.content


def test_only_those_who_are_asked_for_are_named_and_the_head_still_shows_all() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        packed = transport.pack(a_message("a@city.example", "b@city.example", "c@city.example"))
        receipt = transport.send(packed, ["b@city.example"])
        nobody = transport.send(packed, [])

    assert (receipt, nobody) == ({"b@city.example": accepted(QUEUED)}, {})
    assert [recipients for recipients, _ in relay.taken] == [["b@city.example"]]
    assert b"To: a@city.example,\r\n b@city.example,\r\n c@city.example\r\n" in relay.taken[0][1]


def test_one_address_written_in_two_ways_gets_one_mail_and_two_answers() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        receipt = send(transport, "課 <a@city.example>", "a@city.example")

    assert receipt == {"課 <a@city.example>": accepted(QUEUED), "a@city.example": accepted(QUEUED)}
    assert [recipients for recipients, _ in relay.taken] == [["a@city.example"]]


def test_bounces_are_sent_where_they_are_told_to() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        send(transport, bounces_to="bounce@city.example")

    assert relay.senders == ["bounce@city.example"]


def test_many_mails_go_over_one_connection() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        for number in range(5):
            send(transport, about=f"<reminder.{number}@city.example>")

    assert len(relay.taken) == 5
    assert len(relay.connections) == 1


def test_a_connection_is_opened_at_the_first_mail_and_not_before() -> None:
    with SmtpTransport(SmtpServer("127.0.0.1", a_free_port(), timeout_seconds=1)) as transport:
        transport.pack(a_message())


# ---- an answer for each


RECIPIENT_ANSWERS = ("250 OK", "450 4.2.1 Mailbox busy", "550 5.1.1 User unknown")
TEXT_ANSWERS = (QUEUED, "451 4.3.0 try later", "554 5.7.1 looks like spam")
BY_FIRST_DIGIT = {"2": Outcome.ACCEPTED, "4": Outcome.PUT_OFF, "5": Outcome.REFUSED}


def test_whatever_the_server_says_to_each_recipient_and_to_the_text_each_has_its_own_answer() -> None:
    relay = Relay()
    people = ("a@city.example", "b@city.example", "c@city.example")

    with running(relay) as server, SmtpTransport(server) as transport:
        for *said, to_the_text in product(RECIPIENT_ANSWERS, RECIPIENT_ANSWERS, RECIPIENT_ANSWERS, TEXT_ANSWERS):
            relay.answers, relay.data_answer = dict(zip(people, said, strict=True)), to_the_text
            relay.taken.clear()

            receipt = send(transport, *people)

            named = [each for each in people if relay.answers[each] == "250 OK"]
            last = {each: to_the_text if each in named else relay.answers[each] for each in people}
            assert receipt == {each: Answer(BY_FIRST_DIGIT[words[0]], words) for each, words in last.items()}
            assert (
                relay.taken[:1] == [(named, relay.taken[0][1])] if named and to_the_text == QUEUED else not relay.taken
            )

    assert len(relay.connections) == 1


def test_an_address_that_cannot_be_used_holds_up_nobody() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        receipt = send(transport, "a,b@city.example", "ka@city.example", "", "税務@city.example", "x@y.example\r\nz")

    assert receipt.pop("ka@city.example") == accepted(QUEUED)
    assert receipt == {
        "a,b@city.example": refused("「a,b@city.example」はメールアドレスとして使えません。登録内容を直してください。"),
        "": refused("メールアドレスが空です。登録してください。"),
        "税務@city.example": refused(
            "「税務@city.example」はメールアドレスとして使えません。登録内容を直してください。"
        ),
        "x@y.example\r\nz": refused("「x@y.example z」はメールアドレスとして使えません。登録内容を直してください。"),
    }
    assert [recipients for recipients, _ in relay.taken] == [["ka@city.example"]]


def test_when_no_address_can_be_used_no_connection_is_opened(tmp_path: Path) -> None:
    nowhere = SmtpServer("127.0.0.1", a_free_port(), timeout_seconds=1)

    for transport in (SmtpTransport(nowhere), EmlFolder(tmp_path / "mail")):
        receipt = send(transport, "", "税務課")
        assert [answer.outcome for answer in receipt.values()] == [Outcome.REFUSED, Outcome.REFUSED]

    assert not (tmp_path / "mail").exists()


def test_a_sender_refused_for_good_is_trouble_of_the_setup_and_the_next_mail_is_not_harmed() -> None:
    relay = Relay()
    relay.sender_answer = "553 5.1.8 Sender rejected"

    with running(relay) as server, SmtpTransport(server) as transport:
        with pytest.raises(
            SenderRefused, match=r"差出人 joho@city.example を受け付けません（553 5.1.8 Sender rejected）"
        ):
            send(transport, "a@city.example", "b@city.example")
        relay.sender_answer = ""
        send(transport)

    assert len(relay.taken) == 1


def test_a_sender_put_off_means_try_again_later() -> None:
    relay = Relay()
    relay.sender_answer = "451 4.3.2 too busy"

    with running(relay) as server, SmtpTransport(server) as transport, pytest.raises(Unreachable) as failure:
        send(transport)

    assert not isinstance(failure.value, SenderRefused)
    assert "（451 4.3.2 too busy）。後で再送します。" in str(failure.value)


# ---- connections


def test_a_connection_the_server_dropped_between_two_mails_is_opened_again() -> None:
    relay = Relay()

    with running(relay) as server, SmtpTransport(server) as transport:
        send(transport)
        relay.drop_all()
        send(transport)

    assert len(relay.taken) == 2
    assert len(relay.connections) == 2


def test_a_server_that_is_not_there_is_unreachable_and_named() -> None:
    server = SmtpServer("127.0.0.1", a_free_port(), timeout_seconds=1)

    with SmtpTransport(server) as transport, pytest.raises(Unreachable) as failure:
        send(transport)

    assert str(failure.value) == (
        f"メールサーバー 127.0.0.1:{server.port} に送れません（接続を拒否されました）。後で再送します。"
    )


def test_a_server_name_nobody_knows_is_said_plainly() -> None:
    with SmtpTransport(SmtpServer("mail.invalid")) as transport, pytest.raises(Unreachable) as failure:
        send(transport)

    assert "（サーバ名が見つかりません）" in str(failure.value)


@pytest.mark.parametrize(
    "server", [SmtpServer("a" * 64 + ".example"), SmtpServer("127.0.0.1", 99_999), SmtpServer("")], ids=repr
)
def test_a_server_that_cannot_be_is_unreachable_too(server: SmtpServer) -> None:
    with SmtpTransport(server) as transport, pytest.raises(Unreachable, match=r"（.*）。後で再送します。$"):
        send(transport)


def test_a_password_in_letters_that_no_server_takes_is_said_plainly() -> None:
    def everybody(*_: object) -> AuthResult:
        return AuthResult(success=True)

    with running(Relay(), authenticator=everybody, auth_require_tls=False) as server:
        transport = SmtpTransport(replace(server, user="zesei", password="秘密"))
        with transport, pytest.raises(Unreachable, match="設定に使えない値があります"):
            send(transport)


def test_a_wrong_password_loses_no_letter_and_stands_in_no_log() -> None:
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with running(Relay(), authenticator=nobody, auth_require_tls=False) as open_server:
        server = replace(open_server, user="zesei", password="himitsu")
        with SmtpTransport(server) as transport, pytest.raises(Unreachable, match="ログインできません: 535"):
            send(transport)

    assert "himitsu" not in repr(server)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_right_password_opens_the_way() -> None:
    def everybody(*_: object) -> AuthResult:
        return AuthResult(success=True)

    relay = Relay()
    with running(relay, authenticator=everybody, auth_require_tls=False, auth_required=True) as server:
        with SmtpTransport(replace(server, user="zesei", password="himitsu")) as transport:
            send(transport)
        with SmtpTransport(server) as transport, pytest.raises(SenderRefused, match="530"):
            send(transport)

    assert len(relay.taken) == 1


def test_a_server_without_login_is_not_talked_to_as_if_it_had_one() -> None:
    relay = Relay()

    with (
        running(relay) as server,
        SmtpTransport(replace(server, user="zesei", password="x")) as transport,
        pytest.raises(Unreachable, match="サーバがログインに対応していません"),
    ):
        send(transport)

    assert relay.taken == []


# ---- certificates


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    relay = Relay()

    with (
        running(relay) as plain,
        SmtpTransport(replace(plain, security="starttls")) as transport,
        pytest.raises(Unreachable, match="サーバが STARTTLS に対応していません"),
    ):
        send(transport)

    assert relay.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_certificate_lets_the_mail_go_out_encrypted(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, relay = a_certificate(tmp_path), Relay()
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    options = {"starttls": {"tls_context": made.context()}, "tls": {"ssl_context": made.context()}}[security]

    with running(relay, **options) as server, SmtpTransport(replace(server, security=security)) as transport:  # type: ignore[arg-type]
        send(transport)
        send(transport)

    assert len(relay.taken) == 2
    assert all(each.transport.get_extra_info("ssl_object") for each in relay.connections if each.transport)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("name", "trusted", "why"),
    [
        ("IP:127.0.0.1", False, "自己署名証明書です"),
        ("DNS:other.example", True, "IP アドレスが証明書と違います"),
    ],
)
def test_a_certificate_that_does_not_convince_is_said_plainly_and_no_mail_leaves(
    security: str, name: str, trusted: bool, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, relay = a_certificate(tmp_path, name), Relay()
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    options = {"starttls": {"tls_context": made.context()}, "tls": {"ssl_context": made.context()}}[security]

    with running(relay, **options) as server:
        transport = SmtpTransport(replace(server, security=security))  # type: ignore[arg-type]
        with transport, pytest.raises(Unreachable, match=f"証明書を確かめられません: {why}"):
            send(transport)

    assert relay.taken == []


def test_tls_to_a_server_that_speaks_in_the_clear_is_said_plainly() -> None:
    with (
        running(Relay()) as server,
        SmtpTransport(replace(server, security="tls", timeout_seconds=1)) as transport,
        pytest.raises(Unreachable, match="暗号化した通信を始められません"),
    ):
        send(transport)
