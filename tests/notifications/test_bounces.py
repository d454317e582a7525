"""Bounces as mail servers write them: which letter, which address, for good or not yet; and mail that is none."""

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mail import message_id
from notifications.transports.bounces import Bounce, BounceMailbox, MailboxUnreachable, bounces_in, read_bounces

ID = message_id("reminder", "0303/2023-08-15", "city.example")
GONE = "gone@town.example"

COPY = f"""Received: from zesei.city.example (zesei.city.example [192.0.2.7])
\tby mx.city.example; Tue, 15 Aug 2023 08:31:00 +0900
From: joho@city.example
To: {GONE}
Message-ID: {ID}
Subject: =?utf-8?b?5pyf6ZmQ44Gu44GK55+l44KJ44Gb?=
"""


def found(raw: str | bytes) -> list[Bounce]:
    """The bounces of a mail: the same whichever way it was parsed."""
    raw = raw.encode() if isinstance(raw, str) else raw
    loose, strict = (bounces_in(message_from_bytes(raw, policy=policy)) for policy in (compat32, default))
    assert loose == strict
    return loose


def facts(raw: str | bytes) -> list[tuple[str, bool, str]]:
    bounces = found(raw)
    assert {bounce.message_id for bounce in bounces} <= {ID}
    return [(bounce.address, bounce.is_permanent, bounce.status) for bounce in bounces]


def a_block(address: str = GONE, action: str = "failed", status: str = "5.1.1", **fields: str) -> str:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"Final-Recipient: rfc822; {address}\n{more}Action: {action}\nStatus: {status}\n"


def a_report(*blocks: str, copy: str = COPY, head: str = "", copy_type: str = "message/rfc822", words: str = "") -> str:
    """A delivery status notification as RFC 3464 has it, in the manner of postfix."""
    status = "\n".join(["Reporting-MTA: dns; mx.city.example\n", *(blocks or [a_block()])])
    returned = f"--cut\nContent-Type: {copy_type}\n\n{copy}\n本文\n" if copy else ""
    return (
        "Return-Path: <>\nReceived: by mx.city.example (Postfix)\n\tid 4RQ; Tue, 15 Aug 2023 08:31:05 +0900 (JST)\n"
        "Date: Tue, 15 Aug 2023 08:31:04 +0900 (JST)\n"
        "From: MAILER-DAEMON@mx.city.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\n"
        f"To: joho@city.example\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n{head}"
        'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="cut"\n\n'
        f"--cut\nContent-Type: text/plain; charset=us-ascii\n\n{words or 'Not delivered.'}\n\n"
        f"--cut\nContent-Type: message/delivery-status\n\n{status}\n{returned}\n--cut--\n"
    )


def a_plain(words: str, *, sender: str = "MAILER-DAEMON@mx.city.example", head: str = "") -> str:
    """What a server without delivery status notifications sends: words."""
    return f"From: {sender}\nTo: joho@city.example\nSubject: failure notice\n{head}\n{words}"


def test_a_report_in_the_manner_of_postfix_names_letter_address_reason_and_time() -> None:
    block = a_block(
        Original_Recipient=f"rfc822;{GONE}",
        Diagnostic_Code="smtp; 550 5.1.1 <gone@town.example>:\n    Recipient address rejected: User unknown",
    )

    assert found(a_report(block)) == [
        Bounce(
            ID, GONE, True, "5.1.1", "550 5.1.1 <gone@town.example>: Recipient address rejected: User unknown",
            datetime(2023, 8, 14, 23, 31, 5, tzinfo=UTC),
        )
    ]  # fmt: skip


def test_a_report_in_the_manner_of_exchange_with_headers_only_is_read() -> None:
    block = a_block(GONE, status="5.1.10", Diagnostic_Code="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found")

    (bounce,) = found(
        a_report(
            block, copy_type="text/rfc822-headers", head="From: postmaster@town.example\nIn-Reply-To: <x@y.example>\n"
        )
    )
    assert (bounce.message_id, bounce.address, bounce.status) == (ID, GONE, "5.1.10")
    assert bounce.words == "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"


