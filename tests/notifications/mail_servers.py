"""Mail servers that tests send to: one that answers as told, one that misbehaves as told."""

import socket
import time
from asyncio import WriteTransport
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.transports.smtp import SmtpServer
from tests.notifications.lines import a_free_port, listening

# ---- a mail server that keeps the rules


class Relay:
    """A mail server that keeps what it takes and answers as told, by recipient, to the sender and to the text."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        self.data_answer = "250 2.0.0 Ok: queued as A1"
        self.sender_answer = ""
        self.senders: list[str] = []
        self.connections: list[SMTP] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if server not in self.connections:
            self.connections.append(server)
        if self.sender_answer:
            return self.sender_answer
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return self.data_answer

    def drop_all(self) -> None:
        """Every connection, as if the server had been switched off."""
        for connection in self.connections:
            if isinstance(connection.transport, WriteTransport):
                connection.loop.call_soon_threadsafe(connection.transport.abort)
        while any(connection.transport for connection in self.connections):
            time.sleep(0.005)


@contextmanager
def running(relay: Relay, **options: object) -> Iterator[SmtpServer]:
    controller = Controller(relay, hostname="127.0.0.1", port=a_free_port(), **options)  # type: ignore[arg-type]
    controller.start()
    try:
        yield SmtpServer("127.0.0.1", controller.port, timeout_seconds=5)
    finally:
        controller.stop()


# ---- a mail server that does not


class Act(Enum):
    """What a server may do instead of answering."""

    SILENCE = "says nothing and waits"
    DROP = "closes the connection"
    DRIP = "sends a byte now and then and never ends the line"
    FLOOD = "goes on with its answer for ever"
    SLOW = "answers, but takes its time"
    SLOW_TO_READ = "takes its time to ask for the text, and to read it"
    SIP = "asks for the text and reads a little now and then"
    DEAFNESS = "asks for the text and stops reading"
    DROP_IN_THE_TEXT = "asks for the text, reads a little and closes the connection"


Reply = str | Act | tuple["str | Act", ...]
POLITE: Mapping[str, Reply] = {
    "": "220 mail.city.example ready",
    "EHLO": "250 mail.city.example",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 go ahead",
    ".": "250 2.0.0 Ok: queued as B1",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
}


@dataclass
class Visit:
    """One connection as the server saw it: the commands, and the texts that came to their full stop."""

    commands: list[str] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)

    def said(self, command: str) -> int:
        return sum(each.upper().startswith(command) for each in self.commands)


@contextmanager
def misbehaving(*scripts: Mapping[str, Reply], seconds: float) -> Iterator[tuple[SmtpServer, list[Visit]]]:
    """A server that follows the first script on its first connection, and so on; the last one for all that follow.

    A script says only what differs from POLITE, by the beginning of the command: "" greets, "." answers the text.
    Of several replies the first is for the first time, and so on; the last one for all that follow.
    """
    visits: list[Visit] = []

    def serve(line: socket.socket) -> None:
        script = scripts[min(len(visits), len(scripts) - 1)]
        visits.append(Visit())
        with suppress(_Over, OSError):
            _Clerk(line, POLITE | dict(script), visits[-1]).work()

    with listening(serve) as port:
        yield SmtpServer("127.0.0.1", port, timeout_seconds=seconds), visits


class _Over(Exception):
    """The script ends the connection here."""


class _Clerk:
    def __init__(self, line: socket.socket, script: Mapping[str, Reply], visit: Visit) -> None:
        self.line, self.script, self.visit = line, script, visit
        self.lines = line.makefile("rb")
        self.times: Counter[str] = Counter()

    def work(self) -> None:
        with self.lines:
            self.act(self.script[""])
            while command := self.lines.readline().decode().strip():
                self.visit.commands.append(command)
                reply = self.reply_to(command)
                self.act(reply)
                if str(reply).startswith("354"):
                    self.visit.texts.append(self.text())
                    self.act(self.script["."])
                if command.upper().startswith("QUIT"):
                    return

    def reply_to(self, command: str) -> str | Act:
        """By the longest beginning of the command that the script knows."""
        known = [each for each in self.script if each and command.upper().startswith(each.upper())]
        if not known:
            return "502 5.5.2 not here"
        key = max(known, key=len)
        replies = self.script[key]
        self.times[key] += 1
        return replies[min(self.times[key], len(replies)) - 1] if isinstance(replies, tuple) else replies

    def text(self) -> bytes:
        taken: list[bytes] = []
        while (piece := self.lines.readline()) != b".\r\n":
            if not piece:
                raise _Over
            taken.append(piece)
        return b"".join(taken)

    def act(self, reply: Reply) -> None:
        assert not isinstance(reply, tuple)
        if isinstance(reply, str):
            self.say(reply)
        else:
            {
                Act.SILENCE: self.wait,
                Act.DROP: self.drop,
                Act.DRIP: self.drip,
                Act.FLOOD: self.flood,
                Act.SLOW: self.be_slow,
                Act.SLOW_TO_READ: self.be_slow_to_read,
                Act.SIP: self.sip,
                Act.DEAFNESS: self.be_deaf,
                Act.DROP_IN_THE_TEXT: self.drop_in_the_text,
            }[reply]()

    def say(self, reply: str) -> None:
        self.line.sendall(reply.encode() + b"\r\n")

    def drop(self) -> None:
        raise _Over

    def wait(self) -> None:
        while self.line.recv(4096):
            pass
        raise _Over

    def drip(self) -> None:
        while True:
            self.line.sendall(b"2")
            time.sleep(0.05)

    def flood(self) -> None:
        while True:
            self.line.sendall(b"250-and more\r\n" * 100)

    def be_slow(self) -> None:
        time.sleep(0.2)
        self.say("250 2.1.5 Ok")

    def be_slow_to_read(self) -> None:
        time.sleep(0.7)
        self.say("354 go ahead")
        time.sleep(0.6)
        self.visit.texts.append(self.text())
        self.say("250 2.0.0 Ok: at last")

    def sip(self) -> None:
        self.say("354 go ahead")
        while self.lines.read(20_000):
            time.sleep(0.05)
        raise _Over

    def be_deaf(self) -> None:
        self.say("354 go ahead")
        time.sleep(1.5)
        raise _Over

    def drop_in_the_text(self) -> None:
        self.say("354 go ahead")
        self.lines.read(50_000)
        raise _Over
