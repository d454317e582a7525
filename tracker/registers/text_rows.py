"""The rows of a CSV or TSV file, read in pieces: neither a line nor a row without an end fills the memory."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from tracker.domain.errors import InputRefused

END_OF_FILE = "\x1a"  # as programs of old end a file
PIECE = 1 << 18  # characters; a row may be as long as two of them


class TextRows:
    """Rows one after the other; InputRefused names the row that is no CSV, is too long or too wide."""

    def __init__(self, path: Path, encoding: str, delimiter: str, most_columns: int) -> None:
        self.path, self.encoding, self.delimiter = path, encoding, delimiter
        self.most_columns = most_columns
        self.pieces = 0  # that were read so far
        self._read = 0  # rows

    def __iter__(self) -> Iterator[list[str]]:
        """Every row, blank ones too."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = chain.from_iterable(self._pieces(file))
            try:
                for row in csv.reader(lines, delimiter=self.delimiter, strict=True):
                    self._read += 1
                    if len(row) > self.most_columns and any(row[self.most_columns :]):
                        raise self._refusal(f"列が多すぎます（{len(row):,}列、上限 {self.most_columns:,}列）。")
                    yield row[: self.most_columns] if len(row) > self.most_columns else row
            except csv.Error as trouble:  # on a row that may go on to the end of the file: where it begins helps
                self._read += 1
                size = "一つの欄が長すぎます。" if "limit" in str(trouble) else ""
                raise self._refusal(f'CSVとして読めません。{size}引用符「"」が閉じているか確かめてください。') from None

    def _pieces(self, file: TextIO) -> Iterator[io.StringIO]:
        """Whole lines, some at a time."""
        rest, before = "", -1
        while piece := file.read(PIECE):
            text = rest + piece
            end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
            if (not end and len(text) > PIECE) or before == self._read:  # no row has ended in the piece before
                self._read += 1
                raise self._refusal('一つの行が長すぎます。引用符「"」が閉じているか確かめてください。')
            rest = text[end:]
            if end:
                before = self._read
                self.pieces += 1
                yield io.StringIO(text[:end], newline="")
        yield io.StringIO(rest.removesuffix(END_OF_FILE), newline="")

    def _refusal(self, why: str) -> InputRefused:
        return InputRefused(f"「{self.path.name}」{self._read}行目: {why}")
