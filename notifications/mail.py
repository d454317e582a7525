"""A letter becomes a mail: a head no value can forge, a body that survives every relay."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from hashlib import sha256

from notifications.transports import Answer, Outcome, Outgoing, Packed, SenderRefused
from notifications.transports.addresses import in_a_head
from notifications.transports.headlines import is_plain, one_line
from tracker.domain.addresses import AddressUnusable, Mailbox, read_mailbox
from tracker.domain.errors import Refusal

_KIND = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LONGEST_KIND = 60
_LONGEST_MESSAGE_ID = 250
_POLICY = compat32.clone(linesep="\r\n", max_line_length=76)
CALENDAR_NAME = "期限.ics"


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
        except AddressUnusable as refusal:
            unusable[written] = Answer(Outcome.REFUSED, str(refusal))
    return PackedMail(
        addresses=addresses,
        unusable=unusable,
        sender=bounces_to,
        recipients={written: mailbox.spec for written, mailbox in usable.items()},
        content=_written(message, sender, usable),
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
    except AddressUnusable as refusal:
        raise SenderRefused(f"差出人を設定ファイルで直してください。{refusal}") from refusal


def _written(message: Outgoing, sender: Mailbox, usable: Mapping[str, Mailbox]) -> bytes:
    """The mail in bytes. The older classes of the email package: the newer ones take three times as long."""
    mark = _digest(message.message_id)[:32]
    mail = MIMEMultipart("alternative", f"=_words_{mark}", [
        MIMEText(_lines(message.letter.text), "plain", "utf-8"), MIMEText(_lines(message.letter.html), "html", "utf-8"),
    ])  # fmt: skip
    if message.calendar:
        mail = MIMEMultipart("mixed", f"=_all_{mark}", [mail, _calendar(message.calendar)])
    for name, value in _head(message, sender, usable):
        mail[name] = value  # type: ignore[assignment]  # a Header stands there as well as a text
    return mail.as_bytes(policy=_POLICY)


def _head(message: Outgoing, sender: Mailbox, usable: Mapping[str, Mailbox]) -> Iterator[tuple[str, str | Header]]:
    yield "Date", format_datetime(message.at)
    yield "From", in_a_head(sender)
    for name, written in (("To", message.to), ("Cc", message.cc)):
        if named := [in_a_head(usable[each]) for each in dict.fromkeys(written) if each in usable]:
            yield name, ",\n ".join(named)  # a line for each: folded at a comma, a long name would go over the line
    subject = one_line(message.letter.subject)
    yield "Subject", Header(subject, "us-ascii" if is_plain(subject) else "utf-8", header_name="Subject")
    yield "Message-ID", message.message_id
    yield "Auto-Submitted", "auto-generated"
    yield "X-Zesei-Kind", message.kind
    yield "X-Zesei-Date", message.on.isoformat()


def _calendar(text: str) -> MIMEText:
    part = MIMEText(_lines(text), "calendar", "utf-8")
    part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", CALENDAR_NAME))
    return part


def _lines(text: str) -> str:
    """Text with the line ends of the network; what is no character is replaced."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return lines.encode("utf-8", "replace").decode()


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
