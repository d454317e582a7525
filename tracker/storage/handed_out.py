"""What goes out when everything is exported: of each table the columns that do, and why the others do not.

A table or a column that is in neither list is found by a test: nothing new goes out, or stays, without a decision.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, select
from sqlmodel import SQLModel

import tracker.storage.tables  # noqa: F401  # fills the metadata


@dataclass(frozen=True)
class Outgoing:
    """A table that goes out row by row: its headings by column, in order.

    `came` is the column that says when a row came to be, or nothing. `later` are facts that came afterwards: where the column named
    first lies beyond the day that was asked for, it and the others with it are empty, as they were then.
    """

    name: str
    about: str
    table: str
    columns: Mapping[str, str]
    came: str = ""
    later: Sequence[tuple[str, ...]] = field(default=())


_TASK_KEY = "対応のキー"
OUTGOING = (
    Outgoing("検知", "検査が台帳から見つけたもの（概要、所属、期限、詳細は、最後に検知したときのもの）", "flag", {
        "id": "番号", "check_name": "検査", "subject": "対象", "sighting_key": "検知のキー", "department_code": "所属コード",
        "summary": "概要", "deadline": "期限", "first_seen_on": "最初に検知した日",
        "cleared_on": "解消した日", "details": "詳細（JSON）", "task_key": _TASK_KEY,
    }, "first_seen_on", (("cleared_on",),)),
    Outgoing("例外", "検査の対象を、理由と承認により、しばらく例外としたもの", "flag_exception", {
        "id": "番号", "check_name": "検査", "subject": "対象", "reason": "理由", "until": "いつまで", "approved_by": "承認者",
        "granted_on": "例外とした日", "granted_at": "例外とした時", "granted_by": "登録した者", "revoked_on": "取り消した日",
        "revoked_by": "取り消した者", "revocation_reason": "取り消した理由",
    }, "granted_on", (("revoked_on", "revoked_by", "revocation_reason"),)),
    Outgoing("所管課の報告", "所管課からの完了の報告、期限延長の申出、所管違いの申出と、その判断", "submission", {
        "id": "番号", "task_key": _TASK_KEY, "department_code": "所属コード", "kind": "種類", "officer": "報告した者",
        "note": "内容", "submitted_at": "報告した時", "submitted_on": "報告した日", "asked_deadline": "申し出た期限",
        "named_code": "申し出た所管", "decision": "判断", "decided_at": "判断した時", "decided_by": "判断した者",
        "decision_reason": "判断の理由",
    }, "submitted_on", (("decided_at", "decision", "decided_by", "decision_reason"),)),
    Outgoing("証跡", "添えられたファイルの名前と SHA-256（ファイルそのものは引継ぎの一式にあります）", "attachment", {
        "id": "番号", "task_key": _TASK_KEY, "submission_id": "報告の番号", "name": "ファイル名", "sha256": "SHA-256",
        "size": "バイト数", "added_at": "添えた時", "added_by": "添えた者", "department_code": "所属コード",
        "removed_at": "取り除いた時", "removed_by": "取り除いた者", "removal_reason": "取り除いた理由",
    }, "added_at", (("removed_at", "removed_by", "removal_reason"),)),
    Outgoing("指導事項の完了", "指導事項を完了としたことと、その取消し", "finding_closing", {
        "id": "番号", "finding_no": "指導番号", "closed_on": "完了とした日", "closed_at": "完了とした時", "closed_by": "完了とした者",
        "note": "理由", "reopened_on": "取り消した日", "reopened_by": "取り消した者", "reopening_reason": "取り消した理由",
    }, "closed_on", (("reopened_on", "reopened_by", "reopening_reason"),)),
    Outgoing("通知", "作られた通知（本文は除きます。本文には回答用の秘密のリンクがあります）", "outbox", {
        "id": "番号", "key": "通知のキー", "kind": "種類", "channel": "経路", "department_code": "所属コード", "addressee": "宛先",
        "recipients": "宛先アドレス（JSON）", "copies": "写し（JSON）", "subject": "件名", "message_id": "Message-ID", "on_day": "日付",
        "queued_at": "作った時", "accepted_at": "送信できた時", "given_up_at": "送信を諦めた時", "withdrawn_at": "取りやめた時",
        "undelivered_at": "不達と分かった時",
    }, "on_day", (("accepted_at",), ("given_up_at",), ("withdrawn_at",), ("undelivered_at",))),
    Outgoing("知らせた段階", "どの対応の、期限の何日前（負の数は何日後）のお知らせを済ませたか", "sent_reminder", {
        "task_key": _TASK_KEY, "round": "巡", "step": "期限までの日数", "deadline": "期限", "on_day": "日付", "letter_key": "通知のキー",
    }, "on_day"),
    Outgoing("上司への通知", "どの対応の期限を、課の上の誰に知らせたか", "sent_escalation", {
        "task_key": _TASK_KEY, "department_code": "所属コード", "deadline": "期限", "superior": "上司", "on_day": "日付",
        "letter_key": "通知のキー",
    }, "on_day"),
    Outgoing("検査", "検査の一覧（書き出した時のもの）", "check_catalogue", {
        "position": "順", "name": "検査", "title": "件名", "looks_for": "探すもの", "ground": "根拠", "reads": "読む台帳（JSON）",
    }),
    Outgoing("検査の実施", "検査を実施した記録", "check_run", {
        "id": "番号", "check_name": "検査", "on_day": "日付", "ended_at": "終わった時", "state": "結果", "examined": "調べた件数",
        "flagged": "検知した件数", "opened": "新たな件数", "cleared": "解消した件数", "excepted": "例外の件数", "as_of": "台帳の基準日",
        "registers": "読んだ台帳（JSON）", "message": "知らせ", "requested_by": "頼んだ者",
    }, "on_day"),
    Outgoing("台帳の取込み", "台帳のファイルを取り込んだ記録", "register_import", {
        "id": "番号", "register_stem": "台帳", "as_of": "基準日", "imported_at": "取り込んだ時", "source": "元のファイル",
        "sha256": "SHA-256", "reading": "読み方", "whole": "全件か", "row_count": "行数", "added": "追加", "changed": "変更",
        "ended": "終了", "notices": "知らせ（JSON）", "imported_by": "取り込んだ者", "reason": "理由",
    }, "as_of"),
    Outgoing("発行した報告", "発行した報告とその SHA-256（報告の内容は zesei report で作れます）", "issued_report", {
        "id": "番号", "kind": "種類", "subject": "対象", "on_day": "基準日", "edition": "版", "period_from": "期間の初日",
        "period_to": "期間の末日", "issued_at": "発行した時", "issued_by": "発行した者", "version": "プログラムの版", "sha256": "SHA-256",
    }, "issued_at"),
    Outgoing("経過", "起きたことの記録（監査証跡）", "event", {
        "id": "番号", "at": "時刻", "on_day": "日付", "by": "だれが", "kind": "できごと", "about": "対象", "facts": "内容（JSON）",
        "account": "利用者名",
        "previous": "前の封印", "seal": "封印",
    }, "on_day"),
)  # fmt: skip

_REGISTER = "台帳の版の管理（その日に分かっていた行だけを「台帳」に書き出します）"
_NOW = "配送の途中の値（送った結果は「経過」にあります）"
_SIGN_IN = "ログインの秘密に関わるもの"
_MADE_ANEW = "記録から作り直せるもの"
_RUNNING = "プログラムの動作の記録（業務の記録ではありません）"
# Why a whole table ("table"), or one column of those above ("table.column"), stays.
KEPT_BACK: Mapping[str, str] = {
    "account": _SIGN_IN, "session": _SIGN_IN, "sign_in_tries": _SIGN_IN, "api_token": _SIGN_IN,
    "department_key": "所管課のページの秘密のアドレス", "tally": _MADE_ANEW, "search_entry": _MADE_ANEW,
    "calendar_day": _MADE_ANEW, "period": _MADE_ANEW, "forecast_letter": _MADE_ANEW, "note": _RUNNING, "job": _RUNNING,
    "job_run": _RUNNING,
    "pick_up": _RUNNING, "scheduler": _RUNNING, "run_request": _RUNNING, "report_request": _RUNNING, "alembic_version": _RUNNING,
    "upload": "取込みの途中の控え（取り込んだものは「台帳の取込み」にあります）",
    "task": "今の値の表（その日の値を「経過」から導いて「対応」に書き出します）",
    "recurrence": "今の値の表（その日の値を「経過」から導いて「再指摘」に書き出します）",
    "flag.last_seen_on": "今の値（見た日は「検査の実施」にあります）",
    "flag.exception_id": "今の値（その日の例外は「例外」にあります）",
    "outbox.body_text": "回答用の秘密のリンクがあるもの", "outbox.body_html": "回答用の秘密のリンクがあるもの",
    "outbox.url": "回答用の秘密のリンクがあるもの", "outbox.deadlines": "回答用の秘密のリンクがあるもの",
    "outbox.next_attempt_at": _NOW, "outbox.attempts": _NOW, "outbox.answer": _NOW, "outbox.answers": _NOW,
    "check_run.job_run_id": _RUNNING,
    "issued_report.facts": "報告の内容（zesei report で作れます）", "issued_report.page": "報告の内容（zesei report で作れます）",
    "issued_report.horizon": _RUNNING, "issued_report.files": "報告の内容（zesei report で作れます）",
}  # fmt: skip
VERSION_COLUMNS = dict.fromkeys(("begun_by", "valid_from", "valid_to", "ended_by"), _REGISTER)


def rows_out(connection: Connection, outgoing: Outgoing, day: date, day_ends: datetime) -> Iterator[Sequence[Any]]:
    """The rows as they were when a day was over (`day_ends` is the instant), in the order of their keys."""
    table = SQLModel.metadata.tables[outgoing.table]
    names = list(outgoing.columns)
    query = select(*(table.c[name] for name in names)).order_by(*table.primary_key.columns)
    if outgoing.came:
        came = table.c[outgoing.came]
        query = query.where(came <= day if isinstance(came.type, Date) else came < day_ends)
    later = [[names.index(name) for name in group] for group in outgoing.later]
    for row in connection.execute(query.execution_options(yield_per=2_000)):
        cells = list(row)
        for first, *others in later:
            if _lies_beyond(cells[first], day, day_ends):
                for place in (first, *others):
                    cells[place] = None
        yield cells


def _lies_beyond(value: date | datetime | None, day: date, day_ends: datetime) -> bool:
    if isinstance(value, datetime):
        return value >= day_ends
    return value is not None and value > day
