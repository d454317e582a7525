"""引継書: what an ended department leaves to its successor, as an Excel sheet to be filed and printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from tracker.sheets.cells import cell_text
from tracker.sheets.printed_sheet import BOOK_OPTIONS, Heading, PrintedSheet, Value

TITLE, OVERDUE = "引継書", "期限超過"
NOTHING = "引き継ぐ対応はありません。"


@dataclass(frozen=True)
class HandOverRow:
    """One task as the sheet tells of it; `history` and `evidence` are lines, `to` is who has it now."""

    key: str
    status_word: str
    deadline: date | None
    deadline_printed: str
    first_deadline: date | None
    title: str
    body: str
    origin: str
    ground: str
    opened_on: date
    officer: str
    history: tuple[str, ...]
    evidence: tuple[str, ...]
    to: str


COLUMNS: tuple[tuple[Heading, Callable[[HandOverRow], Value]], ...] = (
    (Heading("状況", 10), lambda row: row.status_word),
    (Heading("期限", 17), lambda row: row.deadline),
    (Heading("期限の表記", 14), lambda row: row.deadline_printed),
    (Heading("当初の期限", 10, is_narrow=True), lambda row: row.first_deadline),
    (Heading("件名", 28), lambda row: row.title),
    (Heading("内容", 36), lambda row: row.body),
    (Heading("もとになったもの", 18), lambda row: row.origin),
    (Heading("根拠", 26), lambda row: row.ground),
    (Heading("登録日", 10, is_narrow=True), lambda row: row.opened_on),
    (Heading("担当者", 12), lambda row: row.officer),
    (Heading("これまでの経過", 36), lambda row: "\n".join(row.history)),
    (Heading("証跡", 24), lambda row: "\n".join(row.evidence)),
    (Heading("引継ぎ先", 16), lambda row: row.to),
)


def hand_over_sheet(rows: Sequence[HandOverRow], note: str, *, office: str, today: date) -> bytes:
    """The sheet as an .xlsx file, the rows in the order given; `note` says whose they are and whose they become."""
    from xlsxwriter import Workbook

    file = BytesIO()
    with Workbook(file, BOOK_OPTIONS) as book:
        book.set_properties({"title": TITLE, "company": cell_text(office), "created": datetime.combine(today, time())})
        sheet = PrintedSheet(book, TITLE, [heading for heading, _ in COLUMNS])
        sheet.head(note)
        for row in rows:
            sheet.add([value(row) for _, value in COLUMNS], is_marked=row.status_word == OVERDUE)
        sheet.lay_out(NOTHING)
    return file.getvalue()
