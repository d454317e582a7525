"""The weekly report as a paper: what stands where, in which words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from notifications.charts import StatusBar, TimelineRow, status_chart, timeline_chart, trend_chart
from notifications.letters.words import period_words
from notifications.papers.paper import (
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Heading,
    Kind,
    Line,
    Paper,
    Picture,
    Table,
    Words,
)
from notifications.reports.weekly.values import CheckRow, Counts, MeasureRow, WeeklyReport
from tracker.domain.bars import Span
from tracker.domain.dates import wareki

TITLE = "個人情報保護に係る対応状況（週次報告）"
CHANGES = {
    "overdue": "▲ 期限超過となったもの", "done": "完了したもの", "new": "新たに加わったもの",
    "extended": "期限を変えたもの", "reopened": "対応中に戻したもの", "withdrawn": "取り下げたもの", "moved": "所管を移したもの",
}  # fmt: skip
CHECK_STATES = {"clear": "異常なし", "flagged": "● 検知あり", "stale": "！ 台帳が古い", "failed": "× 失敗"}
SIGNS = {"期限超過": "▲ 期限超過", "本日期限": "● 本日期限"}
CLOSED = ("完了", "取下げ")
BEHIND, AHEAD, MARGIN = timedelta(days=550), timedelta(days=370), timedelta(days=14)
LONGEST = 60  # rows of a table on paper; a sheet has them all


def weekly_paper(report: WeeklyReport) -> Paper:
    """The report as it is printed, shown and written to files."""
    return Paper(
        title=TITLE, office=report.office, division=report.division,
        subtitle=_period(report) + (f"　{report.department}の分" if report.department else ""),
        stamp=_stamp(report), on=report.issued_on, blocks=tuple(_blocks(report)),
    )  # fmt: skip


def _blocks(report: WeeklyReport) -> Iterator[Block]:
    yield Figures(figures_of(report))
    yield Heading("今週の要点")
    yield Words(report.highlights or ("特にありません。",), points=True)
    status, trend, timeline = (picture_of(report, name) for name in PICTURES)
    if status:
        yield status
    yield Heading("所管課別", "新規・完了は前の週からの増減")
    yield _departments(report)
    yield Heading(_listed("前の週から変わったもの", report.changes), _since(report))
    yield _changes(report)
    yield Heading(_listed("期限を過ぎて回答のないもの", report.unanswered))
    yield _unanswered(report)
    yield Heading("指導事項別", "▲ 期限超過　● 本日期限")
    yield _findings(report)
    if timeline:
        yield timeline
    if not report.department:
        yield Heading("検査", "「台帳が古い」「失敗」の検査は、異常の有無を確認できていません")
        yield _checks(report)
        yield Heading("台帳の新しさ")
        yield _registers(report)
    yield Heading("定期業務")
    yield _duties(report)
    if report.exceptions:
        yield Heading(_listed("例外としているもの", report.exceptions), "検知しても、期限の日までは対応を求めません")
        yield _exceptions(report)
    yield Heading(_listed("今後2週間に期限を迎えるもの", report.coming))
    yield _coming(report)
    yield Heading(_listed("届いていない通知", report.lost))
    yield _lost(report)
    if trend:
        yield Heading("推移", f"{len(report.trend)}週、各週の同じ曜日の終わりの件数")
        yield trend
        yield _trend(report)


def picture_of(report: WeeklyReport, name: str) -> Picture | None:
    """One of the `PICTURES` of the report; None where there is nothing to draw."""
    return _DRAWN[name](report)


def _status(report: WeeklyReport) -> Picture | None:
    bars = _bars(report)
    words = "所管課別の未完了の件数（期限超過・確認待ち・期限内）。数は表のとおり。"
    return Picture(status_chart(bars), words) if bars else None


def _trend_picture(report: WeeklyReport) -> Picture | None:
    words = "未完了と期限超過の件数の推移。数は報告の表のとおり。"
    return Picture(trend_chart(report.trend), words) if report.trend else None


def _timeline(report: WeeklyReport) -> Picture | None:
    """The measures that are still open, the first deadline first, over the time that they take."""
    rows = [
        TimelineRow(f"{finding.number} {one.title}", one.opened_on, one.deadline, first_deadline=one.first_deadline)
        for finding in report.findings for one in finding.measures
        if one.opened_on is not None and one.state not in CLOSED
    ]  # fmt: skip
    if not rows:
        return None
    rows.sort(key=lambda row: (row.deadline or date.max, row.title))
    today = report.issued_on
    first = max(min(row.opened_on for row in rows), today - BEHIND)
    last = min(max(row.deadline or today for row in rows), today + AHEAD)
    span = Span(first.replace(day=1), max(last, today) + MARGIN)
    words = "終わっていない改善策の期間（登録から期限まで、期限を過ぎた日数）。日付は表のとおり。"
    return Picture(timeline_chart(rows, span, today), words)


def _listed(title: str, rows: Sequence[object]) -> str:
    return f"{title}（{len(rows)}件）" if rows else title


def _period(report: WeeklyReport) -> str:
    return period_words(report.period_from, report.period_to)


def _since(report: WeeklyReport) -> str:
    return f"{wareki(report.since, weekday=True)}から" if report.since else ""


def _stamp(report: WeeklyReport) -> str:
    at = report.as_of_at
    known = f"{wareki(at.date())}{at.hour}時{at.minute:02}分現在の記録" if at else "記録の時刻は不明"
    return f"{wareki(report.issued_on, weekday=True)}発行　{known}"


def figures_of(report: WeeklyReport) -> tuple[Figure, ...]:
    """The numbers at the head of the report, each with last week's."""
    now, then = report.totals, report.previous
    overdue, newly, done = (then.overdue, then.newly_overdue, then.done) if then else (None, None, None)
    return (
        Figure("期限超過", now.overdue, overdue, is_bad=True),
        Figure("新たに期限超過", now.newly_overdue, newly, is_bad=True),
        Figure("完了", now.done, done),
        Figure("今後2週間の期限", len(report.coming), report.previous_coming),
        Figure("古い台帳", len(report.stale), report.previous_stale, is_bad=True),
        Figure("届いていない通知", len(report.lost), report.previous_lost, is_bad=True),
    )


