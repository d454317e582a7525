"""Months and fiscal years as addresses and people name them."""

import re
import unicodedata
from datetime import date, timedelta

from tracker.domain.dates import fiscal_year, month_end, read_date, wareki_year
from tracker.domain.errors import DateUnreadable

YEARS = range(1990, 2100)


def read_month(text: str) -> date | None:
    """The first day of a month: 2024-03, 2024/3, 令和6年3月, R6.3, or any day in it; None for anything else."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    for whole in (f"{plain}-1", f"{plain}/1", f"{plain}1日", f"{plain}.1", plain):
        try:
            day = read_date(whole).day
        except DateUnreadable:
            continue
        return day.replace(day=1) if day.year in YEARS else None
    return None


def month_words(first: date) -> str:
    """令和6年3月"""
    return f"{wareki_year(first)}{first.month}月"


def next_month(first: date) -> date:
    """The first day of the month after."""
    return month_end(first.year, first.month) + timedelta(days=1)


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def days_of_month(first: date) -> list[date]:
    """Every day of a month."""
    return [first + timedelta(days=n) for n in range(month_end(first.year, first.month).day)]


def fiscal_span(year: int) -> tuple[date, date]:
    """The first and the last day of the fiscal year that begins in April of a year."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_words(year: int) -> str:
    """令和5年度, for the fiscal year that begins in April of a year: named by the year most of it lies in."""
    return f"{wareki_year(date(year, 5, 1))}度"


def read_fiscal_year(text: str, today: date) -> int:
    """The western year in which the fiscal year asked for begins; today's for anything that is none."""
    return (
        int(text)
        if text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS
        else fiscal_year(today)
    )
