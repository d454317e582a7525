"""Indexes by which a department's newest answer and the progress of each finding are read"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.create_index("ix_submission_department", "submission", ["department_code", "id"])
    op.drop_index("ix_task_origin", "task")
    read = ["origin", "origin_ref", "deadline_order", "key", "closed_on", "completed_on", "answered_on"]
    op.create_index("ix_task_origin", "task", read)
