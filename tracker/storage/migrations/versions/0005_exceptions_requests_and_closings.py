"""Exceptions for subjects of checks, requests for a run, closings of findings, the document a finding stands in"""

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.add_column("flag", sa.Column("exception_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("check_run", schema=None) as table:
        table.add_column(sa.Column("excepted", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("requested_by", sa.String(), nullable=False, server_default=""))
    for name in ("guidance_kind", "given_by", "document_no"):
        op.add_column("finding_version", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "flag_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("revocation_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flag_exception_subject", "flag_exception", ["check_name", "subject", "id"])
    op.create_table(
        "finding_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_no", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("reopened_by", sa.String(), nullable=False),
        sa.Column("reopening_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_finding_closing_finding", "finding_closing", ["finding_no", "id"])
    op.create_table(
        "run_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_name", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("job_run_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("waits_for"),
    )
    op.create_index("ix_run_request_newest", "run_request", ["check_name", "id"])
