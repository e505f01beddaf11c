"""The column of bookings that nothing ever filled, and its index, which each booking had to be written into."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Drop both."""
    op.drop_index("bookings_of_a_call", "bookings")
    op.drop_column("bookings", "call_digest")


def downgrade() -> None:
    """Make them again, empty as they were."""
    op.add_column("bookings", sa.Column("call_digest", sa.String(64)))
    op.create_index("bookings_of_a_call", "bookings", ["call_digest"])
