"""Secret addresses of departments' pages are kept as hashes; those that were given open their pages still"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    op.add_column("department_key", sa.Column("nonce", sa.String(), nullable=False, server_default=""))
    table = sa.table("department_key", sa.column("id", sa.Integer), sa.column("secret", sa.String))
    connection = op.get_bind()
    for number, secret in connection.execute(sa.select(table.c.id, table.c.secret)).all():
        kept = hashlib.sha256(secret.encode()).hexdigest()
        connection.execute(sa.update(table).where(table.c.id == number).values(secret=kept))
