"""Warnings of budgets, and whether they have been told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "budget_events",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("budget", sa.String(48), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("ceiling", sa.BigInteger, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.UniqueConstraint("budget", "since", "ceiling", "part", name="a_warning_is_given_once"),
    )
    op.create_index("budget_events_that_are_due", "budget_events", ["due_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("budget_events")
