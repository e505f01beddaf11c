"""Queries on warnings of budgets and who has been told. Knows rows; knows no rule and no webhook."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, insert, select, tuple_, update

from outcrop.store.database import Connection
from outcrop.store.tables import budget_events
from outcrop.units import Micros

REASON_CHARS: Final = 200
OF_ACCOUNTS: Final = ("account", "user", "profile")
"""Scopes of budgets whose values begin with an account's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEvent:
    """That a budget was used up to a part."""

    id: str
    budget: str
    scope: str = ""
    value: str = ""
    period: str = ""
    """Whose it was and for how long, as it was then; empty where nobody noted it."""
    since: int
    """When the period began."""
    ceiling: Micros
    part: int
    """Per cent of the ceiling."""
    used: Micros
    at: int
    """When it was seen."""
    sent_at: int | None = None
    """When the webhook took it."""
    attempts: int = 0
    due_at: int | None = None
    """When the webhook is next told; None once it has been, or nobody tries any more."""
    reason: str = ""
    """Why it last was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtEvents:
    """Which events: seen from one moment to before another, of whose budgets, and how many. None is all."""

    most: int
    since: int = 0
    until: int | None = None
    account_id: str | None = None
    budget: str | None = None
    before: tuple[int, int, str] | None = None
    """Moment, part and id of the event behind which to go on."""


def add_events(connection: Connection, added: list[BudgetEvent]) -> None:
    """Add events that are not there yet."""
    if added:
        connection.execute(insert(budget_events), [asdict(event) for event in added])


def parts_told(connection: Connection, budget: str, since: int, ceiling: Micros) -> set[int]:
    """Up to which parts a budget of that ceiling is known to be used in that period."""
    same = (budget_events.c.budget == budget) & (budget_events.c.since == since) & (budget_events.c.ceiling == ceiling)
    return set(connection.execute(select(budget_events.c.part).where(same)).scalars())


def list_events(connection: Connection, sought: SoughtEvents) -> list[BudgetEvent]:
    """Those that are sought, the last first."""
    order = (budget_events.c.at, budget_events.c.part, budget_events.c.id)
    query = select(budget_events).where(*_sought(sought)).order_by(*(column.desc() for column in order))
    if sought.before is not None:
        query = query.where(tuple_(*order) < tuple_(*sought.before))
    return [BudgetEvent(**row) for row in connection.execute(query.limit(sought.most)).mappings()]


def _sought(sought: SoughtEvents) -> Iterator[ColumnElement[bool]]:
    yield budget_events.c.at >= sought.since
    if sought.until is not None:
        yield budget_events.c.at < sought.until
    if sought.budget is not None:
        yield budget_events.c.budget == sought.budget
    if sought.account_id is not None:
        yield budget_events.c.scope.in_(OF_ACCOUNTS)
        yield func.substr(budget_events.c.value, 1, len(sought.account_id)) == sought.account_id


def events_due(connection: Connection, at: int) -> list[BudgetEvent]:
    """Those of which the webhook is to be told by then, the oldest first."""
    query = select(budget_events).where(budget_events.c.due_at <= at).order_by(budget_events.c.at, budget_events.c.part)
    return [BudgetEvent(**row) for row in connection.execute(query).mappings()]


def claim_event(connection: Connection, event: BudgetEvent, due_at: int) -> bool:
    """Take an event to tell it, for as long as nobody else may try; tells whether nobody else had."""
    there = (budget_events.c.id == event.id) & (budget_events.c.attempts == event.attempts)
    there &= budget_events.c.due_at.is_not(None)
    values = {"attempts": event.attempts + 1, "due_at": due_at}
    return connection.execute(update(budget_events).where(there).values(values)).rowcount == 1


def end_attempt(connection: Connection, event_id: str, sent_at: int | None, due_at: int | None, reason: str) -> None:
    """Note how an attempt to tell an event ended, and when the next one is due, if any."""
    values = {"sent_at": sent_at, "due_at": due_at, "reason": reason[:REASON_CHARS]}
    connection.execute(update(budget_events).where(budget_events.c.id == event_id).values(values))
