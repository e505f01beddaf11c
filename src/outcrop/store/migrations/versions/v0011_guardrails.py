"""Guardrails that accounts make, each version a row."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "guardrails",
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("description", sa.String(200)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("token", sa.String(256)),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("account_id", "token", name="a_request_makes_one_guardrail"),
        sa.Index(
            "guardrails_have_names_of_their_own",
            "account_id",
            "name",
            unique=True,
            sqlite_where=sa.text("version = 0"),
            postgresql_where=sa.text("version = 0"),
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("guardrails")
