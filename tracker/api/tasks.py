"""対応: everything that somebody must do by a day."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Call, Calling
from tracker.api.paging import Page, Paged, cursor_of, page_of, place_of
from tracker.api.problems import Declined, not_there
from tracker.api.routes import EVERY_ROLE, Resources
from tracker.api.shapes.fields import Day, Line
from tracker.api.shapes.tasks import StandingAsked, TaskLine, TaskShown, task_line, task_shown
from tracker.domain.tasks import Origin, Task
from tracker.storage.screens.task_lists import TaskPlace, TaskSpan, tasks_after
from tracker.storage.screens.tasks import TaskFilter
from tracker.storage.store import Records

routes = Resources("対応")
# The API's words are those of `standing`; the queries of screens call some of them otherwise.
QUERIES = {"unfinished": "open", "open": "later", "due-today": "today", "due-soon": "soon"}


class TasksAsked(Paged):
    """Which tasks are asked for."""

    standing: StandingAsked | None = Field(default=None, description="状態。unfinished は完了・取下げのほかすべて")
    department: Line = Field(default="", max_length=100, description="所管課の所属コード。「-」は所管課が未定のもの")
    origin: Origin | None = Field(default=None, description="何から生じたか")
    finding: Line = Field(default="", max_length=100, description="指導番号")
    check: Line = Field(default="", max_length=100, description="検査の名前")
    q: Line = Field(
        default="", max_length=100, description="件名・内容に含まれる言葉（空白で区切るとすべてを含むもの）"
    )
    deadline_from: Day | None = Field(default=None, description="期限がこの日以後")
    deadline_until: Day | None = Field(default=None, description="期限がこの日以前")

    @property
    def filter(self) -> TaskFilter:
        """The conditions that screens know too."""
        origin = str(self.origin) if self.origin else ""
        return TaskFilter(self.department, origin, self.finding, self.check, self.q)

    @property
    def query(self) -> str:
        """The standing as the queries call it."""
        word = str(self.standing) if self.standing else "all"
        return QUERIES.get(word, word)


@routes.reads("/tasks", roles=EVERY_ROLE, problems=(422,))
def list_tasks(call: Calling, asked: Annotated[TasksAsked, Query()]) -> Page[TaskLine]:
    """対応の一覧（期限の早い順、期限のないものは終わり）"""
    place = place_of(asked.cursor, _place)
    wanted = asked.filter
    if call.only_department:
        if wanted.department not in ("", call.only_department):
            return Page[TaskLine](items=[], next=None)
        wanted = TaskFilter(call.only_department, wanted.origin, wanted.finding, wanted.check, wanted.words)
    span = TaskSpan(asked.deadline_from, asked.deadline_until)
    with call.office.store.reading() as records:
        names = call.names(records)
        found = tasks_after(records.connection, wanted, asked.query, span, call.today, place, asked.limit + 1)
        if call.only_department:
            events = records.events.about_all([f"task:{task.key}" for task in found])
            found = [call.token.audience.task(task, events[f"task:{task.key}"]) for task in found]
    return page_of(
        found, asked.limit, lambda task: task_line(task, call.today, names),
        lambda task: cursor_of(task.deadline and task.deadline.isoformat(), task.key),
    )  # fmt: skip


@routes.reads("/tasks/{key:path}", roles=EVERY_ROLE, problems=(404,))
def show_task(call: Calling, key: str) -> TaskShown:
    """対応1件とその報告、証跡、経過"""
    with call.office.store.reading() as records:
        return whole_task(call, records, known_task(call, records, key))


def known_task(call: Call, records: Records, key: str) -> Task:
    """The task, when there is one and it is this token's business; the same Declined otherwise."""
    task = records.tasks.find(key) if "\0" not in key else None
    if task is None or not call.token.sees(task.department_code):
        raise unknown_task(key)
    return task


def unknown_task(key: str) -> Declined:
    """The refusal of a task that is not there, or that is another department's."""
    return not_there(f"対応「{key}」はありません。")


def whole_task(call: Call, records: Records, task: Task) -> TaskShown:
    """A task with all that belongs to it."""
    submissions, reader, events = records.submissions, call.token.audience, records.events.about(f"task:{task.key}")
    return task_shown(
        task_line(reader.task(task, events), call.today, call.names(records)), reader.answers(submissions.of_task(task.key)),
        reader.documents(submissions.attachments_of(task.key)), reader.events(events),
    )  # fmt: skip


def _place(place: list[Any]) -> TaskPlace:
    deadline, key = place
    if not isinstance(key, str) or "\0" in key:
        raise ValueError(key)
    return TaskPlace(None if deadline is None else date.fromisoformat(deadline), key)
