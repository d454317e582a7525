"""A mailbox that tests read bounces from: a few mails, by IMAP, on 127.0.0.1."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.notifications.lines import listening


@dataclass
class Mailbox:
    """What lies in it, and the numbers of what was read."""

    mails: list[bytes] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    port: int = 0

    def serve(self, line: socket.socket) -> None:
        with suppress(OSError), line.makefile("rwb") as talk:
            _Desk(self, lambda words: _say(talk, words)).work(talk)

    @property
    def settings(self) -> str:
        return f'[bounces]\nhost = "127.0.0.1"\nport = {self.port}\nuser = "zesei"\ntimeout_seconds = 5\n'


@dataclass
class _Desk:
    mailbox: Mailbox
    say: Callable[[bytes], None]

    def work(self, talk: Iterator[bytes]) -> None:
        self.say(b"* OK ready")
        for command in talk:
            tag, words = command.strip().split(b" ", 1)
            self.answer(words.decode().upper())
            self.say(tag + b" OK done")
            if words.upper().startswith(b"LOGOUT"):
                return

    def answer(self, words: str) -> None:
        if words.startswith("CAPABILITY"):
            self.say(b"* CAPABILITY IMAP4rev1")
        elif words.startswith("SELECT"):
            self.say(b"* %d EXISTS" % len(self.mailbox.mails))
        elif words.startswith("UID SEARCH"):
            unread = [uid for uid in range(1, len(self.mailbox.mails) + 1) if uid not in self.mailbox.read]
            self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in unread))
        elif fetched := re.match(r"UID FETCH (\d+)", words):
            mail = self.mailbox.mails[int(fetched[1]) - 1]
            self.say(b"* %s FETCH (UID %s BODY[]<0> {%d}" % (fetched[1].encode(), fetched[1].encode(), len(mail)))
            self.say(mail + b")")
        elif stored := re.match(r"UID STORE (\d+)", words):
            self.mailbox.read.add(int(stored[1]))


def _say(talk: object, words: bytes) -> None:
    talk.write(words + b"\r\n")  # type: ignore[attr-defined]
    talk.flush()  # type: ignore[attr-defined]


@contextmanager
def a_mailbox(*mails: bytes) -> Iterator[Mailbox]:
    mailbox = Mailbox(list(mails))
    with listening(mailbox.serve) as mailbox.port:
        yield mailbox


def a_bounce(message_id: str, *blocks: str) -> bytes:
    """A delivery status notification as postfix writes it; a block is "address action status"."""
    reports = []
    for block in blocks:
        address, action, status = block.split()
        reports.append(
            f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
            f"Diagnostic-Code: smtp; 550 {status} no such user\n"
        )
    status = "\n".join(["Reporting-MTA: dns; mx.city.example\n", *reports])
    return (
        (
            "From: MAILER-DAEMON@mx.city.example\nTo: zesei@city.example\nSubject: Undelivered Mail Returned to Sender\n"
            "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\n\n'
            f"--cut\nContent-Type: text/plain\n\nNot delivered.\n\n--cut\nContent-Type: message/delivery-status\n\n{status}\n"
            f"--cut\nContent-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: x\n\nbody\n\n--cut--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )
