"""A letter becomes a mail: headers that server and reader can rely on, a body that survives every relay."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256

from notifications.letters.letter import Letter
from tracker.domain.errors import Refusal

_KIND = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class HeaderRefused(Refusal):
    """A header value that could break or forge the head of a mail."""


def compose_mail(
    letter: Letter,
    *,
    sender: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    message_id: str,
    kind: str,
    on: date,
    at: datetime,
) -> EmailMessage:
    """The mail of a letter, `on` the office's day and `at` the aware instant of its Date header.

    HeaderRefused when an address, the kind or the Message-ID cannot stand in a header.
    """
    if not to:
        raise HeaderRefused("宛先がありません。所管課のメールアドレスを登録してください。")
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = at
    mail["From"] = _address(sender)
    mail["To"] = tuple(_address(each) for each in to)
    if cc:
        mail["Cc"] = tuple(_address(each) for each in cc)
    mail["Subject"] = _one_line(letter.subject)
    mail["Message-ID"] = _matching(_MESSAGE_ID, message_id, "Message-ID")
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Zesei-Kind"] = _matching(_KIND, kind, "通知の種類")
    mail["X-Zesei-Date"] = on.isoformat()
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    return mail


def message_id(kind: str, about: str, domain: str) -> str:
    """The Message-ID of what a mail is about: the same words give the same id, on any machine and day."""
    digest = sha256(f"{kind}\0{about}".encode()).hexdigest()[:32]
    return f"<{kind}.{digest}@{domain}>"


def _one_line(words: str) -> str:
    """Line breaks squeezed; 「=?」 is parted, or the email package decodes it and lets a break back in."""
    return " ".join(_CONTROL.sub(" ", words).split()).replace("=?", "= ?")


def _address(written: str) -> Address:
    name, spec = parseaddr(written)
    try:
        if _CONTROL.search(written) or "=?" in written or not spec.isascii():
            raise ValueError(written)
        address = Address(name, addr_spec=spec)
    except (ValueError, IndexError):
        address = Address()
    if not (address.username and address.domain):
        shown = _one_line(written)
        raise HeaderRefused(f"「{shown}」はメールアドレスとして使えません。登録内容を直してください。")
    return address


def _matching(pattern: re.Pattern[str], value: str, label: str) -> str:
    if not pattern.fullmatch(value):
        raise HeaderRefused(f"{label}「{_one_line(value)}」は使えません。改行や記号を除いてください。")
    return value
