"""Work that was begun and not ended, runs that are tried again on their day, and the one scheduler of a database"""

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.add_column("job_run", sa.Column("tries", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("job_run", sa.Column("retry_at", UtcDateTime(), nullable=True))
    op.create_table(
        "pick_up",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "scheduler",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("began", sa.String(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("ticked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
