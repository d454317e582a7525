"""報告: weekly reports as they were issued."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.paging import Page, Paged, cursor_of, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.fields import Shown

routes = Resources("週次報告")


class ReportLine(Shown):
    """発行した週次報告"""

    on_day: date = Field(description="報告の日")
    period_from: date = Field(description="対象期間の初日")
    period_to: date = Field(description="対象期間の末日")
    issued_at: datetime = Field(description="発行した時（UTC）")
    sha256: str = Field(description="報告のページの SHA-256")


class ReportShown(ReportLine):
    """週次報告とその内容"""

    facts: dict[str, Any] = Field(description="報告に載せた事実")


@routes.reads("/reports", roles=WATCHERS, problems=(422,))
def list_reports(call: Calling, asked: Annotated[Paged, Query()]) -> Page[ReportLine]:
    """週次報告の一覧（新しい順）"""
    before = place_of(asked.cursor, _day)
    with call.office.store.reading() as records:
        found = records.reports.before(before, asked.limit + 1)
    return page_of(found, asked.limit, ReportLine.model_validate, lambda report: cursor_of(report.on_day.isoformat()))


@routes.reads("/reports/{day}", roles=WATCHERS, problems=(404,))
def show_report(call: Calling, day: str) -> ReportShown:
    """その日に発行した週次報告の内容"""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        asked = None
    with call.office.store.reading() as records:
        report = records.reports.find(asked) if asked else None
    if report is None:
        raise not_there(f"「{day}」の報告はありません。")
    return ReportShown.model_validate(report)


def _day(place: list[Any]) -> date:
    (day,) = place
    return date.fromisoformat(day)
