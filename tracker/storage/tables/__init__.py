"""Every table of the database; importing this package registers all of them in SQLModel's metadata."""

from tracker.storage.tables import letters, registers, runs, uploads, work
from tracker.storage.tables.registers import version_tables

__all__ = ["letters", "registers", "runs", "uploads", "version_tables", "work"]
