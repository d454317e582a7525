"""書き出し: the records as of a day in open formats, written to a file before they are sent, whatever their size."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Annotated, Any, Literal

from fastapi import Query
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from tracker.api.calls import Call, Calling
from tracker.api.problems import field_refused
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.fields import Day, Sent
from tracker.domain.errors import CommandRefused
from tracker.exports.days import known_day
from tracker.exports.oscal import compose_poam, poam_bytes
from tracker.exports.whole import write_whole
from tracker.storage.store import Records

routes = Resources("書き出し")
Write = Callable[[Records, date, IO[bytes]], None]


class Asked(Sent):
    """The day that is asked for."""

    on: Day | None = Field(default=None, description="この日の終わりの時点の記録（省略すると今日）")


class CsvAsked(Asked):
    """The day and the encoding."""

    encoding: Literal["utf-8", "cp932"] = Field(
        default="utf-8", description="文字コード。cp932 にない文字は〓になり、README.txt に挙げます"
    )


class JsonFile(FileResponse):
    """A document as JSON."""

    media_type = "application/json"


class ZipFile(FileResponse):
    """A ZIP file."""

    media_type = "application/zip"


def _content(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": schema}}}}


@routes.reads(
    "/exports/poam.json", roles=WATCHERS, problems=(422,), response_class=JsonFile,
    responses=_content("application/json", {"type": "object", "required": ["plan-of-action-and-milestones"]}),
)  # fmt: skip
def export_poam(call: Calling, asked: Annotated[Asked, Query()]) -> FileResponse:
    """是正計画（OSCAL POA&M 1.2.1）: 指導事項、対応、検知、例外"""

    def write(records: Records, day: date, file: IO[bytes]) -> None:
        document = compose_poam(records, day, office=call.office.settings.office.name, zone=call.office.clock.zone)
        file.writelines(poam_bytes(document))

    return _sent(call, asked.on, "poam-{day}.json", JsonFile, write)


@routes.reads(
    "/exports/csv", roles=WATCHERS, problems=(422,), response_class=ZipFile,
    responses=_content("application/zip", {"type": "string", "format": "binary"}),
)  # fmt: skip
def export_csv(call: Calling, asked: Annotated[CsvAsked, Query()]) -> FileResponse:
    """すべての記録の CSV（ZIP）"""

    def write(records: Records, day: date, file: IO[bytes]) -> None:
        name, zone = call.office.settings.office.name, call.office.clock.zone
        write_whole(file, records, day, office=name, zone=zone, encoding=asked.encoding)

    return _sent(call, asked.on, "zesei-{day}.zip", ZipFile, write)


def _sent(call: Call, on: date | None, name: str, kind: type[FileResponse], write: Write) -> FileResponse:
    """The file once it is whole; it is removed when it was sent, or when it could not be made."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "export"
    try:
        with call.office.store.reading() as records, path.open("wb") as file:
            day = known_day(records, on, call.today)
            write(records, day, file)
    except CommandRefused as refusal:
        folder.cleanup()
        raise field_refused("on", str(refusal)) from None
    except BaseException:
        folder.cleanup()
        raise
    return kind(path, filename=name.format(day=day), background=BackgroundTask(folder.cleanup))
