"""Whether the trail still reaches what others remember of its end: the file beside the database, and the weekly reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tracker.domain.trail import TrailEnd
from tracker.storage.events import Events
from tracker.storage.reports import WEEKLY
from tracker.storage.tables.runs import IssuedReportRow

_REPORT = IssuedReportRow.__table__  # type: ignore[attr-defined]
SHORTER = "監査証跡が短くなっています。{witness}には{number}番までの記録がありましたが、今は{now}番までしかありません。"
OTHER = "監査証跡が入れ替わっています。{number}番の記録が、{witness}にあるもの（印 {seal}…）と違います。"
WHAT_TO_DO = "バックアップと見比べ、失われた記録を確かめてください（運用の手引き「Trail」）。"
FILE = "データベースの外の控え（trail.json）"


@dataclass(frozen=True)
class Witness:
    """Who remembers an end of the trail."""

    name: str
    end: TrailEnd


def refuted(connection: Connection, kept: TrailEnd | None) -> list[str]:
    """A sentence for each witness whose entry is not there, or is another; none when the trail holds all of them."""
    events = Events(connection)
    now = events.end().number
    return [
        (SHORTER if witness.end.number > now else OTHER).format(
            witness=witness.name, number=witness.end.number, now=now, seal=witness.end.seal[:16]
        )
        + WHAT_TO_DO
        for witness in _witnesses(connection, kept)
        if events.seal_of(witness.end.number) != witness.end.seal
    ]


def _witnesses(connection: Connection, kept: TrailEnd | None) -> Iterator[Witness]:
    if kept is not None:
        yield Witness(FILE, kept)
    reports = select(_REPORT.c.on_day, _REPORT.c.facts).where(_REPORT.c.kind == WEEKLY).order_by(_REPORT.c.id)
    for on_day, facts in connection.execute(reports):
        if facts.get("trail_number"):
            yield Witness(f"{on_day}の週次報告", TrailEnd(facts["trail_number"], facts["trail_seal"]))
