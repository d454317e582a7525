"""Whether the last process was ended in order or died: only a death speaks against what was at work then."""

from collections.abc import Iterator
from contextlib import contextmanager

from tracker.office import Office
from tracker.seams import caught

MARK = "ended-in-order"  # a file, for the database may be the very thing that cannot be written


def forgive_orderly_end(office: Office) -> None:
    """At the start: what was at work when the last process was told to end killed nobody."""
    mark = office.data_dir / MARK
    if mark.exists():
        with office.store.transaction() as records:
            records.pick_ups.forgive()
            records.job_runs.put_down()
        mark.unlink(missing_ok=True)


@contextmanager
def noting_orderly_end(office: Office) -> Iterator[None]:
    """Leave a mark when a `with` is ended by a signal or by itself, and not by trouble."""
    is_in_order = True
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:
        is_in_order = False
        raise
    finally:
        if is_in_order:
            with caught(lambda _: None):  # a full disk: the next start takes it for a death, once
                (office.data_dir / MARK).touch()
