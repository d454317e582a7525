"""The nightly inspection: leftovers put right, documents read through, everything asked that doctor asks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from jobs.probes import PROBES
from jobs.reports.missing import write_missing_files
from jobs.runner import Work
from tracker.clock import machine_clock
from tracker.evidence import EVIDENCE_FOLDER
from tracker.files.leftovers import (
    STILL_ENTERED,
    STILL_WRITTEN,
    Leftovers,
    clear_halves,
    clear_set_aside,
    doubtful_documents,
    put_documents_right,
)
from tracker.health.evidence import keep_look, look_through
from tracker.health.examining import QUICK, THOROUGH, Inspection, examine, keep_inspection
from tracker.office import Office
from tracker.seams import caught
from tracker.storage.screens.standstill import named_documents
from tracker.storage.snapshots import clear_left_copies
from tracker.uploads.folder import UPLOADS_FOLDER

FEW, MANY = 20, 200  # reports whose files are written anew: a start does not wait for all of them
TIDYING = "残ったファイルの片付け"
DONE = "{count}項目を点検しました（{found}）。"
TIDIED = "途中で止まった処理の跡を{count}件、片付けました。"
log = logging.getLogger("zesei.inspection")


def inspect_installation(work: Work) -> None:
    """Put right what can be, and keep what was found for the pages."""
    office = work.office
    with work.part(TIDYING):
        put_right = put_leftovers_right(office, is_start=False)
        work.summary = TIDIED.format(count=put_right) if put_right else ""
    minutes = office.settings.health.evidence_minutes
    look = look_through(office.store, office.data_dir, timedelta(minutes=minutes))
    with office.store.transaction() as records:
        keep_look(records, look)
    by_night = {probe.name: probe for probe in QUICK}
    probes = [by_night.get(probe.name, probe) for probe in THOROUGH]
    examined = examine(office, (*probes, *PROBES))
    with office.store.transaction() as records:
        keep_inspection(records, Inspection(work.occasion.at, examined))
    wrong = [one.title for one in examined if one.is_wrong]
    found = f"{len(wrong)}項目に問題があります: {'、'.join(wrong)}" if wrong else "問題はありません"
    work.summary += DONE.format(count=len(examined), found=found)


@contextmanager
def leftovers_put_right(office: Office) -> Iterator[None]:
    """At the start, before anybody is answered; trouble with it is told and keeps nobody from starting."""
    with caught(lambda trouble: log.error("leftovers were not put right", exc_info=trouble)):
        put_leftovers_right(office, is_start=True)
    yield


def put_leftovers_right(office: Office, *, is_start: bool) -> int:
    """What killed processes left; how many there were. At the start nobody else writes documents and uploads."""
    now = machine_clock(str(office.clock.zone)).now()
    at_once = timedelta() if is_start else STILL_WRITTEN
    halves = sum(clear_halves(office.data_dir / name, now, at_once) for name in (EVIDENCE_FOLDER, UPLOADS_FOLDER))
    halves += clear_halves(office.data_dir, now) + clear_left_copies(office.data_dir)
    documents = _documents_put_right(office, now, timedelta() if is_start else STILL_ENTERED)
    clear_set_aside(office.data_dir, now, timedelta(days=office.settings.health.kept_aside_days))
    return halves + documents.count + write_missing_files(office, FEW if is_start else MANY)


def _documents_put_right(office: Office, now: datetime, younger: timedelta) -> Leftovers:
    with office.store.reading() as records:
        named = frozenset(named_documents(records.connection))
    doubtful = doubtful_documents(office.data_dir, EVIDENCE_FOLDER, named, now, younger)
    if not doubtful:
        return Leftovers()
    with office.store.transaction() as records:
        return put_documents_right(office.data_dir, doubtful, records.submissions.is_needed)
