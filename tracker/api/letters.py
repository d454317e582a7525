"""通知: what was sent to whom, and what became of it."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.paging import Page, Paged, cursor_of, number_in, page_of, place_of
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.fields import Line, Shown
from tracker.storage.screens.letters import LetterFilter, LetterLine, LetterState
from tracker.storage.screens.onward import letters_before

routes = Resources("通知")


class LettersAsked(Paged):
    """Which letters are asked for."""

    state: LetterState | None = Field(default=None, description="送信の状態")
    kind: Line = Field(default="", max_length=100, description="種類: reminder、weekly-report、escalation、unanswered")
    department: Line = Field(default="", max_length=100, description="宛先の所属コード。「-」は所管課のないもの")


class LetterShown(Shown):
    """通知（本文を除く）"""

    id: int = Field(description="通知の番号")
    key: str = Field(description="何についての通知か")
    kind: str = Field(description="種類")
    channel: str = Field(description="mail メール、webhook チャットなど")
    department: str | None = Field(description="宛先の所属コード")
    addressee: str = Field(description="宛名")
    recipients: list[str] = Field(description="宛先のアドレス")
    subject: str = Field(description="件名")
    on_day: date = Field(description="通知の日")
    state: LetterState = Field(
        description="waiting 送信待ち、retrying 再送中、accepted 送信済、partly 送信済（不達あり）、given-up 送信不能、"
        "withdrawn 取りやめ"
    )
    attempts: int = Field(description="送ろうとした回数")
    accepted_at: datetime | None = Field(description="受け付けられた時（UTC）")
    answer: str = Field(description="相手のサーバーの最後の返事")


@routes.reads("/letters", roles=WATCHERS, problems=(422,))
def list_letters(call: Calling, asked: Annotated[LettersAsked, Query()]) -> Page[LetterShown]:
    """通知の一覧（新しい順）"""
    before = place_of(asked.cursor, _place)
    wanted = LetterFilter(asked.kind, asked.department, asked.state or "")
    with call.office.store.reading() as records:
        found = letters_before(records.connection, wanted, before, asked.limit + 1)
    return page_of(found, asked.limit, _shown, lambda letter: cursor_of(letter.on_day.isoformat(), letter.id))


def _place(place: list[Any]) -> tuple[date, int]:
    day, number = place
    return date.fromisoformat(day), number_in([number])


def _shown(letter: LetterLine) -> LetterShown:
    same = LetterShown.model_fields.keys() - {"department"}
    return LetterShown(department=letter.department_code, **{name: getattr(letter, name) for name in same})
