"""所管課のページ: a department's own list, letters and calendar, by its secret address and without sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from tracker.domain.audience import of_department
from tracker.domain.dates import wareki
from tracker.domain.letter_links import ANSWERS
from tracker.domain.successions import has_ended, succession_of
from tracker.domain.tasks import Standing, Task
from tracker.exports.deadline_calendar import DeadlineEntry, deadline_calendar, entry_of
from tracker.exports.due_list import due_list
from tracker.exports.due_rows import due_rows
from tracker.links import ABOUT_A_TASK, AnswerLink, AnswerLinks, office_secret
from tracker.secrets.letters import for_reader
from tracker.storage.outbox import MAIL, QueuedLetter
from tracker.storage.screens.departments import (
    flags_of_department,
    handed_over_since,
    last_changes,
    letters_of_department,
    tasks_of_department,
)  # fmt: skip
from tracker.storage.screens.submissions import waiting_answers
from tracker.web.downloads import XLSX, download
from tracker.web.routes import ANYONE, Routes
from tracker.web.visit import Turned, Visit, Visiting, number_of

routes = Routes()
KEPT_DAYS = timedelta(days=60)  # how long what is over stays in the list and in the calendar
LETTERS_SHOWN = 30
CALENDAR = "text/calendar; charset=utf-8"
UNKNOWN = "このアドレスは使えません。取り消されたか、途中で切れています。情報管理課に連絡してください。"
GROUPS = (
    ("期限を過ぎたもの", (Standing.OVERDUE,)),
    ("本日期限のもの", (Standing.DUE_TODAY,)),
    ("これから期限の来るもの", (Standing.DUE_SOON, Standing.OPEN)),
    ("情報管理課が確かめているもの", (Standing.ANSWERED,)),
)


@dataclass(frozen=True)
class OwnPage:
    """A department's page: whose it is, and its secret."""

    code: str
    secret: str


@routes.page("/departments/{secret}", who=ANYONE)
def show(visit: Visiting, secret: str) -> HTMLResponse:
    """What the department must do, what it was told, and its calendar's address."""
    own = _own_page(visit, secret)
    answers = {answer.task.key: answer.submission for answer in waiting_answers(visit.connection)}
    tasks = _shown(visit, own, tasks_of_department(visit.connection, own.code, visit.today - KEPT_DAYS))
    standings = {task.key: task.standing(visit.today) for task in tasks}
    groups = [(title, [task for task in tasks if standings[task.key] in which]) for title, which in GROUPS]
    return visit.page(
        "departments/show.html", own=own, tasks=tasks, closed=[task for task in tasks if not task.is_open],
        groups=[(title, members) for title, members in groups if members], kept_days=KEPT_DAYS.days,
        answers={task.key: of_department(own.code).pending(answers.get(task.key)) for task in tasks},
        findings={finding.finding_no: finding for finding in visit.records.findings.known_on(visit.today)},
        flags=flags_of_department(visit.connection, own.code),
        checks={check.name: check for check in visit.records.checks.catalogue()},
        passed_on=_passed_on(visit, own), paths=_answer_paths(visit, own, tasks),
        letters=letters_of_department(visit.connection, own.code, LETTERS_SHOWN), calendar_url=_calendar_url(visit, own),
    )  # fmt: skip


@routes.page("/departments/{secret}/letters/{number}", who=ANYONE)
def letter(visit: Visiting, secret: str, number: str) -> HTMLResponse:
    """One letter that was written to the department."""
    own, known = _own_page(visit, secret), number_of(number)
    found = None if known is None else visit.records.outbox.find(known)
    if found is None or not _is_written_to(own, found):
        raise Turned(404, "この通知はありません。一覧を開き直してください。")
    return visit.page("departments/letter.html", own=own, letter=for_reader(visit.records, visit.office, found))


@routes.page("/departments/{secret}/calendar.ics", who=ANYONE)
def calendar(visit: Visiting, secret: str) -> Response:
    """Deadlines for a calendar program: open ones, and for a while those that are over or went elsewhere."""
    own = _own_page(visit, secret)
    entries, name = _entries(visit, own), visit.department(own.code)
    tag = f'"{sha256(repr(entries).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}  # kept by the program, asked for again each time
    if visit.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    text = deadline_calendar(
        f"対応期限（{name}）", entries, now=visit.now, domain=visit.office.settings.mail.domain,
        zone=visit.office.settings.office.zone,
    )  # fmt: skip
    return Response(text, media_type=CALENDAR, headers=headers)


