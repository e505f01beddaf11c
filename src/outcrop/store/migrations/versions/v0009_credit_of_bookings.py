"""How much of each picture credit pools paid, beside its price: reports need not look for its entries."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column, and fill it from the entries."""
    op.add_column("bookings", sa.Column("credit", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(
        "UPDATE bookings SET credit = COALESCE((SELECT SUM(amount) FROM entries "
        "WHERE entries.booking_id = bookings.id AND kind = 'reserve' AND source LIKE 'pool:%'), 0)"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("bookings", "credit")
