"""Whether the program works at all: ticks, runs that end, a post that moves, a clock that can be believed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tracker.domain.dates import wareki
from tracker.health.values import Patient, Symptom
from tracker.storage.screens.runs import unended_runs
from tracker.storage.screens.standstill import (
    first_and_newest_entry,
    jobs_due_after,
    jobs_due_before,
    letters_waiting_since,
)

PATIENCE = timedelta(minutes=15)  # how far behind its due time a job may be
LONGEST_WAIT = timedelta(minutes=30)  # of a letter whose time has come
FAR = timedelta(days=45)  # no job of the timetable is due later, across the longest closure
LEAP = timedelta(minutes=10)  # so far may two machines of one office be apart
ASLEEP = "定時の処理が{since}から動いていません（{count}件）。zesei serve が動いているか確かめ、止まっていれば起動してください。"
ENDLESS = (
    "終わらない処理があります（{since}に始まったものなど{count}件）。zesei serve を起動し直すと、続きから行います。"
)
STUCK = "送る時刻を30分より過ぎた通知が{count:,}通あります。zesei serve が動いているか、「処理」で送信の結果を確かめてください。"
AHEAD = (
    "次の予定がずっと先の処理があります（{due}など{count}件）。"
    "時計が一度進んでいたおそれがあります。時計を確かめてから、zesei serve を起動し直してください。"
)
BACK = "この機械の時計（{now}）が、いちばん新しい記録（{newest}）より前です。時計を合わせ、時刻の同期（NTP）を確かめてください。"


def ticks(patient: Patient) -> Iterator[Symptom]:
    """Jobs that did not begin although they were due."""
    if late := jobs_due_before(patient.records.connection, patient.now - PATIENCE):
        yield Symptom(ASLEEP.format(since=_told(patient, late[0][1]), count=len(late)))


def runs(patient: Patient) -> Iterator[Symptom]:
    """Runs that began and do not end."""
    deadline_of = patient.office.settings.timetable.deadline_of
    if endless := unended_runs(patient.records.connection, patient.now, deadline_of):
        yield Symptom(ENDLESS.format(since=_told(patient, endless[0].started_at), count=len(endless)))


def post(patient: Patient) -> Iterator[Symptom]:
    """Letters that are not even tried."""
    if waiting := letters_waiting_since(patient.records.connection, patient.now - LONGEST_WAIT):
        yield Symptom(STUCK.format(count=waiting))


def clock(patient: Patient) -> Iterator[Symptom]:
    """The clock beside what was written down by it."""
    ends = first_and_newest_entry(patient.records.connection)
    if ends and ends[1] > patient.now + LEAP:
        yield Symptom(BACK.format(now=_told(patient, patient.now), newest=_told(patient, ends[1])))
    if far := jobs_due_after(patient.records.connection, patient.now + FAR):
        yield Symptom(AHEAD.format(due=_told(patient, far[-1][1]), count=len(far)))


def _told(patient: Patient, moment: datetime) -> str:
    there = moment.astimezone(patient.office.clock.zone)
    return f"{wareki(there.date())} {there:%H:%M}"
