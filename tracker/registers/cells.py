"""Cells of one column, converted a batch at a time: what a text means, or why it means nothing."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.domain.codes import MOST_DIGITS, NEEDS_CARE, read_code, seen, unwrapped
from tracker.domain.dates import read_date, read_serial, wareki
from tracker.domain.deadlines import read_deadline
from tracker.domain.errors import CodeUnreadable, DateUnreadable
from tracker.domain.no_days import is_no_day, is_open_end, says_no_day
from tracker.domain.registers import Column, Kind
from tracker.domain.text import shown

YES, NO = ("○", "◯", "〇", "有", "はい", "1", "true"), ("×", "✕", "無", "いいえ", "0", "false", "-", "－")
REMEMBERED = 100_000  # texts of a column; times of sign-in are all distinct, and a million of them would fill memory
LONGEST = 400  # of anything that is no text: a code, a day, a number
LARGEST = 2_147_483_647  # that the databases keep; an office of more persons is a slip of the pen


NO_DAY = "日付がないことを表す値なので、空欄として読みました"
OPEN_END = "終わりが定まっていないことを表す値なので、終わりなし（空欄）として読みました"
SERIAL = "Excel の日付の番号として読みました"
DAY_NEEDED = "日付がないことを表す値です。必ず日付を書いてください。"


class Cells(dict[str, Any]):
    """Meaning by text for one column: a text that comes again is not read again.

    `bad` and `warnings` hold a sentence for each text that is refused, or taken with a remark of its own; `changed`
    holds what was done to a text of the present batch, in words that are said once for the whole column.
    """

    def __init__(self, column: Column, written_on: date) -> None:
        super().__init__()
        self.column = column
        self.written_on = written_on  # what a deadline without a year is counted from
        self.bad: dict[str, str] = {}
        self.warnings: dict[str, str] = {}
        self.changed: dict[str, tuple[str, ...]] = {}

    def __missing__(self, text: str) -> Any:
        value = self[text] = self._read(text)
        return value

    def convert(self, texts: Sequence[str]) -> list[Any]:
        """The meanings of a batch of texts; None for a blank or refused one."""
        if len(self) + len(texts) > REMEMBERED:
            self.clear()
            self.changed.clear()
        if self.column.choices or self.column.kind not in (Kind.TEXT, Kind.CODE):
            return list(map(self.__getitem__, texts))
        stripped = list(map(str.strip, texts))  # names and codes are mostly distinct: not worth remembering
        if self.column.kind is Kind.CODE and not _are_plain(stripped):
            return list(map(self.__getitem__, texts))
        if all(stripped):
            return stripped
        return list(map(self.__getitem__, texts)) if self.column.required else [text or None for text in stripped]

    def _read(self, text: str) -> Any:
        stripped = text.strip()
        if self.column.kind is not Kind.TEXT or self.column.choices:
            stripped = unwrapped(seen(stripped).strip())
        if not stripped:
            if self.column.required:
                self.bad[text] = "空欄です。必ず記入してください。"
            return None
        if len(stripped) > LONGEST and self.column.kind is not Kind.TEXT:
            self.bad[text] = f"「{shown(stripped)}」は長すぎます（{len(stripped):,}字、上限{LONGEST}字）。"
            return None
        try:
            return self._meaning(stripped, text)
        except (DateUnreadable, CodeUnreadable) as trouble:
            self.bad[text] = str(trouble)
            return None

    def _meaning(self, stripped: str, text: str) -> Any:
        match self.column.kind:
            case Kind.CODE | Kind.TEXT if self.column.choices:
                return self._choice(stripped, text)
            case Kind.CODE:
                return self._code(text)
            case Kind.DATE:
                return self._day(stripped, text)
            case Kind.NUMBER:
                return self._number(stripped, text)
            case Kind.MARK:
                return self._mark(stripped, text)
            case Kind.DEADLINE:
                return self._deadline(stripped, text)
            case _:
                return stripped

    def _code(self, text: str) -> str | None:
        read = read_code(text)
        if read.remarks:
            self.changed[text] = read.remarks
        if not read.code and self.column.required:
            self.bad[text] = "空欄です。必ず記入してください。"
        return read.code or None

    def _day(self, stripped: str, text: str) -> str | None:
        if (serial := read_serial(stripped)) is not None:
            self.changed[text] = (SERIAL,)
            return serial.isoformat()
        try:
            read = read_date(stripped)
        except DateUnreadable:
            if says_no_day(stripped):
                return self._no_day(text, NO_DAY)
            raise
        if is_no_day(read.day) or is_open_end(read.day):
            ends = is_open_end(read.day) and self.column.may_be_open
            return self._no_day(text, OPEN_END if ends else NO_DAY)
        self._warn(text, read.warning)
        return read.day.isoformat()

    def _no_day(self, text: str, remark: str) -> str | None:
        if self.column.required:
            raise DateUnreadable(f"「{text.strip()}」は{DAY_NEEDED}")
        self.changed[text] = (remark,)
        return None

    def _deadline(self, stripped: str, text: str) -> str | None:
        """The printed words; a day's number in Excel is no words, and what says that there is no day are none."""
        if (serial := read_serial(stripped)) is not None:
            self.changed[text] = (SERIAL,)
            return wareki(serial)
        try:
            deadline = read_deadline(stripped, self.written_on)
        except DateUnreadable:
            if says_no_day(stripped):
                return self._no_day(text, NO_DAY)
            raise
        if deadline.day and (is_no_day(deadline.day) or is_open_end(deadline.day)):
            return self._no_day(text, NO_DAY)
        self._warn(text, deadline.warning)
        return deadline.printed

    def _warn(self, text: str, warning: str | None) -> None:
        if warning:
            self.warnings[text] = warning

    def _choice(self, stripped: str, text: str) -> str | None:
        even = unicodedata.normalize("NFKC", stripped)
        if even in self.column.choices:
            return even
        self.bad[text] = f"「{shown(stripped)}」は使えません。{'、'.join(self.column.choices)} のどれかにしてください。"
        return None

    def _number(self, stripped: str, text: str) -> int | None:
        even = unicodedata.normalize("NFKC", stripped).replace(",", "").replace("、", "")
        digits = even.removesuffix(".0")
        if digits.isdecimal() and len(digits) <= 15 and int(digits) <= LARGEST:
            return int(digits)
        self.bad[text] = f"「{stripped}」は数として読めません。0以上の整数で書いてください。"
        return None

    def _mark(self, stripped: str, text: str) -> bool | None:
        even = unicodedata.normalize("NFKC", stripped).lower()
        if even in YES or even in NO:
            return even in YES
        self.bad[text] = f"「{stripped}」は使えません。○ か × で書いてください。"
        return None


def _are_plain(codes: list[str]) -> bool:
    """Whether none of many codes has anything to take off or to refuse: nearly always, and told at one look."""
    joined = "".join(codes)
    if joined.isascii() and joined.isalnum() and max(map(len, codes)) <= MOST_DIGITS:
        return True  # letters and digits alone, and few of them: told ten times as fast as by looking for the others
    together = "\n".join(codes)
    return together.isascii() and together.count("\n") == len(codes) - 1 and not NEEDS_CARE.search(together)
