"""Comparisons: grids of pictures, with the jobs that draw them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("token", sa.String(256)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("down", sa.Text, nullable=False),
        sa.Column("across", sa.Text, nullable=False),
        sa.Column("jobs", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("account_id", "token", name="one_comparison_a_token"),
        sa.Index("comparisons_of_an_account", "account_id", "id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("comparisons")
