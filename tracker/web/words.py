"""The display catalogue: what each stored word is called on the screen, with a shape and a tone beside it."""

from dataclasses import dataclass
from datetime import date

from tracker.domain.accounts import ROLE_WORDS
from tracker.domain.dates import wareki, wareki_year
from tracker.domain.decisions import Approver, Effect
from tracker.domain.events import Happened
from tracker.domain.flags import CheckState
from tracker.domain.reminders import FIRST_NOTICE
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import STANDING_WORDS, Origin, Standing
from tracker.domain.uploads import UploadState
from tracker.storage.screens.letters import TROUBLED, LetterState

UNKNOWN_DEPARTMENT = "所管課未定"


@dataclass(frozen=True)
class Mark:
    """A status: the word, a shape so that it never rests on colour alone, and the tone (a class of the stylesheet)."""

    word: str
    shape: str
    tone: str


_SHAPES = {
    Standing.ANSWERED: ("□", "plain"),
    Standing.OVERDUE: ("▲", "bad"),
    Standing.DUE_TODAY: ("●", "warn"),
    Standing.DUE_SOON: ("◆", "soon"),
    Standing.OPEN: ("○", "plain"),
    Standing.COMPLETED: ("◎", "done"),
    Standing.WITHDRAWN: ("－", "quiet"),
}
STANDINGS = {standing: Mark(STANDING_WORDS[standing], *look) for standing, look in _SHAPES.items()}
CHECK_STATES = {
    CheckState.CLEAR: Mark("異常なし", "◎", "done"),
    CheckState.FLAGGED: Mark("検知あり", "◆", "soon"),
    CheckState.STALE: Mark("台帳が古い", "▲", "bad"),
    CheckState.FAILED: Mark("検査の失敗", "×", "bad"),
}
NEVER_CHECKED, LATE_CHECK = Mark("未実施", "▲", "bad"), Mark("検査の遅れ", "▲", "bad")
LETTER_STATES = {
    LetterState.WAITING: Mark("送信待ち", "○", "plain"),
    LetterState.RETRYING: Mark("再送中", "◆", "soon"),
    LetterState.ACCEPTED: Mark("送信済", "◎", "done"),
    LetterState.PARTLY: Mark("送信済（不達あり）", "◆", "bad"),
    LetterState.GIVEN_UP: Mark("送信不能", "×", "bad"),
    LetterState.WITHDRAWN: Mark("取りやめ", "－", "quiet"),
}
ADDRESS_OUTCOMES = {
    "accepted": Mark("送信済", "◎", "done"), "refused": Mark("受取り拒否", "×", "bad"),
    "put-off": Mark("再送待ち", "◆", "soon"), "bounced": Mark("戻ってきました", "×", "bad"),
}  # fmt: skip
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp932": "シフトJIS", "euc_jp": "EUC", "iso2022_jp_ext": "JIS", "utf-16": "UTF-16",
    "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "xlsx": "Excel",
}  # fmt: skip
UPLOADS = {
    UploadState.WAITING: Mark("順番待ち", "○", "plain"), UploadState.EXAMINING: Mark("調べています", "○", "plain"),
    UploadState.READY: Mark("確認待ち", "□", "soon"), UploadState.ACCEPTED: Mark("取込み待ち", "○", "plain"),
    UploadState.IMPORTING: Mark("取り込んでいます", "○", "plain"), UploadState.DONE: Mark("取込み済", "◎", "done"),
    UploadState.REFUSED: Mark("取り込めません", "×", "bad"), UploadState.FAILED: Mark("失敗", "×", "bad"),
    UploadState.DROPPED: Mark("取りやめ", "－", "quiet"),
}  # fmt: skip
NOT_TRIED = Mark("まだ送っていません", "○", "plain")
CHANNELS = {"mail": "メール", "webhook": "チャットなど（Webhook）"}
OUTCOMES = {"done": Mark("完了", "◎", "done"), "failed": Mark("失敗", "×", "bad")}
LETTER_LABELS = (
    (TROUBLED, "送れなかったもの（30日以内）"),
    *((str(state), mark.word) for state, mark in LETTER_STATES.items()),
)
NOT_IMPORTED, NONE_YET = Mark("未取込", "▲", "bad"), Mark("未取込", "－", "quiet")
RUNNING = Mark("実行中", "○", "plain")
FLAG_OPEN, FLAG_CLEARED = Mark("検知中", "◆", "soon"), Mark("解消", "◎", "done")
FINDING_CLOSED, FINDING_ALL_DONE = Mark("完了", "◎", "done"), Mark("すべて完了しました", "◆", "soon")
FLAG_EXCEPTED = Mark("例外", "◇", "quiet")

