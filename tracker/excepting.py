"""An exception is granted, renewed, revoked or over: each time its flags and their tasks follow, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Occasion
from tracker.domain.exceptions import (
    OVER,
    REPLACED,
    SILENCED,
    FlagException,
    grant,
    granted,
    marked,
    open_again,
)  # fmt: skip
from tracker.domain.flags import Flag
from tracker.domain.submissions import UNDECIDED
from tracker.domain.tasks import Task
from tracker.storage.store import Records

CHANGED = "この対象の例外は、ほかの人が先に改めました。今の内容を確かめてから、もう一度行ってください。"
UNKNOWN_FLAG = "この検知は、記録にありません。"
UNKNOWN = "この例外は、記録にありません。"


@dataclass(frozen=True)
class Asked:
    """What is asked for on the page of a flag; `instead_of` is the exception that the page showed, 0 for none."""

    flag_id: int
    reason: str
    until: date | None
    approved_by: str
    instead_of: int = 0


def except_flag(records: Records, asked: Asked, calendar: OfficeCalendar, occasion: Occasion) -> Flag:
    """Grant an exception, in the place of the one that holds; the flag it was asked for.

    SubmissionRefused names what is lacking, CommandRefused says that another got there first.
    """
    flag = records.flags.find(asked.flag_id)
    if flag is None:
        raise CommandRefused(UNKNOWN_FLAG)
    exception = grant(flag, asked.reason, asked.until, asked.approved_by, occasion)
    holding = records.exceptions.holding(flag.check_name, occasion.on_day).get(flag.subject)
    if (holding.id if holding else 0) != asked.instead_of:
        raise CommandRefused(CHANGED)
    flags = _open_flags(records, exception)
    if any(records.submissions.pending_of(one.task_key) for one in flags):
        raise CommandRefused(UNDECIDED)
    if holding:
        records.exceptions.save(*holding.revoke(REPLACED, occasion))
    records.exceptions.enter(exception, granted(exception, occasion))
    follow_exceptions(records, flags, calendar, occasion)
    return flag


def revoke_exception(
    records: Records, number: int, reason: str, calendar: OfficeCalendar, occasion: Occasion
) -> FlagException:
    """End an exception before its day: what is still seen of its subject is asked for again."""
    exception = records.exceptions.find(number)
    if exception is None:
        raise CommandRefused(UNKNOWN)
    records.exceptions.save(*exception.revoke(reason, occasion))
    why = f"例外を取り消しました。{reason}"
    follow_exceptions(records, _open_flags(records, exception), calendar, occasion, why)
    return exception


def follow_exceptions(
    records: Records, flags: Sequence[Flag], calendar: OfficeCalendar, occasion: Occasion, why: str = OVER
) -> tuple[Flag, ...]:
    """Open flags of one check as the exceptions of the day leave them: marked or not, and their tasks with them."""
    if not flags:
        return ()
    holding = records.exceptions.holding(flags[0].check_name, occasion.on_day)
    followed = [(old, marked(old, holding)) for old in flags]
    changed = [new for old, new in followed if new.exception_id != old.exception_id]
    records.flags.save_all(changed)
    tasks = records.tasks.by_keys([flag.task_key for flag in changed])
    changes = list[tuple[Task, Event]]()
    for flag in changed:
        if task := tasks.get(flag.task_key):
            changes += _followed(task, flag, calendar, occasion, why)
    records.tasks.save_all(changes)
    return tuple(new for _, new in followed)


def silence_new(records: Records, flags: Sequence[Flag], tasks: Mapping[str, Task], occasion: Occasion) -> None:
    """Tasks of flags that are silenced at their first sight: on record, and asked of nobody."""
    silenced = [tasks[flag.task_key] for flag in flags if flag.exception_id is not None]
    records.tasks.save_all([task.withdraw(SILENCED, occasion) for task in silenced])


def _followed(
    task: Task, flag: Flag, calendar: OfficeCalendar, occasion: Occasion, why: str
) -> list[tuple[Task, Event]]:
    if flag.exception_id is not None:
        return [task.withdraw(SILENCED, occasion)] if task.is_open else []
    if task.withdrawn_on is None or task.closing_note != SILENCED:
        return []  # it was completed, or withdrawn for another reason
    return open_again(task, flag, why, calendar, occasion)


def _open_flags(records: Records, exception: FlagException) -> list[Flag]:
    return records.flags.open_of_subject(exception.check_name, exception.subject)
