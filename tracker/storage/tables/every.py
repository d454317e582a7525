"""Every table of the database: for the migrations, and for whoever compares the database with the program."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from tracker.storage.tables import accounts, letters, registers, runs, search, tokens, uploads, work

MODULES = (accounts, letters, registers, runs, search, tokens, uploads, work)


def every_table() -> MetaData:
    """All tables, whatever else was imported."""
    return SQLModel.metadata
