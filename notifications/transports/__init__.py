"""The ways a mail leaves, and how each says that it did or did not: one receipt, two kinds of failure."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Protocol, Self


class DeliveryFailed(Exception):
    """A mail nobody accepted; `str()` is the Japanese sentence shown under 送れなかった通知."""


class Refused(DeliveryFailed):
    """The server will not take this mail however often it is sent; `answers` by recipient."""

    def __init__(self, sentence: str, answers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.answers = answers or {}


class Unreachable(DeliveryFailed):
    """The server could not be reached or cannot take the mail now: try again later."""


@dataclass(frozen=True)
class Receipt:
    """What the server answered when it took a mail, and the recipients it did not take it for."""

    answer: str
    refused: dict[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """What delivery needs: a connection for the length of a `with`, and a receipt for each mail."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def send(self, mail: EmailMessage) -> Receipt:
        """Hand one mail over; Refused or Unreachable when nobody took it."""
        ...
