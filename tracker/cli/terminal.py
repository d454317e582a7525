"""What reaches a terminal: a file's text may hold sequences that would move its cursor, colour it or rename it."""

import io
import re
import sys
from typing import Any

# Control characters but tab and line feed; those from 80 on are sequences of one character, the rest turn the reading order.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _PlainStream(io.TextIOWrapper):
    def write(self, text: str) -> int:
        return super().write(_COMMANDS.sub("", text) if _COMMANDS.search(text) else text)


def keep_terminal_plain() -> None:
    """From here on standard output and error carry text alone; a character that a CP932 console lacks becomes ?."""
    sys.stdout, sys.stderr = _plain(sys.stdout), _plain(sys.stderr)


def escaped(json: str) -> str:
    """A JSON document with such characters as escapes: what a program reads from it stays the same."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found.group()):04x}", json)


def _plain(stream: Any) -> Any:
    if type(stream) is not io.TextIOWrapper:  # closed, or a program's own
        return stream
    encoding, is_by_line = stream.encoding, stream.line_buffering
    return _PlainStream(stream.detach(), encoding=encoding, errors="replace", line_buffering=is_by_line)
