"""A register file's rows into the stage: headings matched, cells converted, every bad cell remembered."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from tracker.domain.errors import InputRefused
from tracker.domain.register_files import OUR_HEADING, unguarded
from tracker.domain.registers import Column, Register
from tracker.domain.text import shown
from tracker.registers.cells import Cells
from tracker.registers.headings import plain_heading
from tracker.registers.remarks import ColumnRemarks
from tracker.registers.tables import TableFile, open_table
from tracker.registers.troubles import BadCell
from tracker.registers.voids import as_quoted, may_hold_voids, trouble_of
from tracker.registers.workbooks.sheet import letters_of
from tracker.settings import LimitSettings, RegisterSettings

SHORT = "見出しより列が少ないので、足りない欄は空欄として読みました（{rows}行）。"
NO_HEADING = "この台帳の見出しが一つも見当たりません。別のファイルではないか確かめてください。"
ABOVE = "「{file}」は{row}行目を見出しとして読みました（その上の{above}行は読み飛ばしました）。"
NAMED_HEADINGS = 20
MOST_BAD = 20_000  # cells of one file: each is kept to be told, and a file of nothing else would fill the memory
READER_VERSION = 2  # raised when the same bytes would be read otherwise
FILLED = "縦に結合されたセルなので、上の行の値を入れました（{column}列、{count}行）。"


@dataclass
class Reading:
    """What reading a file brought to light besides its rows."""

    bad: list[BadCell] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class RegisterFile:
    """One file of one register, opened and its headings matched."""

    def __init__(self, register: Register, path: Path, settings: RegisterSettings, limits: LimitSettings) -> None:
        self.register, self.limits = register, limits
        self._names = _heading_names(register, settings)
        self.table: TableFile = open_table(path, frozenset(self._names), limits)
        self.positions = self._match()
        self._short_rows = list[int]()

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.table.path.name

    @property
    def reading(self) -> str:
        """How the file is read, as recorded: the same bytes read the same way need no second reading."""
        headings = ",".join(f"{position}" for position in self.positions)
        return f"{self.table.encoding}/v{READER_VERSION}/{headings}"

    def rows(self, written_on: date, result: Reading) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of (row number, values in the register's order); what is wrong is added to `result`."""
        cells = [Cells(column, written_on) for column in self.register.columns]
        remarks = ColumnRemarks()
        self._note_headings(result)
        for numbers, batch in filter(any, map(self._filled, self.table.batches())):
            texts = self._columns(numbers, batch, result)
            values = [cell.convert(column) for cell, column in zip(cells, texts, strict=True)]
            self._note_voids(cells, texts)
            for cell, column in zip(cells, texts, strict=True):
                self._remember(cell, numbers, column, result)
                if cell.changed:
                    remarks.add(cell.column.header, numbers, column, cell.changed)
            yield list(zip(numbers, *values, strict=True))
            if len(result.bad) > MOST_BAD:
                raise InputRefused(
                    f"「{self.name}」は誤りが多すぎるので、{numbers[-1]:,}行目までで読むのをやめました。"
                )
        result.notices += remarks.sentences(self.name)
        self._note_filled(result)
        if self._short_rows:
            result.notices.append(
                str(BadCell(self.name, self._short_rows[0], "", SHORT.format(rows=len(self._short_rows))))
            )

    @property
    def is_ours(self) -> bool:
        """Whether the file was written by this program, whose texts may be guarded from becoming formulas."""
        return OUR_HEADING in self.table.headings

    def _match(self) -> tuple[int | None, ...]:
        by_name = dict[str, int]()
        for position, heading in enumerate(self.table.headings):
            if (name := self._names.get(heading)) and name in by_name:
                raise InputRefused(f"「{self.name}」に「{heading}」の列が二つあります。一つにしてください。")
            if name:
                by_name[name] = position
        missing = [c.header for c in self.register.columns if c.name not in by_name and not c.optional_header]
        if missing:
            raise InputRefused(
                f"「{self.name}」に列「{'」「'.join(missing)}」がありません。{self._headings_found(by_name)}"
            )
        return tuple(by_name.get(column.name) for column in self.register.columns)

    def _headings_found(self, known: Collection[str]) -> str:
        """The headings, to mend them by; of a file of which none is known, nothing: it may be anybody's secret."""
        if not known:
            return NO_HEADING
        found = "、".join(shown(heading) for heading in self.table.headings if heading)
        return f"{max(self.table.found.row, 1)}行目の見出し: {found[:200]}"

    def _note_headings(self, result: Reading) -> None:
        if self.table.found.above:
            result.notices.append(ABOVE.format(file=self.name, row=self.table.found.row, above=self.table.found.above))
        known = {*self._names, OUR_HEADING}
        extra = [heading for heading in self.table.headings if heading and heading not in known]
        if extra:
            named = "」「".join(shown(heading) for heading in extra[:NAMED_HEADINGS])
            more = f"など{len(extra)}列" if len(extra) > NAMED_HEADINGS else ""
            result.notices.append(f"「{self.name}」の列「{named}」{more}は使わない列なので読み飛ばしました。")

    def _note_voids(self, cells: list[Cells], texts: list[Sequence[str]]) -> None:
        """Errors, formulas without a value and merged cells are bad in every column that is used, required or not."""
        for cell, position, column in zip(cells, self.positions, texts, strict=True):
            if position is not None and may_hold_voids("".join(column)):
                troubles = ((text, trouble_of(text, letters_of(position))) for text in set(column))
                cell.bad.update({text: trouble for text, trouble in troubles if trouble})

    def _note_filled(self, result: Reading) -> None:
        for column, position in zip(self.register.columns, self.positions, strict=True):
            if position is not None and (rows := self.table.filled.get(position)):
                remark = FILLED.format(column=letters_of(position), count=len(rows))
                result.notices.append(str(BadCell(self.name, rows[0], column.header, remark)))

    def _filled(self, rows: tuple[Sequence[int], list[list[str]]]) -> tuple[Sequence[int], list[list[str]]]:
        """The rows without those of nothing but blanks; nearly always all of them, as the first column tells."""
        numbers, batch = rows
        if all(cells[0].strip() for cells in batch):
            return rows
        kept = [pair for pair in zip(numbers, batch, strict=True) if any(map(str.strip, pair[1]))]
        return [number for number, _ in kept], [cells for _, cells in kept]

    def _columns(self, numbers: Sequence[int], batch: list[list[str]], result: Reading) -> list[Sequence[str]]:
        width = len(self.table.headings)
        if set(map(len, batch)) != {width}:
            batch = [self._fitted(n, cells, width, result) for n, cells in zip(numbers, batch, strict=True)]
        columns = list(zip(*batch, strict=True))
        blank = ("",) * len(batch)
        found: list[Sequence[str]] = [blank if position is None else columns[position] for position in self.positions]
        if self.is_ours:
            found = [tuple(map(unguarded, texts)) for texts in found]
        return found

    def _fitted(self, number: int, cells: list[str], width: int, result: Reading) -> list[str]:
        is_short = len(cells) < width and self.table.encoding != "xlsx" and len(cells) <= self._needed
        if any(cells[width:]) or is_short:
            trouble = f"見出しは{width}列ですが、この行は{len(cells)}列です。"
            result.bad.append(BadCell(self.name, number, "", trouble))
        elif len(cells) < width and self.table.encoding != "xlsx":
            self._short_rows.append(number)
        return (cells + [""] * width)[:width]

    @cached_property
    def _needed(self) -> int:
        """The place of the last column that must be filled; behind it, Excel leaves out commas of blank cells."""
        places = zip(self.register.columns, self.positions, strict=True)
        return max((position for column, position in places if position is not None and column.required), default=-1)

    def _remember(self, cell: Cells, numbers: Sequence[int], texts: Sequence[str], result: Reading) -> None:
        for remarks, take in ((cell.bad, self._refuse), (cell.warnings, self._warn)):
            if remarks:
                for number, text in zip(numbers, texts, strict=True):
                    if text in remarks:
                        take(cell.column, number, text, remarks[text], result)

    def _refuse(self, column: Column, number: int, text: str, trouble: str, result: Reading) -> None:
        result.bad.append(BadCell(self.name, number, column.header, trouble, shown(as_quoted(text))))

    def _warn(self, column: Column, number: int, text: str, remark: str, result: Reading) -> None:
        if len(result.notices) < self.limits.bad_rows_shown:
            result.notices.append(str(BadCell(self.name, number, column.header, remark, text)))


def _heading_names(register: Register, settings: RegisterSettings) -> dict[str, str]:
    names = {plain_heading(column.header): column.name for column in register.columns}
    for column in register.columns:
        for alias in settings.aliases.get(column.header, ()):
            names[plain_heading(alias)] = column.name
    return names
