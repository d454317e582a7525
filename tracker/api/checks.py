"""検査と検知: how each check stands this morning, and what the checks saw in the registers."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Call, Calling
from tracker.api.paging import Page, Paged, cursor_of, number_in, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import EVERY_ROLE, WATCHERS, Resources
from tracker.api.shapes.checks import CheckLine, CheckShown, FlagShown, check_line, flag_shown, run_shown
from tracker.api.shapes.fields import Line
from tracker.freshness import JudgedCheck, ages_of_registers, judge_checks
from tracker.storage.screens.flags import FlagFilter
from tracker.storage.screens.onward import flags_after
from tracker.storage.store import Records

routes = Resources("検査と検知")
RUNS_SHOWN = 30


class FlagStanding(StrEnum):
    """Which flags a list shows."""

    OPEN = "open"
    CLEARED = "cleared"
    ALL = "all"


class FlagsAsked(Paged):
    """Which flags are asked for."""

    standing: FlagStanding = Field(default=FlagStanding.OPEN, description="open 検知中、cleared 解消、all すべて")
    check: Line = Field(default="", max_length=100, description="検査の名前")
    department: Line = Field(default="", max_length=100, description="所管課の所属コード。「-」は所管課が未定のもの")


@routes.reads("/checks", roles=WATCHERS)
def list_checks(call: Calling) -> list[CheckLine]:
    """すべての検査と今朝の状態"""
    with call.office.store.reading() as records:
        return [check_line(judged) for judged in _judged(call, records)]


@routes.reads("/checks/{name}", roles=WATCHERS, problems=(404,))
def show_check(call: Calling, name: str) -> CheckShown:
    """検査1つとこれまでの結果"""
    with call.office.store.reading() as records:
        judged = next((one for one in _judged(call, records) if one.entry.name == name), None)
        if judged is None:
            raise not_there(f"検査「{name}」はありません。")
        runs = records.checks.runs_of(name, RUNS_SHOWN)
    return CheckShown(**dict(check_line(judged)), runs=[run_shown(run) for run in runs])


@routes.reads("/flags", roles=EVERY_ROLE, problems=(422,))
def list_flags(call: Calling, asked: Annotated[FlagsAsked, Query()]) -> Page[FlagShown]:
    """検知の一覧（番号の順）"""
    after = place_of(asked.cursor, number_in) or 0
    if call.only_department and asked.department not in ("", call.only_department):
        return Page[FlagShown](items=[], next=None)
    wanted = FlagFilter(asked.check, call.only_department or asked.department, str(asked.standing))
    with call.office.store.reading() as records:
        found = flags_after(records.connection, wanted, after, asked.limit + 1)
    return page_of(found, asked.limit, flag_shown, lambda flag: cursor_of(flag.id))


def _judged(call: Call, records: Records) -> list[JudgedCheck]:
    ages = ages_of_registers(records, call.office.settings, call.today)
    return judge_checks(records, call.today, ages, records.job_runs.latest_by_job())
