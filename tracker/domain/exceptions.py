"""例外: one subject that one check leaves in peace until a day, for a reason and with somebody's approval."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.flags import Flag
from tracker.domain.moves import refuse_text
from tracker.domain.tasks import Task

LONGEST_DAYS = 366  # what is longer is no exception but the rule, and belongs into the register
LONGEST_NAME = 100
SILENCED = "例外としたため、対応を求めていません。"
OVER = "例外が終わりました。検査でまだ検知しています。"
REPLACED = "新しい例外に改めました。"


@dataclass(frozen=True)
class FlagException:
    """It holds from `granted_on` to `until`, both included, or until the day before `revoked_on`."""

    check_name: str
    subject: str
    reason: str
    until: date
    approved_by: str
    granted_on: date
    granted_at: datetime
    granted_by: str
    revoked_on: date | None = None
    revoked_by: str = ""
    revocation_reason: str = ""
    id: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether it silences its subject on a day."""
        return self.granted_on <= day <= self.until and (self.revoked_on is None or day < self.revoked_on)

    def revoke(self, reason: str, occasion: Occasion) -> tuple["FlagException", Event]:
        """Over before its day; SubmissionRefused without a reason, or when it is over already."""
        if not self.holds_on(occasion.on_day):
            raise SubmissionRefused("", "この例外は、もう終わっています。")
        refuse_text("reason", reason, "取り消す理由を書いてください。記録に残ります。")
        revoked = replace(self, revoked_on=occasion.on_day, revoked_by=occasion.by, revocation_reason=reason)
        return revoked, _event(Happened.EXCEPTION_REVOKED, self, occasion, {"reason": reason})


def grant(flag: Flag, reason: str, until: date | None, approved_by: str, occasion: Occasion) -> FlagException:
    """An exception from today on; SubmissionRefused names the field that lacks something."""
    if flag.cleared_on is not None:
        raise SubmissionRefused("", "この検知は、もう解消しています。例外は要りません。")
    refuse_text("reason", reason, "例外とする理由を書いてください。報告に載ります。")
    if until is None:
        raise SubmissionRefused("until", "いつまで例外とするかを書いてください（例: R6.9.30、令和6年9月30日）。")
    if until < occasion.on_day:
        raise SubmissionRefused("until", "今日以後の日にしてください。")
    if (until - occasion.on_day).days > LONGEST_DAYS:
        raise SubmissionRefused("until", "1年以内の日にしてください。続けるときは、終わる前に見直して改めてください。")
    if not approved_by:
        raise SubmissionRefused("approved_by", "承認した方の職と氏名を書いてください。")
    if len(approved_by) > LONGEST_NAME:
        raise SubmissionRefused("approved_by", f"{LONGEST_NAME}字以内で書いてください。")
    return FlagException(
        flag.check_name, flag.subject, reason, until, approved_by, occasion.on_day, occasion.at, occasion.by
    )


def granted(exception: FlagException, occasion: Occasion) -> Event:
    """The event of its beginning."""
    facts = {"until": exception.until, "approved_by": exception.approved_by, "reason": exception.reason}
    return _event(Happened.EXCEPTION_GRANTED, exception, occasion, facts)


def marked(flag: Flag, holding: Mapping[str, FlagException]) -> Flag:
    """The flag with the exception that silences it now, or with none."""
    exception = holding.get(flag.subject)
    return replace(flag, exception_id=exception.id if exception else None)


def by_subject(exceptions: Iterable[FlagException], day: date) -> dict[str, FlagException]:
    """Which subjects of one check are silenced on a day."""
    return {one.subject: one for one in exceptions if one.holds_on(day)}


def open_again(
    task: Task, flag: Flag, reason: str, calendar: OfficeCalendar, occasion: Occasion
) -> list[tuple[Task, Event]]:
    """The task that was silenced, open again with as many days as it was first given.

    A deadline that the rule itself sets (a report that was due) is left as it is.
    """
    changes = list[tuple[Task, Event]]()
    days = flag.deadline - flag.first_seen_on if flag.deadline else None
    if days and days.days > 0 and task.deadline:
        deadline = calendar.open_day_from(occasion.on_day + days)
        if deadline > task.deadline:
            changes.append(task.extend(deadline, "", reason, occasion))
            task = changes[-1][0]
    return [*changes, task.reopen(reason, occasion)]


def _event(kind: Happened, exception: FlagException, occasion: Occasion, facts: Mapping[str, object]) -> Event:
    return Event(kind, f"exception:{exception.check_name}/{exception.subject}", occasion, facts)
