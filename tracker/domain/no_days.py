"""What programs and people write where there is no day: one list, for every column and field that holds one."""

import re
import unicodedata
from datetime import date

# The zeros of calendars and clocks: Excel (also of 1904), Windows, SQL Server, Unix (in Tokyo and west of Greenwich), and year one.
NO_DAYS = frozenset({
    date(1, 1, 1), date(1000, 1, 1), date(1601, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31),
    date(1900, 1, 1), date(1904, 1, 1), date(1969, 12, 31), date(1970, 1, 1),
})  # fmt: skip
FAR_YEAR = 9999  # any day in it stands for an end that nobody set
FAR_WAREKI = date(2117, 12, 31)  # 令和99年12月31日
NO_DAY_WORDS = frozenset((
    "-", "--", "---", "―", "‐", "–", "—", "−", "ー", "─", "なし", "無し", "無", "未定", "無期限", "該当なし", "未", "空欄",
    "null", "(null)", "none", "nat", "nan",
))  # fmt: skip
_ERA = r"(?:明治|大正|昭和|平成|令和|[mtshr])?"
_TIME = r"(?:\s*+t?\s*+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ALL_ZERO = re.compile(rf"{_ERA}0+(?:[./年-]0+[./月-]0+日?)?{_TIME}|0{{1,2}}:00(?::00)?")
_ALL_NINE = re.compile(rf"{_ERA}(?:99|9999)([./年-]?)99([./月-]?)99日?{_TIME}")
_DAY_ZERO = re.compile(
    r"(?:1900[./年-]0?1[./月-]0{1,2}|(?:明治|m)33[./年-]0?1[./月-]0{1,2})日?" + _TIME
)  # Excel's own 0


def is_no_day(day: date) -> bool:
    """Whether a day is one of those that stand for none."""
    return day in NO_DAYS


def is_open_end(day: date) -> bool:
    """Whether a day stands for an end that nobody has set."""
    return day.year == FAR_YEAR or day == FAR_WAREKI


def says_no_day(text: str) -> bool:
    """Whether a text that is no day says that there is none: 00000000, 99999999, 1900/1/0, －, 未定."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    patterns = (_ALL_ZERO, _ALL_NINE, _DAY_ZERO)
    return plain in NO_DAY_WORDS or (len(plain) < 40 and any(pattern.fullmatch(plain) for pattern in patterns))
