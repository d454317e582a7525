"""Answers that wait for the division, with the tasks they belong to."""

from dataclasses import dataclass

from sqlalchemy import Connection

from tracker.domain.submissions import Submission
from tracker.domain.tasks import Task
from tracker.storage.events import Events
from tracker.storage.submissions import Submissions
from tracker.storage.tasks import Tasks


@dataclass(frozen=True)
class WaitingAnswer:
    """An answer and its task."""

    submission: Submission
    task: Task


def waiting_answers(connection: Connection, limit: int | None = None) -> list[WaitingAnswer]:
    """Answers on which the division has not decided, the longest waiting first; one for each task."""
    newest = {submission.task_key: submission for submission in Submissions(connection).pending(limit)}
    tasks = Tasks(connection, Events(connection)).by_keys(newest)
    return [WaitingAnswer(submission, tasks[key]) for key, submission in newest.items()]
