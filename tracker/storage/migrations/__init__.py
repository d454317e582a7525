"""Bringing a database to this version of the program (Alembic, without an ini file)."""

from pathlib import Path

from sqlalchemy import Connection, inspect

from tracker.storage.postgresql import order_by_code_point

NEWEST = max(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; None when it holds nothing yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def migrate(connection: Connection) -> bool:
    """Create or bring up the database; whether anything was done. Safe to repeat."""
    if revision_of(connection) == NEWEST:
        return False
    from alembic import command  # 0.4 s that only a migration pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        order_by_code_point(connection)
    return True
