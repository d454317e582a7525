"""Connections that may not be kept for nothing: a time for heads, a pace for bodies and answers, a number per address."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
FULL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
KILOBYTE = 1 << 10


@dataclass(frozen=True)
class Patience:
    """How long a visitor is waited for, and how many connections there may be in all and from one address.

    `stall_seconds` is the window in which a body or an answer must get on by `slowest_kb` a second.
    """

    head_seconds: float
    stall_seconds: float
    slowest_kb: int
    connections: int
    per_address: int
    proxies: tuple[str, ...] = ()

    def is_proxy(self, address: str) -> bool:
        """Whether an address speaks for many."""
        try:
            return any(ip_address(address) in ip_network(proxy) for proxy in self.proxies)
        except ValueError:
            return False


@dataclass
class Visitors:
    """The connections that are open now."""

    patience: Patience
    by_address: Counter[str] = field(default_factory=Counter)

    def has_room_for(self, address: str) -> bool:
        """Whether one more may stay."""
        if self.by_address.total() >= self.patience.connections:
            return False
        return self.patience.is_proxy(address) or self.by_address[address] < self.patience.per_address


class PatientProtocol(H11Protocol):
    """One connection: closed when its head, its body or its reader keep the server waiting."""

    visitors: ClassVar[Visitors]
    _address: str | None = None  # counted under it; None when it was not let in
    _timer: asyncio.TimerHandle | None = None
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let a connection in, or send it away at once."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self.visitors.has_room_for(address):
            self._send_away(FULL)
            return
        self._address = address
        self.visitors.by_address[address] += 1
        self._wait(self.visitors.patience.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Its place is free again."""
        self._stop_waiting()
        if self._address is not None:
            self.visitors.by_address[self._address] -= 1
            if not self.visitors.by_address[self._address]:
                del self.visitors.by_address[self._address]
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head or of a body."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        if self._is_between_requests and self._timer is None:
            self._wait(self.visitors.patience.head_seconds, self._head_is_late)
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:  # a head is whole
            self._watch(self._received)

    def on_response_complete(self) -> None:
        """An answer is out; a request that came behind it may be at work from here on."""
        self._stop_waiting()
        before = self.cycle
        super().on_response_complete()
        if self.cycle is not before:
            self._watch(self._received)

    @property
    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _head_is_late(self) -> None:
        self._timer = None
        if self._is_between_requests:
            self._send_away(LATE)

    def _watch(self, received: int) -> None:
        """From now on, see at the end of each window whether body and answer got on."""
        left = self._unsent()
        self._wait(self.visitors.patience.stall_seconds, lambda: self._look(received, left))

    def _look(self, received: int, left: int) -> None:
        self._timer = None
        if self._is_between_requests:
            return
        pace = self.visitors.patience.slowest_kb * KILOBYTE * self.visitors.patience.stall_seconds
        is_read = not self.flow.read_paused and self.cycle.more_body
        if is_read and self._received - received < pace:
            self._send_away(LATE)
        elif left and self._unsent() >= left:
            self.transport.abort()  # whoever does not read would not read this either
        else:
            self._watch(self._received)

    def _unsent(self) -> int:
        return self.transport.get_write_buffer_size()

    def _send_away(self, answer: bytes) -> None:
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(answer)
        self.transport.close()
        self._wait(self.visitors.patience.stall_seconds, self.transport.abort)

    def _wait(self, seconds: float, then: Callable[[], Any]) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def protocol_with(patience: Patience) -> type[PatientProtocol]:
    """The protocol of one server, which counts its own visitors."""
    return type("VisitorProtocol", (PatientProtocol,), {"visitors": Visitors(patience)})
