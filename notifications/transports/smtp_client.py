"""One connection to a mail server: dialled, secured, logged in; no answer outlasts the patience it is given."""

import errno
import io
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any, Literal

from notifications.transports import Unreachable
from notifications.transports.network import Patience, reason

_PIECE = 16_384  # bytes that go out on one look at the clock
_LONGEST_ANSWER = 65_536
_FULL_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class SmtpServer:
    """Where the office's mail server is and how to talk to it; seconds for each of its answers."""

    host: str
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20

    def __str__(self) -> str:
        return f"メールサーバー {self.host}:{self.port}"

    def trouble(self, why: str) -> Unreachable:
        """The failure to raise when nothing went out, with `why` between brackets."""
        return Unreachable(f"{self} に送れません（{why}）。後で再送します。")


class Connection(smtplib.SMTP):
    """smtplib's client, timed by whole answers: its own limit is for each byte that drips in."""

    def __init__(self, server: SmtpServer, patience: Patience) -> None:
        self._patience = patience
        self.tls = ssl.create_default_context() if server.security != "none" else None
        self._tls_at_once = server.security == "tls"
        super().__init__(server.host, server.port, "localhost", server.timeout_seconds)
        self.local_hostname = _own_name(self.sock)

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        """Dial, with TLS at once where that is asked for, and read the greeting."""
        self._patience.begin_answer()
        self.sock = socket.create_connection((host, port), self._patience.left(), source_address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is not None and self._tls_at_once:
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=host)
        return self.getreply()

    def send(self, s: Any) -> None:
        """All of it, or SMTPServerDisconnected or TimeoutError."""
        content = s.encode(self.command_encoding) if isinstance(s, str) else s
        self._patience.begin_answer()
        for start in range(0, len(content), _PIECE):
            if self.sock is not None:
                self.sock.settimeout(self._patience.left())
            super().send(content[start : start + _PIECE])

    def getreply(self) -> tuple[int, bytes]:
        """The next whole answer; SMTPException when what comes is not one."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Answers(self.sock, self._patience))
        if self.file is not None:
            self.file.raw.begin()
        code, words = super().getreply()
        if not 200 <= code < 600:
            raise smtplib.SMTPException("no answer of this protocol")
        return code, words


class _Answers(io.RawIOBase):
    """What the server says, read as long as patience and a sane length last."""

    def __init__(self, line: socket.socket, patience: Patience) -> None:
        self._line, self._patience = line, patience
        self.begin()

    def begin(self) -> None:
        """A new answer is waited for."""
        self._patience.begin_answer()
        self._room_left = _LONGEST_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        if self._room_left < 0:
            raise OSError(errno.EMSGSIZE, "an answer without an end")
        self._line.settimeout(self._patience.left())
        taken = self._line.recv_into(room)
        self._room_left -= taken
        return taken


def open_connection(server: SmtpServer, patience: Patience) -> Connection:
    """A connection with TLS and login as configured; Unreachable, with a sentence, whatever goes wrong."""
    connection = None
    try:
        connection = Connection(server, patience)
        _secure_and_log_in(connection, server)
    except (OSError, UnicodeError, Unreachable) as failure:
        if connection is not None:
            connection.close()
        if isinstance(failure, Unreachable):
            raise
        raise server.trouble(trouble_words(failure)) from failure
    return connection


def _secure_and_log_in(connection: Connection, server: SmtpServer) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        if not connection.has_extn("starttls"):
            raise server.trouble("サーバが STARTTLS に対応していません")
        connection.starttls(context=connection.tls)
        connection.ehlo_or_helo_if_needed()
    if server.user:
        if not connection.has_extn("auth"):
            raise server.trouble("サーバがログインに対応していません")
        connection.login(server.user, server.password or "")


def trouble_words(failure: Exception) -> str:
    """What smtplib or the network raised, in the server's own words or in Japanese."""
    if isinstance(failure, smtplib.SMTPResponseException) and isinstance(failure.smtp_error, bytes):
        said = f"{failure.smtp_code} {answer_words(failure.smtp_error)}"
        return f"ログインできません: {said}" if isinstance(failure, smtplib.SMTPAuthenticationError) else said
    dropped = isinstance(failure, smtplib.SMTPServerDisconnected)
    return reason(failure, "接続が切れました" if dropped else "応答を読めません")


def answer_words(answer: bytes) -> str:
    """A server's answer as one line of text."""
    return " ".join(answer.decode("utf-8", "replace").split())


def _own_name(line: socket.socket | None) -> str:
    """What EHLO says: the full host name, else the address; asking the name service may take longer than the mail."""
    name = socket.gethostname()
    if line is None or _FULL_NAME.fullmatch(name):
        return name
    address = line.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
