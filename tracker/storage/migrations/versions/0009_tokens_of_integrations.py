"""Tokens of integrations, and indexes by which lists of tasks go on from a place"""

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("ix_api_token_name", "api_token", ["name"])
    op.create_index("ix_task_department_deadline", "task", ["department_code", "deadline_order", "key"])
    _few("ix_task_answered", "answered_on IS NOT NULL", "closed_on", "deadline_order", "key")
    _few("ix_task_withdrawn", "withdrawn_on IS NOT NULL", "deadline_order", "key")


def _few(name: str, condition: str, *columns: str) -> None:
    few = sa.text(condition)
    op.create_index(name, "task", list(columns), sqlite_where=few, postgresql_where=few)
