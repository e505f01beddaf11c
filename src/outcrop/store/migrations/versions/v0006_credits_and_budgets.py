"""Credit pools, budgets, and which answers are still in a process's hands."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; the index of what is open also finds what is paid and not handed over yet."""
    op.create_table(
        "credit_pools",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("left", sa.BigInteger, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger),
        sa.Column("place", sa.Integer),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("accounts", sa.Text, nullable=False),
        sa.CheckConstraint('"left" >= 0', name="no_pool_is_below_zero"),
    )
    op.create_table(
        "budgets",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("value", sa.String(600), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("ceiling", sa.BigInteger, nullable=False),
        sa.Column("warn_at", sa.Text, nullable=False),
    )
    op.create_table(
        "budget_use",
        sa.Column("budget", sa.String(48), sa.ForeignKey("budgets.name"), primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.CheckConstraint("used >= 0", name="no_use_is_below_zero"),
    )
    op.drop_index("bookings_that_are_open", "bookings")
    op.execute("UPDATE bookings SET owner = '' WHERE state <> 'reserved'")
    in_hand = sa.text("owner <> ''")
    op.create_index("bookings_in_hand", "bookings", ["owner"], sqlite_where=in_hand, postgresql_where=in_hand)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("bookings_in_hand", "bookings")
    for table in ("budget_use", "budgets", "credit_pools"):
        op.drop_table(table)
    still_open = sa.text("state = 'reserved'")
    op.create_index(
        "bookings_that_are_open", "bookings", ["owner"], sqlite_where=still_open, postgresql_where=still_open
    )
