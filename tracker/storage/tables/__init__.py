"""Every table of the database; importing this package registers all of them in SQLModel's metadata."""

from tracker.storage.tables import accounts, letters, registers, runs, search, tokens, uploads, work
from tracker.storage.tables.registers import version_tables

__all__ = ["accounts", "letters", "registers", "runs", "search", "tokens", "uploads", "version_tables", "work"]
