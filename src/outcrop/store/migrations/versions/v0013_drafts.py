"""Draft sets: what was asked for, the drafts, which were chosen, and their finals."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "draft_sets",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("account_id", sa.String(12), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("token", sa.String(256)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("model_id", sa.String(140), nullable=False),
        sa.Column("finish_on", sa.String(140), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("negative_prompt", sa.Text, nullable=False),
        sa.Column("aspect_ratio", sa.String(8), nullable=False),
        sa.Column("campaign", sa.String(128)),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("price_if_all", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("account_id", "token", name="one_draft_set_a_token"),
    )
    op.create_index("draft_sets_of_an_account", "draft_sets", ["account_id", "id"])
    _part_of_a_set(
        "drafts",
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("job_id", sa.String(12), nullable=False),
    )
    _part_of_a_set(
        "draft_picks",
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    _part_of_a_set(
        "draft_finals",
        sa.Column("model_id", sa.String(140), primary_key=True),
        sa.Column("strength_milli", sa.Integer, primary_key=True),
        sa.Column("refined", sa.Boolean, primary_key=True),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("job_id", sa.String(12), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("draft_finals", "draft_picks", "drafts", "draft_sets"):
        op.drop_table(name)


def _part_of_a_set(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("set_id", sa.String(16), sa.ForeignKey("draft_sets.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        *columns,
    )
