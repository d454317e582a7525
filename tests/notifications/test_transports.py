"""Delivery against a real SMTP server and a real folder: what each answer becomes."""

import email.policy
import os
import resource
import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from notifications.letters.letter import Letter
from notifications.mail import compose_mail
from notifications.transports import Receipt, Refused, Unreachable
from notifications.transports.eml import EmlFolder
from notifications.transports.smtp import SmtpServer, SmtpTransport

SUBJECT = "【期限超過 1件】お知らせ（障害者施策課）"
TEXT = "障害者施策課 御中\n.\n.点で始まる行\n以上\n"


def a_mail(
    *to: str, cc: tuple[str, ...] = (), about: str = "<reminder.1@city.example>", text: str = TEXT
) -> EmailMessage:
    return compose_mail(
        Letter(SUBJECT, text, "<p>障害者施策課</p>"),
        sender="情報管理課 <joho@city.example>",
        to=to or ("課 <shogai@city.example>",),
        cc=cc,
        message_id=about,
        kind="reminder",
        on=date(2023, 8, 15),
        at=datetime(2023, 8, 14, 21, tzinfo=UTC),
    )


class Office:
    """A mail server that keeps what it takes and answers as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        self.data_answer = "250 2.0.0 Ok: queued as A1"
        self.sender_answer = ""
        self.connections: list[SMTP] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if server not in self.connections:
            self.connections.append(server)
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer == "250 OK":
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer == "drop":
            self.drop_all()
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return self.data_answer

    def drop_all(self) -> None:
        for connection in self.connections:
            if isinstance(connection.transport, WriteTransport):
                connection.transport.abort()


@contextmanager
def running(office: Office, **options: object) -> Iterator[SmtpServer]:
    controller = Controller(office, hostname="127.0.0.1", port=a_free_port(), **options)  # type: ignore[arg-type]
    controller.start()
    try:
        yield SmtpServer("127.0.0.1", controller.port, timeout_seconds=5)
    finally:
        controller.stop()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_silent_server() -> Iterator[SmtpServer]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield SmtpServer("127.0.0.1", listener.getsockname()[1], timeout_seconds=1)


def test_a_mail_arrives_whole_and_the_receipt_keeps_the_servers_answer() -> None:
    office = Office()

    with running(office) as server, SmtpTransport(server) as transport:
        receipt = transport.send(a_mail(cc=("部長 <bucho@city.example>",)))

    (recipients, raw) = office.taken[0]
    back = message_from_bytes(raw, policy=email.policy.default)
    body = back.get_body(("plain",))
    assert receipt == Receipt("250 2.0.0 Ok: queued as A1")
    assert recipients == ["shogai@city.example", "bucho@city.example"]
    assert back["Subject"] == SUBJECT
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == TEXT


def test_many_mails_go_over_one_connection() -> None:
    office = Office()

    with running(office) as server, SmtpTransport(server) as transport:
        for number in range(5):
            transport.send(a_mail(about=f"<reminder.{number}@city.example>"))

    assert len(office.taken) == 5
    assert len(office.connections) == 1


def test_a_connection_is_opened_at_the_first_mail_and_not_before() -> None:
    with SmtpTransport(SmtpServer("127.0.0.1", a_free_port(), timeout_seconds=1)):
        pass


def test_an_unknown_recipient_is_a_permanent_refusal_with_its_answer_kept() -> None:
    office = Office()
    office.answers = {"gone@city.example": "550 5.1.1 User unknown"}

    with running(office) as server, SmtpTransport(server) as transport:
        with pytest.raises(Refused, match="User unknown") as refusal:
            transport.send(a_mail("gone@city.example"))
        transport.send(a_mail())

    assert refusal.value.answers == {"gone@city.example": "550 5.1.1 User unknown"}
    assert len(office.taken) == 1


def test_one_refused_recipient_does_not_keep_the_mail_from_the_others() -> None:
    office = Office()
    office.answers = {"gone@city.example": "550 5.1.1 User unknown"}

    with running(office) as server, SmtpTransport(server) as transport:
        receipt = transport.send(a_mail("gone@city.example", "here@city.example"))

    assert receipt.refused == {"gone@city.example": "550 5.1.1 User unknown"}
    assert receipt.answer.startswith("250")
    assert [recipients for recipients, _ in office.taken] == [["here@city.example"]]


def test_a_busy_mailbox_means_try_again_and_not_give_up() -> None:
    office = Office()
    office.answers = {"full@city.example": "452 4.2.2 Mailbox full", "gone@city.example": "550 no"}

    with (
        running(office) as server,
        SmtpTransport(server) as transport,
        pytest.raises(Unreachable, match="Mailbox full"),
    ):
        transport.send(a_mail("full@city.example", "gone@city.example"))


@pytest.mark.parametrize(
    ("answer", "failure"), [("451 4.3.0 try later", Unreachable), ("554 5.7.1 looks like spam", Refused)]
)
def test_the_answer_to_the_text_decides_whether_it_is_tried_again(answer: str, failure: type[Exception]) -> None:
    office = Office()
    office.data_answer = answer

    with running(office) as server, SmtpTransport(server) as transport:
        with pytest.raises(failure, match=answer):
            transport.send(a_mail())
        office.data_answer = "250 OK"
        transport.send(a_mail())


def test_a_refused_sender_is_a_refusal_for_every_recipient() -> None:
    office = Office()
    office.sender_answer = "553 5.1.8 Sender rejected"

    with running(office) as server, SmtpTransport(server) as transport, pytest.raises(Refused) as refusal:
        transport.send(a_mail("a@city.example", "b@city.example"))

    answer = "553 5.1.8 Sender rejected"
    assert refusal.value.answers == {"a@city.example": answer, "b@city.example": answer}


def test_a_connection_the_server_dropped_between_two_mails_is_opened_again() -> None:
    office = Office()

    with running(office) as server, SmtpTransport(server) as transport:
        transport.send(a_mail())
        transport._client.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        transport.send(a_mail())

    assert len(office.taken) == 2
    assert len(office.connections) == 2


def test_a_drop_after_the_text_is_reported_and_not_sent_twice() -> None:
    office = Office()
    office.data_answer = "drop"

    with running(office) as server, SmtpTransport(server) as transport:
        with pytest.raises(Unreachable, match="接続が切れました"):
            transport.send(a_mail())
        assert len(office.connections) == 1
        office.data_answer = "250 OK"
        transport.send(a_mail())


def test_a_silent_server_is_given_up_after_the_time_out() -> None:
    with (
        a_silent_server() as server,
        SmtpTransport(server) as transport,
        pytest.raises(Unreachable, match="時間内に応答がありません"),
    ):
        transport.send(a_mail())


def test_a_server_that_is_not_there_is_unreachable_and_named() -> None:
    server = SmtpServer("127.0.0.1", a_free_port(), timeout_seconds=1)

    with SmtpTransport(server) as transport, pytest.raises(Unreachable, match=f"127.0.0.1:{server.port}"):
        transport.send(a_mail())


def test_a_wrong_password_loses_no_letter_and_stands_in_no_log() -> None:
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with running(Office(), authenticator=nobody, auth_require_tls=False) as open_server:
        server = SmtpServer(open_server.host, open_server.port, user="zesei", password="himitsu", timeout_seconds=5)
        with SmtpTransport(server) as transport, pytest.raises(Unreachable, match="535"):
            transport.send(a_mail())

    assert "himitsu" not in repr(server)


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    office = Office()

    with running(office) as plain:
        server = SmtpServer(plain.host, plain.port, "starttls", timeout_seconds=5)
        with SmtpTransport(server) as transport, pytest.raises(Unreachable, match="STARTTLS"):
            transport.send(a_mail())

    assert office.taken == []


def test_the_folder_keeps_one_readable_file_a_message_id(tmp_path: Path) -> None:
    with EmlFolder(tmp_path / "mail") as folder:
        folder.send(a_mail())
        folder.send(a_mail(text="二度目\n"))
        receipt = folder.send(a_mail(about="<reminder.2@city.example>"))

    files = sorted(each.name for each in (tmp_path / "mail").iterdir())
    texts = [
        message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in (tmp_path / "mail").iterdir()
    ]
    assert len(files) == 2
    assert all(name.startswith("2023-08-15-reminder-") and name.endswith(".eml") for name in files)
    assert receipt.answer.split()[0] in files
    assert {str(each["Subject"]) for each in texts} == {SUBJECT}
    assert "二度目\n" in {each.get_body(("plain",)).get_content().replace("\r\n", "\n") for each in texts}  # type: ignore[union-attr]


@contextmanager
def no_room_left() -> Iterator[None]:
    """The kernel refuses every byte written to a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_tried_again_later_and_leaves_the_old_file_whole(tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path)
    folder.send(a_mail())
    (kept,) = tmp_path.iterdir()
    before = kept.read_bytes()

    with no_room_left(), pytest.raises(Unreachable) as failure:
        folder.send(a_mail(text="入りきらない\n"))

    assert "空き容量がありません" in str(failure.value)
    assert list(tmp_path.iterdir()) == [kept]
    assert kept.read_bytes() == before


def test_a_folder_that_is_a_file_is_unreachable_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")

    with pytest.raises(Unreachable, match=r"mail に書けません（.*後で再び書きます。$"):
        EmlFolder(tmp_path / "mail").send(a_mail())
    assert os.path.isfile(tmp_path / "mail")
