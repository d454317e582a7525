"""Uploads in the database: one at work at a time, each step taken by whoever moves it on first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tracker.domain.uploads import AT_WORK, QUEUED, Upload, UploadedFile, UploadState
from tracker.storage.tables.uploads import UploadRow

_UPLOAD = UploadRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Uploads:
    """Uploads, within one transaction."""

    connection: Connection

    def add(self, upload: Upload) -> int:
        """A new upload; its number."""
        result = self.connection.execute(insert(_UPLOAD).values(**_row(upload)))
        return int((result.inserted_primary_key or (0,))[0])

    def find(self, number: int) -> Upload | None:
        """One upload."""
        row = self.connection.execute(select(_UPLOAD).where(_UPLOAD.c.id == number)).mappings().first()
        return None if row is None else _upload(row)

    def newest(self, limit: int) -> list[Upload]:
        """The latest ones first."""
        query = select(_UPLOAD).order_by(_UPLOAD.c.id.desc()).limit(limit)
        return [_upload(row) for row in self.connection.execute(query).mappings()]

    def in_state(self, states: Sequence[UploadState]) -> list[Upload]:
        """Those in some states, in the order they came."""
        query = select(_UPLOAD).where(_UPLOAD.c.state.in_([str(state) for state in states])).order_by(_UPLOAD.c.id)
        return [_upload(row) for row in self.connection.execute(query).mappings()]

    def failed_since(self, moment: datetime, limit: int) -> list[Upload]:
        """Those that failed since an instant and after which nothing was taken in; the newest first."""
        done = select(func.coalesce(func.max(_UPLOAD.c.id), 0)).where(_UPLOAD.c.state == str(UploadState.DONE))
        failed = (_UPLOAD.c.state == str(UploadState.FAILED), _UPLOAD.c.changed_at >= moment)
        query = select(_UPLOAD).where(*failed, _UPLOAD.c.id > done.scalar_subquery()).order_by(_UPLOAD.c.id.desc())
        return [_upload(row) for row in self.connection.execute(query.limit(limit)).mappings()]

    def claim(self, now: datetime) -> Upload | None:
        """The first that waits, now at work; None when nothing waits or another is at work."""
        if self.in_state(list(AT_WORK)):
            return None
        waiting = self.in_state(list(QUEUED))
        return self.move(waiting[0], QUEUED[waiting[0].state], now) if waiting else None

    def move(self, upload: Upload, state: UploadState, now: datetime, **facts: Any) -> Upload | None:
        """Into another state; None when somebody else moved it meanwhile."""
        after = replace(upload, state=state, changed_at=now, version=upload.version + 1, **facts)
        moved = update(_UPLOAD).where(_UPLOAD.c.id == upload.id, _UPLOAD.c.version == upload.version)
        return after if self.connection.execute(moved.values(**_row(after))).rowcount else None


def _row(upload: Upload) -> dict[str, Any]:
    row = {name: getattr(upload, name) for name in Upload.__annotations__ if name != "id"}
    files = [asdict(file) for file in upload.files]
    return row | {"state": str(upload.state), "files": files, "report": dict(upload.report)}


def _upload(row: Any) -> Upload:
    facts = {name: row[name] for name in Upload.__annotations__}
    files = tuple(UploadedFile(**file) for file in row["files"])
    return Upload(**facts | {"state": UploadState(row["state"]), "files": files})
