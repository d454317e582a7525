"""組織改正: open tasks of departments that have ended go to their successors, by themselves or as the division chooses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tracker.domain.departments import Department
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Occasion
from tracker.domain.successions import REASON, Succession, lives_on, succession_of
from tracker.storage.screens.sums import open_work
from tracker.storage.store import Records

CHANGED = "この課の対応は、このページを開いた後に引き継がれたか、終わりました。今の一覧を確かめてください。"


@dataclass(frozen=True)
class Estate:
    """What an ended department left: how many open tasks, and where they go. `department` is as last known."""

    code: str
    department: Department | None
    open: int
    succession: Succession


def estates(records: Records, day: date) -> list[Estate]:
    """Every department that no longer lives and still has open tasks, in the order of their codes."""
    ever = records.departments_ever(day)
    return [
        Estate(work.code, ever.get(work.code), work.open, succession_of(work.code, ever, day))
        for work in open_work(records.connection, day)
        if work.code is not None and not lives_on(ever.get(work.code), day)
    ]


def carry_over(records: Records, occasion: Occasion) -> dict[str, int]:
    """Hand what ended departments left to their one successor, where there is one; how many tasks, by the old code."""
    moved = dict[str, int]()
    for estate in estates(records, occasion.on_day):
        if (heir := estate.succession.heir) is not None:
            moved[estate.code] = _hand_over(records, estate.code, None, heir, occasion)
    return moved


def hand_over_chosen(
    records: Records, code: str | None, keys: Collection[str] | None, to: str, occasion: Occasion
) -> int:
    """Hand a department's open tasks (None: all of them; `code` None: those of none) to another; how many they were.

    Raises SubmissionRefused for a department that does not live, and when nothing chosen is there any more.
    """
    if not lives_on(records.departments_ever(occasion.on_day).get(to), occasion.on_day):
        raise SubmissionRefused("department", "引き継ぐ所管課を選んでください。")
    if keys is not None and not keys:
        raise SubmissionRefused("tasks", "引き継ぐ対応を選んでください。")
    number = _hand_over(records, code, keys, to, occasion)
    if not number:
        raise SubmissionRefused("tasks", CHANGED)
    return number


def _hand_over(records: Records, code: str | None, keys: Collection[str] | None, to: str, occasion: Occasion) -> int:
    tasks = [task for task in records.tasks.open_of(code) if keys is None or task.key in keys]
    records.tasks.save_all([task.carry_over(to, REASON, occasion) for task in tasks])
    return len(tasks)
