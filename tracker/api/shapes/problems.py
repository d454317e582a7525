"""What went wrong, in the form of RFC 9457."""

from typing import Any

from pydantic import Field

from tracker.api.shapes.fields import Shown

ABOUT_STATUS = "about:blank"


class FieldProblem(Shown):
    """直す箇所"""

    field: str = Field(description="項目の名前。取込みのときは「ファイル 行 列」")
    detail: str = Field(description="何をどう直すか")


class Problem(Shown):
    """できなかったこととその理由（RFC 9457）"""

    type: str = Field(default=ABOUT_STATUS, description="種類。about:blank は HTTP の状態コードのとおり")
    title: str = Field(description="状態コードの意味")
    status: int = Field(description="HTTP の状態コード", ge=400, le=599)
    detail: str = Field(description="この求めについての説明")
    errors: list[FieldProblem] = Field(default=[], description="直す箇所の一覧")


class Conflict(Problem):
    """ほかの人が先に変えていた、又は今はできない状態だった"""

    sent: dict[str, Any] = Field(default={}, description="送られた内容")
    current: dict[str, Any] | None = Field(default=None, description="今の内容")
