"""Standard streams that last: a terminal that was closed, a full disk or a broken pipe behind them ends no program."""

import os
import sys
from contextlib import suppress
from typing import Any, TextIO


class LastingStream:
    """A stream whose writing never fails: what nobody can take is lost, and nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what can be passed on."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def open_closed_streams() -> None:
    """Fill descriptors that were closed when the program was started.

    The next file that is opened would get their numbers, and what somebody writes to standard error would land in it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def make_notices_last() -> None:
    """From here on a notice that cannot be written is lost, and the program goes on."""
    if not isinstance(sys.stderr, LastingStream):
        sys.stderr = LastingStream(sys.stderr)
