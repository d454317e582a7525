"""From decision to recorded delivery, as `zesei serve` does it: reminders written on one thread, delivered on another.

python -m tests.benchmarks.deliver_all CONFIG DATA_DIR DAY
"""

import itertools
import sys
import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from jobs import memory
from jobs.registry import runner_of
from tracker.domain.events import Occasion
from tracker.office import Office, open_office


def main() -> None:
    """Remind and deliver until nothing waits."""
    config, data_dir, day = Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3])
    office = open_office(config, data_dir)
    occasion = Occasion("計測", datetime.combine(day, time(8, 30), office.clock.zone), day)
    runner = runner_of(office)
    rung, written = threading.Event(), threading.Event()
    runner.alarm = rung.set

    def post() -> None:
        """The post's alarm: rung when letters were queued; each time everything that waits is delivered."""
        for number in itertools.count():
            rung.wait()
            rung.clear()  # before looking whether this is the last time: a ring in between is heard again
            is_last = written.is_set()
            runner.run_by_hand("delivery", replace(occasion, at=occasion.at + timedelta(milliseconds=number)))
            if is_last:
                return

    memory.settle()  # as `zesei serve` does
    thread = threading.Thread(target=post)
    thread.start()
    runner.run_by_hand("reminders", occasion)
    written.set()
    rung.set()
    thread.join()
    if waiting := _waiting(office):
        raise SystemExit(f"{waiting} letters still wait")


def _waiting(office: Office) -> int:
    with office.store.reading() as records:
        return len(records.outbox.troubled()) + len(records.outbox.waiting())


if __name__ == "__main__":
    main()
