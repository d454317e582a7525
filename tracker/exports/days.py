"""The day that an export is asked for: one of which something is known, and not one that is yet to come."""

from datetime import date

from tracker.domain.dates import wareki
from tracker.domain.errors import CommandRefused
from tracker.storage.horizon import first_day
from tracker.storage.store import Records


def known_day(records: Records, on: date | None, today: date) -> date:
    """The day itself, today without one; CommandRefused for one before the first record, and for one after today."""
    day = on or today
    if day > today:
        raise CommandRefused(f"{wareki(day)}は今日より後の日です。書き出せるのは今日までの記録です。")
    first = first_day(records.connection)
    if first is None or day < first:
        known = f"最初の記録は{wareki(first)}のものです。" if first else "まだ何も記録されていません。"
        raise CommandRefused(f"{wareki(day)}の時点の記録はありません。{known}")
    return day
