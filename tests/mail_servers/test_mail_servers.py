"""Letters and their bounces through real servers: Debian's postfix takes and returns them, dovecot shows them."""

import dataclasses
import email.policy
import imaplib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest

from notifications.letters.letter import Letter
from notifications.mail import message_id
from notifications.transports import Outcome, Outgoing, Receipt
from notifications.transports.bounces import Bounce, BounceMailbox, MailboxUnreachable, Reading, read_bounces
from notifications.transports.smtp import SmtpServer, SmtpTransport
from tests.jobs.situations import a_department, a_task, an_office, given, given_tasks, letters, run
from tests.leaving_out import leave_out
from tests.mail_servers.servers import (
    DEPARTMENT,
    DOMAIN,
    PATIENCE_SECONDS,
    SENDER,
    UNKNOWN,
    MailServers,
    NotToBeHad,
    running_servers,
)

Seen = TypeVar("Seen")
LETTER = Letter(
    "【期限超過 1件】個人情報保護に係る対応期限のお知らせ（障害者福祉課）①﨑",
    "障害者福祉課 御中\n\n.\n.点で始まる行\n" + "長い行" * 400 + "\n以上\n",
    '<p lang="ja">障害者福祉課 御中</p>\n<table><tr><td>令和6年3月29日</td></tr></table>\n',
)


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with ExitStack() as running:
        try:
            started = running.enter_context(running_servers())
        except NotToBeHad as why:
            leave_out(str(why))
        yield started


def send(servers: MailServers, *to: str, about: str) -> Receipt:
    """One letter, handed to the server as the product hands it over."""
    with SmtpTransport(SmtpServer("127.0.0.1", servers.smtp_port)) as transport:
        packed = transport.pack(a_message(*to, about=about))
        return transport.send(packed, packed.addresses)


def a_message(*to: str, about: str) -> Outgoing:
    return Outgoing(
        LETTER, sender=f"情報管理課 <{SENDER}>", to=to, message_id=id_of(about), kind="reminder", on=date(2024, 3, 15),
        at=datetime(2024, 3, 14, 23, 30, tzinfo=UTC),
    )  # fmt: skip


def id_of(about: str) -> str:
    return message_id("reminder", about, DOMAIN)


def a_bounce_of(about: str, address: str = UNKNOWN) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.{DOMAIN}\nTo: {SENDER}\nContent-Type: multipart/report; boundary=cut\n\n"
        f"--cut\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{DOMAIN}\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--cut\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id_of(about)}\n--cut--\n"
    ).encode()


def arrived(servers: MailServers, address: str, about: str) -> EmailMessage:
    """A letter of this module, read by IMAP once it is there."""
    return the_mail(servers, address, id_of(about))


def the_mail(servers: MailServers, address: str, message_id: str) -> EmailMessage:
    """The mail of a Message-ID, read by IMAP once it is there."""
    client = imaplib.IMAP4("127.0.0.1", servers.imap_port, timeout=10)
    client.login(address, servers.mailbox(address).password)

    def look() -> bytes | None:
        client.select("INBOX", readonly=True)
        _, found = client.search(None, "HEADER", "Message-ID", message_id)
        return client.fetch(found[0].split()[0].decode(), "(BODY[])")[1][0][1] if found[0] else None

    raw = wait_for(look, servers)
    client.logout()
    return message_from_bytes(raw, policy=email.policy.default)


def wait_for(look: Callable[[], Seen | None], servers: MailServers) -> Seen:
    last = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < last:
        if (seen := look()) is not None:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"nothing came within {PATIENCE_SECONDS} seconds:\n{servers.log}")


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_is_read_by_imap_word_for_word(servers: MailServers) -> None:
    receipt = send(servers, f"障害者福祉課 <{DEPARTMENT}>", about="arrives")

    mail = arrived(servers, DEPARTMENT, "arrives")
    assert [answer.words[:4] for answer in receipt.values()] == ["250 "]
    assert mail["Subject"] == LETTER.subject
    assert str(mail["To"]) == f"障害者福祉課 <{DEPARTMENT}>"
    assert str(mail["From"]) == f"情報管理課 <{SENDER}>"
    assert mail["X-Zesei-Date"] == "2024-03-15"
    assert words(mail, "plain") == LETTER.text
    assert words(mail, "html") == LETTER.html


