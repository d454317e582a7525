"""Reports of every kind in one table, each with its editions; requests for a report"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward; weekly reports are kept with their facts and pages."""
    issued = op.create_table(
        "issued_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("horizon", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", "on_day", "edition", name="uq_issued_report_edition"),
    )
    op.create_index("ix_issued_report_newest", "issued_report", ["kind", "on_day", "id"])
    op.create_table(
        "report_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("job_run_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("waits_for"),
    )
    assert issued is not None
    _carry_over(issued)
    op.drop_table("weekly_report")


def _carry_over(issued: sa.Table) -> None:
    names = ("on_day", "period_from", "period_to", "issued_at", "facts", "page")
    kinds: tuple[Any, ...] = (sa.Date(), sa.Date(), sa.Date(), UtcDateTime(), sa.JSON(), sa.String())
    columns: list[sa.Column[Any]] = [sa.Column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    weekly = sa.Table("weekly_report", sa.MetaData(), *columns)
    connection = op.get_bind()
    for row in connection.execute(sa.select(weekly).order_by(weekly.c.on_day)).mappings().all():
        written = json.dumps(row["facts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        connection.execute(
            sa.insert(issued).values(
                **row, kind="weekly", subject="", edition=1, issued_by="自動実行", version="", horizon={}, files={},
                sha256=hashlib.sha256(written.encode()).hexdigest(),
            )
        )