def test_several_recipients_of_one_report_are_told_apart_and_only_trouble_is_returned() -> None:
    report = a_report(
        a_block("a@town.example"),
        a_block("b@town.example", "delayed", "4.2.2"),
        a_block("c@town.example", "relayed", "2.1.9"),
        a_block("d@town.example", "delivered", "2.1.5"),
        a_block("e@town.example", "expanded", "2.1.5"),
        a_block("f@town.example", "Failed (gave up)", "4.4.1 (connection timed out)"),
    )

    assert facts(report) == [
        ("a@town.example", True, "5.1.1"),
        ("b@town.example", False, "4.2.2"),
        ("f@town.example", True, "4.4.1"),
    ]


def test_a_report_of_delivery_is_no_bounce_whatever_its_words() -> None:
    report = a_report(a_block(action="delivered", status="2.0.0"), words="550 5.1.1 failed: x@town.example")

    assert found(report.replace("Auto-Submitted: auto-replied\n", "")) == []


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (
            "Original-Recipient: rfc822;asked@town.example\nFinal-Recipient: rfc822; real@host.example",
            "asked@town.example",
        ),
        ("Original-Recipient: rfc822;unknown\nFinal-Recipient: RFC822;<real@host.example>", "real@host.example"),
        ("Original-Recipient: rfc822; joho+2B1@town.example", "joho+1@town.example"),
        ("Original-Recipient: rfc822; joho+20@town.example", "joho+20@town.example"),
        ("Final-Recipient: utf-8; \\x{7A0E}\\x{52D9}@town.example", "税務@town.example"),
        ("Final-Recipient: utf-8; 税務@town.example", "税務@town.example"),
    ],
)
def test_the_address_is_the_one_the_letter_was_sent_to(written: str, address: str) -> None:
    assert facts(a_report(f"{written}\nAction: failed\nStatus: 5.1.1\n")) == [(address, True, "5.1.1")]


@pytest.mark.parametrize(
    "unreadable", ["Final-Recipient: x400; /G=A/S=B/", "Final-Recipient: rfc822; 係", "Final-Recipient:"]
)
def test_a_recipient_without_an_address_is_no_bounce(unreadable: str) -> None:
    assert found(a_report(f"{unreadable}\nAction: failed\nStatus: 5.1.1\n")) == []


def test_a_status_without_an_action_speaks_for_itself() -> None:
    blocks = (f"Final-Recipient: rfc822; {number}@town.example\nStatus: {number}.0.0\n" for number in (5, 4, 2))

    assert facts(a_report(*blocks)) == [("5@town.example", True, "5.0.0"), ("4@town.example", False, "4.0.0")]


@pytest.mark.parametrize("wrapped", [lambda raw: b64encode(raw).decode(), lambda raw: raw.decode().replace("=", "=3D")])
def test_a_status_that_was_encoded_against_the_rules_is_read_all_the_same(wrapped: object) -> None:
    status = f"Reporting-MTA: dns; x\n\n{a_block(Diagnostic_Code='smtp; 550 a=b')}".encode()
    assert callable(wrapped)
    encoding = "base64" if "=3D" not in wrapped(b"=") else "quoted-printable"
    report = (
        f"From: postmaster@town.example\nReferences: {ID}\nContent-Type: multipart/report; boundary=cut\n\n--cut\n"
        f"Content-Type: message/delivery-status\nContent-Transfer-Encoding: {encoding}\n\n{wrapped(status)}\n--cut--\n"
    )

    (bounce,) = found(report)
    assert (bounce.address, bounce.words) == (GONE, "550 a=b")


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
def test_where_no_copy_came_back_the_letter_is_known_by_what_is_answered(name: str) -> None:
    assert facts(a_report(copy="", head=f"{name}: <older@town.example>\n {ID}\n")) == [(GONE, True, "5.1.1")]


def test_where_the_copy_is_another_mail_the_letter_it_quotes_is_not_blamed() -> None:
    copy = COPY.replace(ID, "<forwarded@city.example>") + f"In-Reply-To: {ID}\n"

    (bounce,) = found(a_report(copy=copy))
    assert bounce.message_id == "<forwarded@city.example>"


def test_a_report_that_names_no_letter_is_none_of_ours() -> None:
    assert found(a_report(copy="")) == []


def test_a_report_that_a_gateway_wrapped_is_found_and_one_that_a_person_attached_is_not() -> None:
    inner = a_report().partition("MIME-Version: 1.0\n")[2]
    wrapped = f"From: gateway@city.example\nContent-Type: multipart/mixed; boundary=out\n\n--out\n{inner}\n--out--\n"
    attached = wrapped.replace("--out\n", "--out\nContent-Type: message/rfc822\n\n", 1)

    assert facts(wrapped) == [(GONE, True, "5.1.1")]
    assert found(attached) == []


