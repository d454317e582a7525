"""The address of one row: its key, part by part, whatever characters an office's codes have."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.domain.register_lists import column_of
from tracker.domain.registers import Kind, Register
from tracker.web.display import link

_ESCAPED = re.compile(r"~([0-9a-f]{1,6})\.")


def row_link(register: Register, key: Sequence[Any]) -> str:
    """/registers/アカウント/rows/SHOGAI/sf0221"""
    return link("registers", register.stem, "rows", *(_part(str(value)) for value in key))


def row_key(register: Register, path: str) -> tuple[Any, ...] | None:
    """The key in an address; None when there is no such key in this register."""
    parts = path.split("/")
    if len(parts) != len(register.keys):
        return None
    try:
        return tuple(_value(register, name, part) for name, part in zip(register.keys, parts, strict=True))
    except ValueError:
        return None


def _value(register: Register, name: str, part: str) -> Any:
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), part)
    if "\0" in text or not text.encode():  # half a surrogate pair is no text either, says encode()
        raise ValueError(part)
    return date.fromisoformat(text) if column_of(register, name).kind is Kind.DATE else text


def _part(text: str) -> str:
    """What a path would cut, drop or lose stands as ~2f. instead: slashes, lone dots, what cannot be printed."""
    if set(text) == {"."}:
        return "".join("~2e." for _ in text)
    return "".join(c if c.isprintable() and c not in "~/" else f"~{ord(c):x}." for c in text)
