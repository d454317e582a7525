"""前回報告以後の変化: what two reports to the regulator say otherwise, finding by finding and measure by measure."""

from collections.abc import Iterator, Sequence
from datetime import date

from notifications.reports.improvement.values import Change, ReportedFinding
from notifications.reports.measures import Measure, MeasureState
from tracker.domain.dates import wareki

_NOW = {
    MeasureState.DECIDED: "実施することを決定しました。", MeasureState.CUSTOMARY: "従前から実施しているものとしました。",
    MeasureState.CONSIDERED: "検討することとしました。", MeasureState.NOT_TAKEN: "措置を講じないこととしました。",
    MeasureState.WITHDRAWN: "取りやめることとしました。",
}  # fmt: skip


def changes_between(before: Sequence[ReportedFinding], after: Sequence[ReportedFinding]) -> tuple[Change, ...]:
    """Every difference in the order of the findings; measures are told apart by their keys."""
    known = {finding.number: finding for finding in before}
    found = list[Change]()
    for finding in after:
        earlier = known.pop(finding.number, None)
        if earlier is None:
            found.append(Change(finding.number, "", f"新たに報告する事項です（改善策{len(finding.measures)}件）。"))
        else:
            found += _of_finding(earlier, finding)
    found += [Change(one.number, "", "報告の対象から除きました。") for one in known.values()]
    return tuple(found)


def _of_finding(before: ReportedFinding, after: ReportedFinding) -> Iterator[Change]:
    if (before.subject, before.gist, before.clause) != (after.subject, after.gist, after.clause):
        yield Change(after.number, "", "指導の内容の記載を改めました。")
    known = {measure.key: measure for measure in before.measures}
    for measure in after.measures:
        earlier = known.pop(measure.key, None)
        for what in ["改善策に加えました。"] if earlier is None else _of_measure(earlier, measure):
            yield Change(after.number, measure.action, what)
    for gone in known.values():
        yield Change(after.number, gone.action, "改善策から除きました。")


def _of_measure(before: Measure, after: Measure) -> Iterator[str]:
    if before.action != after.action:
        yield f"文言を改めました（前回は「{before.action}」）。"
    if before.state is not after.state:
        yield _turned(before, after)
    elif before.done_on != after.done_on:
        yield f"実施日を{_day(before.done_on)}から{_day(after.done_on)}に改めました。"
    if before.deadline != after.deadline:
        yield f"期限を{_day(before.deadline)}から{_day(after.deadline)}に変えました。"
    if after.state.is_open and after.reported_on and not before.reported_on:
        yield f"{wareki(after.reported_on)}に所管課から実施の報告があり、内容を確認しています。"
    known = {one.sha256 for one in before.evidence}
    if added := [one.name for one in after.evidence if one.sha256 not in known]:
        yield f"証跡を{len(added)}件加えました。"


def _turned(before: Measure, after: Measure) -> str:
    if after.state is MeasureState.DONE:
        return f"実施しました{f'（{wareki(after.done_on)}）' if after.done_on else ''}。"
    if after.state is MeasureState.PLANNED:
        return (
            "実施済みとした報告を改め、今後実施するものとしました。"
            if before.state.is_done
            else "実施することとしました。"
        )
    return _NOW[after.state]


def _day(day: date | None) -> str:
    return wareki(day) if day else "定めなし"