QMAIL = f"""Hi. This is the qmail-send program at town.example.
Nothing more will be tried.

<{GONE}>:
Sorry, no mailbox here by that name. (#5.1.1)

<full@town.example>:
192.0.2.1 does not take it.
Remote host said: 452 4.2.2 mailbox full

--- Below this line is a copy of the message.

Return-Path: <joho@city.example>
To: other@town.example
Message-ID: {ID}
"""
EXIM = f"""A mail of yours was not delivered to all its recipients.

  {GONE}
    host mx.town.example [192.0.2.1]
    SMTP error after RCPT TO:<{GONE}>:
    550 Unrouteable address

------ This is a copy of the message, including all the headers. ------

Message-ID: {ID}
To: other@town.example
"""
CARRIER = f"""joho@city.example からのメールをお届けできませんでした。

宛先不明: {GONE}

Message-ID: {ID}
"""


def test_qmails_words_are_read_paragraph_by_paragraph() -> None:
    assert [(each.address, each.is_permanent, each.status, each.words) for each in found(a_plain(QMAIL))] == [
        (GONE, True, "5.1.1", f"<{GONE}>: Sorry, no mailbox here by that name. (#5.1.1)"),
        (
            "full@town.example", False, "4.2.2",
            "<full@town.example>: 192.0.2.1 does not take it. Remote host said: 452 4.2.2 mailbox full",
        ),
    ]  # fmt: skip


def test_exims_words_are_read_and_its_header_names_the_address() -> None:
    head = f"X-Failed-Recipients: {GONE}\n"

    (bounce,) = found(a_plain(EXIM, sender="Mail Delivery System <Mailer-Daemon@town.example>", head=head))
    assert (bounce.address, bounce.is_permanent, bounce.status) == (GONE, True, "")
    assert bounce.words.endswith("550 Unrouteable address")


def test_a_carriers_words_in_iso_2022_jp_are_read() -> None:
    head = "Content-Type: text/plain; charset=ISO-2022-JP\nContent-Transfer-Encoding: 7bit\n"
    raw = a_plain("", sender="Postmaster@mobile.example", head=head).encode() + CARRIER.encode("iso-2022-jp")

    (bounce,) = found(raw)
    assert (bounce.address, bounce.is_permanent) == (GONE, True)
    assert bounce.words == f"宛先不明: {GONE}"


def test_a_warning_that_a_letter_is_still_under_way_is_not_permanent() -> None:
    words = f"This is a warning message only.\n\n<{GONE}>... Deferred\n\nMessage-ID: {ID}\n"

    assert facts(a_plain(words, sender="<>")) == [(GONE, False, "")]


ABSENT = f"In-Reply-To: {ID}\nAuto-Submitted: auto-replied (vacation)\n"


@pytest.mark.parametrize(
    "mail",
    [
        a_plain(f"出張中です。急ぎは kacho@town.example へ。\n> Message-ID: {ID}", sender="tanto@town.example", head=ABSENT),
        a_plain(f"不在です。kacho@town.example\n{ID}", sender="postmaster@town.example", head=ABSENT),
        a_plain(f"対応しました。\n> {ID}\n> To: {GONE}", sender="課長 <kacho@town.example>", head=f"In-Reply-To: {ID}\n"),
        a_plain("お知らせ: 停電があります。info@town.example", sender="postmaster@town.example"),
        a_plain(f"{ID}", sender="postmaster@town.example"),
        f"From: tanto@town.example\nIn-Reply-To: {ID}\nContent-Type: multipart/report;"
        " report-type=disposition-notification; boundary=cut\n\n--cut\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822;{GONE}\nOriginal-Message-ID: {ID}\nDisposition: manual-action/x; displayed\n\n--cut--\n",
        "",
        "\n\n",
        "Content-Type: multipart/report\n\n",
    ],
    ids=["absence", "absence of a postmaster", "an answer", "news", "no address", "read receipt", "empty", "blank", "no parts"],
)  # fmt: skip
def test_what_is_no_bounce_is_left_alone(mail: str) -> None:
    assert found(mail) == []


def test_the_reason_is_one_line_of_at_most_300_characters() -> None:
    (bounce,) = found(a_report(a_block(Diagnostic_Code="smtp; 550\x07 " + "理由\t" * 500)))

    assert len(bounce.words) == 300
    assert bounce.words.startswith("550 理由 理由")
    assert bounce.words.endswith("…")


