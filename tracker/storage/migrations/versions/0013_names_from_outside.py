"""Whom an account made from outside belongs to; the account's name beside the shown one; what a department sent in a day"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward; entries of the trail that are there keep the seal they have."""
    op.add_column("account", sa.Column("issuer", sa.String(), nullable=True))
    op.add_column("account", sa.Column("subject", sa.String(), nullable=True))
    op.create_index("ix_account_vouched", "account", ["issuer", "subject"], unique=True)
    op.add_column("event", sa.Column("account", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_attachment_sent", "attachment", ["department_code", "added_at"])
