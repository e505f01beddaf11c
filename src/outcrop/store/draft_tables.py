"""The tables of draft sets: as the migrations leave them. Knows no query."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from outcrop.store.tables import metadata

draft_sets: Final = Table(
    "draft_sets",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("token", String(256)),
    Column("digest", String(64), nullable=False),
    Column("model_id", String(140), nullable=False),
    Column("finish_on", String(140), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("negative_prompt", Text, nullable=False),
    Column("aspect_ratio", String(8), nullable=False),
    Column("campaign", String(128)),
    Column("tags", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("price_if_all", BigInteger, nullable=False),
    UniqueConstraint("account_id", "token", name="one_draft_set_a_token"),
    Index("draft_sets_of_an_account", "account_id", "id"),
)
"""What was asked for as drafts. `price` is that of the drafts, `price_if_all` that of as many pictures on `finish_on`,
both on the list of the day that it was asked for; in micro-dollars."""

drafts: Final = Table(
    "drafts",
    metadata,
    Column("set_id", String(16), ForeignKey("draft_sets.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seed", BigInteger, nullable=False),
    Column("job_id", String(12), nullable=False),
)
"""A set's drafts, from 1, each with the job that draws it."""

draft_picks: Final = Table(
    "draft_picks",
    metadata,
    Column("set_id", String(16), ForeignKey("draft_sets.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("note", Text, nullable=False),
)
"""Which drafts were chosen, the best of rank 1, and why."""

draft_finals: Final = Table(
    "draft_finals",
    metadata,
    Column("set_id", String(16), ForeignKey("draft_sets.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("model_id", String(140), primary_key=True),
    Column("strength_milli", Integer, primary_key=True),
    Column("refined", Boolean, primary_key=True),
    Column("prompt", Text, nullable=False),
    Column("job_id", String(12), nullable=False),
)
"""Finals of drafts: what is asked for twice in one way is made once. `refined` is whether the prompt was reworded."""