@pytest.mark.parametrize(
    "written", ["", "someday", "Tue, 99 Aug 2023 08:31:04 +0900", "Tue, 15 Aug 2023 08:31:04 +99999999"]
)
def test_a_time_that_cannot_be_read_is_no_time(written: str) -> None:
    (bounce,) = found(a_plain(QMAIL.replace("<full", "<"), head=f"Date: {written}\nReceived: by x; {written}\n"))

    assert bounce.received_at is None


SAMPLES = [a_report().encode(), a_report(copy_type="text/rfc822-headers").encode(), a_plain(QMAIL).encode()]


@given(st.sampled_from(SAMPLES), st.data())
def test_a_mail_with_any_bytes_changed_never_raises(sample: bytes, choose: st.DataObject) -> None:
    raw = bytearray(sample)
    for _ in range(choose.draw(st.integers(1, 8))):
        start = choose.draw(st.integers(0, len(raw)))
        end = start + choose.draw(st.integers(0, 40))
        raw[start:end] = choose.draw(
            st.binary(max_size=20) | st.sampled_from([b"\n", b"=?idna?q?x?=", b"charset=punycode;"])
        )

    bounces_in(message_from_bytes(bytes(raw), policy=compat32))


@given(st.binary())
def test_any_bytes_at_all_never_raise(raw: bytes) -> None:
    assert bounces_in(message_from_bytes(raw, policy=compat32)) == []


def test_a_mail_inside_a_mail_inside_a_mail_never_raises() -> None:
    for layers in (50, 150, 300):
        mail = message_from_bytes(b"Content-Type: message/rfc822\n\n" * layers + SAMPLES[0], policy=compat32)
        assert bounces_in(mail) == []


@pytest.mark.parametrize("filling", ["a", "!", "a@", "<", "-", " ", "\n ", "5.1.1", "x\n\n", f"{GONE}\n", "a.", ":"])
def test_a_megabyte_of_anything_is_judged_in_a_moment(filling: str) -> None:
    body = filling * (1_000_000 // len(filling))
    mail = message_from_bytes(a_plain(body + ID).encode(), policy=compat32)

    began = time.monotonic()
    bounces_in(mail)

    assert time.monotonic() - began < 10


def a_mailbox(port: int, **changes: object) -> BounceMailbox:
    return BounceMailbox("127.0.0.1", port, "none", "bounces", "秘密".encode().hex(), timeout_seconds=1, **changes)  # type: ignore[arg-type]


@contextmanager
def a_server_that_says(*answers: bytes) -> Iterator[int]:
    """Says each answer after each line it hears, the first at once, and then nothing more."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=_speak, args=(listener, answers))
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(timeout=10)


def _speak(listener: socket.socket, answers: tuple[bytes, ...]) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(5)
        for answer in answers:
            connection.sendall(answer)
            if not connection.recv(1_000):
                return
        time.sleep(0.1)


GREETING = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((b"",), "時間内に応答がありません"),
        ((b"220 mx.city.example ESMTP\r\n",), "220 mx.city.example ESMTP"),
        ((GREETING,), "接続が切れました"),
        ((GREETING, b""), "時間内に応答がありません"),
        ((b"* BYE too busy\r\n",), "too busy"),
    ],
    ids=["silence", "another service", "a drop", "silence after the greeting", "busy"],
)
def test_a_server_that_does_not_answer_as_it_should_is_said_in_a_sentence(answers: tuple[bytes, ...], why: str) -> None:
    taken: list[list[Bounce]] = []

    with a_server_that_says(*answers) as port, pytest.raises(MailboxUnreachable) as trouble:
        read_bounces(a_mailbox(port), taken.append)

    assert f"127.0.0.1:{port}" in str(trouble.value)
    assert why in str(trouble.value)
    assert str(trouble.value).endswith("次の回に読み直します。")
    assert taken == []


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])

    with pytest.raises(MailboxUnreachable, match="接続を拒否されました"):
        read_bounces(a_mailbox(port), list)
    with pytest.raises(MailboxUnreachable, match="サーバ名が見つかりません"):
        read_bounces(BounceMailbox("no-such-host.invalid", 143, "none", "a", "b", timeout_seconds=5), list)


def test_a_password_is_not_shown_where_settings_are_printed() -> None:
    assert "ひみつ" not in repr(BounceMailbox("imap.city.example", 143, "none", "bounces", "ひみつ"))
