"""The table of comparisons: as the migrations leave it. Knows no query."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from outcrop.store.tables import metadata

comparisons: Final = Table(
    "comparisons",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("token", String(256)),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("down", Text, nullable=False),
    Column("across", Text, nullable=False),
    Column("jobs", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    UniqueConstraint("account_id", "token", name="one_comparison_a_token"),
    Index("comparisons_of_an_account", "account_id", "id"),
)
"""Grids of pictures: what differs from row to row (`down`) and from column to column (`across`), each as JSON, and the
ids of the jobs that draw the cells, row by row. `price` is of all of them, in micro-dollars.
One that was deleted stays, so that its request draws nothing anew and its ballots know what they were about."""
