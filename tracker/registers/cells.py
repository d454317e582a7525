"""Cells of one column, converted a batch at a time: what a text means, or why it means nothing."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.domain.dates import read_date
from tracker.domain.deadlines import read_deadline
from tracker.domain.errors import DateUnreadable
from tracker.domain.registers import Column, Kind

YES, NO = ("○", "◯", "〇", "有", "はい", "1", "true"), ("×", "✕", "無", "いいえ", "0", "false", "-", "－")
REMEMBERED = 100_000  # texts of a column; times of sign-in are all distinct, and a million of them would fill memory
LARGEST = 2_147_483_647  # that the databases keep; an office of more persons is a slip of the pen


class Cells(dict[str, Any]):
    """Meaning by text for one column: a text that comes again is not read again.

    `bad` and `warnings` hold a sentence for each text that is refused, or taken with a remark.
    """

    def __init__(self, column: Column, written_on: date) -> None:
        super().__init__()
        self.column = column
        self.written_on = written_on  # what a deadline without a year is counted from
        self.bad: dict[str, str] = {}
        self.warnings: dict[str, str] = {}

    def __missing__(self, text: str) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[text] = self._read(text)
        return value

    def convert(self, texts: Sequence[str]) -> list[Any]:
        """The meanings of a batch of texts; None for a blank or refused one."""
        if self.column.choices or self.column.kind not in (Kind.TEXT, Kind.CODE):
            return list(map(self.__getitem__, texts))
        stripped = list(map(str.strip, texts))  # names and codes are mostly distinct: not worth remembering
        if self.column.kind is Kind.CODE and not "".join(stripped).isascii():
            return list(map(self.__getitem__, texts))
        if all(stripped):
            return stripped
        return list(map(self.__getitem__, texts)) if self.column.required else [text or None for text in stripped]

    def _read(self, text: str) -> Any:
        stripped = text.strip()
        if not stripped:
            if self.column.required:
                self.bad[text] = "空欄です。必ず記入してください。"
            return None
        try:
            return self._meaning(stripped, text)
        except DateUnreadable as trouble:
            self.bad[text] = str(trouble)
            return None

    def _meaning(self, stripped: str, text: str) -> Any:
        match self.column.kind:
            case Kind.CODE | Kind.TEXT if self.column.choices:
                return self._choice(stripped, text)
            case Kind.CODE:
                return unicodedata.normalize("NFKC", stripped)
            case Kind.DATE:
                read = read_date(stripped)
                self._warn(text, read.warning)
                return read.day.isoformat()
            case Kind.NUMBER:
                return self._number(stripped, text)
            case Kind.MARK:
                return self._mark(stripped, text)
            case Kind.DEADLINE:
                deadline = read_deadline(stripped, self.written_on)
                self._warn(text, deadline.warning)
                return deadline.printed
            case _:
                return stripped

    def _warn(self, text: str, warning: str | None) -> None:
        if warning:
            self.warnings[text] = warning

    def _choice(self, stripped: str, text: str) -> str | None:
        even = unicodedata.normalize("NFKC", stripped)
        if even in self.column.choices:
            return even
        self.bad[text] = f"「{stripped}」は使えません。{'、'.join(self.column.choices)} のどれかにしてください。"
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
