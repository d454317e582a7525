"""Issuing a report: its facts frozen with their hash and the program's version, and told apart from earlier editions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jobs.reports.kinds import Kind, kind_named
from notifications.papers import render_html
from tracker import __version__
from tracker.domain.dates import wareki
from tracker.domain.differences import Difference, differences
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.edition_differences import compared
from tracker.office import Office
from tracker.storage.horizon import Horizon, first_day
from tracker.storage.reports import IssuedReport, hash_of
from tracker.storage.store import Records


@dataclass(frozen=True)
class Issue:
    """What came of issuing: the report as stored, and how it differs from the edition before it, if there was one."""

    report: IssuedReport
    is_new: bool
    differences: tuple[Difference, ...] = ()


def issue(records: Records, office: Office, kind: Kind, occasion: Occasion, subject: str = "") -> Issue:
    """Issue a report of the occasion's day, in the caller's transaction; an edition that says nothing else is not stored."""
    horizon = Horizon.now(records.connection, occasion.at)
    value = kind.compose(records, office, occasion, horizon, subject)
    facts = kind.to_json(value)
    earlier = records.reports.find(kind.name, occasion.on_day, subject)
    changed = differences(compared(earlier.facts), compared(facts)) if earlier else ()
    if earlier is not None and not changed:
        return Issue(earlier, is_new=False)
    period = kind.period(value)
    report = records.reports.issue(
        IssuedReport(
            kind.name, subject, occasion.on_day, *period, occasion.at, occasion.by, __version__, facts,
            render_html(kind.paper(value)), hash_of(facts), horizon.to_json(),
        )
    )  # fmt: skip
    said = {"kind": kind.name, "edition": report.edition, "sha256": report.sha256}
    about = f"report:{kind.name}/{occasion.on_day}{f'/{subject}' if subject else ''}"
    records.events.append([Event(Happened.REPORT_ISSUED, about, occasion, said)])
    return Issue(report, is_new=True, differences=changed)


def refuse_unknown_past(office: Office, day: date) -> None:
    """Raise CommandRefused for a day before the first record: nothing is known of it."""
    with office.store.reading() as records:
        first = first_day(records.connection)
    if first is None or day < first:
        known = f"最初の記録は{wareki(first)}のものです。" if first else "まだ何も記録されていません。"
        raise CommandRefused(f"{wareki(day)}の時点の記録はありません。{known}")


def retold(records: Records, office: Office, report: IssuedReport) -> dict[str, Any]:
    """The facts of an issued report, made again from the records as they were known when it was issued."""
    kind, horizon = kind_named(report.kind), Horizon.from_json(report.horizon)
    occasion = Occasion(report.issued_by, horizon.at, report.on_day)
    return kind.to_json(kind.compose(records, office, occasion, horizon, report.subject))


def compare(records: Records, office: Office, report: IssuedReport, occasion: Occasion) -> tuple[Difference, ...]:
    """What the same report of the same day would say otherwise if it were issued now."""
    kind = kind_named(report.kind)
    now = Occasion(occasion.by, occasion.at, report.on_day)
    horizon = Horizon.now(records.connection, occasion.at)
    facts = kind.to_json(kind.compose(records, office, now, horizon, report.subject))
    return differences(compared(report.facts), compared(facts))
