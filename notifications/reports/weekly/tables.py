"""The tables of the weekly report: what stands in which column, in which words."""

from collections.abc import Sequence
from datetime import date

from notifications.papers.paper import (
    Cell,
    Column,
    Kind,
    Line,
    Table,
)
from notifications.reports.weekly.values import CheckRow, Counts, MeasureRow, WeeklyReport

CHANGES = {
    "overdue": "▲ 期限超過となったもの", "done": "完了したもの", "new": "新たに加わったもの",
    "extended": "期限を変えたもの", "reopened": "対応中に戻したもの", "withdrawn": "取り下げたもの", "moved": "所管を移したもの",
}  # fmt: skip
CHECK_STATES = {"clear": "異常なし", "flagged": "● 検知あり", "stale": "！ 台帳が古い", "failed": "× 失敗"}
SIGNS = {"期限超過": "▲ 期限超過", "本日期限": "● 本日期限"}
LONGEST = 60  # rows of a table on paper; a sheet has them all


def departments_table(report: WeeklyReport) -> Table:
    """Each department's counts, and their sum."""
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


def changes_table(report: WeeklyReport) -> Table:
    """What stands otherwise than a week before, by name."""
    rows = [
        (CHANGES[row.change], row.title, row.department, row.deadline, row.earlier) for row in report.changes
    ]  # fmt: skip
    columns = (
        Column("区分", Kind.SHORT), Column("件名", weight=3), Column("所管課", Kind.SHORT), Column("期限", Kind.DAY),
        Column("前の期限", Kind.DAY),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.changes) if row.change == "overdue")
    return Table("変わったもの", columns, rows, "前の週から変わったものはありません。", marked, LONGEST)


def unanswered_table(report: WeeklyReport) -> Table:
    """What is overdue and nobody has answered, with how often that was reminded of."""
    rows = [
        (row.department, row.title, row.deadline, f"{row.days_over}日", f"{row.reminded}回", row.reminded_on)
        for row in report.unanswered
    ]
    columns = (
        Column("所管課", Kind.SHORT), Column("件名", weight=3), Column("期限", Kind.DAY), Column("超過", Kind.SHORT),
        Column("お知らせ", Kind.SHORT), Column("最後のお知らせ", Kind.DAY),
    )  # fmt: skip
    return Table("回答のないもの", columns, rows, "期限を過ぎて回答のない対応はありません。", shown=LONGEST)


def findings_table(report: WeeklyReport) -> Table:
    """Each finding with its measures; its name stands beside the first of them."""
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


def checks_table(report: WeeklyReport) -> Table:
    """Each check as last run."""
    rows = [(row.title, CHECK_STATES.get(row.state, row.state), *_seen(row)) for row in report.checks]
    columns = (
        Column("検査"), Column("結果", Kind.SHORT), *_columns("検知中", "新規", "解消", "例外"),
        Column("最終検査日", Kind.DAY), Column("台帳の基準日", Kind.DAY),
    )  # fmt: skip
    marked = frozenset(index for index, row in enumerate(report.checks) if row.state in ("stale", "failed"))
    return Table("検査", columns, rows, "検査はまだ行われていません。", marked)


def _seen(row: CheckRow) -> tuple[Cell, ...]:
    return row.open_flags, row.counts.new, row.counts.done, row.excepted, row.last_run_on, row.as_of


def registers_table(report: WeeklyReport) -> Table:
    """How old each register is that a check reads."""
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


def duties_table(report: WeeklyReport) -> Table:
    """What recurs, and what is owed of it."""
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


def exceptions_table(report: WeeklyReport) -> Table:
    """What checks leave in peace, why and until when."""
    rows = [
        (row.check, row.subject, row.reason, row.until, row.approved_by, row.granted_on, row.seen)
        for row in report.exceptions
    ]
    columns = (
        Column("検査"), Column("対象"), Column("理由", weight=2), Column("いつまで", Kind.DAY), Column("承認者"),
        Column("承認日", Kind.DAY), Column("いまの検知", Kind.NUMBER),
    )  # fmt: skip
    return Table("例外", columns, rows, shown=LONGEST)


def coming_table(report: WeeklyReport) -> Table:
    """What falls due within two weeks."""
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


def lost_table(report: WeeklyReport) -> Table:
    """Letters that have not arrived."""
    rows = [(row.addressee, row.subject, row.on_day, row.lost_on) for row in report.lost]
    columns = (Column("あて先"), Column("件名", weight=2), Column("通知の日", Kind.DAY), Column("不達の日", Kind.DAY))
    return Table("届いていない通知", columns, rows, "届いていない通知はありません。", shown=LONGEST)


def trend_table(report: WeeklyReport) -> Table:
    """The numbers behind the drawing of the twelve weeks."""
    rows: Sequence[tuple[Cell, ...]] = [(_day(day), still_open, overdue) for day, still_open, overdue in report.trend]
    return Table("推移", (Column("日", Kind.DAY), *_columns("未完了", "期限超過")), rows)


def _day(day: date) -> Cell:
    return day
