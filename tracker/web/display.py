"""The templates' environment: how days, times, numbers and links are written on every page."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request

from tracker.domain.dates import read_date, wareki
from tracker.domain.errors import DateUnreadable
from tracker.domain.measures import measure_status
from tracker.web import words
from tracker.web.navigation import ways_of


def environment() -> Environment:
    """Templates of the pages: everything is escaped, a fact that is missing is an error."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"day": day_words, "days_left": days_left_words, "ago": ago_words, "count": count_words}
    pages.filters |= {
        "own_words": own_words,
        "at": at_words,
        "time": time_words,
        "cell": cell_words,
        "size": size_words,
    }
    pages.globals |= {
        "words": words,
        "link": link,
        "same_page": same_page,
        "ways_of": ways_of,
        "measure_status": measure_status,
    }
    return pages


def day_words(day: date) -> str:
    """令和6年3月15日（金）"""
    return wareki(day, weekday=True)


def days_left_words(deadline: date, today: date) -> str:
    """「3日超過」, 「本日」 or 「あと5日」."""
    left = (deadline - today).days
    if left == 0:
        return "本日"
    return f"あと{left}日" if left > 0 else f"{-left}日超過"


def ago_words(day: date, today: date) -> str:
    """「本日」, 「昨日」 or 「12日前」."""
    days = (today - day).days
    if days < 0:
        return f"{-days}日後"
    return {0: "本日", 1: "昨日"}.get(days, f"{days}日前")


def count_words(number: int) -> str:
    """1,234"""
    return f"{number:,}"


def own_words(printed: str, deadline: date | None) -> str:
    """The printed deadline when it says something else than the day itself (「令和6年1月末まで」)."""
    plain = " ".join(printed.split())
    try:
        says_the_same = read_date(plain.removesuffix("まで")).day == deadline
    except DateUnreadable:
        says_the_same = False
    return "" if says_the_same else plain


@pass_context
def at_words(context: Context, moment: datetime) -> str:
    """令和6年3月18日（月） 6:00, by the clock of the office."""
    local = moment.astimezone(context["zone"])
    return f"{wareki(local.date(), weekday=True)} {local.hour}:{local:%M}"


@pass_context
def time_words(context: Context, moment: datetime) -> str:
    """6:00, by the clock of the office."""
    local = moment.astimezone(context["zone"])
    return f"{local.hour}:{local:%M}"


def size_words(size: int) -> str:
    """512バイト, 12KB or 3.4MB."""
    if size < 1024:
        return f"{size}バイト"
    return f"{round(size / 1024):,}KB" if size < 1024 * 1000 else f"{size / (1 << 20):.1f}MB"


def cell_words(value: Any) -> str:
    """A value of a register as its cell shows it; nothing for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "○" if value else "×"
    if isinstance(value, date):
        return wareki(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def link(*parts: object, **query: object) -> str:
    """An address of this site: path parts as they are, quoted where needed; empty query values are left out."""
    path = "/" + "/".join(quote(str(part), safe="/:~()") for part in parts)
    given = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{path}?{urlencode(given)}" if given else path


def same_page(request: Request, **changes: object) -> str:
    """The address of this page with another page number, tab or order."""
    given: dict[str, object] = {**request.query_params, **changes}
    return link(request.url.path.removeprefix("/"), **given)
