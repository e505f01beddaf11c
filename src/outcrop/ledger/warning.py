"""Sees when budgets are used up to where they warn, once each, and says so as an event. Knows no webhook and no clock.

It looks at what is used, not at who uses it: booking a picture costs nothing more, and whatever process booked it, it
is seen.
"""

import json
from collections.abc import Callable

from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.ledger.budgets import begins, crossed, ends_of
from outcrop.store.budget_events import BudgetEvent, add_events, parts_told
from outcrop.store.budgets import list_budgets, used_of
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
                    scope=budget.scope,
                    value=budget.value,
                    period=budget.period,
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


def as_json(event: BudgetEvent) -> bytes:
    """What a webhook is told: amounts are decimal texts of US dollars."""
    anew = ends_of(event.period, event.since)
    data = {
        "budget": event.budget,
        "for": event.scope or None,
        "whom": event.value if event.scope else None,
        "period": event.period or None,
        "percent": event.part,
        "limit": to_dollars(event.ceiling),
        "used": to_dollars(event.used),
        "currency": "USD",
        "beginsAnew": None if anew is None else moment_of(anew),
    }
    return json.dumps({"id": event.id, "type": KIND, "timestamp": moment_of(event.at), "data": data}).encode()
