"""A year day by day, with downtime, closed days, extensions, hand-overs and answers: no step is lost or repeated."""

import random
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from jobs.registry import runner_of
from tests.jobs.situations import (
    Row,
    a_department,
    a_task,
    an_office,
    at,
    given,
    given_tasks,
    letters,
    rows,
    whose_clock_stands_still,
)  # fmt: skip
from tests.jobs.years import DEPARTMENTS, FIRST, SETTINGS, YEAR, Act, Story, Turn, days_run
from tracker.domain.escalations import EscalationKey, due_escalations
from tracker.domain.reminders import ReminderKey, due_reminders
from tracker.domain.tasks import Origin
from tracker.holidays import office_calendar
from tracker.office import Office
from tracker.settings.letters import EscalationSettings, ReminderSettings
from tracker.settings.office import CalendarSettings

KINDS = (
    (Origin.FINDING, ""), (Origin.RESOLUTION, ""), (Origin.DUTY, ""), (Origin.FLAG, "absent-accounts"),
    (Origin.FLAG, "unpublished-files"),
)  # fmt: skip
LADDERS = ReminderSettings.model_validate(tomllib.loads(SETTINGS)["reminders"]).ladders()
ESCALATION = EscalationSettings().ladder()
CALENDAR = office_calendar(CalendarSettings())


def a_story(
    number: int, kind: int, opened: int, due_in: int | None, department: int, turns: Sequence[tuple[int, Act, int]]
) -> Story:
    origin, check = KINDS[kind]
    opened_on = FIRST + timedelta(days=opened)
    deadline = None if due_in is None else opened_on + timedelta(days=due_in)
    task = a_task(
        f"T{number}", deadline=deadline, department=DEPARTMENTS[department], opened_on=opened_on, origin=origin
    )
    happens = [Turn(opened_on + timedelta(days=after), act, days) for after, act, days in sorted(turns)]
    return Story(replace(task, origin_ref=f"{check}/{number}" if check else "第1号"), happens)


# ---- the deciders alone, many years


TURNS = st.lists(
    st.tuples(st.integers(1, 150), st.sampled_from([*Act, Act.EXTEND, Act.HAND_OVER]), st.integers(1, 60)), max_size=8
)
STORIES = st.lists(
    st.tuples(
        st.integers(0, len(KINDS) - 1), st.integers(-30, 300), st.none() | st.integers(-20, 120), st.integers(0, 3), TURNS
    ),
    min_size=4, max_size=10,
)  # fmt: skip
DOWN = st.lists(st.tuples(st.integers(0, 364), st.integers(0, 25)), max_size=8)


@settings(database=None, derandomize=True, max_examples=40)
@forall(stories=STORIES, down=DOWN, by_hand=st.sets(st.integers(0, 364), max_size=10))
def test_in_whatever_year_each_task_is_told_of_its_latest_step_and_each_superior_once(
    stories: list[tuple[int, int, int | None, int, list[tuple[int, Act, int]]]],
    down: list[tuple[int, int]],
    by_hand: set[int],
) -> None:
    lived = [a_story(number, *story) for number, story in enumerate(stories)]
    away = [(FIRST + timedelta(days=first), FIRST + timedelta(days=first + length)) for first, length in down]
    runs = {*days_run(away), *(FIRST + timedelta(days=day) for day in by_hand)}
    noted, superiors = Counter[ReminderKey](), Counter[EscalationKey]()

    for day in YEAR:
        for story in lived:
            list(story.live(day))
        if day not in runs:
            continue
        tasks = [story.task for story in lived if story.task.opened_on <= day]
        told = due_reminders(tasks, noted, LADDERS, CALENDAR, day)
        raised = due_escalations(tasks, superiors, ESCALATION, CALENDAR, day)

        assert Counter((key.task_key, key.round, key.step) for key in told) == Counter(
            (story.task.key, *step) for story in lived for step in story.steps(day)
        ), day
        assert Counter((key.task_key, key.department_code, key.deadline, str(key.to)) for key in raised) == Counter(
            (story.task.key, *one) for story in lived for one in story.escalations(day)
        ), day
        noted.update(told)
        superiors.update(raised)

    assert {*noted.values(), *superiors.values()} <= {1}