SUBMISSIONS = {
    SubmissionKind.DONE: "完了の報告",
    SubmissionKind.EXTENSION: "期限延長の申出",
    SubmissionKind.NOT_OURS: "所管違いの申出",
}
DECISIONS = {
    None: Mark("確認待ち", "□", "plain"),
    Decision.ACCEPTED: Mark("確認済", "◎", "done"),
    Decision.SENT_BACK: Mark("差戻し", "◆", "bad"),
    Decision.REPLACED: Mark("次の報告に替わりました", "－", "quiet"),
}
APPROVERS = {
    Approver.SECTION_CHIEF: "係長決裁", Approver.CHIEF: "課長決裁", Approver.DIRECTOR: "部長決裁",
    Approver.DEPUTY_HEAD: "副市区町村長決裁", Approver.HEAD: "市区町村長決裁",
}  # fmt: skip
EFFECTS = {Effect.HOLDS: Mark("効果あり", "◎", "done"), Effect.RECURRED: Mark("再発", "▲", "bad")}
ORIGINS = {Origin.FINDING: "指導事項", Origin.FLAG: "検査", Origin.DUTY: "定期業務", Origin.RESOLUTION: "審議会"}
JOBS = {
    "inspection": "点検", "backup": "バックアップ",
    "intake": "台帳の受取り", "checks": "検査", "requested_checks": "頼まれた検査", "requested_reports": "頼まれた報告",
    "handovers": "所管の引継ぎ",
    "reminders": "お知らせの作成", "weekly_report": "週次報告",
    "delivery": "送信", "unanswered": "未対応の課の通知", "forecast": "送信の予定", "bounces": "戻りメールの確認",
}  # fmt: skip
LETTER_KINDS = {
    "reminder": "期限のお知らせ",
    "weekly-report": "週次報告",
    "escalation": "上司への通知",
    "unanswered": "未対応の課の一覧",
}
EVENTS = {
    Happened.REGISTER_IMPORTED: "台帳を取り込みました",
    Happened.TASK_OPENED: "対応を登録しました",
    Happened.TASK_COMPLETED: "完了しました",
    Happened.TASK_WITHDRAWN: "取り下げました",
    Happened.TASK_REOPENED: "再び対応中になりました",
    Happened.TASK_HANDED_OVER: "所管課を変えました",
    Happened.TASK_REWORDED: "件名・内容を改めました",
    Happened.TASK_REPORTED: "所管課が完了を報告しました",
    Happened.EXTENSION_ASKED: "所管課が期限の延長を申し出ました",
    Happened.DEPARTMENT_DENIED: "所管課が所管違いを申し出ました",
    Happened.TASK_SENT_BACK: "情報管理課が差し戻しました",
    Happened.TASK_STARTED: "着手しました",
    Happened.TASK_COMMENTED: "コメント",
    Happened.EVIDENCE_ATTACHED: "証跡を添えました",
    Happened.EVIDENCE_REMOVED: "証跡を取り除きました",
    Happened.MEASURE_CONSIDERED: "「検討中」としました",
    Happened.MEASURE_SETTLED: "「検討中」を終えました",
    Happened.EFFECT_CHECKED: "効果を確認しました",
    Happened.RECURRENCE_NOTED: "再指摘として結び付けました",
    Happened.RECURRENCE_REVOKED: "再指摘の結び付けを取り消しました",
    Happened.OFFICER_NAMED: "担当者を変えました",
    Happened.DEADLINE_EXTENDED: "期限を変えました",
    Happened.FLAG_RAISED: "検査で検知しました",
    Happened.FLAG_CLEARED: "検査で解消を確認しました",
    Happened.REMINDER_QUEUED: "お知らせを作成しました",
    Happened.LETTER_ACCEPTED: "通知を送信しました",
    Happened.LETTER_GIVEN_UP: "通知を送信できませんでした",
    Happened.LETTER_WITHDRAWN: "通知の送信を取りやめました",
    Happened.LETTER_BOUNCED: "通知が戻ってきました",
    Happened.LETTER_SENT_AGAIN: "通知をもう一度送ることにしました",
    Happened.CLOCK_ACCEPTED: "時計が正しいことを確かめました",
    Happened.TASK_ESCALATED: "上司に知らせました",
    Happened.REPORT_ISSUED: "報告を発行しました",
    Happened.ADDRESS_GIVEN: "所管課のページのアドレスを渡しました",
    Happened.ADDRESS_REVOKED: "所管課のページのアドレスを取り消しました",
    Happened.ACCOUNT_ADDED: "利用者を登録しました",
    Happened.ACCOUNT_JOINED: "庁内の認証の本人と結び付けました",
    Happened.ACCOUNT_CHANGED: "氏名、役割又は所管課を変えました",
    Happened.ACCOUNT_DISABLED: "利用を止めました",
    Happened.ACCOUNT_ENABLED: "利用を再開しました",
    Happened.ACCOUNT_LOCKED: "ログインの失敗が続いたため、しばらくログインできなくしました",
    Happened.ACCOUNT_UNLOCKED: "ログインの制限を解きました",
    Happened.PASSWORD_SET: "仮のパスワードを設定しました",
    Happened.PASSWORD_CHANGED: "本人がパスワードを変えました",
    Happened.SIGNED_IN: "ログインしました",
    Happened.SESSIONS_REVOKED: "ログインを取り消しました",
    Happened.EXCEPTION_GRANTED: "例外としました",
    Happened.EXCEPTION_REVOKED: "例外を取り消しました",
    Happened.CHECK_REQUESTED: "検査を頼みました",
    Happened.REPORT_REQUESTED: "報告を頼みました",
    Happened.FINDING_ENTERED: "指導事項を登録しました",
    Happened.FINDING_REVISED: "指導事項の記載を改めました",
    Happened.FINDING_CLOSED: "指導事項を完了としました",
    Happened.FINDING_REOPENED: "指導事項の完了を取り消しました",
    Happened.TOKEN_GIVEN: "連携にトークンを渡しました",
    Happened.TOKEN_REVOKED: "連携のトークンを取り消しました",
}
ROLES = ROLE_WORDS
FIELDS = {  # of forms, as a form that was not taken is shown again
    "reason": "理由", "note": "内容", "deadline": "期限", "officer": "担当者", "department": "所管課", "comment": "コメント",
    "title": "件名", "body": "内容", "display_name": "氏名", "name": "名前",
}  # fmt: skip
ACCOUNT_STATES = {
    "new": Mark("まだログインしていません", "○", "plain"), "given": Mark("仮のパスワード", "◆", "soon"),
    "used": Mark("利用中", "◎", "done"), "locked": Mark("制限中（失敗が続いた）", "▲", "bad"),
    "disabled": Mark("利用停止", "－", "quiet"),
}  # fmt: skip