def _bars(report: WeeklyReport) -> list[StatusBar]:
    return [
        StatusBar(row.name, own.overdue, own.answered - _both(own), _within(own))
        for row in report.departments if (own := row.counts).open
    ]  # fmt: skip


def _both(counts: Counts) -> int:
    """What is both overdue and answered stands among the overdue; never more than there are."""
    return max(0, counts.overdue + counts.answered - counts.open)


def _within(counts: Counts) -> int:
    return max(0, counts.open - counts.overdue - counts.answered)


def _departments(report: WeeklyReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (row.name, *_numbers(row.counts), row.answered_on, row.told_on) for row in report.departments
    ]
    if rows:
        rows.append((((Line("合計", strong=True)),), *_numbers(report.totals), None, None))
    marked = frozenset(index for index, row in enumerate(report.departments) if row.counts.overdue)
    columns = (
        Column("所管課", Kind.SHORT), *_columns("未完了", "うち期限超過", "新規", "完了"), Column("最後の回答", Kind.DAY),
        Column("最後のお知らせ", Kind.DAY),
    )  # fmt: skip
    return Table("所管課別", columns, rows, "未完了の対応も、この週の動きもありません。", marked)


def _numbers(counts: Counts) -> tuple[int, int, int, int]:
    return counts.open, counts.overdue, counts.new, counts.done


def _columns(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title, Kind.NUMBER) for title in titles)


def _changes(report: WeeklyReport) -> Table:
    rows = [
        (CHANGES[row.change], row.title, row.department, row.deadline, row.earlier) for row in report.changes
    ]  # fmt: skip
    columns = (
        Column("区分", Kind.SHORT), Column("件名", weight=3), Column("所管課", Kind.SHORT), Column("期限", Kind.DAY),
        Column("前の期限", Kind.DAY),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.changes) if row.change == "overdue")
    return Table("変わったもの", columns, rows, "前の週から変わったものはありません。", marked, LONGEST)


def _unanswered(report: WeeklyReport) -> Table:
    rows = [
        (row.department, row.title, row.deadline, f"{row.days_over}日", f"{row.reminded}回", row.reminded_on)
        for row in report.unanswered
    ]
    columns = (
        Column("所管課", Kind.SHORT), Column("件名", weight=3), Column("期限", Kind.DAY), Column("超過", Kind.SHORT),
        Column("お知らせ", Kind.SHORT), Column("最後のお知らせ", Kind.DAY),
    )  # fmt: skip
    return Table("回答のないもの", columns, rows, "期限を過ぎて回答のない対応はありません。", shown=LONGEST)


def _findings(report: WeeklyReport) -> Table:
    rows, marked = list[tuple[Cell, ...]](), set[int]()
    for finding in report.findings:
        clause = f"（{finding.clause}）" if finding.clause else ""
        subject: Cell = (Line(finding.subject, strong=True), *([Line(clause, quiet=True)] if clause else []))
        for measure in finding.measures or (None,):
            if measure is not None and measure.state == "期限超過":
                marked.add(len(rows))
            rows.append((finding.number, subject, *_measure(measure)))
            subject = ""
    columns = (
        Column("番号", Kind.SHORT), Column("指導事項", weight=2), Column("改善策", weight=3), Column("期限", Kind.DAY),
        Column("状態", Kind.SHORT), Column("完了日", Kind.DAY),
    )  # fmt: skip
    return Table("指導事項別", columns, rows, "登録された指導事項はありません。", frozenset(marked), 3 * LONGEST)


