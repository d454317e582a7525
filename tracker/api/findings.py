"""指導事項: what the Commission found, and how far the answers have come."""

from typing import Annotated, Any

from fastapi import Query

from tracker.api.calls import Calling
from tracker.api.paging import Page, Paged, cursor_of, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.findings import FindingLine, FindingShown, finding_line
from tracker.api.shapes.tasks import task_line
from tracker.domain.tasks import Origin
from tracker.storage.screens.tasks import Progress, progress_by_finding

routes = Resources("指導事項")


@routes.reads("/findings", roles=WATCHERS, problems=(422,))
def list_findings(call: Calling, asked: Annotated[Paged, Query()]) -> Page[FindingLine]:
    """指導事項の一覧"""
    place = place_of(asked.cursor, _number)
    with call.office.store.reading() as records:
        known = records.findings.known_on(call.today)
        progress = progress_by_finding(records.connection, call.today)
    numbers = [finding.finding_no for finding in known]
    passed = numbers.index(place) + 1 if place in numbers else 0
    return page_of(
        known[passed : passed + asked.limit + 1], asked.limit,
        lambda finding: finding_line(finding, progress.get(finding.finding_no, Progress())),
        lambda finding: cursor_of(finding.finding_no),
    )  # fmt: skip


@routes.reads("/findings/{finding_no:path}", roles=WATCHERS, problems=(404,))
def show_finding(call: Calling, finding_no: str) -> FindingShown:
    """指導事項1件とその対応"""
    with call.office.store.reading() as records:
        known = {finding.finding_no: finding for finding in records.findings.known_on(call.today)}
        if finding_no not in known:
            raise not_there(f"指導事項「{finding_no}」はありません。")
        progress = progress_by_finding(records.connection, call.today, finding_no).get(finding_no, Progress())
        tasks, names = records.tasks.of_origin(Origin.FINDING, ref=finding_no), call.names(records)
    line = finding_line(known[finding_no], progress)
    return FindingShown(**dict(line), tasks=[task_line(task, call.today, names) for task in tasks])


def _number(place: list[Any]) -> str:
    (number,) = place
    return str(number)
