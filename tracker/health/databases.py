"""The database: whether its pages hold, its tables are ours, it can be written, and its trail holds."""

from collections.abc import Iterator

from tracker.domain.errors import CommandRefused, TrailBroken
from tracker.files.trail_end import kept_end
from tracker.health.values import Patient, Symptom
from tracker.storage.damage import DAMAGED, READ_ONLY, damaged_pages, writing_trouble
from tracker.storage.migrations import edited_migrations
from tracker.storage.schema import refuse_other_schema
from tracker.storage.trail_witnesses import refuted

EDITED = (
    "データベースの移行の手順（{names}）が、出荷したものと違います。プログラムを入れ直してください"
    "（手で書き換えると、ほかの事務所のデータベースと合わなくなります）。"
)


def pages(patient: Patient) -> Iterator[Symptom]:
    """Every page of the database's file."""
    if found := damaged_pages(patient.records.connection):
        yield Symptom(DAMAGED.format(why=found))


def writing(patient: Patient) -> Iterator[Symptom]:
    """Whether anything can be entered."""
    if trouble := writing_trouble(patient.office.store.engine):
        yield Symptom(READ_ONLY.format(why=trouble))


def schema(patient: Patient) -> Iterator[Symptom]:
    """The tables, and the migrations that made them."""
    try:
        refuse_other_schema(patient.records.connection)
    except CommandRefused as refusal:
        yield Symptom(str(refusal))
    if edited := edited_migrations():
        yield Symptom(EDITED.format(names="、".join(edited)))


def trail(patient: Patient) -> Iterator[Symptom]:
    """The trail from its first entry to its last."""
    try:
        patient.records.events.verify()
    except TrailBroken as broken:
        yield Symptom(str(broken))
    for lost in refuted(patient.records.connection, kept_end(patient.office.data_dir)):
        yield Symptom(lost)
