"""Checks, their runs, and what they saw."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from tracker.api.shapes.fields import Shown
from tracker.domain.flags import CheckState, Flag
from tracker.freshness import CheckStanding, JudgedCheck, RegisterAge
from tracker.storage.checks import CheckRun


class RegisterAgeShown(Shown):
    """検査が読む台帳の新しさ"""

    register_stem: str = Field(serialization_alias="register", description="台帳の名前")
    as_of: date | None = Field(description="基準日。取り込まれていなければ null")
    days: int | None = Field(description="基準日から今日までの日数")
    limit: int | None = Field(description="検査が認める日数の上限。古くならない台帳は null")


class CheckRunShown(Shown):
    """検査の1回"""

    on_day: date = Field(description="検査した日")
    ended_at: datetime | None = Field(description="終えた時（UTC）")
    state: CheckState = Field(description="結果: clear 異常なし、flagged 検知あり、stale 台帳が古い、failed 失敗")
    examined: int = Field(description="調べた件数")
    flagged: int = Field(description="検知した件数")
    opened: int = Field(description="新しく検知した件数")
    cleared: int = Field(description="解消した件数")
    as_of: date | None = Field(description="読んだ台帳のうち最も古い基準日")
    message: str = Field(description="説明")


class CheckLine(Shown):
    """検査"""

    name: str = Field(description="検査の名前")
    title: str = Field(description="題名")
    looks_for: str = Field(description="何を調べるか")
    ground: str = Field(description="根拠")
    standing: CheckStanding = Field(
        description="今朝の状態: clear、flagged、stale（台帳が古く当てにならない）、failed、late（検査の遅れ）、never（未実施）"
    )
    trouble: str = Field(description="結果が当てにならないときの理由")
    open_flags: int = Field(description="検知中の件数")
    last_run: CheckRunShown | None = Field(description="最後の検査")
    registers: list[RegisterAgeShown] = Field(description="読む台帳")


class CheckShown(CheckLine):
    """検査とこれまでの結果"""

    runs: list[CheckRunShown] = Field(description="新しい順、30回まで")


class FlagShown(Shown):
    """検知（検査が台帳に見つけた1件）"""

    id: int = Field(description="検知の番号")
    check: str = Field(description="検査の名前")
    subject: str = Field(description="対象")
    department: str | None = Field(description="所管課の所属コード")
    summary: str = Field(description="内容")
    deadline: date | None = Field(description="期限")
    first_seen_on: date = Field(description="初めて検知した日")
    last_seen_on: date = Field(description="最後に検知した日")
    cleared_on: date | None = Field(description="解消した日")
    details: dict[str, Any] = Field(description="詳しい事実")
    task: str = Field(description="対応のキー")


def check_line(judged: JudgedCheck) -> CheckLine:
    """A check as it stands this morning."""
    entry, run = judged.entry, judged.run
    return CheckLine(
        name=entry.name, title=entry.title, looks_for=entry.looks_for, ground=entry.ground, standing=judged.standing,
        trouble=judged.trouble, open_flags=judged.open_flags, last_run=run_shown(run) if run else None,
        registers=[_age(age) for age in judged.ages],
    )  # fmt: skip


def run_shown(run: CheckRun) -> CheckRunShown:
    """One look of a check."""
    return CheckRunShown.model_validate(run)


def flag_shown(flag: Flag) -> FlagShown:
    """One sighting."""
    facts = {name: getattr(flag, name) for name in FlagShown.model_fields.keys() & Flag.__annotations__.keys()}
    facts |= {"details": dict(flag.details)}
    return FlagShown(check=flag.check_name, department=flag.department_code, task=flag.task_key, **facts)


def _age(age: RegisterAge) -> RegisterAgeShown:
    as_of = age.newest.as_of if age.newest else None
    return RegisterAgeShown(register_stem=age.register.stem, as_of=as_of, days=age.days, limit=age.limit)
