"""Correcting single rows by hand: checked as an import checks them, entered as an addition with a reason."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.errors import Refusal
from tracker.domain.events import Occasion
from tracker.domain.registers import BY_STEM, Column, Kind, Register
from tracker.domain.text import shown
from tracker.registers.cells import Cells
from tracker.registers.settling import ImportReport, Settlement
from tracker.storage.database import to_json
from tracker.storage.lost_zeros import look_up
from tracker.storage.staging import Stage
from tracker.storage.store import Records
from tracker.storage.versions import BY_HAND

SOURCE = "手入力"
NO_REASON = "なぜ直すかを書いてください。記録に残り、後から見る人に示されます。"
NOT_THERE = "「{value}」は台帳「{stem}」にありません。先に台帳「{stem}」を確かめてください。"
LONGEST_CELL, LONGEST_REASON = 10_000, 2_000
TOO_LONG = "長すぎます（上限{most}字）。"
TypedRow = Mapping[str, str]
Row = tuple[Any, ...]


class RowRefused(Refusal):
    """Cells that cannot be taken: a sentence for each column."""

    def __init__(self, troubles: Mapping[str, str]) -> None:
        super().__init__("".join(troubles.values()))
        self.troubles = troubles


@dataclass(frozen=True)
class Correction:
    """Rows of registers as somebody wants them, and why; rows that stand so already are left alone."""

    reason: str
    occasion: Occasion
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)  # by the register's stem

    def enter(self, records: Records) -> ImportReport:
        """Enter the rows from today on; RowRefused when one points at a row that is not there, or without a reason."""
        if not self.reason or len(self.reason) > LONGEST_REASON:
            raise RowRefused({"reason": TOO_LONG.format(most=LONGEST_REASON) if self.reason else NO_REASON})
        report = ImportReport(self.occasion.on_day)
        settlement = Settlement(records, self.occasion.on_day, self.occasion)
        for stem, rows in self.rows.items():
            self._enter(settlement, BY_STEM[stem], rows, report)
        return report

    def _enter(self, settlement: Settlement, register: Register, rows: Sequence[Row], report: ImportReport) -> None:
        stage, today = Stage(settlement.records.versions(register)), self.occasion.on_day
        stage.add([(number, *_stored(row)) for number, row in enumerate(rows, start=1)])
        for reference in register.references:
            found = look_up(stage, reference, today, 1)
            if reference.strict and found.some:
                sentence = NOT_THERE.format(value=shown(str(found.some[0][1])), stem=reference.register)
                stage.close()
                raise RowRefused({reference.column: sentence})
        stage.finish()
        if not stage.compare(today, whole=False).any:
            stage.close()
            return
        said = to_json([self.reason, self.occasion.at, register.stem, [list(row) for row in rows]])
        facts = {"source": SOURCE, "sha256": hashlib.sha256(said.encode()).hexdigest(), "reading": BY_HAND}
        difference = settlement.look(stage, facts | {"whole": False, "reason": self.reason})
        settlement.settle(stage, difference, report)
        stage.close()


def typed_row(register: Register, typed: TypedRow, occasion: Occasion) -> tuple[Row, list[str]]:
    """A row from what was typed, column by column, with remarks; RowRefused with a sentence for each bad cell."""
    values, troubles, remarks = list[Any](), dict[str, str](), list[str]()
    for column in register.columns:
        cells, text = Cells(column, occasion.on_day), typed.get(column.name, "")
        values += cells.convert([text])
        if len(text) > LONGEST_CELL:
            troubles[column.name] = TOO_LONG.format(most=LONGEST_CELL)
        elif text in cells.bad:
            troubles[column.name] = cells.bad[text]
        remarks += [f"{column.header}: {remark}" for remark in cells.warnings.values()]
        remarks += [f"{column.header}: 「{shown(text)}」は{remark}。" for remark in cells.changed.get(text, ())]
    if troubles:
        raise RowRefused(troubles)
    return tuple(map(_real, register.columns, values)), remarks


def _real(column: Column, value: Any) -> Any:
    """A day as a day: cells give it as the stage takes it."""
    return date.fromisoformat(value) if column.kind is Kind.DATE and value else value


def _stored(row: Row) -> Row:
    """As the stage takes it: days as ISO texts."""
    return tuple(value.isoformat() if hasattr(value, "isoformat") else value for value in row)
