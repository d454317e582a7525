"""A word to a watchdog while all is well: its silence is noticed where this program cannot speak any more."""

import logging
from datetime import timedelta

from tracker.office import Office
from tracker.storage.screens.pulse import Pulse, pulse

log = logging.getLogger("zesei.jobs")
PATIENCE = timedelta(minutes=15)  # how far behind its due time a job may be


def ping(office: Office) -> bool:
    """Ask for the page of `[health] ping`, unless a job is stuck or late; whether it was asked for."""
    import httpx  # most offices have no watchdog

    found = pulse_of(office)
    settings = office.settings.health
    if settings.ping is None or found.stuck or found.late:
        return False
    with (
        httpx.Client(timeout=settings.timeout_seconds, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", settings.ping) as answer,  # its body is not read
    ):
        if answer.is_error:
            log.warning("the watchdog answered %s", answer.status_code)  # its address may be a secret
    return True


def pulse_of(office: Office) -> Pulse:
    """The office's jobs, now."""
    with office.store.reading() as records:
        return pulse(records.connection, office.clock.now(), office.settings.timetable.deadline_of, PATIENCE)
