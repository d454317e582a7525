"""Being the one scheduler of a database: a row with a heartbeat, taken over from a process that is dead or silent."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from tracker.clock import machine_clock
from tracker.domain.errors import CommandRefused
from tracker.office import Office
from tracker.seams import caught
from tracker.storage.scheduler_lease import Scheduler
from tracker.storage.store import Records

log = logging.getLogger("zesei.jobs")
SECONDS_A_BEAT = 20.0
LEASE = timedelta(minutes=5)  # without a beat for so long, another process may take over
TAKEN = (
    "このデータベースでは、もう zesei serve が動いています（{host}、プロセス {pid}、最後の合図 {at}）。"
    "先にそちらを止めるか、別の --data-dir かデータベースを指定してください。"
)
LOST = "定時処理を止めました。別の zesei serve（{host}、プロセス {pid}）が受け持っています。画面は動いています。"
AGAIN = "定時処理をまた受け持ちました。"


class Lease:
    """This process's claim to be the scheduler; it beats in a thread of its own."""

    def __init__(self, office: Office, seconds_a_beat: float = SECONDS_A_BEAT, lease: timedelta = LEASE) -> None:
        self._office, self._seconds, self._lease = office, seconds_a_beat, lease
        self._clock = machine_clock(office.settings.office.zone)
        self._owner, self._over = uuid4().hex, Event()
        self.is_held = False
        self.was_lost = False  # since the scheduler looked last: it takes up again then what the other left
        self._ticked = False

    def take(self) -> None:
        """Be the scheduler; CommandRefused when another process is, and lives."""
        with self._office.store.transaction() as records:
            other = records.scheduler.holder()
            if other is not None and self._lives(other):
                at = f"{other.beat_at.astimezone(self._clock.zone):%Y-%m-%d %H:%M:%S}"
                raise CommandRefused(TAKEN.format(host=other.host, pid=other.pid, at=at))
            self._enter(records)
        self.is_held = True

    def holds(self, records: Records) -> bool:
        """Whether nobody has taken over, asked in the very transaction that claims something."""
        return records.scheduler.is_held_by(self._owner)

    def note_tick(self) -> None:
        """The scheduler has looked what is due; the next beat says so."""
        self._ticked = True

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Signs of life for the length of a `with`; then it is let go, so that the next start need not ask."""
        thread = Thread(target=self._beat_on, name="scheduler lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(1)  # a beat of its own would stand in the way
            with caught(lambda trouble: log.info("the lease stays until its process is gone: %s", trouble)):
                self._let_go()

    def _let_go(self) -> None:
        with self._office.store.brief() as records:
            records.scheduler.let_go(self._owner)

    def _beat_on(self) -> None:
        while not self._over.wait(self._seconds):
            with caught(lambda trouble: log.error("no beat of the scheduler", exc_info=trouble)):
                self._beat()

    def _beat(self) -> None:
        now, ticked = self._clock.now(), self._ticked
        with self._office.store.transaction() as records:
            holder = records.scheduler.holder()
            is_ours = holder is not None and holder.owner == self._owner
            if is_ours and holder is not None:
                self._ticked = False
                records.scheduler.beat(self._owner, now, now if ticked else holder.ticked_at)
            elif holder is None or not self._lives(holder):
                self._enter(records)
        if is_ours:
            self.is_held = True
        elif holder is None or not self._lives(holder):
            self.is_held = self.was_lost = True
            log.warning(AGAIN)
        elif self.is_held:
            self.is_held = False
            log.error(LOST.format(host=holder.host, pid=holder.pid))

    def _enter(self, records: Records) -> None:
        pid = os.getpid()
        records.scheduler.take(
            Scheduler(self._owner, socket.gethostname(), pid, began_of(pid), self._clock.now())
        )  # fmt: skip

    def _lives(self, other: Scheduler) -> bool:
        if other.owner == self._owner:
            return False
        if other.host == socket.gethostname() and not is_alive(other.pid, other.began):
            return False
        return abs(self._clock.now() - other.beat_at) < self._lease


def is_alive(pid: int, began: str) -> bool:
    """Whether a process of this machine still runs, and is not a later one with the same number."""
    if os.name == "nt":  # to ask would end it there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not Path("/proc/self/stat").exists():
        return True
    found = began_of(pid)
    return found != "" and found == (began or found)


def began_of(pid: int) -> str:
    """When a process began, as the system counts it; nothing where it does not say, or when only its corpse is left."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return "" if words[0] in "ZX" else f"{boot}/{words[19]}"
