"""所管課: the departments known today."""

from datetime import date

from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.routes import EVERY_ROLE, Resources
from tracker.api.shapes.fields import Shown

routes = Resources("所管課")


class DepartmentShown(Shown):
    """所管課"""

    code: str = Field(description="所属コード")
    division: str = Field(description="部")
    name: str = Field(description="課")
    full_name: str = Field(description="部と課")
    email: str | None = Field(description="所属メール")
    start_on: date | None = Field(description="開始日")
    end_on: date | None = Field(description="終了日")
    successor_code: str | None = Field(description="承継先コード")


@routes.reads("/departments", roles=EVERY_ROLE)
def list_departments(call: Calling) -> list[DepartmentShown]:
    """所管課の一覧（今日の台帳「組織」）"""
    with call.office.store.reading() as records:
        return [DepartmentShown.model_validate(one) for one in records.departments(call.today)]
