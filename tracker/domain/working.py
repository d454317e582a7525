"""What happens to a task while it is worked on: begun, talked about, shown by documents."""

from dataclasses import replace

from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import refuse_closed, refuse_text
from tracker.domain.tasks import Task

ALREADY_BEGUN = "この対応は、もう着手済みです。"


def start(task: Task, occasion: Occasion) -> tuple[Task, Event]:
    """Begun by its department; SubmissionRefused when it was already, or when its answer lies with the division."""
    refuse_closed(task)
    if task.started_on is not None:
        raise SubmissionRefused("", ALREADY_BEGUN)
    started = replace(task, started_on=occasion.on_day)
    return started, started.happened(Happened.TASK_STARTED, occasion)


def comment(task: Task, text: str, department_code: str | None, occasion: Occasion) -> Event:
    """Something said about a task, by a department or (None) by the division: the task itself stays as it is."""
    refuse_text("comment", text, "コメントを書いてください。")
    return task.happened(Happened.TASK_COMMENTED, occasion, text=text, department=department_code)
