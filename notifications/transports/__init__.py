"""The ways a message leaves: what is sent, and the answer that every recipient gets, one each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from notifications.letters.letter import Letter


@dataclass(frozen=True)
class Outgoing:
    """One message on its way: the letter, its head, and what is attached.

    `sender`, `to` and `cc` as written (「課 <ka@city.example>」, for a webhook its name); `on` is the office's day and
    `at` the aware instant of the Date header; `bounces_to` the envelope sender, the sender's own address when empty.
    `calendar` is iCalendar text; `url` and `department` are for channels that show one link and a name.
    """

    letter: Letter
    sender: str
    to: tuple[str, ...]
    message_id: str
    kind: str
    on: date
    at: datetime
    cc: tuple[str, ...] = ()
    bounces_to: str = ""
    calendar: str = ""
    url: str = ""
    department: str = ""


class Outcome(StrEnum):
    """What became of a message for one address; `put-off` is worth another try, `refused` is not."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    PUT_OFF = "put-off"


@dataclass(frozen=True)
class Answer:
    """The outcome for one address, in the server's own words or in a Japanese sentence."""

    outcome: Outcome
    words: str


Receipt = Mapping[str, Answer]
"""One answer for each address that was asked for, under the address as it was written."""


class DeliveryFailed(Exception):
    """A message that got no answer; `str()` is the Japanese sentence shown under 送れなかった通知."""


class Unreachable(DeliveryFailed):
    """The server was not reached, fell silent or dropped the line: nobody answered, try again later."""


class SenderRefused(Unreachable):
    """Nothing is taken from this sender, by the server or by the form of its address: the set-up needs a hand."""


@dataclass(frozen=True)
class Packed:
    """A message ready to go: its addresses without repeats, and those of them that cannot be used, each answered."""

    addresses: tuple[str, ...]
    unusable: Receipt


class Transport(Protocol):
    """What delivery needs: a connection for the length of a `with`, opened when the first message needs it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def pack(self, message: Outgoing) -> Packed:
        """Make it ready without touching the network, on any thread; SenderRefused when the sender is unusable."""
        ...

    def send(self, packed: Packed, addresses: Sequence[str]) -> Receipt:
        """Hand over what this transport packed, to these of its addresses; DeliveryFailed when nobody answered."""
        ...
