"""和暦 and the other ways an office writes a day, both ways; and printed deadlines that are no days."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tracker.domain.errors import DateUnreadable


@dataclass(frozen=True)
class Era:
    """One era of the calendar: its name, its letter, and the day it began."""

    name: str
    letter: str
    began_on: date


ERAS = (
    Era("明治", "M", date(1868, 1, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("令和", "R", date(2019, 5, 1)),
)
WEEKDAYS = "月火水木金土日"
EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # 1954 to 2119; below and above, a number is not taken for a date

_ERA = "(?P<era>明治|大正|昭和|平成|令和|[MTSHR])"
_WEEKDAY = r"(?:\((?P<weekday>[月火水木金土日])(?:曜日?)?\))?"
_JAPANESE = re.compile(rf"{_ERA}(?P<y>元|\d{{1,2}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日{_WEEKDAY}", re.I)
_SHORT = re.compile(rf"{_ERA}(?P<y>元|\d{{1,2}})[./-](?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}}){_WEEKDAY}", re.I)
_WESTERN = re.compile(
    rf"(?P<y>\d{{4}})(?:[./-](?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}})|年(?P<m2>\d{{1,2}})月(?P<d2>\d{{1,2}})日){_WEEKDAY}"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?", re.I)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
# Behind a blank, a T, 日 or a weekday: without one, 2023/7/2 10:15 might as well be the 21st at 0:15.
_TIME = re.compile(
    r"(?:(?<=[日)\s])|(?<=\d)T)(?:(?:午前|午後|[AP]M)\s*)?"
    r"(?:(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?|\s*時\s*(?:[0-5]?\d\s*分\s*(?:[0-5]?\d\s*秒)?)?)"
    r"|24:00(?::00)?)(?:\s*[AP]M|\s*\+09:?00)?\s*\Z",
    re.I,
)


@dataclass(frozen=True)
class ReadDate:
    """A day read from text, and a warning when the text was not quite right (平成35年)."""

    day: date
    warning: str | None = None


def read_date(text: str) -> ReadDate:
    """Read one day in any form of interfaces section 2; DateUnreadable says why it is none.

    A time of day behind it is left aside: an export of last sign-ins has one more often than not.
    A bare number is none: only a register's cell may hold Excel's, see `read_serial`.
    """
    even = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\s+", "", _TIME.sub("", even))
    if match := _JAPANESE.fullmatch(plain) or _SHORT.fullmatch(plain):
        return _from_era(text, match)
    if match := _WESTERN.fullmatch(plain):
        month, day = match["m"] or match["m2"], match["d"] or match["d2"]
        return _checked_weekday(text, _day(text, int(match["y"]), int(month), int(day)), match["weekday"])
    if match := _COMPACT.fullmatch(plain):
        return ReadDate(_day(text, int(match["y"]), int(match["m"]), int(match["d"])))
    raise DateUnreadable(
        f"「{text}」は日付として読めません。令和5年7月31日、R5.7.31、2023-07-31 のように書いてください。"
    )


def read_serial(text: str) -> date | None:
    """The day that a cell's bare number is in Excel (45138); None for any other text.

    DateUnreadable for a number that might as well be ymmdd of an era whose 0 was lost (41101 for 041101, 令和4年11月1日).
    """
    match = _SERIAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or int(match[1]) not in SERIALS:
        return None
    day, year, month = EXCEL_EPOCH + timedelta(days=int(match[1])), int(match[1][0]), int(match[1][1:3])
    try:
        as_era = date(western_year(ERAS[-1], str(year)), month, int(match[1][3:]))
    except ValueError:
        return day
    raise DateUnreadable(
        f"「{text}」は、Excel の日付の番号（{wareki(day)}）とも、先頭の0が落ちた和暦（{wareki(as_era)}など）とも読めます。"
        "2023/7/31 や R5.7.31 のように書いてください。"
    )


def era_of(name: str) -> Era:
    """The era of a name (令和) or letter (R, r)."""
    return next(era for era in ERAS if name.upper() in (era.name, era.letter))


def western_year(era: Era, year: str) -> int:
    """The western year of 元 or a number of years in an era."""
    return era.began_on.year + (0 if year == "元" else int(year) - 1)


def outside_era(text: str, era: Era, day: date) -> str | None:
    """The remark on a day that lies outside the era it was written in (平成35年); None when it lies inside."""
    return None if _era_on(day) == era else f"「{text}」は{era.name}の期間の外です。{wareki(day)}として読みました。"


@lru_cache(maxsize=4096)
def wareki(day: date, *, weekday: bool = False) -> str:
    """令和6年3月15日, with （金） behind it when asked; the first year of an era is 元年."""
    suffix = f"（{WEEKDAYS[day.weekday()]}）" if weekday else ""
    return f"{wareki_year(day)}{day.month}月{day.day}日{suffix}"


def wareki_year(day: date) -> str:
    """令和6年, for the year that a day lies in."""
    era = _era_on(day)
    if era is None:
        return f"{day.year}年"
    years = day.year - era.began_on.year + 1
    return f"{era.name}{'元' if years == 1 else years}年"


def short_wareki(day: date) -> str:
    """R6.3.15: the form for narrow columns and reference numbers."""
    era = _era_on(day)
    return f"{era.letter}{day.year - era.began_on.year + 1}.{day.month}.{day.day}" if era else day.isoformat()


def fiscal_year(day: date) -> int:
    """The western year in which the fiscal year of a day began (April 1)."""
    return day.year if day.month >= 4 else day.year - 1


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _era_on(day: date) -> Era | None:
    return next((era for era in reversed(ERAS) if era.began_on <= day), None)


def _from_era(text: str, match: re.Match[str]) -> ReadDate:
    era = era_of(match["era"])
    if match["y"] in ("0", "00"):
        raise DateUnreadable(f"「{text}」は実在しない日付です。最初の年は元年（1年）と書いてください。")
    day = _day(text, western_year(era, match["y"]), int(match["m"]), int(match["d"]))
    if warning := outside_era(text, era, day):
        return ReadDate(day, warning)
    return _checked_weekday(text, day, match["weekday"])


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateUnreadable(f"「{text}」は実在しない日付です。") from None


def _checked_weekday(text: str, day: date, weekday: str | None) -> ReadDate:
    actual = WEEKDAYS[day.weekday()]
    if weekday is not None and weekday != actual:
        return ReadDate(day, f"「{text}」の曜日は{actual}曜日です。日付のとおりに読みました。")
    return ReadDate(day)
