"""Queries on comparisons: grids of picture jobs. Knows rows; knows no price and no picture.

What is guaranteed here: one request makes one comparison, also after it was deleted, and its cells never change.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import RowMapping, insert, select, update

from outcrop.store.comparison_tables import comparisons
from outcrop.store.database import Connection
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What differs along the rows or the columns."""

    by: str
    """What it is, such as the model."""
    values: tuple[str, ...]
    """How each row or column is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A grid of pictures that somebody asked for."""

    id: str
    """Sorts by when it was made."""
    account_id: str
    user_name: str
    created_at: int
    token: str | None
    """What the request that made it called itself."""
    digest: str
    """What two equal requests have in common."""
    name: str
    down: Axis
    across: Axis
    jobs: tuple[str, ...]
    """The ids of those that draw the cells, row by row."""
    price: Micros
    deleted_at: int | None = None


def add_comparison(connection: Connection, new: Comparison) -> None:
    """Add one, whose jobs are there."""
    axes = {name: json.dumps(asdict(getattr(new, name))) for name in ("down", "across")}
    connection.execute(insert(comparisons).values({**asdict(new), **axes, "jobs": json.dumps(new.jobs)}))


def find_comparison(
    connection: Connection, account_id: str, comparison_id: str, *, deleted: bool = False
) -> Comparison | None:
    """An account's comparison of that id; one that was deleted only where `deleted` says so."""
    same = (comparisons.c.account_id == account_id) & (comparisons.c.id == comparison_id)
    if not deleted:
        same &= comparisons.c.deleted_at.is_(None)
    return _first(connection.execute(select(comparisons).where(same)).mappings().all())


def find_comparison_of_request(connection: Connection, account_id: str, token: str) -> Comparison | None:
    """The comparison that a request of that token has made, also when it was deleted since."""
    same = (comparisons.c.account_id == account_id) & (comparisons.c.token == token)
    return _first(connection.execute(select(comparisons).where(same)).mappings().all())


def list_comparisons(connection: Connection, account_id: str, before: str | None, most: int) -> list[Comparison]:
    """An account's comparisons, newest first; `before` is the id after which to go on."""
    theirs = (comparisons.c.account_id == account_id) & comparisons.c.deleted_at.is_(None)
    query = select(comparisons).where(theirs).order_by(comparisons.c.id.desc())
    if before is not None:
        query = query.where(comparisons.c.id < before)
    return [_comparison(row) for row in connection.execute(query.limit(most)).mappings()]


def rename_comparison(connection: Connection, comparison_id: str, name: str) -> None:
    """Call one otherwise."""
    connection.execute(update(comparisons).where(comparisons.c.id == comparison_id).values(name=name))


def delete_comparison(connection: Connection, comparison_id: str, at: int) -> None:
    """Have one in no list any more; its jobs, its pictures and its ballots stay."""
    there = (comparisons.c.id == comparison_id) & comparisons.c.deleted_at.is_(None)
    connection.execute(update(comparisons).where(there).values(deleted_at=at))


def _first(rows: Sequence[RowMapping]) -> Comparison | None:
    return _comparison(rows[0]) if rows else None


def _comparison(row: RowMapping) -> Comparison:
    return Comparison(
        **{
            **row,
            "down": _axis(row["down"]),
            "across": _axis(row["across"]),
            "jobs": tuple(json.loads(row["jobs"])),
        }
    )


def _axis(text: str) -> Axis:
    found = json.loads(text)
    return Axis(by=found["by"], values=tuple(found["values"]))
