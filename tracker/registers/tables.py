"""A file as a table of texts: CSV, TSV or xlsx, whatever its encoding, a batch of rows at a time."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import Protocol, TypeVar

from tracker.domain.errors import InputRefused, why
from tracker.registers.encodings import encoding_of
from tracker.registers.headings import Headings, find_headings, plain_heading
from tracker.registers.text_rows import TextRows
from tracker.registers.voids import as_quoted
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
    found: Headings
    sha256: str
    limits: LimitSettings
    filled: dict[int, list[int]] = field(default_factory=dict)  # rows with a value merged downward, by column

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as compared."""
        return self.found.texts

    def batches(self) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        """Rows below the headings, a batch at a time, with their row numbers as Excel counts; blank rows left out."""
        if self.encoding == WORKBOOK:
            return self._sheet_batches(_workbook(self.path, self.limits))
        return self._text_batches(TextRows(self.path, self.encoding, self.delimiter, self.limits.columns))

    def _text_batches(self, source: TextRows) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        first = 1
        for batch in _in_batches(source):
            numbers: Sequence[int] = range(first, first + len(batch))
            first += len(batch)
            if numbers[0] <= self.found.row or not all(map(any, batch)):
                below = [pair for pair in zip(numbers, batch, strict=True) if pair[0] > self.found.row and any(pair[1])]
                numbers, batch = [number for number, _ in below], [cells for _, cells in below]
            if batch:
                yield numbers, batch

    def _sheet_batches(self, source: Workbook) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        merging = source.merging(self.found.row, len(self.headings))
        for batch in _in_batches(source):
            if batch[0][0] <= self.found.row:
                batch = [pair for pair in batch if pair[0] > self.found.row]
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
            found = find_headings(((number, list(map(as_quoted, cells))) for number, cells in rows), known_headings)
        return TableFile(path, WORKBOOK, "", found, file_hash(path), limits)

    _check_is_text(path)

    def known(text: str) -> int:
        return len(known_headings.intersection(map(plain_heading, re.split(r'[,\t"\r\n]', text))))

    encoding = encoding_of(path, known)
    delimiter, found = _delimiter(path, encoding, known_headings, limits)
    return TableFile(path, encoding, delimiter, found, file_hash(path), limits)


def _workbook(path: Path, limits: LimitSettings) -> Workbook:
    return Workbook(path, limits.unpacked_mb, limits.columns)


def _delimiter(
    path: Path, encoding: str, known_headings: frozenset[str], limits: LimitSettings
) -> tuple[str, Headings]:
    """The delimiter that shows more known headings, and these; a comma, or a tab in a .tsv, when all show as many."""
    found, refusals = dict[str, Headings](), list[InputRefused]()
    for delimiter in "\t,;" if path.suffix.lower() == ".tsv" else ",\t;":
        rows = TextRows(path, encoding, delimiter, limits.columns)
        try:
            found[delimiter] = find_headings(enumerate(rows, start=1), known_headings)
        except InputRefused as refusal:
            refusals.append(refusal)
    if not any(headings.known(known_headings) for headings in found.values()) and refusals:
        raise refusals[0]  # of the likeliest: that another one parts the text into something says nothing
    best = max(found, key=lambda delimiter: (found[delimiter].known(known_headings), bool(found[delimiter].texts)))
    return best, found[best]


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
