"""Queries on budgets and how much of them is used. Knows rows; knows not whom a budget concerns."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, bindparam, case, delete, insert, literal_column, select, update

from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared, Sent
from outcrop.store.tables import budget_use, budgets
from outcrop.units import Micros

Scope = Literal["all", "account", "user", "tag", "profile"]
Period = Literal["day", "month", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent at most, on whose behalf, in which period."""

    name: str
    scope: Scope
    value: str = ""
    """An account's number; such a number and a user's name, or an inference profile's id, with a slash between; or a
    tag's name and value with an equals sign between."""
    period: Period
    ceiling: Micros
    warn_at: tuple[int, ...] = (80,)
    """Per cent of the ceiling at which a warning is logged, ascending."""


_LIST: Final = Prepared(select(budgets).order_by(budgets.c.name))
_THERE: Final = (budget_use.c.budget == bindparam("name")) & (budget_use.c.since == bindparam("begun"))
_USED: Final = Prepared(select(budget_use.c.used).where(_THERE))
_PERIOD: Final = case(
    (budgets.c.period == "day", bindparam("day", type_=BigInteger, required=True)),
    (budgets.c.period == "month", bindparam("month", type_=BigInteger, required=True)),
    else_=literal_column("0"),
)
"""When a budget's period began."""
_LIST_WITH_USE: Final = Prepared(
    select(budgets, budget_use.c.used)
    .select_from(budgets)
    .outerjoin(budget_use, (budget_use.c.budget == budgets.c.name) & (budget_use.c.since == _PERIOD))
    .order_by(budgets.c.name)
)
_MORE: Final = budget_use.c.used + bindparam("amount", type_=BigInteger)
_USE: Final = Prepared(
    update(budget_use).where(_THERE, bindparam("ceiling", type_=BigInteger) >= _MORE).values(used=_MORE)
)


def put_budget(connection: Connection, budget: Budget) -> None:
    """Add a budget, or give the one of its name another ceiling and other warnings; its use is kept."""
    changes = {"ceiling": budget.ceiling, "warn_at": json.dumps(budget.warn_at)}
    there = (
        (budgets.c.name == budget.name)
        & (budgets.c.scope == budget.scope)
        & (budgets.c.value == budget.value)
        & (budgets.c.period == budget.period)
    )
    if connection.execute(update(budgets).where(there).values(changes)).rowcount == 0:
        delete_budget(connection, budget.name)
        key = {"name": budget.name, "scope": budget.scope, "value": budget.value, "period": budget.period}
        connection.execute(insert(budgets).values(key | changes))


def delete_budget(connection: Connection, name: str) -> bool:
    """Delete a budget and what is known of its use; tells whether there was one."""
    connection.execute(delete(budget_use).where(budget_use.c.budget == name))
    return connection.execute(delete(budgets).where(budgets.c.name == name)).rowcount > 0


def list_budgets(connection: Connection) -> list[Budget]:
    """Every budget, by name."""
    return [_budget(row._asdict()) for row in _LIST.rows(connection)]


def ask_budgets(connection: Connection, day: int, month: int) -> Sent:
    """Ask for every budget with what is used of it, in the period that is a day's or a month's and began then."""
    return _LIST_WITH_USE.ask(connection, {"day": day, "month": month})


def budgets_with_use(asked: Sent) -> list[tuple[Budget, Micros | None]]:
    """The answer, by name; None where nobody has counted it yet."""
    found = [row._asdict() for row in asked.rows()]
    used = [row.pop("used") for row in found]
    return [(_budget(row), None if one is None else Micros(one)) for row, one in zip(found, used, strict=True)]


def used_of(connection: Connection, name: str, since: int) -> Micros | None:
    """How much is used in the period that began then; None when nobody has counted it yet."""
    row = _USED.row(connection, {"name": name, "begun": since})
    return None if row is None else Micros(row.used)


def all_use(connection: Connection) -> list[tuple[str, int, Micros]]:
    """Name, beginning of a period and use, of all that has been counted."""
    rows = connection.execute(select(budget_use).order_by(budget_use.c.budget, budget_use.c.since))
    return [(row.budget, row.since, Micros(row.used)) for row in rows]


def begin_use(connection: Connection, name: str, since: int, used: Micros) -> None:
    """Note how much is used in a period that nobody has counted yet."""
    connection.execute(insert(budget_use).values(budget=name, since=since, used=used))


def use(connection: Connection, budget: Budget, since: int, amount: Micros) -> Sent:
    """Take an amount from a budget, or change nothing if that would pass its ceiling. One statement does both."""
    given = {"name": budget.name, "begun": since, "amount": amount, "ceiling": budget.ceiling}
    return _USE.send(connection, [given])


def give_back(connection: Connection, name: str, since: int, amount: Micros) -> None:
    """Give an amount back to a budget, if it has been counted in that period."""
    there = (budget_use.c.budget == name) & (budget_use.c.since == since)
    connection.execute(update(budget_use).where(there).values(used=budget_use.c.used - amount))


def _budget(row: dict[str, Any]) -> Budget:
    return Budget(**{**row, "warn_at": tuple(json.loads(row["warn_at"]))})