@routes.page("/departments/{secret}/期限一覧.xlsx", who=ANYONE)
def workbook(visit: Visiting, secret: str) -> Response:
    """The open tasks as an Excel list."""
    own = _own_page(visit, secret)
    rows = due_rows(visit.records, visit.today, own.code)
    content = due_list(rows, office=visit.office.settings.office.name, today=visit.today)
    return download(content, f"期限一覧（{visit.department(own.code)}）{visit.today.isoformat()}.xlsx", XLSX)


def _passed_on(visit: Visit, own: OwnPage) -> str:
    """For a department that has ended: who carries on."""
    department = visit.former_departments.get(own.code)
    if department is None or not has_ended(department, visit.today):
        return ""
    last, found = (
        wareki(department.end_on or visit.today),
        succession_of(own.code, visit.former_departments, visit.today),
    )
    if not found.heirs or found.doubts:
        return f"この課は{last}で終わりました。残っている対応の引継ぎ先は、情報管理課が決めています。"
    return f"この課は{last}で終わり、対応は{visit.department(found.heirs[0])}に引き継がれました。ここからの報告は要りません。"


def _own_page(visit: Visit, secret: str) -> OwnPage:
    code = visit.records.department_keys.department_of(secret)
    if code is None:
        raise Turned(404, UNKNOWN)
    return OwnPage(code, secret)


def _shown(visit: Visit, own: OwnPage, tasks: Sequence[Task]) -> list[Task]:
    """The tasks without what stayed on them from another department's time."""
    events = visit.records.events.about_all([f"{ABOUT_A_TASK}{task.key}" for task in tasks if task.round_note])
    return [of_department(own.code).task(task, events.get(f"{ABOUT_A_TASK}{task.key}", ())) for task in tasks]


def _answer_paths(visit: Visit, own: OwnPage, tasks: Sequence[Task]) -> dict[str, str]:
    """Where each task is answered; nothing when answering by links is switched off."""
    answers = visit.office.settings.answers
    if not answers.enabled:
        return {}
    links, until = AnswerLinks(office_secret(visit.office.data_dir)), visit.today + timedelta(days=answers.days)
    numbers = visit.records.events.firsts_about([f"{ABOUT_A_TASK}{task.key}" for task in tasks])
    return {
        task.key: f"{ANSWERS}{links.sign(AnswerLink(task.key, own.code, until), number)}"
        for task in tasks
        if (number := numbers.get(f"{ABOUT_A_TASK}{task.key}"))
    }


def _is_written_to(own: OwnPage, letter: QueuedLetter) -> bool:
    is_its = bool(of_department(own.code).letters([letter]))
    return is_its and letter.channel == MAIL and letter.withdrawn_at is None


def _calendar_url(visit: Visit, own: OwnPage) -> str:
    """The address in full, as a calendar program needs it: under the office's address, or as the page was reached."""
    base = visit.office.settings.web.address or str(visit.request.base_url)
    return f"{base.rstrip('/')}/departments/{quote(own.secret)}/calendar.ics"


def _entries(visit: Visit, own: OwnPage) -> list[DeadlineEntry]:
    """The department's tasks with a deadline; what went to another department is cancelled in this calendar."""
    since, base = visit.today - KEPT_DAYS, visit.office.settings.web.address
    tasks = [t for t in tasks_of_department(visit.connection, own.code, since) if t.deadline]
    elsewhere = handed_over_since(visit.connection, own.code, since)
    events = visit.records.events.about_all([f"{ABOUT_A_TASK}{task.key}" for task in elsewhere])
    left = [of_department(own.code).as_it_left(t, events[f"{ABOUT_A_TASK}{t.key}"]) for t in elsewhere]
    gone = [t for t in left if t.deadline]
    changed = last_changes(visit.connection, [task.key for task in (*tasks, *gone)])
    page = f"{base.rstrip('/')}/departments/{own.secret}" if base else None
    name = visit.department(own.code)
    entries = [entry_of(task, name, page, changed.get(task.key, visit.now)) for task in tasks]
    return entries + [
        replace(
            entry_of(replace(task, department_code=own.code), name, None, changed.get(task.key, visit.now)),
            state="cancelled",
        )
        for task in gone
    ]
