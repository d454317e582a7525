"""Somebody confirms what the machine's clock shows, and held jobs go on."""

from tracker.clock_watch import ClockWatch, accept_clock
from tracker.domain.events import Event, Happened, Occasion
from tracker.office import Office


def confirm_clock(office: Office, occasion: Occasion) -> ClockWatch:
    """Enter who confirmed it, and let jobs go by the clock again; what was known before."""
    before = accept_clock(office.data_dir, office.clock.now())
    if before.is_held or before.back_to:
        told = {"from": before.leapt_from or before.back_from, "to": before.leapt_to or before.back_to}
        facts = {name: at.isoformat() for name, at in told.items() if at}
        with office.store.transaction() as records:
            records.events.append([Event(Happened.CLOCK_ACCEPTED, "clock", occasion, facts)])
    return before
