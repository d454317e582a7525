"""The lines of 期限一覧, from the records: everything open, the earliest deadline first."""

from datetime import date

from tracker.domain.departments import display_names
from tracker.domain.measures import measure_status
from tracker.domain.tasks import STANDING_WORDS, Origin, Task
from tracker.exports.due_list import DueRow
from tracker.storage.store import Records

ORIGINS = {Origin.FINDING: "指導事項", Origin.FLAG: "検査", Origin.DUTY: "定期業務", Origin.RESOLUTION: "審議会"}


def due_rows(records: Records, today: date, department_code: str | None = None) -> list[DueRow]:
    """Every open task, of one department when one is given; how often its department was told of it stands beside."""
    names, told = display_names(records.departments(today)), records.ledger.times_told()
    by_task = {key: times for (key, _), times in told.items()}  # of a department nobody knows: whoever was told
    rows = list[DueRow]()
    for task in records.tasks.open_all_now():
        if department_code is None or task.department_code == department_code:
            code = task.department_code or ""
            times = told.get((task.key, code)) if code in names else by_task.get(task.key)
            rows.append(_row(task, names, today, times.times if times else 0, times.last_on if times else None))
    return rows


def _row(task: Task, names: dict[str, str], today: date, told_times: int, last_told_on: date | None) -> DueRow:
    code = task.department_code or ""
    return DueRow(
        status_word=STANDING_WORDS[task.standing(today)], deadline=task.deadline,
        deadline_printed=task.deadline_printed, department=names.get(code, code or "所管課未定"), title=task.title,
        body=task.body, origin=ORIGINS[task.origin], opened_on=task.opened_on, first_deadline=task.first_deadline,
        told_times=told_times, last_told_on=last_told_on, measure_word=measure_status(task) or "",
    )  # fmt: skip
