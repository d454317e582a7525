"""予定: one month of deadlines, for the screen and for the wall."""

from collections.abc import Sequence
from datetime import date

from starlette.responses import HTMLResponse

from tracker.domain.months import days_of_month, month_before, month_words, next_month, read_month
from tracker.storage.screens.months import deadlines_by_day
from tracker.storage.screens.tasks import TaskFilter
from tracker.web.routes import READERS, Routes
from tracker.web.visit import Visit, Visiting
from tracker.web.words import ORIGINS

routes = Routes()
PER_DAY = 3


@routes.page("/calendar", who=READERS)
def show(visit: Visiting) -> HTMLResponse:
    """A month of deadlines: a department sees its own."""
    typed, this_month = visit.asked("month"), visit.today.replace(day=1)
    first = read_month(typed) if typed else this_month
    wanted, with_closed = filter_of(visit), visit.asked("closed") == "1"
    days = days_of_month(first or this_month)
    found = deadlines_by_day(visit.connection, wanted, days, with_closed=with_closed, per_day=PER_DAY)
    return visit.page(
        "calendar/show.html", first=days[0], title=month_words(days[0]), unread=typed if first is None else "",
        month_before=month_before(days[0]), next_month=next_month(days[0]), this_month=this_month, days=days, found=found,
        wanted=wanted, with_closed=with_closed, closed=closed_words(visit, days), total=sum(d.number for d in found.values()),
        finding_numbers=[finding.finding_no for finding in visit.records.findings.known_on(visit.today)],
    )  # fmt: skip


def filter_of(visit: Visit) -> TaskFilter:
    """What the address asks for; whoever is of a department sees that department's alone."""
    account = visit.account
    return TaskFilter(
        department=(account.department_code or "-") if account.is_of_department else visit.asked("department"),
        origin=visit.chosen("origin", {str(origin): label for origin, label in ORIGINS.items()}),
        finding=visit.asked("finding"),
    )


def closed_words(visit: Visit, days: Sequence[date]) -> dict[date, str]:
    """Why the office is closed on a day, in a word; nothing for open days."""
    calendar = visit.office.calendar
    return {
        day: "祝日" if calendar.is_holiday(day) and day not in calendar.extra_closed else "閉庁日"
        for day in days
        if calendar.is_closed(day)
    }
