"""Comments of reviews: what a reviewer has to say beside the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column."""
    op.add_column("reviews", sa.Column("comment", sa.Text))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("reviews", "comment")
