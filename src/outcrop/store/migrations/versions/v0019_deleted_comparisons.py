"""Comparisons that were deleted: no list has them any more, and their requests make nothing anew."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column."""
    op.add_column("comparisons", sa.Column("deleted_at", sa.BigInteger))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("comparisons", "deleted_at")
