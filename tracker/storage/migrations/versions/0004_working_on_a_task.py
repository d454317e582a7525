"""Tasks are begun, approved and looked at again; documents have an owner and can be removed; findings recur

Revision ID: 0004
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as table:
        table.add_column(sa.Column("started_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("measure", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("approved_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("approver", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("document_no", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("effect_check_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("effect_checked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("effect", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("effect_note", sa.String(), nullable=False, server_default=""))
        table.create_index("ix_task_effect", ["effect_checked_on", "effect_check_on"])
    with op.batch_alter_table("attachment", schema=None) as table:
        table.add_column(sa.Column("department_code", sa.String(), nullable=True))
        table.add_column(sa.Column("removed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("removed_by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("removal_reason", sa.String(), nullable=False, server_default=""))
        table.create_index("ix_attachment_sha256", ["sha256"])
    _documents_belong_to_who_sent_them()
    _what_was_reported_was_begun()
    op.create_table(
        "recurrence",
        sa.Column("finding_no", sa.String(), nullable=False),
        sa.Column("earlier_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("finding_no", "earlier_no"),
    )
    op.create_index("ix_recurrence_earlier_no", "recurrence", ["earlier_no"])


def _documents_belong_to_who_sent_them() -> None:
    attachment = sa.table("attachment", sa.column("submission_id"), sa.column("department_code"))
    submission = sa.table("submission", sa.column("id"), sa.column("department_code"))
    sender = (
        sa.select(submission.c.department_code).where(submission.c.id == attachment.c.submission_id).scalar_subquery()
    )
    op.execute(sa.update(attachment).values(department_code=sender))


def _what_was_reported_was_begun() -> None:
    task = sa.table("task", sa.column("key"), sa.column("started_on"), sa.column("department_code"))
    submission = sa.table(
        "submission", sa.column("task_key"), sa.column("kind"), sa.column("submitted_on"), sa.column("department_code")
    )
    of_the_task = (
        submission.c.task_key == task.c.key, submission.c.kind == "done",
        submission.c.department_code == task.c.department_code,
    )  # fmt: skip
    first = sa.select(sa.func.min(submission.c.submitted_on)).where(*of_the_task).scalar_subquery()
    op.execute(sa.update(task).values(started_on=first))
