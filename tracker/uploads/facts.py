"""What an import would change or has changed, and why it was refused, as facts that an upload keeps for its page."""

from typing import Any

from tracker.domain.errors import Refusal
from tracker.domain.text import shown
from tracker.registers.settling import Change, ImportReport
from tracker.registers.troubles import FilesRefused

CELLS_KEPT = 1_000
LONGEST = 1_000  # characters of a cell, as far as its page shows them


def facts_of(report: ImportReport) -> dict[str, Any]:
    """What an import changed, or would change."""
    tasks = report.tasks
    return {
        "changes": [_change(change) for change in report.changes],
        "notices": report.notices,
        "tasks": {"opened": tasks.opened, "closed": tasks.closed, "changed": tasks.changed},
    }


def facts_of_refusal(refusal: Refusal) -> dict[str, Any]:
    """Why files cannot be taken in: sentences on whole files, and every bad cell up to a thousand."""
    if not isinstance(refusal, FilesRefused):
        return {"files": [str(refusal)], "cells": [], "bad": 0}
    cells = [
        {
            "file": cell.file,
            "row": cell.row,
            "column": cell.column,
            "value": shown(cell.value, LONGEST),
            "trouble": cell.trouble,
        }
        for cell in refusal.cells[:CELLS_KEPT]
    ]
    return {"files": refusal.files, "cells": cells, "bad": len(refusal.cells)}


def counts_in(facts: Any) -> list[tuple[Any, ...]]:
    """What decides whether an import is the one that was accepted."""
    names = ("register", "file", "added", "changed", "ended")
    return [tuple(change[name] for name in names) for change in facts.get("changes", ())]


def _change(change: Change) -> dict[str, Any]:
    counts, examples = change.counts, change.examples
    facts: dict[str, Any] = {
        "register": change.register, "file": change.file, "encoding": change.encoding, "rows": change.rows,
        "known": change.known, "added": counts.added, "changed": counts.changed, "ended": counts.ended,
        "loss": change.loss,
    }  # fmt: skip
    facts["examples"] = examples and {
        "added": [_plain(key) for key in examples.added],
        "changed": [[_plain(key), [_plain(pair) for pair in pairs]] for key, pairs in examples.changed],
        "ended": [_plain(key) for key in examples.ended],
    }
    return facts


def _plain(values: tuple[Any, ...]) -> list[Any]:
    """As JSON keeps them: days in ISO form; of a long text its beginning."""
    return [
        value.isoformat() if hasattr(value, "isoformat") else shown(value, LONGEST) if isinstance(value, str) else value
        for value in values
    ]
