"""Numbers of a workbook as a person reads them: 1.0 is 1, a day is its ISO form."""

from datetime import datetime, timedelta

from tracker.registers.workbooks.styles import Shows

_BEFORE_1900, _LEAP_DAY = datetime(1899, 12, 31), 60  # noqa: DTZ001 (29 February 1900 is a day to Excel alone)
FROM_1904 = 1462  # days from Excel's one first day to the other
_LAST = 2_958_465  # 9999-12-31
NOT_SHOWN = "######"  # what Excel shows for a day that it does not know


def number_text(written: str) -> str:
    """A number without format; a text that is none stays as it is."""
    if written.isdecimal() and written.isascii():
        return written
    try:
        value = float(written)
    except ValueError:
        return written
    return str(int(value)) if value.is_integer() else str(value)


def shown_text(written: str, shows: Shows, *, is_1904: bool) -> str:
    """A number in a format of days or times."""
    try:
        value = float(written)
    except ValueError:
        return written
    if shows is Shows.DAY and is_1904:
        value += FROM_1904
    if not 0 <= value < _LAST + 1:
        return NOT_SHOWN
    seconds = round(value * 86_400)
    if shows is Shows.LENGTH or (shows is Shows.TIME and value < 1):
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    day, second = divmod(seconds, 86_400)
    if day == 0:
        return "1900-01-00"  # as Excel shows it: of no day
    if day == _LEAP_DAY:
        return "1900-02-29"
    moment = _BEFORE_1900 + timedelta(days=day - (day > _LEAP_DAY), seconds=second)
    return moment.isoformat(" ") if second else moment.date().isoformat()
