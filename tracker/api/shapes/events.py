"""Events of the trail."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from tracker.api.shapes.fields import Shown


class EventShown(Shown):
    """経過（監査証跡の1件）"""

    id: int = Field(description="通し番号")
    at: datetime = Field(description="いつ（UTC）")
    on_day: date = Field(description="庁内の日付")
    by: str = Field(description="だれが")
    account: str = Field(default="", description="その利用者名（ログインした人のときだけ）")
    kind: str = Field(description="何が起きたか（TaskCompleted など）")
    about: str = Field(description="何について（task:キー など）")
    facts: dict[str, Any] = Field(description="内容")
