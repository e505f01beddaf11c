"""Assets: what they are, where they come from, how they are tagged, and which bytes are to go."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

THERE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    _make_assets()
    op.create_table(
        "asset_parents",
        sa.Column("asset_id", sa.String(16), sa.ForeignKey("assets.id"), primary_key=True),
        sa.Column("parent_id", sa.String(16), sa.ForeignKey("assets.id"), primary_key=True, index=True),
        sa.Column("role", sa.String(24), primary_key=True),
    )
    op.create_table(
        "asset_tags",
        sa.Column("asset_id", sa.String(16), sa.ForeignKey("assets.id"), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("value", sa.String(256), nullable=False),
    )
    op.create_index("assets_by_tag", "asset_tags", ["account_id", "key", "value", "asset_id"])
    op.create_table(
        "asset_erasures",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('due', 'begun', 'done')", name="every_erasure_s_state_is_known"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("asset_erasures", "asset_tags", "asset_parents", "assets"):
        op.drop_table(name)


def _make_assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.Column("held", sa.String(8)),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("model_id", sa.String(140)),
        sa.Column("operation", sa.String(40)),
        sa.Column("seed", sa.BigInteger),
        sa.Column("job_id", sa.String(64)),
        sa.Column("number", sa.Integer),
        sa.Column("set_id", sa.String(64)),
        sa.Column("campaign", sa.String(128)),
        sa.Column("phash", sa.BigInteger),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("name", sa.String(256)),
        sa.Column("alt", sa.Text),
        sa.Column("prompt", sa.Text),
        sa.Column("negative_prompt", sa.Text),
        sa.Column("recipe", sa.Text),
        sa.CheckConstraint("kind IN ('picture', 'upload')", name="every_asset_s_kind_is_known"),
        sa.CheckConstraint("held IN ('held', 'rejected')", name="why_an_asset_is_kept_back_is_known"),
        sa.UniqueConstraint("job_id", "number", name="a_job_leaves_each_asset_once"),
    )
    for name, *columns in (("", "id"), ("_of_sets", "set_id", "id"), ("_of_campaigns", "campaign", "id")):
        op.create_index(
            f"assets_there{name}", "assets", ["account_id", *columns], sqlite_where=THERE, postgresql_where=THERE
        )
