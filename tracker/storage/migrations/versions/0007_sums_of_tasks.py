"""Tasks in the order of their deadlines, and the sums that tasks and flags count under"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Heading = tuple[str, str, str, date]  # source, department, mark, day
LAST_DAY, PORTION = date.max, 1000
TASK = sa.table(
    "task", sa.column("key"), sa.column("origin"), sa.column("origin_ref"), sa.column("department_code"),
    sa.column("deadline", sa.Date()), sa.column("opened_on", sa.Date()), sa.column("answered_on", sa.Date()),
    sa.column("completed_on", sa.Date()), sa.column("closed_on", sa.Date()), sa.column("deadline_order", sa.Date()),
    sa.column("source"),
)  # fmt: skip
READ = ("key", "origin", "origin_ref", "department_code", "deadline", "opened_on", "answered_on", "completed_on", "closed_on")


def upgrade() -> None:
    """Bring the database forward."""
    with op.batch_alter_table("task", schema=None) as table:
        table.add_column(sa.Column("deadline_order", sa.Date(), nullable=False, server_default=LAST_DAY.isoformat()))
        table.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
    for name in ("ix_task_open", "ix_task_department", "ix_task_origin"):
        op.drop_index(name, "task")
    tally = op.create_table(
        "tally",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "department", "mark", "day"),
    )
    op.create_index("ix_tally_day", "tally", ["source", "mark", "day", "department"])
    sums = _ordered_and_counted() + _flags_counted()
    if sums:
        op.bulk_insert(tally, [
            {"source": at[0], "department": at[1], "mark": at[2], "day": at[3], "number": number}
            for at, number in sorted(sums.items())
        ])  # fmt: skip
    op.create_index("ix_task_open", "task", ["closed_on", "deadline_order", "key", "answered_on", "completed_on"])
    op.create_index("ix_task_department", "task", ["department_code", "closed_on", "deadline_order", "key"])
    op.create_index("ix_task_by_department", "task", ["closed_on", "department_code", "deadline_order", "key"])
    timeline = ["department_code", "deadline_order", "key", "closed_on", "opened_on"]
    op.create_index("ix_task_timeline", "task", timeline)
    op.create_index("ix_task_source", "task", ["source", "closed_on", "deadline_order", "key"])
    op.create_index("ix_task_origin", "task", ["origin", "origin_ref", "deadline_order", "key"])
    op.create_index("ix_task_deadline", "task", ["deadline_order", "key", "closed_on", "opened_on"])
    op.create_index("ix_task_opened", "task", ["closed_on", "opened_on", "key"])
    op.create_index("ix_event_kind", "event", ["kind", "on_day"])
    op.create_index("ix_outbox_department", "outbox", ["department_code", "kind", "id"])
    op.create_index("ix_flag_seen", "flag", ["first_seen_on", "check_name"])
    op.drop_index("ix_flag_open", "flag")
    op.create_index("ix_flag_open", "flag", ["cleared_on", "check_name", "department_code"])


def _ordered_and_counted() -> Counter[Heading]:
    """Fill the new columns of every task; the sums that all of them make."""
    connection, sums = op.get_bind(), Counter[Heading]()
    fill = sa.update(TASK).where(TASK.c.key == sa.bindparam("known")).values(
        deadline_order=sa.bindparam("in_order"), source=sa.bindparam("from")
    )  # fmt: skip
    rows = connection.execute(sa.select(*(TASK.c[name] for name in READ)).order_by(TASK.c.key)).mappings().all()
    for start in range(0, len(rows), PORTION):
        portion = rows[start : start + PORTION]
        connection.execute(fill, [
            {"known": row["key"], "in_order": row["deadline"] or LAST_DAY, "from": _source(row)} for row in portion
        ])  # fmt: skip
        for row in portion:
            sums.update(_headings(row))
    return sums


def _flags_counted() -> Counter[Heading]:
    """The sums of flags that are open."""
    flag = sa.table("flag", sa.column("check_name"), sa.column("department_code"), sa.column("cleared_on", sa.Date()))
    query = sa.select(flag.c.check_name, flag.c.department_code).where(flag.c.cleared_on.is_(None))
    rows = op.get_bind().execute(query)
    return Counter((f"seen/{row.check_name}", row.department_code or "-", "seen", LAST_DAY) for row in rows)


def _source(row: Any) -> str:
    kind = row["origin_ref"].partition("/")[0] if row["origin"] == "flag" else ""
    return f"{row['origin']}/{kind}" if kind else str(row["origin"])


def _headings(row: Any) -> Iterator[Heading]:
    if row["closed_on"] is None:
        mark, day = "answered" if row["answered_on"] else "waiting", row["deadline"] or LAST_DAY
    else:
        mark, day = "completed" if row["completed_on"] else "withdrawn", LAST_DAY
    own = row["department_code"] or "-"
    for source in dict.fromkeys(("", row["origin"], _source(row))):
        yield source, "", mark, day
        yield source, own, mark, day
    if mark == "waiting":
        yield "", own, "waiting-month", day.replace(day=1)
    yield from _span("opened", "closed", row["opened_on"], row["closed_on"])
    if row["deadline"] is not None and row["deadline"] < LAST_DAY:
        late_from = max(row["opened_on"], row["deadline"] + timedelta(days=1))
        yield from _span("late", "late-ended", late_from, row["closed_on"])


def _span(begins: str, ends: str, first: date, end: date | None) -> Iterator[Heading]:
    if end is None or end > first:
        yield "", "", begins, first
        if end is not None:
            yield "", "", ends, end
