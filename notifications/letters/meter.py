"""How long a template of the office may take and how much it may write, counted while it is filled.

The time is that of the thread's own work: a busy machine makes no template slow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time

from jinja2 import TemplateRuntimeError

SECONDS = 2.0
WRITTEN = 2_000_000
MOVED = 20_000_000  # characters that may be joined, cut or repeated on the way to what is written
_PER_ENTRY = 20


class TemplateTooSlow(TemplateRuntimeError):
    """The time for one template is over."""


class TemplateTooLong(TemplateRuntimeError):
    """The template wrote, or kept, more than a letter can hold."""


@dataclass
class Meter:
    """What is left for one template."""

    until: float
    left: int = MOVED

    def spend(self, characters: int) -> None:
        """Take note of work done; raises when the time or the room is used up."""
        self.left -= characters
        if self.left < 0:
            raise TemplateTooLong
        if thread_time() > self.until:
            raise TemplateTooSlow


_METER = ContextVar[Meter | None]("meter", default=None)


@contextmanager
def metered(seconds: float) -> Iterator[None]:
    """Count all that is filled inside, in this thread, against one meter."""
    token = _METER.set(Meter(thread_time() + seconds))
    try:
        yield
    finally:
        _METER.reset(token)


def spend(characters: int) -> None:
    """Count work against the meter that is running, if any."""
    if meter := _METER.get():
        meter.spend(characters)


def weight(value: object) -> int:
    """Roughly the characters a value would take if it were written out; stops counting when it is too many."""
    total, waiting = 0, [value]
    while waiting and total <= MOVED:
        each = waiting.pop()
        if isinstance(each, str):
            total += len(each)
        elif isinstance(each, int):
            total += each.bit_length() // 3
        elif isinstance(each, list | tuple):
            total += _PER_ENTRY * len(each)
            waiting += each
        elif isinstance(each, dict):
            total += 2 * _PER_ENTRY * len(each)
            waiting += [*each, *each.values()]
        total += 1
    return total
