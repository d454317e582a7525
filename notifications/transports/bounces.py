"""The mailbox that bounces come back to, read by IMAP; a mail is marked as read once its bounces were taken."""

import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32
from typing import Any, Literal

from notifications.transports.bounce_reports import Bounce, bounces_in

__all__ = ["Bounce", "BounceMailbox", "MailboxUnreachable", "Reading", "bounces_in", "read_bounces"]

LARGEST = 1_000_000  # bytes of one mail that are read: what it reports stands at its beginning


class MailboxUnreachable(Exception):
    """The mailbox could not be read now; `str()` is the Japanese sentence for the reader."""


@dataclass(frozen=True)
class BounceMailbox:
    """Where bounces arrive: the mailbox of the address that letters are sent from."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    timeout_seconds: float = 20


@dataclass(frozen=True)
class Reading:
    """How many mails were read, how many of them reported bounces, and how many were something else."""

    read: int = 0
    bounced: int = 0
    ignored: int = 0


def read_bounces(mailbox: BounceMailbox, take: Callable[[list[Bounce]], None], limit: int = 200) -> Reading:
    """Hand the bounces of each unread mail to `take`, oldest first, and mark the mail as read when it returned.

    What `take` raises is passed on and the mail stays unread: `take` may see the same bounces again.
    MailboxUnreachable when the server cannot be reached, does not let us in, or stops answering.
    """
    bounced = ignored = 0
    with _opened(mailbox) as folder:
        for uid in folder.unread()[:limit]:
            bounces = _reported(folder.mail(uid))
            if bounces:
                take(bounces)
            folder.mark_as_read(uid)
            bounced += bool(bounces)
            ignored += not bounces
    return Reading(bounced + ignored, bounced, ignored)


def _reported(raw: bytes) -> list[Bounce]:
    try:
        mail = message_from_bytes(raw, _class=EmailMessage, policy=compat32)  # the policy that takes any header
    except RecursionError:
        return []
    return bounces_in(mail)


class _Folder:
    """One selected folder; every answer but OK is MailboxUnreachable."""

    def __init__(self, client: imaplib.IMAP4, mailbox: BounceMailbox) -> None:
        self._client, self._mailbox = client, mailbox

    def unread(self) -> list[str]:
        """The unread mails, oldest first."""
        found = self._ask("SEARCH", "UNSEEN")
        return sorted((uid.decode() for each in found if each for uid in each.split()), key=int)

    def mail(self, uid: str) -> bytes:
        """The beginning of a mail, still unread afterwards; empty when it has gone meanwhile."""
        parts = self._ask("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def mark_as_read(self, uid: str) -> None:
        r"""Set \Seen."""
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, *command: str) -> list[Any]:
        with _trouble_in_words(self._mailbox):
            return _ok(*self._client.uid(*command))


@contextmanager
def _opened(mailbox: BounceMailbox) -> Iterator[_Folder]:
    with _trouble_in_words(mailbox):
        client = _dial(mailbox)
    try:
        with _trouble_in_words(mailbox):
            if mailbox.security == "starttls":
                client.starttls(ssl_context=ssl.create_default_context())
            client.login(_quoted(mailbox.user), mailbox.password)  # imaplib quotes the password alone
            _ok(*client.select(_quoted(_in_utf_7(mailbox.folder))))
        yield _Folder(client, mailbox)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()
        with suppress(OSError):
            client.shutdown()


def _dial(mailbox: BounceMailbox) -> imaplib.IMAP4:
    host, port, timeout = mailbox.host, mailbox.port, mailbox.timeout_seconds
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=timeout)
    return imaplib.IMAP4(host, port, timeout=timeout)


def _ok(status: str, answer: list[Any]) -> list[Any]:
    if status != "OK":
        raise imaplib.IMAP4.error(answer[0] if answer else status)
    return answer


def _in_utf_7(name: str) -> str:
    """A folder's name as IMAP spells it (RFC 3501, 5.1.3)."""

    def encoded(run: re.Match[str]) -> str:
        return "&" + b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", encoded, name.replace("&", "&-"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def _trouble_in_words(mailbox: BounceMailbox) -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError, UnicodeError) as trouble:
        where = f"{mailbox.host}:{mailbox.port}"
        raise MailboxUnreachable(
            f"不達通知の受信箱 {where} を読めません（{_reason(trouble)}）。次の回に読み直します。"
        ) from trouble


def _reason(trouble: Exception) -> str:
    """The common faults in Japanese, the others in the server's own words."""
    if isinstance(trouble, TimeoutError) or "timed out" in str(trouble):
        return "時間内に応答がありません"
    if isinstance(trouble, ConnectionRefusedError):
        return "接続を拒否されました"
    if isinstance(trouble, socket.gaierror):
        return "サーバ名が見つかりません"
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"証明書を確かめられません: {trouble.verify_message}"
    if isinstance(trouble, UnicodeError):
        return "利用者名かパスワードに使えない文字があります"
    if isinstance(trouble, ConnectionError) or "EOF" in str(trouble):
        return "接続が切れました"
    said = trouble.args[0] if trouble.args else ""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(trouble)
    return " ".join(words.split())
