"""A file as a table of texts: CSV, TSV or xlsx, whatever its encoding, a batch of rows at a time."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import Protocol, TypeVar

from tracker.domain.errors import InputRefused, why
from tracker.registers.encodings import encoding_of
from tracker.registers.text_rows import TextRows
from tracker.registers.voids import as_quoted
from tracker.registers.workbooks.merging import Merging
from tracker.registers.workbooks.workbook import Workbook
from tracker.settings import LimitSettings

WORKBOOK, WORKBOOK_SUFFIXES = "xlsx", (".xlsx", ".xlsm")
SUFFIXES = (".csv", ".tsv", ".txt", *WORKBOOK_SUFFIXES)
BATCH = 2_000  # rows: small enough to stay in the processor's cache
STEP, PIECES = 50, 8  # rows that are looked for at once; pieces of the file that a batch may take
Cells = list[str]
Row = TypeVar("Row", covariant=True)
_NO_TEXT = {
    b"MZ": "プログラム（exe）", b"\x7fELF": "プログラム", b"%PDF": "PDF", b"PK\x03\x04": "Excel ブック（xlsx）か ZIP",
    b"\xd0\xcf\x11\xe0": "古い形式の Excel ブック（xls）など", b"\x89PNG": "画像", b"\xff\xd8\xff": "画像", b"GIF8": "画像",
}  # fmt: skip


@dataclass(frozen=True)
class TableFile:
    """A register file that was opened: how it is read, its headings, and the hash of its bytes."""

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    sha256: str
    limits: LimitSettings
    filled: dict[int, list[int]] = field(default_factory=dict)  # rows with a value merged downward, by column

    def batches(self) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        """Rows below the headings, a batch at a time, with their row numbers as Excel counts; blank rows left out."""
        if self.encoding == WORKBOOK:
            return self._sheet_batches(_workbook(self.path, self.limits))
        return self._text_batches(TextRows(self.path, self.encoding, self.delimiter, self.limits.columns))

    def _text_batches(self, source: TextRows) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        first, is_below = 1, False
        for batch in _in_batches(source):
            numbers: Sequence[int] = range(first, first + len(batch))
            first += len(batch)
            if not all(map(any, batch)):
                filled = [(number, cells) for number, cells in zip(numbers, batch, strict=True) if any(cells)]
                numbers, batch = [number for number, _ in filled], [cells for _, cells in filled]
            if batch and not is_below:
                is_below, numbers, batch = True, numbers[1:], batch[1:]  # the headings
            if batch:
                yield numbers, batch

    def _sheet_batches(self, source: Workbook) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        merging: Merging | None = None
        for batch in _in_batches(source):
            if merging is None:
                (below, _), *batch = batch  # the headings
                merging = source.merging(below, len(self.headings))
            if merging.is_any:
                batch = [(number, merging.spread(number, cells)) for number, cells in batch]
                self.filled.update(merging.filled)
            if batch:
                yield [number for number, _ in batch], [cells for _, cells in batch]


class _Source(Protocol[Row]):
    """Rows, and how many pieces of the file were read for them so far."""

    pieces: int

    def __iter__(self) -> Iterator[Row]: ...


def _in_batches(source: _Source[Row]) -> Iterator[list[Row]]:
    """The rows a batch at a time; when one cannot be read, those above it come before the refusal."""
    rows: Iterator[Row] = iter(source)
    trouble: InputRefused | None = None
    while trouble is None:
        batch: list[Row] = []
        most, before = source.pieces + PIECES, -1
        try:
            while before < len(batch) < BATCH and source.pieces < most:  # few when they are long
                before = len(batch)
                batch.extend(islice(rows, STEP))  # keeps what came before a refusal
        except InputRefused as refusal:
            trouble = refusal
        if batch:
            yield batch
        elif trouble is None:
            return
    raise trouble


def open_table(path: Path, known_headings: frozenset[str], limits: LimitSettings) -> TableFile:
    """Open a register file; InputRefused says what is wrong with it."""
    _check_size(path, limits)
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        with closing(_workbook(path, limits).__iter__()) as rows:
            headings = _headings(next((cells for _, cells in rows), []))
        return TableFile(path, WORKBOOK, "", headings, file_hash(path), limits)

    _check_is_text(path)

    def known(text: str) -> int:
        return len(known_headings.intersection(map(plain_heading, re.split(r'[,\t"\r\n]', text))))

    encoding = encoding_of(path, known)
    delimiter = _delimiter(path, encoding, known_headings, limits)
    rows_of_text = TextRows(path, encoding, delimiter, limits.columns)
    return TableFile(path, encoding, delimiter, _first_filled(rows_of_text), file_hash(path), limits)


def _workbook(path: Path, limits: LimitSettings) -> Workbook:
    return Workbook(path, limits.unpacked_mb, limits.columns)


def plain_heading(text: str) -> str:
    """A heading as compared: width made even, blanks and line breaks dropped."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _headings(cells: Cells) -> tuple[str, ...]:
    return tuple(plain_heading(as_quoted(cell)) for cell in cells)


def _first_filled(rows: TextRows) -> tuple[str, ...]:
    return _headings(next((cells for cells in rows if any(cells)), []))


def _delimiter(path: Path, encoding: str, known_headings: frozenset[str], limits: LimitSettings) -> str:
    """The delimiter that shows more known headings; a comma, or a tab in a .tsv, when both show as many."""

    def known(delimiter: str) -> int:
        try:
            return len(known_headings.intersection(_first_filled(TextRows(path, encoding, delimiter, limits.columns))))
        except InputRefused:
            return 0

    return max("\t," if path.suffix.lower() == ".tsv" else ",\t", key=known)


def _check_size(path: Path, limits: LimitSettings) -> None:
    try:
        about = path.stat()
        if not S_ISREG(about.st_mode):  # a folder, a pipe: opening it might wait for ever
            raise InputRefused(f"「{path}」は台帳の名前ですが、ファイルではありません。")
        with path.open("rb"):
            size = about.st_size
    except OSError as trouble:
        raise InputRefused(f"「{path}」を開けません（{why(trouble)}）。") from None
    if size > limits.file_mb * 1024 * 1024:
        raise InputRefused(
            f"「{path.name}」は大きすぎます（{size / 1024 / 1024:.0f} MB、上限 {limits.file_mb} MB）。"
            "設定 limits.file_mb で上限を変えられます。"
        )
    if size == 0:
        raise InputRefused(f"「{path.name}」は空のファイルです。")


def _check_is_text(path: Path) -> None:
    """A program, picture or workbook under the name of a text file would be read as nonsense of some encoding."""
    with path.open("rb") as file:
        head = file.read(512)
    for mark, kind in _NO_TEXT.items():
        if head.startswith(mark) and (b"\0" in head or mark == b"%PDF"):
            raise InputRefused(
                f"「{path.name}」の中身は{kind}です。CSV か Excel ブック（xlsx）で出力し直してください。"
            )


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