# Words of the task filter: (value in the address, label), in the order of the tabs.
TASK_TABS = (
    ("", "未完了"), ("overdue", "期限超過"), ("today", "本日期限"), ("week", "今週期限"), ("soon", "期限間近"),
    ("open", "対応中"), ("answered", "確認待ち"), ("completed", "完了"), ("withdrawn", "取下げ"), ("all", "すべて"),
)  # fmt: skip
FLAG_TABS = (("open", "検知中"), ("excepted", "例外"), ("cleared", "解消"), ("all", "すべて"))
SORTS = {"deadline": "期限の早い順", "department": "所管課順", "opened": "登録の新しい順", "closed": "完了の新しい順"}
FINDING_FIELDS = {
    "law": "法律", "clause_printed": "条項", "subject": "件名", "gist": "指導の内容", "department_code": "所管課",
    "given_on": "文書の日付", "guidance_kind": "種類", "given_by": "発出者", "document_no": "文書番号",
    "systems_printed": "システム", "action": "改善策", "deadline_printed": "期限",
}  # fmt: skip
SURENESS = {
    "A": "原文で確かめました", "B": "自治体などの公表資料で確かめました", "C": "一部だけを確かめました",
    "D": "まだ確かめていません。使う前に原文で確かめてください",
}  # fmt: skip
DETAILS = {
    "absent_since": "不在の始まり", "days_absent": "不在の日数", "reason": "理由", "period": "対象期間",
    "period_from": "対象期間の初日", "period_to": "対象期間の末日", "deadline": "報告期限", "missing": "足りないもの",
    "persons": "本人の数", "retired_on": "退職日", "staff_no": "職員番号", "last_login_on": "最終ログイン",
}  # fmt: skip
REASONS = {
    "reached": "不在が基準の日数に達した", "planned": "不在が基準の日数に達する予定",
    "no-cycle": "ログ分析の周期が未定", "overdue": "報告期限を過ぎた",
    "unknown": "職員番号が職員の台帳にない", "blank": "職員番号が空欄",
}  # fmt: skip


def event_word(kind: str) -> str:
    """What happened, in Japanese; a kind this version does not know is shown as it is."""
    return EVENTS[Happened(kind)] if kind in set(Happened) else kind


def step_word(step: int) -> str:
    """A step of the ladder: days before the deadline, negative after it."""
    if step == FIRST_NOTICE:
        return "最初のお知らせ"
    if step == 0:
        return "期限当日分のお知らせ"
    return f"期限{step}日前分のお知らせ" if step > 0 else f"期限超過{-step}日分のお知らせ"


def detail(name: str, value: str) -> str:
    """One fact of a flag: codes in words, ISO days and months in the office's form."""
    if name == "reason":
        return REASONS.get(value, value)
    try:
        if len(value) == len("2023-07"):
            first = date.fromisoformat(f"{value}-01")
            return f"{wareki_year(first)}{first.month}月"
        return wareki(date.fromisoformat(value), weekday=True) if len(value) == len("2023-07-31") else value
    except ValueError:
        return value


def letter_kinds(kinds: list[str]) -> list[tuple[str, str]]:
    """Kinds of letters with their labels, for a choice."""
    return [(kind, LETTER_KINDS.get(kind, kind)) for kind in kinds]


def seconds(duration: float) -> str:
    """How long a run took: 0.3秒, 12秒, 3分5秒."""
    if duration < 10:
        return f"{duration:.1f}秒"
    return f"{duration:.0f}秒" if duration < 60 else f"{int(duration // 60)}分{int(duration % 60)}秒"


REPORTS = {
    "weekly": "週次報告", "council": "審議会資料", "improvement": "改善状況報告", "follow-up": "措置状況報告",
}  # fmt: skip
