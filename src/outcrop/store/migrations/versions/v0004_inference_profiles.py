"""Inference profiles that accounts make, and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inference_profiles",
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("description", sa.String(200)),
        sa.Column("source", sa.String(140), nullable=False),
        sa.Column("token", sa.String(256)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("account_id", "name", name="profiles_of_an_account_have_names_of_their_own"),
        sa.UniqueConstraint("account_id", "token", name="a_request_makes_one_profile"),
    )
    op.create_table(
        "tags",
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("resource", sa.String(256), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("value", sa.String(256), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("tags")
    op.drop_table("inference_profiles")
