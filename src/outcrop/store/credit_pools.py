"""Queries on credit pools. Knows rows; knows not in which order they are drawn."""

import json
from dataclasses import dataclass

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.database import Connection
from outcrop.store.tables import credit_pools
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPool:
    """Credit that is drawn before anybody pays."""

    name: str
    amount: Micros
    """What was granted."""
    left: Micros
    starts_at: int
    ends_at: int | None = None
    """From when on it cannot be drawn any more."""
    place: int | None = None
    """Pools with a place are drawn before those without, lowest first."""
    models: tuple[str, ...] = ()
    """Ids of the models it may be used for; none are all."""
    accounts: tuple[str, ...] = ()
    """Numbers of the accounts that may use it; none are all."""


def add_pool(connection: Connection, pool: CreditPool) -> None:
    """Add a pool.

    Raises: AlreadyThere when one has its name.
    """
    values = {
        "name": pool.name,
        "amount": pool.amount,
        "left": pool.left,
        "starts_at": pool.starts_at,
        "ends_at": pool.ends_at,
        "place": pool.place,
        "models": json.dumps(pool.models),
        "accounts": json.dumps(pool.accounts),
    }
    try:
        connection.execute(insert(credit_pools).values(values))
    except IntegrityError:
        raise AlreadyThere(f"There is a credit pool '{pool.name}' already.") from None


def list_pools(connection: Connection) -> list[CreditPool]:
    """Every pool, by name."""
    rows = connection.execute(select(credit_pools).order_by(credit_pools.c.name)).mappings()
    return [
        CreditPool(**{**row} | {name: tuple(json.loads(row[name])) for name in ("models", "accounts")}) for row in rows
    ]


def pools_that_hold(connection: Connection, at: int) -> list[CreditPool]:
    """Those that have something left and can be drawn at a moment."""
    ends = or_(credit_pools.c.ends_at.is_(None), credit_pools.c.ends_at > at)
    names = connection.execute(
        select(credit_pools.c.name).where(credit_pools.c.left > 0, credit_pools.c.starts_at <= at, ends)
    ).scalars()
    holding = set(names)
    return [pool for pool in list_pools(connection) if pool.name in holding] if holding else []


def draw_pool(connection: Connection, name: str, amount: int) -> bool:
    """Take an amount from a pool, or nothing if it has less left; tells which. A negative one is given back."""
    there = (credit_pools.c.name == name) & (credit_pools.c.left >= amount)
    return connection.execute(update(credit_pools).where(there).values(left=credit_pools.c.left - amount)).rowcount == 1
