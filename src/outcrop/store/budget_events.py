"""Queries on warnings of budgets and who has been told. Knows rows; knows no rule and no webhook."""

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select, update

from outcrop.store.database import Connection
from outcrop.store.tables import budget_events
from outcrop.units import Micros

REASON_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEvent:
    """That a budget was used up to a part."""

    id: str
    budget: str
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


def add_events(connection: Connection, added: list[BudgetEvent]) -> None:
    """Add events that are not there yet."""
    if added:
        connection.execute(insert(budget_events), [asdict(event) for event in added])


def parts_told(connection: Connection, budget: str, since: int, ceiling: Micros) -> set[int]:
    """Up to which parts a budget of that ceiling is known to be used in that period."""
    same = (budget_events.c.budget == budget) & (budget_events.c.since == since) & (budget_events.c.ceiling == ceiling)
    return set(connection.execute(select(budget_events.c.part).where(same)).scalars())


def list_events(connection: Connection, most: int) -> list[BudgetEvent]:
    """The latest ones, the last first."""
    query = select(budget_events).order_by(budget_events.c.at.desc(), budget_events.c.part.desc(), budget_events.c.id)
    return [BudgetEvent(**row) for row in connection.execute(query.limit(most)).mappings()]


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