# ---- one year through the job and the database


DOWN_IN_2024 = (
    (date(2024, 4, 26), date(2024, 5, 7)),  # from before Golden Week until after it
    (date(2024, 7, 12), date(2024, 7, 13)),  # a Friday and a Saturday: made up on the Sunday
    (date(2024, 8, 5), date(2024, 8, 23)),
    (date(2024, 11, 1), date(2024, 11, 1)),
    (date(2024, 12, 26), date(2025, 1, 2)),  # made up on the 3rd of January, which is closed
    (date(2025, 2, 7), date(2025, 2, 10)),
)
NAMES = ("情報管理課", "区民課", "税務課", "保育課")


def some_stories(dice: random.Random) -> list[Story]:
    stories = []
    for number in range(40):
        turns = [
            (dice.randint(1, 150), dice.choice([*Act, Act.EXTEND, Act.HAND_OVER]), dice.randint(1, 60))
            for _ in range(dice.randint(0, 6))
        ]
        due_in = dice.choice([None, *range(-20, 120, 4)])
        stories.append(a_story(number, number % len(KINDS), dice.randint(-30, 280), due_in, dice.randint(0, 3), turns))
    return stories


def departments() -> list[Row]:
    rows = []
    for code, name in zip(DEPARTMENTS, NAMES, strict=True):
        row = a_department(code, name, f"ka{code}@city.example")
        superiors = {"課長メール": f"kacho{code}@city.example", "部長メール": f"bucho{code}@city.example"}
        rows.append(Row("組織", row.cells | superiors))
    return rows


def test_a_year_lived_through_by_the_job_leaves_in_the_ledger_what_the_rules_say_and_one_letter_a_day(
    tmp_path: Path,
) -> None:
    office = whose_clock_stands_still(an_office(tmp_path, SETTINGS + '[letters]\nprint = "never"\n'))
    given(office, FIRST, *departments())
    stories = some_stories(random.Random(2024))
    given_tasks(office, *(story.task for story in stories))
    runner, runs = runner_of(office), days_run(DOWN_IN_2024)
    runner.keep_timetable(at(FIRST) - timedelta(days=1))
    steps, superiors = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    told = set[tuple[str, date]]()

    for day in YEAR:
        for story in stories:
            live_on(office, story, day)
        if not any(first <= day <= last for first, last in DOWN_IN_2024):
            runner.tick(at(day), ["reminders"])
        if day in runs:
            for story in stories:
                key, new = story.task.key, story.steps(day)
                steps.update((key, *step, day.isoformat()) for step in new)
                told |= {(story.department, day) for _ in new}
                superiors.update(
                    (key, whose, deadline.isoformat(), to, day.isoformat())
                    for whose, deadline, to in story.escalations(day)
                    if (whose, to) != ("0101", "division")  # it is not told of its own
                )

    assert Counter(rows(office, "SELECT task_key, round, step, on_day FROM sent_reminder")) == steps
    escalated = "SELECT task_key, department_code, deadline, superior, on_day FROM sent_escalation"
    assert Counter(rows(office, escalated)) == superiors
    assert min(steps.values()) == max(steps.values()) == 1
    assert min(superiors.values()) == max(superiors.values()) == 1
    assert steps.total() > 200
    assert superiors.total() > 30
    reminders = [(letter.department_code, letter.on_day) for letter in letters(office)]
    assert sorted(reminders) == sorted(told)  # one for each department and day on which a task of its took a step
    written = [(letter.department_code, letter.recipients, letter.on_day) for letter in letters(office, "escalation")]
    assert len(written) == len(set(written)) == len({(whose, to, day) for _, whose, _, to, day in superiors})
    assert rows(office, "SELECT DISTINCT outcome FROM job_run") == [("done",)]
    assert sorted(day for (day,) in rows(office, "SELECT on_day FROM job_run")) == [day.isoformat() for day in runs]


def live_on(office: Office, story: Story, day: date) -> None:
    for task, event in story.live(day):
        with office.store.transaction() as records:
            found = records.tasks.find(task.key)
            assert found is not None
            records.tasks.save(replace(task, version=found.version), event)
