"""How single values are written in OSCAL: Markdown that stays the words it was, names, instants, and UUIDs that last."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID, uuid5

from tracker.sheets.cells import plain_text

Json = dict[str, Any]
NAMESPACE = UUID("6f4c2a52-5a4b-5d0e-9a35-2f1d9d1c7a10")  # ours, made once
NS = "https://zesei.example/ns/oscal"
NOT_WRITTEN = "（記載なし）"
FIRST_YEAR, LAST_YEAR = 1900, 2999  # those that the schema's pattern of an instant knows
_INLINE = re.compile(r"([\\`*_{}\[\]<>~^|&$\"!])")
_AT_START = re.compile(r"\A(?:([#+=\-])|(\d+)([.)]))")
_SPACES = re.compile(r"[ \t\n\v\f\r]+")  # the wide space of Japanese stays
_NO_TOKEN = re.compile(r"[^\w.\-]")


def line(words: str) -> str:
    """Words as `markup-line`: one line, in which Markdown finds no mark of its own."""
    return _escaped(_SPACES.sub(" ", plain_text(words)).strip()) or NOT_WRITTEN


def prose(*paragraphs: str) -> str:
    """Words as `markup-multiline`: each line a paragraph, for a single line break would be lost."""
    lines = (part.strip() for words in paragraphs for part in plain_text(words).split("\n"))
    return "\n\n".join(_escaped(_SPACES.sub(" ", one)) for one in lines if one) or NOT_WRITTEN


def plain(words: str) -> str:
    """Words as `string`: one line without spaces around it, never empty."""
    return _SPACES.sub(" ", plain_text(words).replace("\ufeff", "")).strip() or NOT_WRITTEN


def token(words: str) -> str:
    """Words as `token`: letters, digits, points and dashes, with a letter before them."""
    return f"n-{_NO_TOKEN.sub('_', unicodedata.normalize('NFKC', words))}"


def prop(name: str, value: object) -> Json:
    """A property in our own namespace."""
    return {"name": name, "ns": NS, "value": plain(str(value))}


def without_nothing(facts: Json) -> Json:
    """The facts but for empty ones: the schema allows no empty list."""
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


@dataclass(frozen=True)
class Pen:
    """What all parts of one document share: whose it is and in which zone its days end."""

    office: str
    zone: tzinfo

    def uuid(self, kind: str, *names: object) -> str:
        """The UUID of a thing: the same in every document of this office."""
        return str(uuid5(NAMESPACE, "\0".join((self.office, kind, *map(str, names)))))

    def instant(self, at: datetime) -> str:
        """An instant in the office's zone."""
        return at.astimezone(self.zone).isoformat(timespec="seconds")

    def end_of(self, day: date | None) -> str | None:
        """The last second of a day; nothing for a day beyond what OSCAL can write."""
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            return None
        return datetime.combine(day, time(23, 59, 59), self.zone).isoformat()

    def start_of(self, day: date) -> str:
        """The first second of a day."""
        return datetime.combine(day, time(0), self.zone).isoformat()


def _escaped(words: str) -> str:
    marked = _INLINE.sub(r"\\\1", words)
    return _AT_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", marked)
