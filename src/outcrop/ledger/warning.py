"""Sees when budgets are used up to where they warn, once each, and says so as an event. Knows no webhook and no clock.

It looks at what is used, not at who uses it: booking a picture costs nothing more, and whatever process booked it, it
is seen.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime

from outcrop.catalog.prices import to_dollars
from outcrop.ledger.budgets import begins, crossed, ends
from outcrop.store.budget_events import BudgetEvent, add_events, parts_told
from outcrop.store.budgets import Budget, list_budgets, used_of
from outcrop.store.database import Connection

KIND = "budget.warning"


def note_warnings(connection: Connection, at: int, new_id: Callable[[], str], *, tell: bool) -> list[BudgetEvent]:
    """Note what budgets have come to since somebody last looked, and return it; `tell` has the webhook told of it."""
    added: list[BudgetEvent] = []
    for budget in list_budgets(connection):
        since = begins(budget, at)
        used = used_of(connection, budget.name, since)
        parts = crossed(budget, 0, used or 0)
        if parts:
            told = parts_told(connection, budget.name, since, budget.ceiling)
            added += [
                BudgetEvent(
                    id=new_id(),
                    budget=budget.name,
                    since=since,
                    ceiling=budget.ceiling,
                    part=part,
                    used=used or budget.ceiling,
                    at=at,
                    due_at=at if tell else None,
                )
                for part in parts
                if part not in told
            ]
    add_events(connection, added)
    return added


def as_json(event: BudgetEvent, budget: Budget | None) -> bytes:
    """What a webhook is told: amounts are decimal texts of US dollars; `budget` is what it is now, if it still is."""
    anew = None if budget is None else ends(budget, event.since)
    data = {
        "budget": event.budget,
        "for": None if budget is None else budget.scope,
        "whom": None if budget is None else budget.value,
        "period": None if budget is None else budget.period,
        "percent": event.part,
        "limit": to_dollars(event.ceiling),
        "used": to_dollars(event.used),
        "currency": "USD",
        "beginsAnew": None if anew is None else _moment(anew),
    }
    return json.dumps({"id": event.id, "type": KIND, "timestamp": _moment(event.at), "data": data}).encode()


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
