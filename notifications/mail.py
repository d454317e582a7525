"""A letter becomes a mail, written out byte by byte: a head no value can forge, a body that survives every relay."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256

from notifications.transports import Answer, Outcome, Outgoing, Packed, SenderRefused
from notifications.transports.addresses import Mailbox, Unusable, read_mailbox
from notifications.transports.headlines import header, header_words, one_line
from tracker.domain.errors import Refusal

_KIND = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LONGEST_KIND = 60
_LONGEST_MESSAGE_ID = 250
_BASE64_LINE = 76
_CALENDAR = (
    'text/calendar; charset="utf-8"; method=PUBLISH',
    "Content-Disposition: attachment; filename*=utf-8''%E6%9C%9F%E9%99%90.ics\r\n",  # 期限.ics
)


class HeaderRefused(Refusal):
    """A Message-ID or kind that could break or forge the head of a mail."""


@dataclass(frozen=True)
class PackedMail(Packed):
    """A mail in bytes (CRLF, ASCII, no line begins with a full stop), its envelope, and what its file is called.

    `recipients` gives for each usable address, as it was written, the address that the server hears.
    """

    sender: str
    recipients: Mapping[str, str]
    content: bytes
    file_name: str


def pack_mail(message: Outgoing) -> PackedMail:
    """The mail of a message; addresses that cannot be used are left out of its head and answered for.

    SenderRefused when no mail can leave under the sender; HeaderRefused for a Message-ID or kind out of form.
    """
    check_head(message)
    sender = _sender(message.sender)
    bounces_to = _sender(message.bounces_to).spec if message.bounces_to else sender.spec
    usable: dict[str, Mailbox] = {}
    unusable: dict[str, Answer] = {}
    addresses = tuple(dict.fromkeys((*message.to, *message.cc)))
    for written in addresses:
        try:
            usable[written] = read_mailbox(written)
        except Unusable as refusal:
            unusable[written] = Answer(Outcome.REFUSED, str(refusal))
    return PackedMail(
        addresses=addresses,
        unusable=unusable,
        sender=bounces_to,
        recipients={written: mailbox.spec for written, mailbox in usable.items()},
        content=(_head(message, sender, usable) + _body(message)).encode("ascii"),
        file_name=f"{message.on}-{message.kind}-{_digest(message.message_id)[:16]}.eml",
    )


def message_id(kind: str, about: str, domain: str) -> str:
    """The Message-ID of what a mail is about: the same words give the same id, on any machine and day."""
    digest = _digest(f"{kind}\0{about}")[:32]
    return f"<{kind}.{digest}@{domain}>"


def check_head(message: Outgoing) -> None:
    """HeaderRefused when the Message-ID or the kind cannot stand in a head."""
    _must_match(_MESSAGE_ID, message.message_id, _LONGEST_MESSAGE_ID, "Message-ID")
    _must_match(_KIND, message.kind, _LONGEST_KIND, "通知の種類")


def _must_match(pattern: re.Pattern[str], value: str, longest: int, label: str) -> None:
    if len(value) > longest or not pattern.fullmatch(value):
        raise HeaderRefused(f"{label}「{one_line(value)}」は使えません。改行や記号を除いてください。")


def _sender(written: str) -> Mailbox:
    try:
        return read_mailbox(written)
    except Unusable as refusal:
        raise SenderRefused(f"差出人を設定ファイルで直してください。{refusal}") from refusal


def _head(message: Outgoing, sender: Mailbox, usable: Mapping[str, Mailbox]) -> str:
    return "".join(
        (
            header("Date", [format_datetime(message.at)]),
            header("From", sender.words()),
            _addressed("To", message.to, usable),
            _addressed("Cc", message.cc, usable),
            header("Subject", header_words(one_line(message.letter.subject))),
            header("Message-ID", [message.message_id]),
            "Auto-Submitted: auto-generated\r\n",
            header("X-Zesei-Kind", [message.kind]),
            header("X-Zesei-Date", [message.on.isoformat()]),
            "MIME-Version: 1.0\r\n",
        )
    )


def _addressed(name: str, written: tuple[str, ...], usable: Mapping[str, Mailbox]) -> str:
    """A To or Cc line of those that can stand in one; none at all when nobody is left."""
    named = [usable[each].words() for each in dict.fromkeys(written) if each in usable]
    for words in named[:-1]:
        words[-1] += ","
    return header(name, [word for words in named for word in words]) if named else ""


def _body(message: Outgoing) -> str:
    letter, mark = message.letter, _digest(message.message_id)[:32]
    text = _part('text/plain; charset="utf-8"', letter.text)
    html = _part('text/html; charset="utf-8"', letter.html)
    both = _multipart("alternative", f"=_words_{mark}", text, html)
    if not message.calendar:
        return both
    kind, disposition = _CALENDAR
    return _multipart("mixed", f"=_all_{mark}", both, _part(kind, message.calendar, disposition))


def _multipart(kind: str, boundary: str, *parts: str) -> str:
    """The parts between boundaries; 「=_」 stands in no line of base64, so none can end a part early."""
    inside = "".join(f"--{boundary}\r\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def _part(kind: str, text: str, more: str = "") -> str:
    """Text with the line ends of the network, in base64."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    code = b64encode(lines.encode("utf-8", "replace")).decode("ascii")
    cut = "\r\n".join([code[at : at + _BASE64_LINE] for at in range(0, len(code), _BASE64_LINE)])
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n{cut}\r\n"


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
