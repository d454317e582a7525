"""報告: reports as they were issued."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.paging import Page, Paged, cursor_of, number_in, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.fields import Shown
from tracker.storage.reports import IssuedReport

routes = Resources("報告")


class ReportLine(Shown):
    """発行した報告"""

    id: int = Field(description="報告の番号")
    kind: str = Field(description="報告の種類: weekly、council など")
    subject: str = Field(description="所属コード又は指導番号（全体の報告では空）")
    on_day: date = Field(description="基準日")
    edition: int = Field(description="版")
    period_from: date | None = Field(description="対象期間の初日")
    period_to: date | None = Field(description="対象期間の末日")
    issued_at: datetime = Field(description="発行した時（UTC）")
    issued_by: str = Field(description="発行した者")
    version: str = Field(description="発行したプログラムの版")
    sha256: str = Field(description="報告に載せた事実の SHA-256")


class ReportShown(ReportLine):
    """報告とその内容"""

    facts: dict[str, Any] = Field(description="報告に載せた事実")


@routes.reads("/reports", roles=WATCHERS, problems=(422,))
def list_reports(call: Calling, asked: Annotated[Paged, Query()]) -> Page[ReportLine]:
    """発行した報告の一覧（新しい順）"""
    before = place_of(asked.cursor, _place)
    with call.office.store.reading() as records:
        found = records.reports.before(before, asked.limit + 1)
    return page_of(found, asked.limit, ReportLine.model_validate, _cursor)


@routes.reads("/reports/{number}", roles=WATCHERS, problems=(404,))
def show_report(call: Calling, number: str) -> ReportShown:
    """発行した報告の内容"""
    known = int(number) if number.isascii() and number.isdecimal() and len(number) <= 16 else 0
    with call.office.store.reading() as records:
        report = records.reports.get(known)
    if report is None:
        raise not_there(f"「{number}」の報告はありません。")
    return ReportShown.model_validate(report)


def _place(place: list[Any]) -> tuple[date, int]:
    day, *number = place
    return date.fromisoformat(day), number_in(number)


def _cursor(report: IssuedReport) -> str:
    return cursor_of(report.on_day.isoformat(), report.id)
