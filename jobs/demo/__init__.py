"""The example office: five days of registers and the five findings, lived through by the program itself.

City, staff and companies are made up; the findings restate, in other words, what a council paper of 2023-12-19 says.
Every run between the days is a run of the jobs themselves, on the days' own times.
"""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from jobs.demo.accounts import add_demo_accounts
from jobs.registry import runner_of
from jobs.runner import Runner
from tracker.answering import enter
from tracker.clock import set_clock
from tracker.domain.dates import read_date
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Occasion
from tracker.domain.submissions import Submission, SubmissionKind
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.secrets.department_pages import give_page

FOLDER = Path(__file__).parent
DAYS = tuple(date.fromisoformat(folder.name) for folder in sorted((FOLDER / "registers").iterdir()) if folder.is_dir())
GUIDANCE_DAYS = tuple(date.fromisoformat(f.name) for f in sorted((FOLDER / "guidance").iterdir()) if f.is_dir())
LAST_DAY = date(2024, 3, 18)
MORNING = time(8, 0)  # when the example office's clock starts
MARK = "demo"
LOG_REPORTS = "ログ分析報告.csv"
BY = "お試し用データ"
ANSWERS = {  # by day: the task, what was done, and who says so
    date(2023, 8, 15): ("flag:absent-accounts/SHOGAI/sf0222~1", "職員２２の操作権限を停止しました。", "職員２１"),
    date(2024, 3, 15): ("finding:R5-1(3)/c", "全庁掲示板に掲載し、各システムの所管課に通知しました。", "職員０１"),
}


def is_demo(data_dir: Path) -> bool:
    """Whether a data directory holds the example office."""
    return (data_dir / MARK).exists()


def demo_office(config: Path | None, data_dir: Path, port: int) -> Office:
    """Open a data directory for the example office; refused where an office's own data lie.

    Its letters link to the pages on this machine, so that a newcomer can answer from them.
    """
    if data_dir.exists() and any(data_dir.iterdir()) and not is_demo(data_dir):
        raise CommandRefused(
            f"「{data_dir}」には、もうデータがあります。お試しには空のフォルダーを --data-dir で指定してください。"
        )
    office = open_office(config, data_dir)
    web = office.settings.web
    address = web.address or f"http://127.0.0.1:{port}"
    settings = office.settings.model_copy(update={"web": web.model_copy(update={"address": address})})
    return replace(office, settings=settings)


def build_demo(office: Office, until: date = LAST_DAY) -> Office:
    """Let the example office live through its days until the morning of `until`, and set its clock there."""
    runner = runner_of(office)
    day = DAYS[0]
    while day <= until:
        _live(runner, day, is_last=day == until)
        day += timedelta(days=1)
    start = _at(office, until, MORNING)
    clock = set_clock(office.data_dir, office.settings.office.zone, start)
    runner.keep_timetable(start)
    runner.run_at("forecast", start.replace(hour=6, minute=30))
    add_demo_accounts(office, start, BY)
    (office.data_dir / MARK).touch()
    with office.store.transaction() as records:
        for task in records.tasks.open_all_now():
            if task.department_code and task.department_code not in records.department_keys.valid():
                give_page(records, office.data_dir, task.department_code, start)
    return replace(office, clock=clock)


def _live(runner: Runner, day: date, *, is_last: bool) -> None:
    """One day: the exports that came in, then each job at its time; on the last day only what was before 8:00."""
    office = runner.office
    if day in DAYS or day.weekday() in (0, 4):  # Monday and Friday
        with _exports(day) as folder:
            _take(office, folder, day)
    if day in GUIDANCE_DAYS:
        _take(office, FOLDER / "guidance" / day.isoformat(), day)
    midnight, end = _at(office, day, time()), _at(office, day, MORNING if is_last else time(23, 59))
    ran = list[datetime]()
    for name in ("checks", "reminders", "weekly_report", "unanswered"):
        due = runner.timetable.next_due(name, midnight - timedelta(seconds=1))
        if due < end:
            runner.run_at(name, due)
            ran.append(due)
    if ran:
        runner.run_at("delivery", max(ran) + timedelta(minutes=1))
    if day in ANSWERS:
        _answer(office, day, *ANSWERS[day])


def _answer(office: Office, day: date, task_key: str, note: str, officer: str) -> None:
    """A department says that something is done; the division finds it the next morning."""
    at = _at(office, day, time(16, 20))
    with office.store.transaction() as records:
        task = records.tasks.find(task_key)
        if task is None or not task.waits_for_department or task.department_code is None:
            return
        answer = Submission(task.key, task.department_code, SubmissionKind.DONE, officer, note, at, day)
        enter(records, task, answer, (), Occasion(f"所管課（通知のリンク、{officer}）", at, day))


@contextmanager
def _exports(day: date) -> Iterator[Path]:
    """The registers as exported on a day: the last known ones, with the log reports that had come in by then."""
    newest = max(known for known in DAYS if known <= day)
    if newest == day:
        yield FOLDER / "registers" / day.isoformat()
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        shutil.copytree(FOLDER / "registers" / newest.isoformat(), target, dirs_exist_ok=True)
        with (FOLDER / "registers" / DAYS[-1].isoformat() / LOG_REPORTS).open(encoding="cp932", newline="") as file:
            head, *rows = csv.reader(file)
        column = head.index("報告日")
        with (target / LOG_REPORTS).open("w", encoding="cp932", newline="") as file:
            csv.writer(file).writerows([head, *(row for row in rows if read_date(row[column]).day <= day)])
        yield target


def _take(office: Office, folder: Path, day: date) -> None:
    occasion = Occasion(BY, _at(office, day, time(5, 30)), day)
    Importer(office.settings, day, occasion).take(office.store, [folder])


def _at(office: Office, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, office.clock.zone)
