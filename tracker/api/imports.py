"""取込み: a register file as the body, taken in as `zesei import` takes it: all of it or nothing."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from tracker.api.calls import Call, Calling
from tracker.api.problems import SENTENCES, Declined, field_refused
from tracker.api.registers import register_named
from tracker.api.routes import DIVISION, Resources
from tracker.api.shapes.fields import Day, Line, Mark, Sent
from tracker.api.shapes.problems import FieldProblem
from tracker.api.shapes.registers import ImportDone, import_done
from tracker.domain.errors import InputRefused
from tracker.domain.registers import Register
from tracker.registers.importing import Importer
from tracker.registers.sources import register_of
from tracker.registers.troubles import BadCell, FilesRefused
from tracker.settings import Settings

routes = Resources("取込み")
MEGABYTE = 1 << 20
SUFFIXES = {
    "text/csv": ".csv", "text/tab-separated-values": ".tsv", "application/octet-stream": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
NO_KIND = "Content-Type を text/csv、text/tab-separated-values、xlsx のもの、application/octet-stream のどれかにしてください。"
_PATH = re.compile(r"/v1/registers/[^/]+/imports")


class ImportAsked(Sent):
    """How the file is taken in."""

    name: Line = Field(
        default="", max_length=100, description="ファイル名（例: アカウント.xlsx）。省略すると Content-Type から決める"
    )
    as_of: Day | None = Field(default=None, description="台帳を出力した日（省略すると今日）")
    dry_run: Mark = Field(default=False, description="true にすると、何が変わるかを答えるだけで、取り込まない")
    allow_empty: Mark = Field(default=False, description="true にすると、データの行がない台帳も取り込む")


def _bodies() -> dict[str, Any]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SUFFIXES}
    return {"requestBody": {"required": True, "description": "台帳のファイルの中身", "content": content}}


@routes.changes(
    "/registers/{stem}/imports", roles=DIVISION, problems=(400, 404), json=False, openapi_extra=_bodies()
)  # fmt: skip
async def import_register(
    call: Calling, request: Request, stem: str, asked: Annotated[ImportAsked, Query()]
) -> ImportDone:
    """台帳を取り込む（すべて取り込むか、何も変えないか）"""
    register = register_named(stem)
    name = _name(register, asked.name, request.headers.get("content-type", ""))
    with TemporaryDirectory(prefix="zesei-import-") as folder:
        path = Path(folder) / name
        await _keep(request, path)
        return await run_in_threadpool(_take, call, path, asked)


def largest_import(settings: Settings, path: str) -> int | None:
    """How many bytes the body may have on a path of the API, None where it is no register file."""
    return settings.limits.file_mb * MEGABYTE if _PATH.search(path) else None


def _name(register: Register, name: str, content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in SUFFIXES:
        raise Declined(415, NO_KIND)
    name = name or f"{register.stem}{SUFFIXES[kind]}"
    if Path(name).name != name or "\\" in name or register_of(Path(name)) is not register:
        raise field_refused(
            "name", f"ファイル名は「{register.stem}.csv」か「{register.stem}.xlsx」のようにしてください。"
        )
    return name


async def _keep(request: Request, path: Path) -> None:
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                file.write(chunk)
    except ClientDisconnect:
        raise Declined(400, SENTENCES[400]) from None


def _take(call: Call, path: Path, asked: ImportAsked) -> ImportDone:
    settings = call.office.settings
    importer = Importer(settings, asked.as_of or call.today, call.occasion, asked.allow_empty)
    try:
        report = importer.take(call.office.store, [path], dry_run=asked.dry_run)
    except FilesRefused as refusal:
        shown = refusal.cells[: settings.limits.bad_rows_shown]
        errors = [FieldProblem(field="", detail=sentence) for sentence in refusal.files]
        errors += [FieldProblem(field=_place(cell), detail=cell.trouble) for cell in shown]
        raise Declined(422, str(refusal), errors) from None
    except InputRefused as refusal:
        raise Declined(422, str(refusal), [FieldProblem(field="", detail=str(refusal))]) from None
    return import_done(report, report.changes[0], dry_run=asked.dry_run)


def _place(cell: BadCell) -> str:
    return f"{f'{cell.row}行目' if cell.row else ''} {cell.column}".strip()
