"""Mail by SMTP over one connection, opened at the first mail and once more when the server dropped it."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Literal, Self, cast

from notifications.transports import Receipt, Refused, Unreachable

Answers = dict[str, tuple[int, str]]
_DROPPED = (smtplib.SMTPServerDisconnected, ConnectionError)


@dataclass(frozen=True)
class SmtpServer:
    """Where the office's mail server is and how to talk to it."""

    host: str
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20


class SmtpTransport:
    """One connection to one server, for the length of a `with`."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
        self._forget()

    def send(self, mail: EmailMessage) -> Receipt:
        """Hand one mail over. A recipient refused beside accepted ones stands in the receipt.

        Once the text has been sent no second try is made here: the server may have taken it.
        """
        sender, recipients, text = _envelope(mail)
        try:
            with self._faults_in_words(recipients):
                answers = self._announce(sender, recipients)
                refused = self._sort(answers)
                return Receipt(self._hand_over(text), refused)
        except (Refused, Unreachable):
            self._reset()
            raise

    def _announce(self, sender: str, recipients: list[str]) -> Answers:
        """Name sender and recipients; a kept connection that turns out dead is replaced once."""
        kept = self._client is not None
        try:
            return self._name_all(sender, recipients)
        except _DROPPED:
            self._forget()
            if not kept:
                raise
        return self._name_all(sender, recipients)

    def _name_all(self, sender: str, recipients: list[str]) -> Answers:
        client = self._client = self._client or self._connect()
        code, words = client.mail(sender)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(_words(words))
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, words, sender)
        answers = {each: client.rcpt(each) for each in recipients}
        return {each: (code, f"{code} {_words(words)}") for each, (code, words) in answers.items()}

    def _connect(self) -> smtplib.SMTP:
        """A connection with TLS and login as configured; a fault here is the server's, not the mail's."""
        try:
            client = self._dial()
        except smtplib.SMTPResponseException as failure:
            raise Unreachable(self._sentence(_answer(failure))) from failure
        try:
            if self._server.security == "starttls":
                client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
            if self._server.user:
                client.login(self._server.user, self._server.password or "")
        except BaseException as failure:
            client.close()
            if isinstance(failure, smtplib.SMTPResponseException):
                raise Unreachable(self._sentence(_answer(failure))) from failure
            raise
        return client

    def _dial(self) -> smtplib.SMTP:
        host, port, timeout = self._server.host, self._server.port, self._server.timeout_seconds
        if self._server.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=timeout)

    def _sort(self, answers: Answers) -> dict[str, str]:
        """The refused among the answers; raises when nobody is left."""
        refused = {each: words for each, (code, words) in answers.items() if code not in (250, 251)}
        if len(refused) < len(answers):
            return refused
        if any(code < 500 for code, _ in answers.values()):
            raise Unreachable(self._sentence("、".join(refused.values())))
        raise Refused(
            f"すべての宛先が拒否されました（{'、'.join(refused.values())}）。宛先を確かめてください。",
            refused,
        )

    def _hand_over(self, text: bytes) -> str:
        assert self._client is not None
        code, words = self._client.data(text)
        if code != 250:
            raise smtplib.SMTPDataError(code, words)
        return f"{code} {_words(words)}"

    @contextmanager
    def _faults_in_words(self, recipients: list[str]) -> Iterator[None]:
        """What smtplib and the network raise, as one of our two failures."""
        try:
            yield
        except smtplib.SMTPResponseException as failure:
            answer = _answer(failure)
            if failure.smtp_code >= 500:
                raise Refused(_not_taken(answer), dict.fromkeys(recipients, answer)) from failure
            raise Unreachable(self._sentence(answer)) from failure
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            self._forget()
            raise Unreachable(self._sentence(_reason(failure))) from failure

    def _sentence(self, why: str) -> str:
        return f"メールサーバ {self._server.host}:{self._server.port} に送れません（{why}）。後で再送します。"

    def _reset(self) -> None:
        try:
            if self._client is not None:
                self._client.rset()
        except (smtplib.SMTPException, OSError):
            self._forget()

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _envelope(mail: EmailMessage) -> tuple[str, list[str], bytes]:
    """Sender, recipients without repeats, and the bytes of a mail."""
    sender = cast(AddressHeader, mail["From"]).addresses[0].addr_spec
    named = [header for name in ("To", "Cc") for header in mail.get_all(name, [])]
    recipients = [each.addr_spec for header in named for each in cast(AddressHeader, header).addresses]
    return sender, list(dict.fromkeys(recipients)), mail.as_bytes(policy=SMTP)


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())


def _answer(failure: smtplib.SMTPResponseException) -> str:
    return f"{failure.smtp_code} {_words(failure.smtp_error)}"


def _reason(failure: Exception) -> str:
    """The common faults of a network in Japanese, the others as they are."""
    if isinstance(failure, TimeoutError) or "timed out" in str(failure):
        return "時間内に応答がありません"
    if isinstance(failure, ConnectionRefusedError):
        return "接続を拒否されました"
    if isinstance(failure, socket.gaierror):
        return "サーバ名が見つかりません"
    if isinstance(failure, _DROPPED):
        return "接続が切れました"
    return _words(str(failure))


def _not_taken(answer: str) -> str:
    return f"メールサーバがこの通知を受け付けませんでした（{answer}）。宛先と差出人を確かめてください。"
