"""Every table of the database; importing this package registers all of them in SQLModel's metadata."""

from tracker.storage.tables import letters, registers, runs, search, work
from tracker.storage.tables.registers import version_tables

__all__ = ["letters", "registers", "runs", "search", "version_tables", "work"]
