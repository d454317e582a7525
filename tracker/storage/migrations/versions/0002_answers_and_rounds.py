"""Answers of departments, rounds of reminders, escalations, an answer for each recipient"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from tracker.storage.tables.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    with op.batch_alter_table("task", schema=None) as table:
        table.add_column(sa.Column("answered_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("round_reason", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("round_note", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("officer_no", sa.String(), nullable=True))
    op.add_column("improvement_plan_version", sa.Column("officer_no", sa.String(), nullable=True))
    _an_answer_for_each_recipient()
    _reminders_by_round()
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("asked_deadline", sa.Date(), nullable=True),
        sa.Column("named_code", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_submission_task", "submission", ["task_key", "id"])
    op.create_index("ix_submission_pending", "submission", ["decision", "id"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attachment_task", "attachment", ["task_key", "id"])
    op.create_table(
        "sent_escalation",
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("superior", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("letter_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task_key", "department_code", "deadline", "superior"),
    )
    op.create_index("ix_sent_escalation_letter_key", "sent_escalation", ["letter_key"])
    op.create_table(
        "department_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret"),
    )
    op.create_index("ix_department_key_department", "department_key", ["department_code", "id"])
    op.create_table(
        "forecast_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body_text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _an_answer_for_each_recipient() -> None:
    with op.batch_alter_table("outbox", schema=None) as table:
        table.add_column(sa.Column("channel", sa.String(), nullable=False, server_default="mail"))
        table.add_column(sa.Column("addressee", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("deadlines", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("url", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("undelivered_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))
        table.create_index("ix_outbox_message", ["message_id"])
    outbox = sa.table(
        "outbox", sa.column("id"), sa.column("recipients", sa.JSON()), sa.column("copies", sa.JSON()),
        sa.column("accepted_at"), sa.column("given_up_at"), sa.column("answer"), sa.column("refused", sa.JSON()),
        sa.column("answers", sa.JSON()),
    )  # fmt: skip
    connection = op.get_bind()
    for row in connection.execute(sa.select(outbox)).mappings().all():
        answers = {address: {"outcome": "refused", "words": words} for address, words in row["refused"].items()}
        if row["accepted_at"]:
            rest = [address for address in (*row["recipients"], *row["copies"]) if address not in answers]
            answers |= {address: {"outcome": "accepted", "words": row["answer"]} for address in rest}
        connection.execute(sa.update(outbox).where(outbox.c.id == row["id"]).values(answers=answers))
    with op.batch_alter_table("outbox", schema=None) as table:
        table.drop_column("refused")


def _reminders_by_round() -> None:
    """The steps of the deadline that holds are round 1; those of earlier deadlines lie before it."""
    connection = op.get_bind()
    task = sa.table("task", sa.column("key"), sa.column("deadline", sa.Date()))
    sent = sa.table(
        "sent_reminder", sa.column("task_key"), sa.column("deadline", sa.Date()), sa.column("step"),
        sa.column("on_day", sa.Date()), sa.column("letter_key"),
    )  # fmt: skip
    holds = {row[0]: row[1] for row in connection.execute(sa.select(task.c.key, task.c.deadline))}
    rows = [dict(row) for row in connection.execute(sa.select(sent).order_by(sent.c.on_day.desc())).mappings()]
    earlier: defaultdict[str, list[object]] = defaultdict(list)
    for row in rows:
        known = earlier[row["task_key"]]
        if row["deadline"] != holds.get(row["task_key"]) and row["deadline"] not in known:
            known.append(row["deadline"])
        row["round"] = 1 if row["deadline"] not in known else -known.index(row["deadline"])
    op.drop_table("sent_reminder")
    op.create_table(
        "sent_reminder",
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("letter_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task_key", "round", "step"),
    )
    op.create_index("ix_sent_reminder_letter_key", "sent_reminder", ["letter_key"])
    if rows:
        made = sa.table(
            "sent_reminder", sa.column("task_key"), sa.column("round"), sa.column("step"),
            sa.column("deadline", sa.Date()), sa.column("on_day", sa.Date()), sa.column("letter_key"),
        )  # fmt: skip
        connection.execute(sa.insert(made), rows)
