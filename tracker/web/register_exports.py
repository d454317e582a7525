"""出力: what a register's list shows, as an Excel or CSV file."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from tracker.domain.errors import InputRefused
from tracker.exports.register_files import csv_file, lost_in_cp932, lost_in_excel, xlsx_file
from tracker.office import Office
from tracker.storage.screens.register_counts import count_rows
from tracker.storage.screens.register_rows import Row, RowsWanted, all_rows
from tracker.web.downloads import XLSX, disposition
from tracker.web.register_lists import Asked, asked_of, is_orderable, with_query
from tracker.web.register_words import row_address
from tracker.web.registers import register_named
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Turned, Visit, Visiting

routes = Routes()
FORMS = {"xlsx": "", "cp932": "", "utf-8": ""}
LOSING = {"xlsx": lost_in_excel, "cp932": lost_in_cp932}  # what such a file could not hold
REFUSED = "出力できません"


@routes.page("/registers/{stem}/exports", who=WATCHERS)
def show(visit: Visiting, stem: str) -> Response:
    """The file; a page that lists them when シフトJIS lacks some of its characters."""
    register = register_named(stem)
    asked = asked_of(visit, register)
    wanted, form = asked.wanted, visit.chosen("form", FORMS, "xlsx")
    if not is_orderable(asked, count_rows(visit.connection, wanted)):
        wanted = replace(wanted, sort="")
    if form in LOSING and visit.asked("lossy") != "1":
        lost, number = LOSING[form](register, all_rows(visit.connection, wanted))
        if number:
            return _lost(visit, stem, form=form, lost=lost, number=number)
    if form == "xlsx":
        return _workbook(visit.office, wanted, _name(asked, "xlsx"))
    return _csv(visit.office, wanted, form, _name(asked, "csv"))


def _rows(office: Office, wanted: RowsWanted) -> Iterator[Row]:
    """The rows in a transaction of their own: the answer goes on when the request's is over."""
    with office.store.reading() as records:
        yield from all_rows(records.connection, wanted)


def _csv(office: Office, wanted: RowsWanted, form: str, name: str) -> Response:
    """Written before it is sent: whoever takes it slowly holds no connection."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "export.csv"
    try:
        with path.open("wb") as file:
            file.writelines(csv_file(wanted.register, _rows(office, wanted), form))
    except BaseException:
        folder.cleanup()
        raise
    headers = {"Content-Disposition": disposition(name)}
    media_type = f"text/csv; charset={form}"
    return FileResponse(path, media_type=media_type, headers=headers, background=BackgroundTask(folder.cleanup))


def _workbook(office: Office, wanted: RowsWanted, name: str) -> Response:
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "export.xlsx"
    try:
        xlsx_file(wanted.register, _rows(office, wanted), path, company=office.settings.office.name)
    except InputRefused as refusal:
        folder.cleanup()
        raise Turned(422, str(refusal), REFUSED) from None
    headers = {"Content-Disposition": disposition(name)}
    return FileResponse(path, media_type=XLSX, headers=headers, background=BackgroundTask(folder.cleanup))


def _name(asked: Asked, ending: str) -> str:
    """A part of a register does not carry the name under which it would be taken for the whole."""
    wanted = asked.wanted
    return f"{wanted.register.stem}{'（一部）' if asked.is_narrowed else ''}.{ending}"


def _lost(visit: Visit, stem: str, **facts: object) -> Response:
    path = f"/registers/{stem}"
    return visit.page(
        "registers/lost.html",
        422,
        register=register_named(stem),
        row_address=row_address,
        back=with_query(visit, path, form=""),
        as_utf8=with_query(visit, f"{path}/exports", form="utf-8"),
        anyway=with_query(visit, f"{path}/exports", lossy="1"),
        nav="registers",
        **facts,
    )
