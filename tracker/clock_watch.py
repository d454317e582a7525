"""What the clock showed last, kept beside the database: a clock that leaps is not believed until somebody says so."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from tracker.files.durable import write_whole

WATCH_FILE = "clock-watch.json"


@dataclass(frozen=True)
class ClockWatch:
    """The last beat; while letters and jobs are held, when the clock leapt; and its last step back."""

    beat_at: datetime | None = None
    leapt_from: datetime | None = None
    leapt_to: datetime | None = None
    back_from: datetime | None = None
    back_to: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether the clock leapt ahead, and nobody has said that it is right."""
        return self.leapt_from is not None


def read_watch(data_dir: Path) -> ClockWatch:
    """What is known of a data directory's clock; nothing when it is not readable."""
    try:
        facts = json.loads((data_dir / WATCH_FILE).read_text(encoding="utf-8"))
        return ClockWatch(**{f.name: _instant(facts.get(f.name)) for f in fields(ClockWatch)})
    except (OSError, ValueError, TypeError, AttributeError):
        return ClockWatch()


def write_watch(data_dir: Path, watch: ClockWatch) -> None:
    """Keep it."""
    facts = {name: value and value.isoformat() for name, value in asdict(watch).items()}
    write_whole(data_dir / WATCH_FILE, json.dumps(facts).encode())


def accept_clock(data_dir: Path, now: datetime) -> ClockWatch:
    """What the clock shows is right: held jobs go on, and a step back is told no more; what was known before."""
    before = read_watch(data_dir)
    write_watch(data_dir, replace(ClockWatch(), beat_at=now))
    return before


def _instant(written: object) -> datetime | None:
    return None if written is None else datetime.fromisoformat(str(written))
