"""The one place that asks what time it is, and the office's own clock that a demonstration runs on."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.files.durable import write_whole

CLOCK_FILE = "clock.json"


@dataclass(frozen=True)
class OfficeClock:
    """Tells the time in the office's zone; with an anchor, the time of an office that lives elsewhen.

    `began_at` is the office's instant at the machine's instant `anchored_at`; `pace` is how many office
    seconds pass in one second of the machine.
    """

    zone: ZoneInfo
    began_at: datetime | None = None
    anchored_at: datetime | None = None
    pace: float = 1.0

    def now(self) -> datetime:
        """This instant for the office: aware, UTC."""
        machine = datetime.now(UTC)
        if self.began_at is None or self.anchored_at is None:
            return machine
        return self.began_at + (machine - self.anchored_at) * self.pace

    def today(self) -> date:
        """The office's calendar day."""
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        """The office's calendar day of an instant."""
        return moment.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The instant at which a day of the office's begins."""
        return datetime.combine(day, time(), self.zone)

    @property
    def is_own(self) -> bool:
        """Whether this is a clock of its own and not the machine's."""
        return self.began_at is not None


def machine_clock(zone: str) -> OfficeClock:
    """The machine's clock, read in the office's zone."""
    return OfficeClock(ZoneInfo(zone))


def clock_of(data_dir: Path, zone: str) -> OfficeClock:
    """The clock that a data directory lives by: its own when it has one, else the machine's."""
    path = data_dir / CLOCK_FILE
    if not path.exists():
        return machine_clock(zone)
    facts = json.loads(path.read_text(encoding="utf-8"))
    began_at, anchored_at = (datetime.fromisoformat(facts[name]) for name in ("began_at", "anchored_at"))
    return OfficeClock(ZoneInfo(zone), began_at, anchored_at, float(facts["pace"]))


def set_clock(data_dir: Path, zone: str, began_at: datetime, pace: float = 1.0) -> OfficeClock:
    """Give a data directory a clock of its own that shows `began_at` now and runs on from there."""
    clock = OfficeClock(ZoneInfo(zone), began_at.astimezone(UTC), datetime.now(UTC), pace)
    facts = {"began_at": str(clock.began_at), "anchored_at": str(clock.anchored_at), "pace": pace}
    write_whole(data_dir / CLOCK_FILE, json.dumps(facts).encode())
    return clock
