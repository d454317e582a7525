"""An office with a long trail: many tasks, each with twenty events, written straight into the database."""

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tracker.office import open_office

MONDAY = date(2024, 3, 18)
EVENTS_A_TASK, DAYS, DEPARTMENTS, PORTION = 20, 1800, 100, 20_000
SEAL = "0" * 64


def build(folder: Path, tasks: int) -> Path:
    """The data directory; its seals are not those of a real trail, which no report looks at."""
    office = open_office(None, folder / "data")
    office.store.engine.dispose()
    connection = sqlite3.connect(folder / "data" / "zesei.db")
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    dice, rows, entries = (
        random.Random(20240318),
        list[tuple[Any, ...]](),
        list[tuple[date, str, str, dict[str, Any]]](),
    )
    for number in range(tasks):
        key, events = f"finding:R5-{number % 200}/{number}", _life(dice)
        rows.append((key, "finding", f"R5-{number % 200}", "finding", f"規程の改正と研修（その{number}）", "所管課は報告してください。",
                     str(events[0][0])))  # fmt: skip
        entries += [(day, kind, f"task:{key}", facts) for day, kind, facts in events]
    connection.executemany(
        "INSERT INTO task (key, origin, origin_ref, source, title, body, opened_on, department_printed, deadline_order,"
        " deadline_printed, closing_note, round, round_reason, round_note, measure, approver, document_no, effect,"
        " effect_note, version) VALUES (?,?,?,?,?,?,?,'','9999-12-31','','',1,'','','','','','','',1)",
        rows,
    )
    entries.sort(key=lambda entry: entry[0])
    connection.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?)", _rows(entries))
    connection.commit()
    connection.close()
    return folder / "data"


def _rows(entries: list[tuple[date, str, str, dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    for number, (day, kind, about, facts) in enumerate(entries, 1):
        written = json.dumps(facts, ensure_ascii=False)
        yield number, f"{day} 00:00:00.000000", str(day), "担当者", kind, about, written, SEAL, SEAL


def _life(dice: random.Random) -> list[tuple[date, str, dict[str, Any]]]:
    """Twenty events of one task: opened, reminded, commented, answered, sent back, extended, and mostly completed."""
    opened = MONDAY - timedelta(days=dice.randrange(1, DAYS))
    deadline = opened + timedelta(days=dice.randrange(20, 120))
    facts = {"deadline": str(deadline), "department": f"{dice.randrange(DEPARTMENTS):04d}", "title": "規程の改正と研修"}
    events: list[tuple[date, str, dict[str, Any]]] = [(opened, "TaskOpened", facts)]
    usual = ["TaskReported", "TaskSentBack", "DeadlineExtended", "TaskStarted", "OfficerNamed", "TaskReported"]
    kinds = [*dice.sample(usual, k=dice.randrange(2, 6)), "TaskCommented", "TaskCommented", "EvidenceAttached"]
    kinds += ["ReminderQueued"] * (EVENTS_A_TASK - 2 - len(kinds))
    dice.shuffle(kinds)
    day = opened
    for kind in kinds:
        day = min(MONDAY, day + timedelta(days=dice.randrange(0, 12)))
        events.append((day, kind, _facts(kind, day)))
    last = (day, "TaskCompleted", {"completed_on": str(day), "note": "確認しました。"})
    events.append(last if dice.random() < 0.9 else (day, "TaskCommented", _facts("TaskCommented", day)))
    return events


def _facts(kind: str, day: date) -> dict[str, Any]:
    match kind:
        case "TaskReported":
            return {"note": "実施しました。", "officer": "職員０１", "files": 1}
        case "TaskSentBack":
            return {"reason": "写しを添えてください。"}
        case "DeadlineExtended":
            return {"old": str(day), "new": str(day + timedelta(days=60)), "reason": "協議のため"}
        case "OfficerNamed":
            return {"old": None, "new": "1001", "name": "職員０１"}
        case "ReminderQueued":
            return {"letter": f"reminder/0101/{day}", "department": "0101", "step": 7}
        case _:
            return {"note": "担当者と協議しました。"}
