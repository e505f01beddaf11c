"""Queries on credit pools. Knows rows; knows not in which order they are drawn."""

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared, Row, Sent
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


_LIST: Final = select(credit_pools).order_by(credit_pools.c.name)
_WITH_CREDIT: Final = Prepared(_LIST.where(credit_pools.c.left > 0))
_AMOUNT: Final = bindparam("drawn", type_=BigInteger)
_DRAW: Final = Prepared(
    update(credit_pools)
    .where(credit_pools.c.name == bindparam("pool"), credit_pools.c.left >= _AMOUNT)
    .values(left=credit_pools.c.left - _AMOUNT)
)


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
    return [_pool(row) for row in connection.execute(_LIST)]


def pools_with_credit(connection: Connection) -> list[CreditPool]:
    """Those that have something left, by name."""
    return pools_found(ask_pools_with_credit(connection))


def ask_pools_with_credit(connection: Connection) -> Sent:
    """Ask for them."""
    return _WITH_CREDIT.ask(connection)


def pools_found(asked: Sent) -> list[CreditPool]:
    """The answer."""
    return [_pool(row) for row in asked.rows()]


def pools_that_hold(connection: Connection, at: int) -> list[CreditPool]:
    """Those of them that can be drawn at a moment."""
    return [
        pool
        for pool in pools_with_credit(connection)
        if pool.starts_at <= at and (pool.ends_at is None or at < pool.ends_at)
    ]


def end_pool(connection: Connection, name: str, at: int) -> bool:
    """Let a pool end at a moment, unless it has ended before; tells whether there is one of that name."""
    there = credit_pools.c.name == name
    later = credit_pools.c.ends_at.is_(None) | (credit_pools.c.ends_at > at)
    connection.execute(update(credit_pools).where(there, later).values(ends_at=at))
    return connection.execute(select(credit_pools.c.name).where(there)).first() is not None


def draw_pool(connection: Connection, name: str, amount: int) -> Sent:
    """Take an amount from a pool, or change nothing if it has less left. A negative one is given back."""
    return _DRAW.send(connection, [{"pool": name, "drawn": amount}])


def _pool(row: Row) -> CreditPool:
    lists = {name: tuple(json.loads(getattr(row, name))) for name in ("models", "accounts")}
    return CreditPool(**(row._asdict() | lists))
