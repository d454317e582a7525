"""Mail by SMTP over one connection; every recipient gets the answer the server gave for it."""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from notifications.mail import PackedMail, pack_mail
from notifications.transports import (
    Answer,
    DeliveryFailed,
    Outcome,
    Outgoing,
    Packed,
    Receipt,
    SenderRefused,
    Unreachable,
)
from notifications.transports.network import Patience
from notifications.transports.smtp_client import (
    Connection,
    SmtpServer,
    answer_words,
    open_connection,
    trouble_words,
)

__all__ = ["SmtpServer", "SmtpTransport"]

_CLOSING = 421
_GO_AHEAD = 354


class SmtpTransport:
    """One server, for the length of a `with`: dialled at the first mail, once more when the line was dropped since."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._patience = Patience(server.timeout_seconds)
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patience.begin_message()
        with suppress(OSError):
            if self._connection is not None:
                self._connection.quit()
        self._forget()

    def pack(self, message: Outgoing) -> PackedMail:
        """The mail in bytes; SenderRefused or HeaderRefused as in `pack_mail`."""
        return pack_mail(message)

    def send(self, packed: Packed, addresses: Sequence[str]) -> Receipt:
        """Hand the mail over for these addresses; Unreachable when no final answer came.

        Once the text is out there is no second try here: the server may have taken it.
        """
        assert isinstance(packed, PackedMail)
        asked = {each: packed.recipients[each] for each in addresses if each not in packed.unusable}
        answers = self._post(packed, list(dict.fromkeys(asked.values()))) if asked else {}
        return {each: answers[asked[each]] if each in asked else packed.unusable[each] for each in addresses}

    def _post(self, mail: PackedMail, recipients: list[str]) -> dict[str, Answer]:
        self._patience.begin_message()
        try:
            connection = self._announced(mail.sender)
            answers = {each: self._judged(connection.docmd("RCPT", f"TO:<{each}>")) for each in recipients}
            named = [each for each, answer in answers.items() if answer.outcome is Outcome.ACCEPTED]
            if named:
                answers |= dict.fromkeys(named, self._hand_over(connection, mail.content))
            else:
                self._reset(connection)
        except DeliveryFailed:
            self._forget()
            raise
        except OSError as failure:
            self._forget()
            raise self._server.trouble(trouble_words(failure)) from failure
        return answers

    def _announced(self, sender: str) -> Connection:
        """A connection on which the sender was taken; one that turns out closed or closing is replaced once."""
        kept = self._connection is not None
        try:
            connection, code, words = self._name_sender(sender)
        except smtplib.SMTPServerDisconnected as drop:
            if not kept or isinstance(drop.__context__, TimeoutError):
                raise
            code = _CLOSING
        if code == _CLOSING:
            self._forget()
            connection, code, words = self._name_sender(sender)
        if code >= 500:
            said = f"{code} {answer_words(words)}"
            raise SenderRefused(
                f"{self._server} が差出人 {sender} を受け付けません（{said}）。設定を確かめてください。"
            )
        if code >= 300:
            raise self._server.trouble(f"{code} {answer_words(words)}")
        return connection

    def _name_sender(self, sender: str) -> tuple[Connection, int, bytes]:
        connection = self._connection = self._connection or open_connection(self._server, self._patience)
        return connection, *connection.docmd("MAIL", f"FROM:<{sender}>")

    def _hand_over(self, connection: Connection, content: bytes) -> Answer:
        """The text, and the answer that all named recipients share."""
        answer = self._judged(connection.docmd("DATA"), _GO_AHEAD)
        if answer.outcome is not Outcome.ACCEPTED:
            self._reset(connection)
            return answer
        connection.send(content + b".\r\n")
        try:
            reply = connection.getreply()
        except OSError as failure:
            raise Unreachable(
                f"{self._server} に本文を送りましたが、返事がありません（{trouble_words(failure)}）。"
                "受け取られたかどうかは分かりません。後で再送します。"
            ) from failure
        return self._judged(reply)

    def _judged(self, reply: tuple[int, bytes], wanted: int = 250) -> Answer:
        """An answer as an outcome; Unreachable when the server is closing or lost the thread."""
        code, words = reply
        said = f"{code} {answer_words(words)}".rstrip()
        if code // 100 == wanted // 100:
            return Answer(Outcome.ACCEPTED, said)
        if code < 400 or code == _CLOSING:
            raise self._server.trouble(said)
        return Answer(Outcome.PUT_OFF if code < 500 else Outcome.REFUSED, said)

    def _reset(self, connection: Connection) -> None:
        """Forget the sender on the server's side, or the next mail would be refused."""
        try:
            code, _ = connection.rset()
        except OSError:
            code = _CLOSING
        if code != 250:
            self._forget()

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
