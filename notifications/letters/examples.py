"""Made-up letters of every kind, in several situations: full, the least there is, awkward characters, and very long."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from notifications.letters.escalation import EscalationFacts, EscalationLine, Told
from notifications.letters.reminder import FlagLine, ReminderFacts, TaskLine
from notifications.letters.unanswered import UnansweredFacts, UnansweredRow, WaitingRow
from notifications.reports.weekly.values import (
    CheckRow,
    ComingRow,
    Counts,
    DepartmentRow,
    FindingRow,
    MeasureRow,
    WeeklyReport,
)

TODAY = date(2024, 3, 18)
_OFFICE = "あおば市"
_DIVISION = "政策経営部 情報管理課"
_CONTACT = "情報管理課　個人情報保護担当　内線 0000"
_DEPARTMENT = "障害者施策課"
_ADDRESS = "https://zesei.city.example"
_AWKWARD = "<script>alert('x')</script> {{ 7 * 7 }} {% raw %} #eval(\"1+1\") =?utf-8?B?44GC?= ㈱髙﨑𠮷① & \"'\r\nBcc: x@y.example"
_LONG = "とても長い件名" * 57
_MANY = 130


def reminders() -> tuple[ReminderFacts, ...]:
    """One of every section, one of a single line, one that mischief wrote, and one longer than a letter shows."""
    full = ReminderFacts(
        office=_OFFICE, division=_DIVISION, contact=_CONTACT, department=_DEPARTMENT, today=TODAY,
        overdue=(_absent(-7), _task("個人情報ファイル簿の公表", -18, printed="令和6年2月末まで", body="公表してください。")),
        due_today=(_task("ログ分析の報告（2月分）", 0, origin="定期（ログ分析 2月分）"),),
        coming=(_task("自己点検表の提出", 5), _task("再委託先（受託者甲）の覚書の締結", None, printed="令和5年度中")),
        flags=(_flag(),),
        sent_back=(_task("操作権限の棚卸し", 11, reason="棚卸しの結果の記録がありません。"),),
        waiting=(_task("職員研修の実施", -3),),
        answer_until=date(2024, 5, 17),
    )  # fmt: skip
    bare = ReminderFacts(
        _OFFICE, _DIVISION, "", _DEPARTMENT, TODAY, sent_back=(TaskLine("", None, "", None, "", None, ""),)
    )
    odd = _task(_AWKWARD, -1, printed=_AWKWARD, body=_AWKWARD, origin=_AWKWARD)
    awkward = ReminderFacts(
        _AWKWARD, _AWKWARD, _AWKWARD, _AWKWARD, TODAY, overdue=(odd, _task(_LONG, -400)), waiting=(odd,),
        flags=(FlagLine(_AWKWARD, _AWKWARD, _LONG, TODAY, None),), sent_back=(replace(odd, sent_back_reason=_LONG),),
        sign_in_needed=True,
    )  # fmt: skip
    many = tuple(_absent(-number) for number in range(1, _MANY + 1))
    return full, bare, awkward, replace(full, overdue=many, waiting=many, list_url=f"{_ADDRESS}/departments/0303")


def escalations() -> tuple[EscalationFacts, ...]:
    """To a chief, to a head about a department without mail, to the division with mischief, and a very long one."""
    told = (Told(date(2024, 3, 11), _DEPARTMENT, 3), Told(date(2024, 3, 15), f"{_DEPARTMENT}長"))
    lines = (
        _overdue("長期不在者のアカウントの停止（障害者福祉総合システム）", 14, told),
        _overdue("個人情報ファイル簿の公表", 18, told[:1], printed="令和6年2月末まで"),
    )
    full = EscalationFacts(_OFFICE, _DIVISION, _CONTACT, _DEPARTMENT, f"{_DEPARTMENT}長", TODAY, lines)
    untold = replace(
        full, addressee="保健福祉部長", contact="", lines=(replace(lines[0], told=(), url=None, body="", origin=""),)
    )
    odd = _overdue(_AWKWARD, 1, (Told(TODAY, _AWKWARD, 2),), printed=_AWKWARD)
    awkward = EscalationFacts(_AWKWARD, _DIVISION, "", _AWKWARD, _DIVISION, TODAY, (odd, replace(odd, title=_LONG)))
    many = tuple(_overdue(f"権限の棚卸し（業務{number}）", number, told) for number in range(1, _MANY + 1))
    return full, untold, awkward, replace(full, lines=many, rest=5_000, list_url=f"{_ADDRESS}/departments/0303")


def unanswered_weeks() -> tuple[UnansweredFacts, ...]:
    """A usual week, one in which everybody answered, one that mischief wrote, and one with very many departments."""
    row = UnansweredRow(
        _DEPARTMENT, 13, date(2023, 8, 7), 224, date(2024, 2, 1), date(2024, 3, 11), 9, f"{_ADDRESS}/departments/0303"
    )
    silent = UnansweredRow("市民課", 1, date(2024, 3, 15), 3, None, None, 0, None)
    wait = WaitingRow("職員研修の実施", _DEPARTMENT, "完了報告", date(2024, 3, 14), 4, f"{_ADDRESS}/tasks/9")
    later = WaitingRow("再委託先（受託者甲）の覚書の締結", "高齢福祉課", "期限延長の申出", TODAY, 0, None)
    full = UnansweredFacts(
        _OFFICE, _DIVISION, _CONTACT, TODAY, (row, silent), (wait, later), ("市民課", "選挙管理委員会事務局")
    )
    odd = replace(row, department=_AWKWARD)
    awkward = UnansweredFacts(
        _AWKWARD,
        _AWKWARD,
        _AWKWARD,
        TODAY,
        (odd,),
        (replace(wait, title=_LONG, department=_AWKWARD),),
        (_AWKWARD, _LONG),
    )
    many = tuple(replace(row, department=f"第{number}課") for number in range(1, _MANY + 1))
    long = replace(
        full, departments=many, waiting=(wait,) * _MANY, without_address=tuple(each.department for each in many)
    )
    return full, UnansweredFacts(_OFFICE, _DIVISION, "", TODAY), awkward, long


def weekly_reports() -> tuple[WeeklyReport, ...]:
    """A usual week, the first week of an empty office, one that mischief wrote, and one of very many departments."""
    counts = Counts(open=231, overdue=17, done=35, new=29)
    full = WeeklyReport(
        office=_OFFICE, division=_DIVISION, period_from=date(2024, 3, 11), period_to=date(2024, 3, 17), issued_on=TODAY,
        as_of_at=datetime(2024, 3, 18, 6, 5, tzinfo=UTC), totals=counts, previous=Counts(237, 13, 35, 28),
        highlights=("期限超過は17件で、前週より4件増えました。最も多いのは障害者施策課（13件）です。",),
        departments=(DepartmentRow("0303", _DEPARTMENT, Counts(20, 13, 2, 2)),),
        findings=(FindingRow("1(1)", "ログの分析", "", Counts(3, 1, 1, 0), (_measure(),)),),
        checks=(CheckRow("absent-accounts", "長期不在者", "stale", TODAY, date(2024, 3, 6), Counts(0, 0, 1, 2), 19),),
        coming=(ComingRow(date(2024, 3, 21), 3, "自己点検表の提出", "市民課"),),
        trend=((date(2024, 3, 10), 237, 13), (date(2024, 3, 17), 231, 17)), previous_flags=21,
    )  # fmt: skip
    empty = replace(
        full, as_of_at=None, totals=Counts(0, 0, 0, 0), previous=None, highlights=(), departments=(), findings=(),
        checks=(), coming=(), trend=(), previous_flags=None,
    )  # fmt: skip
    odd = tuple(DepartmentRow("0", name, counts) for name in (_AWKWARD, _LONG))
    awkward = replace(full, office=_AWKWARD, division=_AWKWARD, highlights=(_AWKWARD, _LONG), departments=odd)
    many = tuple(DepartmentRow(str(number), f"第{number}課", counts) for number in range(1, _MANY + 1))
    return full, empty, awkward, replace(full, departments=many)


def _task(
    title: str, days_left: int | None, *, printed: str = "", body: str = "", origin: str = "", reason: str = ""
) -> TaskLine:
    deadline = None if days_left is None else TODAY + timedelta(days=days_left)
    return TaskLine(title, deadline, printed, days_left, body, f"{_ADDRESS}/a/example", origin, reason)


def _absent(days_left: int) -> TaskLine:
    body = "90日以上不在の職員（職員０１）のアカウント1件が有効のままです。停止し、停止した日を報告してください。"
    title = "長期不在者のアカウントの停止（障害者福祉総合システム）"
    return _task(title, days_left, body=body, origin="検査（長期不在者）")


def _flag() -> FlagLine:
    return FlagLine("異動者の操作権限", "", "異動した職員2人の権限が残っています。", TODAY, f"{_ADDRESS}/a/example")


def _overdue(title: str, days: int, told: tuple[Told, ...], *, printed: str = "") -> EscalationLine:
    deadline, url = TODAY - timedelta(days=days), f"{_ADDRESS}/tasks/7"
    return EscalationLine(
        title, deadline, printed, days, days * 5 // 7, "対応し、報告してください。", url, "検査（長期不在者）", told
    )


def _measure() -> MeasureRow:
    return MeasureRow("分析の手順の周知", date(2024, 3, 15), "", "期限超過", None)
