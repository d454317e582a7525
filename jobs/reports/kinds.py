"""The kinds of report: what each is called, how its facts are made and kept, its paper, and its formats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from jobs.reports.council import council_table
from jobs.reports.follow_up import follow_up_form
from jobs.reports.improvement import improvement_report
from jobs.reports.weekly import weekly_report
from notifications.papers.paper import Paper
from notifications.reports.council import council_from_json, council_paper, council_to_json
from notifications.reports.follow_up import follow_up_from_json, follow_up_paper, follow_up_to_json
from notifications.reports.improvement import improvement_from_json, improvement_paper, improvement_to_json
from notifications.reports.weekly import weekly_from_json, weekly_paper, weekly_to_json
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Occasion
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.reports import WEEKLY
from tracker.storage.store import Records

Period = tuple[date | None, date | None]


class Compose(Protocol):
    """Makes a report's facts as of the occasion's day; with a horizon, as they were known when it was issued."""

    def __call__(
        self, records: Records, office: Office, occasion: Occasion, horizon: Horizon | None = None, subject: str = ""
    ) -> Any: ...


@dataclass(frozen=True)
class Kind:
    """One kind of report; `formats` are those that it can be written in, the first one by itself."""

    name: str
    title: str
    formats: tuple[str, ...]
    compose: Compose
    to_json: Callable[[Any], dict[str, Any]]
    from_json: Callable[[dict[str, Any]], Any]
    paper: Callable[[Any], Paper]
    period: Callable[[Any], Period] = lambda value: (None, None)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            WEEKLY, "週次報告", ("html", "pdf", "xlsx", "json"), weekly_report, weekly_to_json, weekly_from_json,
            weekly_paper, lambda report: (report.period_from, report.period_to),
        ),
        Kind(
            "council", "審議会資料", ("html", "pdf", "docx", "json"), council_table, council_to_json, council_from_json,
            council_paper,
        ),
        Kind(
            "improvement", "改善状況報告", ("docx", "pdf", "html", "json"), improvement_report, improvement_to_json,
            improvement_from_json, improvement_paper,
        ),
        Kind(
            "follow-up", "措置状況報告", ("xlsx", "html", "json"), follow_up_form, follow_up_to_json, follow_up_from_json,
            follow_up_paper,
        ),
    )
}  # fmt: skip


def kind_named(name: str) -> Kind:
    """The kind of that name; CommandRefused for an unknown one."""
    if name not in KINDS:
        raise CommandRefused(f"報告「{name}」はありません。次のどれかを指定してください: {'、'.join(KINDS)}")
    return KINDS[name]
