"""The books: bookings, and entries that nothing can change any more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bookings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request_id", sa.String(36), nullable=False, index=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("model_id", sa.String(140), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("price_list", sa.String(128), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reserved_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("engine_ms", sa.BigInteger),
        sa.Column("own_cost", sa.BigInteger),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("call_digest", sa.String(64)),
        sa.CheckConstraint("price >= 0", name="no_price_is_negative"),
        sa.CheckConstraint("state IN ('reserved', 'settled', 'released', 'refunded')", name="every_state_is_known"),
    )
    still_open = sa.text("state = 'reserved'")
    op.create_index(
        "bookings_that_are_open", "bookings", ["owner"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_index("bookings_of_a_call", "bookings", ["call_digest"])
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("booking_id", sa.String(64), sa.ForeignKey("bookings.id")),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount >= 0", name="no_amount_is_negative"),
        sa.UniqueConstraint("booking_id", "kind", "source", "target", name="nothing_is_booked_twice"),
    )
    op.create_index("entries_by_source", "entries", ["source"])
    op.create_index("entries_by_target", "entries", ["target"])
    _keep_entries()


def downgrade() -> None:
    """Drop them."""
    for table in ("entries", "bookings"):
        op.drop_table(table)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION entries_stay()")


def _keep_entries() -> None:
    """Refuse every change of a row that is there."""
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER no_{change.lower()}_of_entries BEFORE {change} ON entries "
                "BEGIN SELECT RAISE(ABORT, 'entries are added, never changed'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION entries_stay() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'entries are added, never changed'; END$$"
        )
        op.execute(
            "CREATE TRIGGER no_change_of_entries BEFORE UPDATE OR DELETE OR TRUNCATE ON entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION entries_stay()"
        )
