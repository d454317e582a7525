"""The report to the regulator as an official letter: number and day are filled in by hand once it is approved."""

from collections.abc import Iterator, Sequence

from notifications.papers.paper import Block, Cell, Column, Heading, Kind, Line, Paper, Table, Words
from notifications.reports.improvement.values import ImprovementReport, ReportedFinding
from notifications.reports.measures import Extension, Measure, MeasureState
from notifications.reports.sentences import deadline_words, measure_sentence
from notifications.reports.wording import stamp_of
from tracker.domain.dates import wareki

TITLE = "個人情報保護委員会の指導事項に係る改善状況について（報告）"
ADDRESSEE = "個人情報保護委員会事務局　御中"
DOCUMENT_NO, DATED = "　　　　第　　　　号", "令和　　年　　月　　日"
HASH_DIGITS = 12
_KNOWN = {MeasureState.DECIDED: "決定", MeasureState.CUSTOMARY: "従前から実施"}


def improvement_paper(report: ImprovementReport) -> Paper:
    """The letter with its parts: the overview, each finding, what has changed, the next report."""
    return Paper(
        title=TITLE, office=report.office, division=report.division, subtitle="",
        stamp=stamp_of(report.on_day, report.as_of_at), on=report.on_day, blocks=tuple(_blocks(report)),
        addressee=ADDRESSEE, sender=f"{report.office}\n{report.division}", document_no=DOCUMENT_NO, dated=DATED,
    )  # fmt: skip


def _blocks(report: ImprovementReport) -> Iterator[Block]:
    yield Words((_opening(report),))
    yield Heading("1　改善状況の概要", f"{wareki(report.on_day)}現在")
    yield _overview(report)
    yield Heading("2　指導事項ごとの改善状況")
    if not report.findings:
        yield Words(("報告する指導事項はありません。",), points=True)
    for finding in report.findings:
        yield from _finding(finding, report)
    number = 3
    if report.previous_on:
        yield Heading(f"{number}　前回報告（{wareki(report.previous_on)}現在）以後の変化")
        yield _changes(report)
        number += 1
    yield Heading(f"{number}　次回の報告")
    yield Words((_next(report),), points=True)


def _opening(report: ImprovementReport) -> str:
    laws = list(dict.fromkeys(finding.law for finding in report.findings))
    about = f"{'、'.join(laws[:-1])}及び{laws[-1]}" if len(laws) > 1 else "".join(laws)
    return (
        f"　{f'{about}に関し、' if about else ''}貴委員会から指導等を受けた事項について、"
        f"{wareki(report.on_day)}現在の改善状況を、下記のとおり報告します。"
    )


def _overview(report: ImprovementReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.number, one.subject, one.department, len(one.done), len(one.remaining), len(one.untaken))
        for one in report.findings
    ]
    columns = (
        Column("番号", Kind.SHORT), Column("指導事項", weight=2), Column("所管課"), Column("実施済", Kind.NUMBER),
        Column("今後実施", Kind.NUMBER), Column("不実施", Kind.NUMBER),
    )  # fmt: skip
    return Table("概要", columns, rows, "報告する指導事項はありません。", ruled=True)


def _finding(finding: ReportedFinding, report: ImprovementReport) -> Iterator[Block]:
    yield Heading(f"{finding.number}　{finding.subject}", finding.law, level=2)
    clause = f"（{finding.clause}）" if finding.clause else ""
    given = "　".join(filter(None, (wareki(finding.given_on) if finding.given_on else "", finding.document_no)))
    guidance = (f"指導　{given}",) if given else ()
    yield Words((f"指摘された内容　{finding.gist}{clause}", *guidance, f"所管課　{finding.department}"), points=True)
    yield _done(finding)
    if finding.remaining or not finding.measures:
        yield _remaining(finding, report)
    if finding.untaken:
        sentences = tuple(measure_sentence(one, report.on_day) for one in finding.untaken)
        yield Words(("行わない措置", *sentences), points=True)
    left = f"残る措置は{len(finding.remaining)}件です。" if finding.remaining else "残る措置はありません。"
    yield Words((left if finding.measures else "改善策は、まだ登録されていません。",), points=True)


def _done(finding: ReportedFinding) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.action, one.done_on or _KNOWN.get(one.state, "日の記録なし"), one.note, _evidence(one))
        for one in finding.done
    ]
    columns = (
        Column("実施した措置", weight=3), Column("実施日", Kind.DAY), Column("実施の内容・確認方法", weight=2),
        Column("証跡（SHA-256）", weight=2),
    )  # fmt: skip
    return Table(f"{finding.number} 実施", columns, rows, "実施した措置は、まだありません。", ruled=True)


def _evidence(measure: Measure) -> Cell:
    lines = list[Line]()
    for one in measure.evidence:
        lines += [Line(one.name), Line(f"{one.sha256[:HASH_DIGITS]}…", quiet=True)]
    return tuple(lines) or "なし"


def _remaining(finding: ReportedFinding, report: ImprovementReport) -> Table:
    late = [number for number, one in enumerate(finding.remaining) if one.deadline and one.deadline < report.on_day]
    rows: list[tuple[Cell, ...]] = [
        (one.action, _deadline(one), _history(one.extensions), _standing(one, report), _evidence(one))
        for one in finding.remaining
    ]
    columns = (
        Column("今後実施する措置", weight=3), Column("期限", weight=2), Column("期限の変更", weight=2), Column("現況", weight=2),
        Column("証跡（SHA-256）", weight=2),
    )  # fmt: skip
    return Table(f"{finding.number} 予定", columns, rows, "今後実施する措置はありません。", frozenset(late), ruled=True)


def _deadline(measure: Measure) -> str:
    words = deadline_words(measure)
    return words.removesuffix("に") if words.endswith(("までに", "中に", "内に")) else words or "定めなし"


def _history(extensions: Sequence[Extension]) -> Cell:
    lines = list[Line]()
    for one in extensions:
        days = [wareki(day) if day else "定めなし" for day in (one.old, one.new)]
        lines.append(Line(f"{days[0]}→{days[1]}"))
        lines.append(Line(f"{wareki(one.on_day)}　{one.reason}".rstrip("　"), quiet=True))
    return tuple(lines) or "なし"


def _standing(measure: Measure, report: ImprovementReport) -> str:
    if measure.reported_on:
        return f"{wareki(measure.reported_on)}に実施の報告、確認中"
    if measure.state is MeasureState.CONSIDERED:
        return f"検討中　{measure.reason}".rstrip("　")
    begun = f"{wareki(measure.started_on)}着手" if measure.started_on else "未着手"
    return f"期限を経過、{begun}" if measure.deadline and measure.deadline < report.on_day else begun


def _changes(report: ImprovementReport) -> Table:
    rows: list[tuple[Cell, ...]] = [(one.number, one.action, one.what) for one in report.changes]
    columns = Column("番号", Kind.SHORT), Column("措置", weight=2), Column("変化", weight=2)
    return Table("前回報告以後の変化", columns, rows, "前回報告以後の変化はありません。", ruled=True)


def _next(report: ImprovementReport) -> str:
    if report.next_on is None:
        return "残る措置がないため、次回の報告は予定していません。"
    return f"{wareki(report.next_on, weekday=True)}までに報告します（{report.next_basis}）。"
