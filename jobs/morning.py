"""The reminder job: queues the letters of the day, a portion at a time, so that the first leave while others are written."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from jobs.escalations import due_escalation_letters, write_escalation
from jobs.letters import Composed, Post, queue_letters
from jobs.printing import print_day
from jobs.reminders import due_reminder_letters, write_reminder
from jobs.runner import Work
from jobs.situation import Situation

PORTION = 50  # letters queued in one transaction
Writing = tuple[str, Callable[[], Composed]]


def remind(work: Work) -> None:
    """Queue today's letters; a department's trouble stays its own."""
    office, post = work.office, Post(work.office, work.occasion)
    with office.store.reading() as records:
        situation = Situation.read(records, office, work.occasion)
    queued = 0
    letters = writings(situation, post)
    while portion := list(islice(letters, PORTION)):
        written = _written(work, portion)
        queued += _queue(work, written)
        work.wake_delivery()
    with work.part("印刷"):
        print_day(office, work.occasion.on_day)
    for trouble in dict.fromkeys([*post.troubles, *map(str, post.stationery.troubles)]):
        work.failures[f"文面の差替え {len(work.failures) + 1}"] = trouble
    if queued:
        work.summary = f"{queued}通を作成"


def writings(situation: Situation, post: Post) -> Iterator[Writing]:
    """Every letter of the day, not yet written: for whom, and how to write it. Reminders first, then escalations."""
    for reminder in due_reminder_letters(situation, post):
        yield reminder.name, partial(write_reminder, reminder, situation, post)
    for escalation in due_escalation_letters(situation, post):
        yield escalation.name, partial(write_escalation, escalation, situation, post)


def _written(work: Work, portion: list[Writing]) -> list[Composed]:
    written = list[Composed]()
    for name, write in portion:
        with work.part(name):
            written.append(write())
    return written


def _queue(work: Work, letters: list[Composed]) -> int:
    """Queue a portion in one transaction; when that fails, each letter in its own, to say whose trouble it was."""
    with work.attempt() as all_at_once, work.office.store.transaction() as records:
        queue_letters(records, letters, work.occasion)
        work.got_on(records)
    if all_at_once.succeeded:
        return len(letters)
    queued = 0
    for letter in letters:
        with work.part(letter.part):
            with work.office.store.transaction() as records:
                queue_letters(records, [letter], work.occasion)
                work.got_on(records)
            queued += 1
    return queued
