"""A file as a table of texts: CSV, TSV or xlsx, whatever its encoding, a batch of rows at a time."""

import csv
import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import Any

from tracker.domain.errors import InputRefused, why
from tracker.registers.encodings import encoding_of
from tracker.settings import LimitSettings

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
BATCH = 2_000  # small enough to stay in the processor's cache
Cells = list[str]
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

    def batches(self) -> Iterator[tuple[Sequence[int], list[Cells]]]:
        """Rows below the headings, a batch at a time, with their row numbers as Excel counts; blank rows left out."""
        is_sheet = self.encoding == "xlsx"
        rows = _sheet_rows(self.path) if is_sheet else _text_rows(self.path, self.encoding, self.delimiter)
        first, is_below = 1, False
        for batch in _in_batches(rows):
            numbers: Sequence[int] = range(first, first + len(batch))
            first += len(batch)
            if not all(map(any, batch)):
                filled = [(number, cells) for number, cells in zip(numbers, batch, strict=True) if any(cells)]
                numbers, batch = [number for number, _ in filled], [cells for _, cells in filled]
            if batch and not is_below:
                is_below, numbers, batch = True, numbers[1:], batch[1:]  # the headings
            if batch:
                yield numbers, batch


def _in_batches(rows: Iterator[Cells]) -> Iterator[list[Cells]]:
    """The rows a batch at a time; when one cannot be read, those above it come before the refusal."""
    trouble: InputRefused | None = None
    while trouble is None:
        batch: list[Cells] = []
        try:
            batch.extend(islice(rows, BATCH))  # keeps what came before a refusal
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
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        _check_workbook(path, limits)
        return TableFile(path, "xlsx", "", _first_filled(_sheet_rows(path)), file_hash(path))

    _check_is_text(path)

    def known(text: str) -> int:
        return len(known_headings.intersection(map(plain_heading, re.split(r'[,\t"\r\n]', text))))

    encoding = encoding_of(path, known)
    delimiter = _delimiter(path, encoding, known_headings)
    return TableFile(path, encoding, delimiter, _first_filled(_text_rows(path, encoding, delimiter)), file_hash(path))


def plain_heading(text: str) -> str:
    """A heading as compared: width made even, blanks and line breaks dropped."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def cell_text(value: Any) -> str:
    """A workbook's cell as a person reads it: 1.0 is 1, a date is its ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _first_filled(rows: Iterator[Cells]) -> tuple[str, ...]:
    return tuple(map(plain_heading, next((cells for cells in rows if any(cells)), [])))


def _delimiter(path: Path, encoding: str, known_headings: frozenset[str]) -> str:
    """The delimiter that shows more known headings; a comma, or a tab in a .tsv, when both show as many."""

    def known(delimiter: str) -> int:
        with path.open(encoding=encoding, newline="") as file:
            try:
                return len(known_headings.intersection(_first_filled(csv.reader(file, delimiter=delimiter))))
            except csv.Error:
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


def _check_workbook(path: Path, limits: LimitSettings) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        raise InputRefused(
            f"「{path.name}」は Excel ブック（xlsx）ではありません。Excel で開いて保存し直してください。"
        ) from None
    if unpacked > limits.unpacked_mb * 1024 * 1024:
        raise InputRefused(
            f"「{path.name}」は展開すると {unpacked / 1024 / 1024:.0f} MB になり、"
            f"上限 {limits.unpacked_mb} MB を超えます。"
        )
    if "xl/workbook.xml" not in names:
        raise InputRefused(
            f"「{path.name}」は Excel ブック（xlsx）ではありません。Excel で開いて保存し直してください。"
        )


def _check_is_text(path: Path) -> None:
    """A program, picture or workbook under the name of a text file would be read as nonsense of some encoding."""
    with path.open("rb") as file:
        head = file.read(512)
    for mark, kind in _NO_TEXT.items():
        if head.startswith(mark) and (b"\0" in head or mark == b"%PDF"):
            raise InputRefused(
                f"「{path.name}」の中身は{kind}です。CSV か Excel ブック（xlsx）で出力し直してください。"
            )


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Cells]:
    with path.open(encoding=encoding, newline="") as file:
        number = 0
        try:
            for row in csv.reader(file, delimiter=delimiter, strict=True):
                number += 1
                yield row
        except csv.Error as trouble:  # on a row that may go on to the end of the file: where it begins is what helps
            size = "一つの欄が長すぎます。" if "limit" in str(trouble) else ""
            raise InputRefused(
                f"「{path.name}」{number + 1}行目: CSVとして読めません。{size}"
                '引用符「"」が閉じているか確かめてください。'
            ) from None


def _sheet_rows(path: Path) -> Iterator[Cells]:
    """Rows of the first visible sheet, from its row 1 on."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(path))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        sheet = book.get_sheet_by_name(visible[0])
        yield from ([cell_text(cell) for cell in row] for row in sheet.iter_rows())
    except (CalamineError, IndexError, ValueError) as trouble:
        raise InputRefused(f"「{path.name}」を Excel ブックとして読めません（{trouble}）。") from None


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
