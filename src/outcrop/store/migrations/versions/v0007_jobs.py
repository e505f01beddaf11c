"""Jobs, whose turn it is, and who works on them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

QUEUED, RUNNING, DONE = (sa.text(f"state = '{state}'") for state in ("queued", "running", "done"))


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(12), nullable=False, unique=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("model_id", sa.String(140), nullable=False),
        sa.Column("name", sa.String(63)),
        sa.Column("token", sa.String(256)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("priority", sa.String(12), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("cancelling", sa.Boolean, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("took_ms", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'dead')", name="every_job_s_state_is_known"
        ),
        sa.UniqueConstraint("account_id", "kind", "token", name="one_job_a_token"),
    )
    waiting = ["kind", "priority", "account_id", "number"]
    op.create_index("jobs_of_an_account", "jobs", ["account_id", "kind", "number"])
    op.create_index("jobs_that_wait", "jobs", waiting, sqlite_where=QUEUED, postgresql_where=QUEUED)
    op.create_index("jobs_in_hand", "jobs", ["holder"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_index("jobs_that_are_done", "jobs", ["kind", "number"], sqlite_where=DONE, postgresql_where=DONE)
    op.create_table(
        "job_turns",
        sa.Column("kind", sa.String(24), primary_key=True),
        sa.Column("priority", sa.String(12), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("turn", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "job_workers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("job_workers", "job_turns", "jobs"):
        op.drop_table(table)
