"""Blind ballots on comparisons, and the votes that are cast."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "ballots",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("comparison_id", sa.String(16), sa.ForeignKey("comparisons.id"), nullable=False),
        sa.Column("along", sa.String(6), nullable=False),
        sa.Column("pairs", sa.Text, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.CheckConstraint("along IN ('across', 'down')", name="every_side_of_a_grid_is_known"),
        sa.Index("ballots_of_an_account", "account_id", "id"),
    )
    op.create_table(
        "votes",
        sa.Column("ballot_id", sa.String(16), sa.ForeignKey("ballots.id"), primary_key=True),
        sa.Column("pair", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("choice", sa.String(6), nullable=False),
        sa.Column("voted_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("choice IN ('first', 'second', 'tie')", name="every_choice_is_known"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("votes")
    op.drop_table("ballots")
