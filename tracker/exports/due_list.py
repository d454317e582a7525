"""期限一覧: everything due as an Excel list that an office filters, and prints on A4."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from tracker.domain.dates import wareki
from tracker.sheets.cells import cell_text
from tracker.sheets.printed_sheet import BOOK_OPTIONS, Heading, PrintedSheet, Value

TITLE, OVERDUE = "期限一覧", "期限超過"
NOTHING = "該当する期限はありません。"


@dataclass(frozen=True)
class DueRow:
    """One line of the list. A row whose `status_word` is 期限超過 is coloured as well."""

    status_word: str
    deadline: date | None
    deadline_printed: str
    department: str
    title: str
    body: str
    origin: str
    opened_on: date | None
    first_deadline: date | None
    told_times: int
    last_told_on: date | None
    measure_word: str = ""

    def days_left(self, today: date) -> int | None:
        """Days until the deadline, negative once it has passed; None without one."""
        return None if self.deadline is None else (self.deadline - today).days


COLUMNS: tuple[tuple[Heading, Callable[[DueRow, date], Value]], ...] = (
    (Heading("状況", 10), lambda row, today: row.status_word),
    (Heading("期限", 17), lambda row, today: row.deadline),
    (Heading("残り日数", 8), lambda row, today: row.days_left(today)),
    (Heading("所管課", 16), lambda row, today: row.department),
    (Heading("件名", 28), lambda row, today: row.title),
    (Heading("内容", 42), lambda row, today: row.body),
    (Heading("区分", 9), lambda row, today: row.origin),
    (Heading("期限の表記", 19), lambda row, today: row.deadline_printed),
    (Heading("当初の期限", 10, is_narrow=True), lambda row, today: row.first_deadline),
    (Heading("登録日", 10, is_narrow=True), lambda row, today: row.opened_on),
    (Heading("通知回数", 8), lambda row, today: row.told_times),
    (Heading("最後の通知", 10, is_narrow=True), lambda row, today: row.last_told_on),
    (Heading("措置区分", 9), lambda row, today: row.measure_word),
)


def due_list(rows: Sequence[DueRow], *, office: str, today: date) -> bytes:
    """The list as an .xlsx file, the rows in the order given; the same rows and day give the same bytes."""
    from xlsxwriter import Workbook

    file = BytesIO()
    with Workbook(file, BOOK_OPTIONS) as book:
        created = datetime.combine(today, time())
        book.set_properties({"title": TITLE, "company": cell_text(office), "created": created})
        sheet = PrintedSheet(book, TITLE, [heading for heading, _ in COLUMNS])
        sheet.head(_note(rows, office, today))
        for row in rows:
            sheet.add([value(row, today) for _, value in COLUMNS], is_marked=row.status_word == OVERDUE)
        sheet.lay_out(NOTHING)
    return file.getvalue()


def _note(rows: Sequence[DueRow], office: str, today: date) -> str:
    overdue = sum(row.status_word == OVERDUE for row in rows)
    counted = f"{len(rows):,}件（うち{OVERDUE} {overdue:,}件）"
    return f"{office}　{wareki(today, weekday=True)}現在　{counted}　※残り日数の負の数は、期限を過ぎた日数です。"