def test_a_letter_to_an_unknown_mailbox_is_accepted_and_its_bounce_is_recognised(servers: MailServers) -> None:
    taken: list[Bounce] = []

    receipt = send(servers, UNKNOWN, DEPARTMENT, about="bounces")
    wait_for(lambda: read_bounces(servers.mailbox(SENDER), taken.extend).read or None, servers)

    (bounce,) = taken
    assert {answer.outcome for answer in receipt.values()} == {Outcome.ACCEPTED}
    assert (bounce.message_id, bounce.address) == (id_of("bounces"), UNKNOWN)
    assert (bounce.is_permanent, bounce.status) == (True, "5.1.1")
    assert bounce.words == f'unknown user: "{UNKNOWN}"'
    assert bounce.received_at is not None
    assert abs(bounce.received_at.timestamp() - time.time()) < 60
    assert arrived(servers, DEPARTMENT, "bounces")["Subject"] == LETTER.subject


def test_no_letter_leaves_the_machine(servers: MailServers) -> None:
    receipt = send(servers, "somebody@town.example", about="leaves")

    (answer,) = receipt.values()
    assert answer.outcome is Outcome.REFUSED
    assert "Relay access denied" in answer.words


def test_an_offices_reminder_arrives_and_the_one_that_came_back_is_marked_on_its_letter(
    servers: MailServers, tmp_path: Path
) -> None:
    day, bounces = date(2024, 3, 15), servers.mailbox(SENDER)
    office = an_office(
        tmp_path,
        f'[smtp]\nhost = "127.0.0.1"\nport = {servers.smtp_port}\n[mail]\nsender = "情報管理課 <{SENDER}>"\n'
        f'[bounces]\nhost = "127.0.0.1"\nport = {bounces.port}\nuser = "{bounces.user}"\n'
        f'password = "{bounces.password}"\n',
    )
    given(office, day, a_department("0201", "障害者福祉課", DEPARTMENT), a_department("0202", "税務課", UNKNOWN))
    given_tasks(office, a_task("T1", deadline=day, department="0201"), a_task("T2", deadline=day, department="0202"))

    for job in ("reminders", "delivery"):
        run(office, job, day)
    arriving, lost = letters(office)
    wait_for(lambda: run(office, "bounces", day).summary or None, servers)

    assert [letter.accepted_at is not None for letter in (arriving, lost)] == [True, True]
    mail = the_mail(servers, DEPARTMENT, arriving.message_id)
    assert mail["Subject"] == arriving.subject == "【本日期限 1件】個人情報保護に係る対応期限のお知らせ（障害者福祉課）"
    assert words(mail, "plain") == arriving.body_text
    assert [part.get_filename() for part in mail.iter_attachments()] == ["期限.ics"]
    marked = {letter.department_code: letter.refused for letter in letters(office)}
    assert marked == {"0201": {}, "0202": {UNKNOWN: f'unknown user: "{UNKNOWN}"'}}


@pytest.fixture
def mailbox(servers: MailServers, request: pytest.FixtureRequest) -> Callable[..., BounceMailbox]:
    """A mailbox that no other test reads, holding these mails."""

    def holding(*mails: bytes, **settings: object) -> BounceMailbox:
        address = f"bounces-{abs(hash(request.node.name))}@{DOMAIN}"
        for raw in mails:
            servers.put(address, raw, str(settings.get("folder", "INBOX")))
        return servers.mailbox(address, **settings)

    return holding


