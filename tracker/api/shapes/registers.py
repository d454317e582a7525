"""Registers, their rows as known on a day, and what an import did to one."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from tracker.api.paging import Page
from tracker.api.shapes.fields import Shown
from tracker.domain.registers import Column, Kind
from tracker.freshness import RegisterAge
from tracker.registers.importing import Change, ImportReport

Cell = date | str | int | bool | None


class ColumnShown(Shown):
    """台帳の列"""

    name: str = Field(description="rows の中の名前")
    header: str = Field(description="ファイルの見出し")
    kind: Kind = Field(description="text、code、date、number、mark（○×）、deadline（書かれたとおりの期限）")
    is_key: bool = Field(description="行を区別する列")
    is_required: bool = Field(description="空欄にできない")


class ImportShown(Shown):
    """取込みの記録"""

    id: int = Field(description="取込みの番号")
    as_of: date = Field(description="基準日")
    imported_at: datetime = Field(description="取り込んだ時（UTC）")
    source: str = Field(description="ファイル名")
    sha256: str = Field(description="ファイルの SHA-256")
    row_count: int = Field(description="行の数")
    added: int = Field(description="追加")
    changed: int = Field(description="変更")
    ended: int = Field(description="終了")


class RegisterShown(Shown):
    """台帳"""

    stem: str = Field(description="台帳の名前（ファイル名の語幹）")
    columns: list[ColumnShown] = Field(description="列")
    newest_import: ImportShown | None = Field(description="今日の内容となっている取込み")
    days: int | None = Field(description="基準日から今日までの日数")
    limit: int | None = Field(description="検査が認める日数の上限。古くならない台帳は null")
    is_old: bool = Field(description="検査が認める日数より古い")


class RowsPage(Page[dict[str, Cell]]):
    """台帳の行の1ページ"""

    register_stem: str = Field(serialization_alias="register", description="台帳の名前")
    as_of: date = Field(description="いつの内容か")


class ImportDone(Shown):
    """取り込んだ結果、又は取り込むとどうなるか"""

    register_stem: str = Field(serialization_alias="register", description="台帳の名前")
    as_of: date = Field(description="基準日")
    dry_run: bool = Field(description="true なら何も変えていない")
    rows: int = Field(description="ファイルの行の数")
    added: int = Field(description="追加")
    changed: int = Field(description="変更")
    ended: int = Field(description="終了")
    tasks_opened: int = Field(description="新しく登録した対応")
    tasks_changed: int = Field(description="変えた対応")
    tasks_closed: int = Field(description="完了又は取下げにした対応")
    notices: list[str] = Field(description="注意")


def register_shown(age: RegisterAge) -> RegisterShown:
    """A register, its columns, and the import that holds today."""
    columns = [_column(column) for column in age.register.columns]
    newest = ImportShown.model_validate(age.newest) if age.newest else None
    return RegisterShown(
        stem=age.register.stem, columns=columns, newest_import=newest, days=age.days, limit=age.limit, is_old=age.is_old
    )


def import_done(report: ImportReport, change: Change, *, dry_run: bool) -> ImportDone:
    """What an import of one file did, or would do."""
    counts: Any = change.counts
    return ImportDone(
        register_stem=change.register, as_of=report.as_of, dry_run=dry_run, rows=change.rows, added=counts.added,
        changed=counts.changed, ended=counts.ended, tasks_opened=report.tasks.opened,
        tasks_changed=report.tasks.changed, tasks_closed=report.tasks.closed, notices=report.notices,
    )  # fmt: skip


def _column(column: Column) -> ColumnShown:
    return ColumnShown(
        name=column.name, header=column.header, kind=column.kind, is_key=column.key, is_required=column.required
    )
