"""The texts that a workbook's cells share, read only as far as a cell asks for them."""

import re
from collections.abc import Iterator

from tracker.registers.workbooks.markup import DEEPEST, Markup, Names
from tracker.registers.workbooks.package import Package

LONGEST_CELL = 32_767  # characters: what a cell of Excel can hold
MOST_BYTES = 160 << 20  # that all texts together may fill of the memory
PER_TEXT = 64  # bytes that an object takes besides its characters
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text without Excel's _x000D_ for characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class SharedStrings:
    """Texts by number; readings of pronunciation are left out."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._package, self._names = package, Names()
        self.texts: list[str] = []
        self._parts, self._length, self._bytes = list[str](), 0, 0
        self._is_text, self._aside, self._depth = False, 0, 0
        self._feed: Iterator[None] = iter(())
        if part is not None:
            markup = Markup(package, part, self._start, self._end)
            markup.hear_text(self._hear)
            self._feed = markup.feed()

    def __getitem__(self, number: int) -> str:
        while number >= len(self.texts):
            if next(self._feed, self) is self:
                raise self._package.broken(f"共有の文字列に{number + 1:,}番がありません")
        return self.texts[number]

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._package.broken("共有の文字列が異常に深くなっています")
        match self._names[name]:
            case "si":
                self._parts, self._length = [], 0
            case "rPh":
                self._aside += 1
            case "t":
                self._is_text = not self._aside

    def _hear(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise self._package.broken(f"一つのセルに{LONGEST_CELL:,}字を超える文字列があります")

    def _end(self, name: str) -> None:
        self._depth -= 1
        match self._names[name]:
            case "si":
                self._keep(unescaped("".join(self._parts)))
            case "rPh":
                self._aside -= 1
            case "t":
                self._is_text = False

    def _keep(self, text: str) -> None:
        self.texts.append(text)
        self._bytes += PER_TEXT + len(text) * (1 if text.isascii() else 2 if max(text) < "\U00010000" else 4)
        if self._bytes > MOST_BYTES:
            raise self._package.broken("文字列が多すぎます。CSV で出力するか、表を分けてください")