def _measure(measure: MeasureRow | None) -> tuple[Cell, ...]:
    if measure is None:
        return "改善策は登録されていません。", None, "", None
    deadline: Cell = measure.deadline or measure.deadline_printed or "定めなし"
    return measure.title, deadline, SIGNS.get(measure.state, measure.state), measure.done_on


def _checks(report: WeeklyReport) -> Table:
    rows = [(row.title, CHECK_STATES.get(row.state, row.state), *_seen(row)) for row in report.checks]
    columns = (
        Column("検査"), Column("結果", Kind.SHORT), *_columns("検知中", "新規", "解消", "例外"),
        Column("最終検査日", Kind.DAY), Column("台帳の基準日", Kind.DAY),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.checks) if row.state in ("stale", "failed"))
    return Table("検査", columns, rows, "検査はまだ行われていません。", marked)


def _seen(row: CheckRow) -> tuple[Cell, ...]:
    return row.open_flags, row.counts.new, row.counts.done, row.excepted, row.last_run_on, row.as_of


def _registers(report: WeeklyReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row.stem, row.as_of or "取り込まれていません", "－" if row.age_days is None else f"{row.age_days}日前",
            f"{row.max_age_days}日", "！ 古い" if row.stale else "新しい",
        )
        for row in report.registers
    ]  # fmt: skip
    columns = (
        Column("台帳"), Column("基準日", Kind.DAY), Column("経過", Kind.SHORT), Column("上限", Kind.SHORT),
        Column("状態", Kind.SHORT),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.registers) if row.stale)
    return Table("台帳", columns, rows, "検査が読んだ台帳はまだありません。", marked)


def _duties(report: WeeklyReport) -> Table:
    rows = [
        (row.duty, row.system, row.department, row.cycle, row.last_period_to, row.reported_on, row.owed)
        for row in report.duties
    ]
    columns = (
        Column("定期業務", Kind.SHORT), Column("システム", weight=2), Column("所管課", Kind.SHORT), Column("周期", Kind.SHORT),
        Column("報告済みの期間の末日", Kind.DAY), Column("報告日", Kind.DAY), Column("未報告", Kind.NUMBER),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.duties) if row.owed)
    return Table("定期業務", columns, rows, "定期的な分析を要するシステムは登録されていません。", marked, LONGEST)


def _exceptions(report: WeeklyReport) -> Table:
    rows = [
        (row.check, row.subject, row.reason, row.until, row.approved_by, row.granted_on, row.seen)
        for row in report.exceptions
    ]
    columns = (
        Column("検査"), Column("対象"), Column("理由", weight=2), Column("いつまで", Kind.DAY), Column("承認者"),
        Column("承認日", Kind.DAY), Column("いまの検知", Kind.NUMBER),
    )  # fmt: skip
    return Table("例外", columns, rows, shown=LONGEST)


def _coming(report: WeeklyReport) -> Table:
    rows = [(row.deadline, _left(row.days_left), row.title, row.department) for row in report.coming]
    columns = (
        Column("期限", Kind.DAY),
        Column("残り", Kind.SHORT),
        Column("件名", weight=3),
        Column("所管課", Kind.SHORT),
    )
    return Table("今後2週間", columns, rows, "今後2週間に期限を迎える対応はありません。", shown=LONGEST)


def _left(days: int) -> str:
    return f"あと{days}日" if days else "本日"


def _lost(report: WeeklyReport) -> Table:
    rows = [(row.addressee, row.subject, row.on_day, row.lost_on) for row in report.lost]
    columns = (Column("あて先"), Column("件名", weight=2), Column("通知の日", Kind.DAY), Column("不達の日", Kind.DAY))
    return Table("届いていない通知", columns, rows, "届いていない通知はありません。", shown=LONGEST)


def _trend(report: WeeklyReport) -> Table:
    rows: Sequence[tuple[Cell, ...]] = [(_day(day), still_open, overdue) for day, still_open, overdue in report.trend]
    return Table("推移", (Column("日", Kind.DAY), *_columns("未完了", "期限超過")), rows)


def _day(day: date) -> Cell:
    return day


PICTURES = ("status", "trend", "timeline")
_DRAWN: Mapping[str, Callable[[WeeklyReport], Picture | None]] = {
    "status": _status, "trend": _trend_picture, "timeline": _timeline,
}  # fmt: skip
