"""Pictures that somebody must approve, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "reviews",
        sa.Column("asset_id", sa.String(16), sa.ForeignKey("assets.id"), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("booking_id", sa.String(64), sa.ForeignKey("bookings.id"), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("decision", sa.String(8)),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.BigInteger),
        sa.CheckConstraint("decision IN ('approve', 'reject')", name="every_decision_is_known"),
        sa.Index("reviews_of_an_account", "account_id", "decision", "asset_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("reviews")
