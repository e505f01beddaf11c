"""The tables of blind ballots and their votes: as the migrations leave them. Knows no query."""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from outcrop.store.tables import metadata

ballots: Final = Table(
    "ballots",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("comparison_id", String(16), ForeignKey("comparisons.id"), nullable=False),
    Column("along", String(6), nullable=False),
    Column("pairs", Text, nullable=False),
    Column("seed", String(64), nullable=False),
    CheckConstraint("along IN ('across', 'down')", name="every_side_of_a_grid_is_known"),
    Index("ballots_of_an_account", "account_id", "id"),
)
"""Votes that are asked for on a comparison: which of its sides has the contestants (`along`), the pairs as JSON of two
numbers of cells each, and the seed by which each member's sides and order are shuffled. Nobody is told it."""

votes: Final = Table(
    "votes",
    metadata,
    Column("ballot_id", String(16), ForeignKey("ballots.id"), primary_key=True),
    Column("pair", Integer, primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("choice", String(6), nullable=False),
    Column("voted_at", BigInteger, nullable=False),
    CheckConstraint("choice IN ('first', 'second', 'tie')", name="every_choice_is_known"),
)
"""What each member found of each pair, once and for good: its first cell better, its second, or neither."""
