"""The newest answer of a department is found by an index"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.create_index("ix_submission_department", "submission", ["department_code", "id"])
