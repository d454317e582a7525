"""Indexes by which large registers are looked through, who imported and why, uploads"""

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IMPORTED = "RegisterImported"


def upgrade() -> None:
    """Bring the database forward."""
    for name, table, columns in (
        ("ix_account_staff", "account_version", ["staff_no", "system_code", "user_id"]),
        ("ix_staff_name", "staff_version", ["name", "staff_no"]),
        ("ix_staff_department", "staff_version", ["department_code", "staff_no"]),
        ("ix_absence_reason", "absence_version", ["reason", "staff_no", "start_on"]),
    ):
        op.create_index(name, table, columns)
    columns = ["state", "system_code", "user_id", "valid_from", "valid_to"]
    where = sa.text("state <> '有効'")
    op.create_index("ix_account_state", "account_version", columns, sqlite_where=where, postgresql_where=where)
    op.add_column("register_import", sa.Column("imported_by", sa.String(), nullable=False, server_default=""))
    op.add_column("register_import", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    _who_imported()
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("allow_empty", sa.Boolean(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upload_state", "upload", ["state", "id"])


def _who_imported() -> None:
    """The trail of events knows it of the imports that are in already."""
    event = sa.table("event", sa.column("kind"), sa.column("by"), sa.column("facts", sa.JSON()))
    imports = sa.table("register_import", sa.column("id"), sa.column("imported_by"))
    connection = op.get_bind()
    events = connection.execute(sa.select(event.c.by, event.c.facts).where(event.c.kind == IMPORTED)).all()
    for by, facts in events:
        connection.execute(sa.update(imports).where(imports.c.id == facts["import"]).values(imported_by=by))
