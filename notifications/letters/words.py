"""What all letters can say: filters that turn days, instants and names into the words of an office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar, overload

from jinja2 import Environment

from notifications.letters.plain_text import centred, full, hang, right
from tracker.domain.dates import read_date, wareki
from tracker.domain.errors import DateUnreadable

SHOWN = 50  # lines of one section: a mail is no list, and a page of the screens holds as many
Row = TypeVar("Row")
_PERSONS = ("長", "者", "監", "主幹", "参事", "主査")


@dataclass(frozen=True)
class Section(Sequence[Row]):
    """The first lines of a section, as many as a letter shows, and how many there are in all."""

    shown: tuple[Row, ...]
    total: int

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        return self.shown[place]


def days_word(days_left: int | None) -> str:
    """「8日超過」, 「本日」 or 「あと5日」; nothing when there is no day to count to."""
    if days_left is None:
        return ""
    if days_left == 0:
        return "本日"
    return f"あと{days_left}日" if days_left > 0 else f"{-days_left}日超過"


@lru_cache(maxsize=4096)
def own_words(printed: str, deadline: date | None) -> str:
    """The printed deadline when it says something else than the day itself (「令和6年1月末まで」)."""
    words = " ".join(printed.split())
    if not words:
        return ""
    try:
        says_the_same = read_date(words.removesuffix("まで")).day == deadline
    except DateUnreadable:
        says_the_same = False
    return "" if says_the_same else words


def clock_words(at: datetime) -> str:
    """令和6年3月18日（月）6時00分, as the clock of that instant's own zone shows it."""
    return f"{wareki(at.date(), weekday=True)}{at.hour}時{at.minute:02}分"


def period_words(first: date, last: date) -> str:
    """令和6年3月11日（月）～17日（日）: the second day without what it shares with the first."""
    end = wareki(last, weekday=True)
    if first.year == last.year:
        end = end.split("年", 1)[1]
        end = end.split("月", 1)[1] if first.month == last.month else end
    return f"{wareki(first, weekday=True)}～{end}"


def to_whom(addressee: str) -> str:
    """障害者施策課長 様, 障害者施策課 御中: a person by the office held, or the office itself."""
    return f"{addressee} {'様' if addressee.endswith(_PERSONS) else '御中'}"


def one_line(words: str) -> str:
    """Words that came from a register on one line, whatever breaks stood in them."""
    return " ".join(words.strip().splitlines())


def numbered(words: str, number: int) -> str:
    """（1）長期不在者のアカウントの停止, with the lines after the first below its words, and a line break."""
    return hang(one_line(words), f"（{number}）", "　　　") + "\n"


def labelled(words: str | None, label: str) -> str:
    """Words in a list below a numbered line, behind a label of two characters; nothing at all when there are none."""
    return hang(words, f"　　　{label}　", "　　　　　　") + "\n" if words else ""


def teach(paper: Environment) -> None:
    """Let the templates of an environment use these words."""
    paper.filters |= {"wareki": _wareki, "days_word": days_word, "own_words": own_words, "to_whom": to_whom}
    paper.filters |= {"clock_words": clock_words, "period_words": period_words, "one_line": one_line}
    paper.filters |= {"hang": hang, "right": right, "centred": centred, "numbered": numbered, "labelled": labelled}
    paper.filters |= {"full": full}
    paper.globals |= {"SHOWN": SHOWN}


def _wareki(day: date, *, weekday: bool = True) -> str:
    return wareki(day, weekday=weekday)