def taken_from(mailbox: BounceMailbox, limit: int = 200) -> tuple[list[str], Reading]:
    taken: list[Bounce] = []
    reading = read_bounces(mailbox, taken.extend, limit)
    return [bounce.address for bounce in taken], reading


def test_every_mail_is_read_once_oldest_first_and_no_more_at_a_time_than_asked(
    mailbox: Callable[..., BounceMailbox],
) -> None:
    box = mailbox(*(a_bounce_of("x", f"{number}@town.example") for number in range(12)))

    assert taken_from(box, 5) == ([f"{number}@town.example" for number in range(5)], Reading(5, 5, 0))
    assert taken_from(box) == ([f"{number}@town.example" for number in range(5, 12)], Reading(7, 7, 0))
    assert taken_from(box) == ([], Reading(0, 0, 0))


def test_what_was_not_taken_stays_unread_and_comes_again(mailbox: Callable[..., BounceMailbox]) -> None:
    box = mailbox(a_bounce_of("x", "a@town.example"), a_bounce_of("x", "b@town.example"))
    seen: list[str] = []

    def take_one(bounces: list[Bounce]) -> None:
        seen.extend(bounce.address for bounce in bounces)
        if len(seen) == 2:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        read_bounces(box, take_one)

    assert seen == ["a@town.example", "b@town.example"]
    assert taken_from(box) == (["b@town.example"], Reading(1, 1, 0))


def test_a_mail_that_is_no_bounce_or_cannot_be_parsed_is_passed_over_once(
    mailbox: Callable[..., BounceMailbox],
) -> None:
    endless = b"Content-Type: message/rfc822\n\n" * 5_000
    answer = f"From: kacho@{DOMAIN}\nIn-Reply-To: {id_of('x')}\n\n対応しました。\n".encode()
    large = a_bounce_of("x", "large@town.example") + b"filling " * 400_000
    box = mailbox(endless, answer, b"\xff\x00\n", large, a_bounce_of("x"))

    assert taken_from(box) == (["large@town.example", UNKNOWN], Reading(5, 2, 3))
    assert taken_from(box) == ([], Reading(0, 0, 0))


@pytest.mark.parametrize(("name", "on_disk"), [('不達 & "通知"', '&Tg2QVA- &- "&kBp35Q-"'), ("Bounces", "Bounces")])
def test_a_folder_with_any_name_can_be_read(
    servers: MailServers, mailbox: Callable[..., BounceMailbox], name: str, on_disk: str
) -> None:
    box = mailbox(a_bounce_of("x"), folder=on_disk)
    box = servers.mailbox(box.user, folder=name)

    assert taken_from(box) == ([UNKNOWN], Reading(1, 1, 0))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mailbox_is_read_through_tls_when_the_certificate_is_trusted_and_not_otherwise(
    servers: MailServers, mailbox: Callable[..., BounceMailbox], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = servers.imaps_port if security == "tls" else servers.imap_port
    box = mailbox(a_bounce_of("x"), security=security, port=port)

    with pytest.raises(MailboxUnreachable, match="証明書を確かめられません"):
        taken_from(box)
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
    assert taken_from(box) == ([UNKNOWN], Reading(1, 1, 0))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"password": "wrong"}, "Authentication failed"),
        ({"password": "違う"}, "利用者名かパスワードに使えない文字があります"),
        ({"folder": "no such folder"}, "Mailbox doesn't exist"),
    ],
)
def test_a_mailbox_that_does_not_let_us_in_says_why(
    mailbox: Callable[..., BounceMailbox], wrong: dict[str, str], why: str
) -> None:
    box = mailbox(a_bounce_of("x"))

    with pytest.raises(MailboxUnreachable, match=why):
        taken_from(dataclasses.replace(box, **wrong))  # type: ignore[arg-type]
    assert taken_from(box) == ([UNKNOWN], Reading(1, 1, 0))
