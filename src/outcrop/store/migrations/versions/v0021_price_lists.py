"""The operator's own lists of what pictures cost, and of what the engine does."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "price_lists",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(128), nullable=False, unique=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("retired_at", sa.BigInteger),
        sa.CheckConstraint("kind IN ('prices', 'own-costs')", name="every_kind_of_list_is_known"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("price_lists")
