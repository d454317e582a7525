"""What the search box finds, and the index of its pieces; both are filled when the office is opened"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Pieces are whatever stands between blanks: every mark of ASCII belongs to them.
MARKS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(pieces, singles, scope, content='', tokenize=\"ascii tokenchars '{}'\")"
).format(MARKS.replace("'", "''").replace('"', '""'))


def upgrade() -> None:
    """Bring the database forward."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_entry_subject", "search_entry", ["kind", "ref"], unique=True)
    op.create_index("ix_search_entry_newest", "search_entry", ["kind", "id"])
    op.create_index(
        "ix_account_staff", "account_version", ["staff_no", "system_code", "user_id"], if_not_exists=True
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(SQLITE_INDEX)
    else:
        # Read by the hundred: what fits a page is kept in it as it is, neither packed nor put elsewhere.
        op.execute(
            "CREATE TABLE search_index (id integer PRIMARY KEY, tokens tsvector NOT NULL) WITH (toast_tuple_target = 8160)"
        )
        op.execute("CREATE INDEX ix_search_index_tokens ON search_index USING gin (tokens) WITH (fastupdate = off)")
