"""What is sent to change a task; each with the version that was read."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from tracker.api.shapes.fields import Day, Line, Sent, Text, Version
from tracker.domain.submissions import SubmissionKind


def _example(**fields: str | int) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [dict(fields)]})


class Completion(Sent):
    """完了にする"""

    model_config = _example(version=3, note="台帳の写しを受け取り、停止した日を確かめた。")

    version: Version
    note: Text = Field(description="完了をどう確かめたか（2,000字まで）")


class Extension(Sent):
    """期限を変える"""

    model_config = _example(version=3, deadline="2024-06-28", reason="業者との協議に時間を要するため。")

    version: Version
    deadline: Day = Field(description="新しい期限。今日以後の日")
    reason: Text = Field(description="期限を変える理由（2,000字まで）")


class Handover(Sent):
    """ほかの所管課に引き継ぐ"""

    model_config = _example(version=3, department="0305")

    version: Version
    department: Line = Field(description="引き継ぐ所管課の所属コード")


class Withdrawal(Sent):
    """取り下げる"""

    model_config = _example(version=3, reason="同じ内容の指導事項にまとめたため。")

    version: Version
    reason: Text = Field(description="取り下げる理由（2,000字まで）")


class Reopening(Sent):
    """対応中に戻す"""

    model_config = _example(version=4, reason="停止されていないアカウントが残っていたため。")

    version: Version
    reason: Text = Field(description="対応中に戻す理由（2,000字まで）")


class Answer(Sent):
    """所管課の報告"""

    model_config = _example(version=3, kind="done", officer="職員０１", note="台帳に停止日を書きました。")

    version: Version
    kind: SubmissionKind = Field(description="done 完了の報告、extension 期限延長の申出、not-ours 所管違いの申出")
    officer: Line = Field(description="報告する方の氏名（50字まで）")
    note: Text = Field(default="", description="何をしたか、又は理由（2,000字まで）")
    asked_deadline: Day | None = Field(default=None, description="extension のときの新しい期限")
    named_department: Line | None = Field(default=None, description="not-ours のときの正しい所管課の所属コード")


class DecisionWord(StrEnum):
    """What the division may decide."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"


class DecisionSent(Sent):
    """所管課の報告についての判断"""

    model_config = _example(version=4, decision="sent-back", reason="停止した日が書かれていません。")

    version: Version
    decision: DecisionWord = Field(description="accepted 確認した、sent-back 差し戻す")
    reason: Text = Field(default="", description="理由。差し戻すときは必ず書く（所管課へのお知らせに載る）")
    department: Line | None = Field(
        default=None, description="所管違いの申出を認めるときに、申出とは別の所管課へ引き継ぐならその所属コード"
    )
