"""Bringing a database to this version of the program (Alembic, without an ini file).

`released.json` holds the SHA-256 of every migration as it was released: one that was edited afterwards is not run, for
the databases that had the earlier text would have other tables under the same number.
"""

import hashlib
import json
from pathlib import Path

from sqlalchemy import Connection, inspect

from tracker.domain.errors import CommandRefused
from tracker.storage.postgresql import order_by_code_point
from tracker.storage.schema import note_schema, refuse_other_schema

FOLDER = Path(__file__).parent
RELEASED = FOLDER / "released.json"
REVISIONS = {path.name[:4]: path for path in sorted((FOLDER / "versions").glob("[0-9]*.py"))}
NEWEST = max(REVISIONS)
_NEWER = (
    "このデータベースは、このプログラムより新しい版のものです（データベース {found}、プログラム {newest}）。"
    "何も変えていません。新しい版の zesei で開いてください。前の版に戻すときは、更新の前のバックアップを使います。"
)
_UNKNOWN = (
    "このデータベースの版「{found}」を、このプログラムは知りません。何も変えていません。"
    "設定 database.url がほかのプログラムのデータベースを指していないか確かめてください。"
)
_EDITED = "プログラムのファイル（データベースの移行 {names}）が、配布したものと違います。何も変えていません。zesei を入れ直してください。"


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; None when it holds nothing yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def migrate(connection: Connection) -> bool:
    """Create or bring up the database; whether anything was done. Safe to repeat.

    CommandRefused for a database of a newer or another program, and for a migration that was edited since its release.
    """
    found = revision_of(connection)
    if found == NEWEST:
        return False
    refuse_unknown(found)
    if edited := edited_migrations():
        raise CommandRefused(_EDITED.format(names="、".join(edited)))
    from alembic import command  # 0.4 s that only a migration pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        order_by_code_point(connection)
    refuse_other_schema(connection)
    note_schema(connection)
    return True


def refuse_unknown(revision: str | None) -> None:
    """Raise CommandRefused for a revision that no migration of this program makes; None is an empty database."""
    if revision is None or revision in REVISIONS:
        return
    is_newer = revision.isdecimal() and len(revision) == len(NEWEST) and revision > NEWEST
    raise CommandRefused((_NEWER if is_newer else _UNKNOWN).format(found=revision, newest=NEWEST))


def edited_migrations() -> list[str]:
    """The numbers of migrations that are not as they were released, or were never released."""
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    changed = [number for number, path in REVISIONS.items() if released.get(number) != hash_of(path)]
    return changed + sorted(set(released) - set(REVISIONS))


def hash_of(path: Path) -> str:
    """SHA-256 of a migration's text, whatever ends its lines on this machine."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
