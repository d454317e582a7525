"""After an action: what happened, who will hear of it by which letter, and when."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.dates import wareki
from tracker.domain.decisions import Effect
from tracker.domain.events import Happened
from tracker.domain.exceptions import FlagException
from tracker.domain.reminders import due_reminders
from tracker.domain.tasks import Origin, Task
from tracker.settings import JobTimes
from tracker.storage.events import StoredEvent
from tracker.web.visit import Visit, number_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
NOTHING_SENT = "この件のお知らせは、もう送りません。"
RECURRED = "この対応を「対応中に戻す」か、新しい指導事項があれば、そのページで再指摘として結び付けてください。"
WAITS = "情報管理課が確かめます。その間、この件のお知らせは送りません。"
SAID = {
    Happened.TASK_REPORTED: f"完了の報告を受け付けました。{WAITS}",
    Happened.EXTENSION_ASKED: f"期限延長の申出を受け付けました。決まるまで、期限は今のままです。{WAITS}",
    Happened.DEPARTMENT_DENIED: f"所管違いの申出を受け付けました。{WAITS}",
    Happened.TASK_STARTED: "着手したことを記録しました。済んだら、完了を報告してください。",
    Happened.TASK_COMMENTED: "コメントを書きました。期限もお知らせも、今までどおりです。",
    Happened.EVIDENCE_ATTACHED: "証跡を添えました。",
    Happened.EVIDENCE_REMOVED: "証跡を取り除きました。取り除いた記録は残ります。",
    Happened.OFFICER_NAMED: "担当者を決めました。",
    Happened.MEASURE_CONSIDERED: "対外的な区分を「検討中」としました。期限とお知らせは、今までどおりです。",
    Happened.MEASURE_SETTLED: "「検討中」を終えました。",
}
SEEN_AGAIN = "検査でまだ検知しているときは、次の検査で再び対応中になります。"


def outcome(visit: Visit, task: Task, events: Sequence[StoredEvent]) -> str:
    """What the address of the page says was just done, as long as nothing else has happened since; else nothing."""
    after = number_of(visit.asked("after"))
    if not events or events[0].id != after:
        return ""
    match events[0].kind:
        case Happened.TASK_COMPLETED:
            return (
                f"完了にしました。{NOTHING_SENT}{SEEN_AGAIN if task.origin is Origin.FLAG else ''}{_effect_day(task)}"
            )
        case Happened.EFFECT_CHECKED if task.effect is Effect.RECURRED:
            return f"再発と記録しました。{RECURRED}"
        case Happened.EFFECT_CHECKED:
            return "効果ありと記録しました。"
        case Happened.TASK_WITHDRAWN:
            return f"取り下げました。{NOTHING_SENT}"
        case Happened.TASK_SENT_BACK:
            return f"差し戻しました。{_next_letter(visit, task)}"
        case Happened.TASK_HANDED_OVER:
            return f"所管課を{visit.department(task.department_code)}に変えました。{_next_letter(visit, task)}"
        case Happened.DEADLINE_EXTENDED:
            return f"期限を{_day(events[0].facts.get('new'))}に変えました。{_next_letter(visit, task)}"
        case Happened.TASK_REOPENED:
            return f"対応中に戻しました。{_next_letter(visit, task)}"
        case kind:
            return SAID.get(Happened(kind), "") if kind in set(Happened) else ""


def exception_outcome(visit: Visit, holding: FlagException | None, events: Sequence[StoredEvent]) -> str:
    """What was just done with an exception, as long as nothing else has happened to it since; else nothing."""
    if not events or events[0].id != number_of(visit.asked("after")):
        return ""
    if events[0].kind == Happened.EXCEPTION_GRANTED and holding:
        return f"{wareki(holding.until, weekday=True)}まで例外としました。その間、所管課に対応を求めません。検査は続けます。"
    if events[0].kind == Happened.EXCEPTION_REVOKED:
        return "例外を取り消しました。まだ検知しているものは、対応中に戻りました。"
    return ""


def finding_outcome(visit: Visit, finding_no: str, tasks: Sequence[Task], events: Sequence[StoredEvent]) -> str:
    """What was just done with a finding or entered as its measure; else nothing."""
    after = number_of(visit.asked("after"))
    if after is None:
        return ""
    if events and events[0].id == after:
        match events[0].kind:
            case Happened.FINDING_ENTERED:
                return f"指導事項「{finding_no}」を登録しました。{_given(tasks)}"
            case Happened.FINDING_REVISED:
                return "記載を改めました。前の記載は経過に残ります。"
            case Happened.FINDING_CLOSED:
                return "完了としました。"
            case Happened.FINDING_REOPENED:
                return "完了を取り消しました。"
    newest = next(
        (task for task in tasks if after in {e.id for e in visit.records.events.about(f"task:{task.key}")}), None
    )
    return f"改善策を登録しました。{_next_letter(visit, newest)}" if newest and newest.is_open else ""


def _given(tasks: Sequence[Task]) -> str:
    """What became of the measures that came with a finding."""
    if not tasks:
        return "改善策が決まったら、このページから登録してください。"
    unknown = sum(task.department_code is None for task in tasks)
    if not unknown:
        return f"改善策{len(tasks)}件が所管課の対応になりました。"
    return f"改善策{len(tasks)}件のうち{unknown}件は、所管課が未定です。対応のページで所管を決めてください。"


def next_morning(times: JobTimes, calendar: OfficeCalendar, now: datetime) -> datetime:
    """When reminders are written next; `now` in the office's zone."""
    if times.at is None:
        return now
    day = now.date() if now.time() < times.at else now.date() + timedelta(days=1)
    while times.on in WEEKDAYS and WEEKDAYS.index(times.on) != day.weekday():
        day += timedelta(days=1)
    day = day if times.on == "every-day" else calendar.open_day_from(day)
    return datetime.combine(day, times.at, now.tzinfo)


def _effect_day(task: Task) -> str:
    day = task.effect_check_on
    return f"{wareki(day, weekday=True)}に、効果の確認を「今日」の画面で知らせます。" if day else ""


def _next_letter(visit: Visit, task: Task) -> str:
    """By which letter the department hears of it, when, and whether it reaches it."""
    office = visit.office
    morning = next_morning(
        office.settings.timetable.reminders, office.calendar, visit.now.astimezone(office.clock.zone)
    )
    ladders, calendar = office.settings.reminders.ladders(), office.calendar
    name = visit.department(task.department_code) if task.department_code else "情報管理課（所管課が未定のため）"
    if due_reminders([task], (), ladders, calendar, morning.date()):
        when = f"{wareki(morning.date(), weekday=True)}{morning.hour}時{morning:%M}分"
    elif task.deadline and (steps := ladders.of(task).days_before):
        when = wareki(min(ladders.of(task).goes_out_on(s, task.deadline, calendar) for s in steps), weekday=True)
    else:
        return (
            f"{name}には、期限の後に知らせます。" if task.deadline else "期限の定めがないので、お知らせは送りません。"
        )
    home = next((d for d in visit.departments if d.code == task.department_code), None)
    by_hand = "メールアドレスがないので、印刷して渡してください。" if home and not home.email else ""
    return f"{name}には、{when}のお知らせで知らせます。{by_hand}"


def _day(stored: Any) -> str:
    return wareki(date.fromisoformat(stored), weekday=True) if stored else "定めなし"
