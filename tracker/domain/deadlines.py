"""Deadlines as papers print them (令和6年1月末まで, 令和6年度から) and the day each of them means."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import era_of, fiscal_year, month_end, outside_era, read_date, western_year
from tracker.domain.errors import DateUnreadable

_YEAR = r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<y>元|\d{1,2})|(?P<western>\d{4}))"
_FISCAL = re.compile(rf"{_YEAR}年度(?P<part>から(?:は)?|以降|当初|上半期|下半期|末|中|内)?(?:に|まで|までに)?", re.I)
_MONTH = re.compile(
    rf"(?:{_YEAR}年)?(?P<m>\d{{1,2}})月(?P<part>末日?|上旬|中旬|下旬|中|から)?(?:に|まで|までに)?", re.I
)
_RELATIVE = re.compile(r"(?:今|本|当)?年度(?P<part>末|内|中)(?:に|まで|までに)?")
_TEN_DAYS = {"上旬": 10, "中旬": 20}


@dataclass(frozen=True)
class PrintedDeadline:
    """The words on paper and the day they mean; no day for words such as 速やかに. A warning for 平成35年."""

    printed: str
    day: date | None
    warning: str | None = None


LONGEST = 200  # no paper prints a longer one, and what follows need not be quick for any text
OPEN_ENDED = ("速やかに", "遅滞なく", "直ちに", "随時", "未定", "期限の定めなし")


def read_deadline(printed: str, written_on: date) -> PrintedDeadline:
    """Read a deadline; words without a year are counted from the day the paper was written.

    「まで」「末」 mean the last day of the period, 「から」 its first, because from then on it must hold.
    Raises DateUnreadable for words that are neither a day, a period, nor a known open-ended wording.
    """
    even = unicodedata.normalize("NFKC", printed)
    if len(even) > LONGEST:
        raise DateUnreadable(f"「{printed[:40]}…」は期限として長すぎます。{LONGEST}字までで書いてください。")
    plain = re.sub(r"\s+", "", even)
    words = printed.strip()
    if plain == "" or plain in OPEN_ENDED:
        return PrintedDeadline(words, None)
    if match := _FISCAL.fullmatch(plain):
        year = _year(match, words)
        remarks = [_remark(match, words, day) for day in (date(year, 4, 1), date(year + 1, 3, 31))]
        return PrintedDeadline(words, _in_fiscal_year(year, match["part"]), remarks[1] if all(remarks) else None)
    if match := _RELATIVE.fullmatch(plain):
        return PrintedDeadline(words, _in_fiscal_year(fiscal_year(written_on), match["part"]))
    if match := _MONTH.fullmatch(plain):
        day = _in_month(match, written_on, words)
        return PrintedDeadline(words, day, _remark(match, words, day))
    read = read_date(_without_ending(even))  # blanks part a day from its time
    return PrintedDeadline(words, read.day, read.warning)


def _without_ending(text: str) -> str:
    """Without まで, から, に at the end, told from behind: forwards every beginning of a blank would be tried."""
    ending = re.match(r"(?:\s*(?:でま|らか|に))+", text[::-1])
    return text[: len(text) - ending.end()] if ending else text


def _year(match: re.Match[str], printed: str) -> int:
    number = match["western"] or match["y"]
    if number != "元" and not 0 < int(number) < 9999:
        raise DateUnreadable(f"「{printed}」は実在しない年です。最初の年は元年（1年）と書いてください。")
    return int(number) if match["western"] else western_year(era_of(match["era"]), number)


def _remark(match: re.Match[str], printed: str, day: date) -> str | None:
    return outside_era(printed, era_of(match["era"]), day) if match["era"] else None


def _in_fiscal_year(year: int, part: str | None) -> date:
    if part and (part.startswith("から") or part in ("以降", "当初")):
        return date(year, 4, 1)
    return date(year, 9, 30) if part == "上半期" else date(year + 1, 3, 31)


def _in_month(match: re.Match[str], written_on: date, printed: str) -> date:
    month, part = int(match["m"]), match["part"]
    if not 1 <= month <= 12:
        raise DateUnreadable(f"「{printed}」は実在しない月です。")
    if match["era"] or match["western"]:
        year = _year(match, printed)
    else:
        year = written_on.year if month >= written_on.month else written_on.year + 1
    if part == "から":
        return date(year, month, 1)
    return date(year, month, _TEN_DAYS[part]) if part in _TEN_DAYS else month_end(year, month)
