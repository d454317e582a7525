"""A mail server that is fair and unfair by turns, and knows of every letter for whom it has taken it."""

import random
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from enum import StrEnum

from tests.notifications.lines import listening


class Turn(StrEnum):
    """What the server may do at one of its steps instead of its work."""

    FAIR = "does its work"
    LATER = "answers 4xx"
    CLOSING = "answers 421"
    DROP = "closes the connection"
    SILENCE = "says nothing and waits"
    DROP_HALFWAY = "closes the connection in the middle of the text"


TROUBLE: Mapping[str, tuple[Turn, ...]] = {
    "greeting": (Turn.CLOSING, Turn.DROP, Turn.SILENCE),
    "EHLO": (Turn.DROP, Turn.SILENCE),
    "MAIL": (Turn.LATER, Turn.CLOSING, Turn.DROP, Turn.SILENCE),
    "RCPT": (*[Turn.LATER] * 9, Turn.CLOSING, Turn.DROP, Turn.SILENCE),
    "DATA": (Turn.LATER, Turn.DROP, Turn.DROP_HALFWAY, Turn.SILENCE),
    "text": (Turn.LATER, Turn.CLOSING, Turn.DROP, Turn.SILENCE),
}
EVERY_TROUBLE = {(step, turn) for step, turns in TROUBLE.items() for turn in turns}
FAIR_TURNS = {"greeting": 4, "EHLO": 4, "MAIL": 16, "RCPT": 40, "DATA": 16, "text": 16}  # between the unfair ones
ANSWERS = {Turn.LATER: "451 4.3.0 not now", Turn.CLOSING: "421 4.3.2 closing"}


class _Over(Exception):
    """The connection ends here."""


@dataclass
class TurningServer:
    """Deals each step a turn from a shuffled deck; when a deck is dealt out, that step is fair for ever."""

    dice: random.Random
    refused: Mapping[str, str] = field(default_factory=dict)  # address → the answer it always gets
    mute_for: frozenset[str] = frozenset()  # addresses at which it falls silent, always
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)  # (address, Message-ID): answered 250
    unanswered: Counter[tuple[str, str]] = field(default_factory=Counter)  # taken whole, the answer was kept back
    dealt: Counter[tuple[str, Turn]] = field(default_factory=Counter)
    visits: int = 0

    def __post_init__(self) -> None:
        self.decks = {step: [*turns, *[Turn.FAIR] * FAIR_TURNS[step]] for step, turns in TROUBLE.items()}
        for deck in self.decks.values():
            self.dice.shuffle(deck)

    @contextmanager
    def open_at(self, port: int = 0) -> Iterator[int]:
        """Listen; before and afterwards connections are refused."""
        with listening(self._serve, port) as its_port:
            yield its_port

    def is_fair_from_now_on(self) -> None:
        for deck in self.decks.values():
            deck.clear()

    def _serve(self, line: socket.socket) -> None:
        self.visits += 1
        with suppress(_Over, OSError), line.makefile("rb") as commands:
            _Clerk(self, line, commands.readline).work()

    def deal(self, step: str) -> Turn:
        turn = self.decks[step].pop() if self.decks[step] else Turn.FAIR
        self.dealt[step, turn] += 1
        return turn


@dataclass
class _Clerk:
    """One connection."""

    server: TurningServer
    line: socket.socket
    read: Callable[[], bytes]
    named: list[str] = field(default_factory=list)

    def work(self) -> None:
        if self.fares("greeting"):
            self.say("220 mail.city.example ready")
        while words := self.read().decode().strip():
            command = words[:4].upper()
            if command == "QUIT":
                return
            getattr(self, command.lower(), self.rset)(words)

    def ehlo(self, _words: str) -> None:
        if self.fares("EHLO"):
            self.say("250 mail.city.example")

    def mail(self, _words: str) -> None:
        self.named = []
        if self.fares("MAIL"):
            self.say("250 2.1.0 Ok")

    def rcpt(self, words: str) -> None:
        address = re.search("<(.*)>", words)[1]  # type: ignore[index]
        if address in self.server.refused:
            self.say(self.server.refused[address])
        elif address in self.server.mute_for:
            self.wait()
        elif self.fares("RCPT"):
            self.named.append(address)
            self.say("250 2.1.5 Ok")

    def data(self, _words: str) -> None:
        if not self.fares("DATA"):
            return
        self.say("354 go ahead")
        text = self.text()
        message_id = BytesHeaderParser().parsebytes(text)["Message-ID"]
        turn = self.server.deal("text")
        if turn in ANSWERS:
            self.act(turn)
        else:
            (self.server.taken if turn is Turn.FAIR else self.server.unanswered).update(
                (address, message_id) for address in self.named
            )
            self.act(turn)
            self.say("250 2.0.0 Ok: queued as A1")

    def rset(self, _words: str) -> None:
        self.named = []
        self.say("250 2.0.0 Ok")

    def fares(self, step: str) -> bool:
        """Whether the step is done fairly; the rest is acted out."""
        turn = self.server.deal(step)
        self.act(turn)
        return turn is Turn.FAIR

    def act(self, turn: Turn) -> None:
        if turn in ANSWERS:
            self.say(ANSWERS[turn])
        if turn is Turn.DROP_HALFWAY:
            self.say("354 go ahead")
            self.read()
        if turn is Turn.SILENCE:
            self.wait()
        if turn in (Turn.CLOSING, Turn.DROP, Turn.DROP_HALFWAY):
            raise _Over

    def text(self) -> bytes:
        taken = b""
        while not taken.endswith(b"\r\n.\r\n"):
            piece = self.read()
            if not piece:
                raise _Over
            taken += piece
        return taken

    def wait(self) -> None:
        while self.line.recv(4096):
            pass
        raise _Over

    def say(self, words: str) -> None:
        self.line.sendall(words.encode() + b"\r\n")
