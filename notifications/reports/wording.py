"""What reports on findings say alike: 区の対応（改善策）, and the stamp in the footer."""

from datetime import date, datetime

from tracker.domain.dates import wareki

_BODIES = "都道府県市区町村"


def answer_title(office: str) -> str:
    """区の対応（改善策） of a ward, 市の対応（改善策） of a city; 対応（改善策） of any other body."""
    body = office.strip()[-1:]
    return f"{body}の対応（改善策）" if body and body in _BODIES else "対応（改善策）"


def stamp_of(on_day: date, at: datetime) -> str:
    """The day that a report speaks of and the hour of the records it was made from."""
    return f"{wareki(on_day, weekday=True)}現在　{wareki(at.date())}{at:%H:%M}の記録"
