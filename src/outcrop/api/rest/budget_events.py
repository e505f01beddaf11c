"""Warnings of budgets: listed. Knows whose they are and how they read; looks at no budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.period import period
from outcrop.api.rest.whose import whose
from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.ledger.budgets import ends_of
from outcrop.store.budget_events import BudgetEvent, SoughtEvents, list_events

Object = dict[str, object]
PAGE: Final = 100
"""How many there are on a page where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEvents:
    """What budgets have come to."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListBudgetEvents": self.list_all}

    def list_all(self, asked: Asked) -> Response:
        """ListBudgetEvents: those of an account's budgets, or of all.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when parameters contradict.
        """
        account = whose(asked, self.directory.database, self.region).account_id
        when, given = period(asked.parameters), asked.parameters
        sought = SoughtEvents(
            most=given.get("limit", PAGE),
            since=when.since,
            until=when.until,
            account_id=account,
            budget=given.get("budget"),
            before=_place(given["cursor"]) if "cursor" in given else None,
        )
        with self.directory.database.reading() as connection:
            found = list_events(connection, sought)
        last = found[-1] if len(found) == sought.most else None
        following = None if last is None else f"{last.at}.{last.part}.{last.id}"
        events = [_described(event, all_of_it=account is None) for event in found]
        return JSONResponse({"budgetEvents": events, "nextCursor": following})


def _place(cursor: str) -> tuple[int, int, str]:
    at, part, event_id = cursor.split(".")
    return int(at), int(part), event_id


def _described(event: BudgetEvent, *, all_of_it: bool) -> Object:
    anew = ends_of(event.period, event.since)
    return {
        "id": event.id,
        "at": moment_of(event.at),
        "budget": event.budget,
        "scope": event.scope or None,
        "value": event.value if event.scope else None,
        "period": event.period or None,
        "percent": event.part,
        "limit": to_dollars(event.ceiling),
        "used": to_dollars(event.used),
        "beginsAnew": None if anew is None else moment_of(anew),
        "webhook": _told(event) if all_of_it else None,
    }


def _told(event: BudgetEvent) -> Object:
    return {
        "attempts": event.attempts,
        "takenAt": None if event.sent_at is None else moment_of(event.sent_at),
        "nextAt": None if event.due_at is None else moment_of(event.due_at),
        "reason": event.reason,
    }
