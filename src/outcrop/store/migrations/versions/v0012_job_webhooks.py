"""When a job was begun and what it is part of; webhooks of accounts, and what they are to be told of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns, and make the tables."""
    op.add_column("jobs", sa.Column("started_at", sa.BigInteger))
    op.add_column("jobs", sa.Column("set_id", sa.String(64)))
    op.create_index("jobs_of_a_set", "jobs", ["account_id", "set_id", "number"])
    op.create_index("jobs_of_all_kinds", "jobs", ["account_id", "number"])
    op.create_index("jobs_by_their_end", "jobs", ["ended_at"])
    op.create_table(
        "webhooks",
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "job_events",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("webhook", sa.String(48), nullable=False),
        sa.Column("job_id", sa.String(12), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.UniqueConstraint("job_id", "round", "webhook", name="an_end_is_told_once"),
    )
    op.create_index("job_events_that_are_due", "job_events", ["due_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("job_events")
    op.drop_table("webhooks")
    for name in ("jobs_by_their_end", "jobs_of_all_kinds", "jobs_of_a_set"):
        op.drop_index(name, "jobs")
    op.drop_column("jobs", "set_id")
    op.drop_column("jobs", "started_at")
