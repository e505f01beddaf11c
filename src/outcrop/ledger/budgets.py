"""Whom a budget concerns, when its period begins and ends, and what its refusal says. Pure; knows no database.

Units: seconds since 1970; days and months are those of UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from outcrop.catalog.prices import to_dollars
from outcrop.ledger.tags import PROFILE
from outcrop.store.budgets import Budget, Period
from outcrop.units import Micros

COUNTED = {"reserved", "settled"}
"""States of bookings that use up a budget."""


class Asking(Protocol):
    """On whose behalf something is asked for."""

    @property
    def account_id(self) -> str:
        """Who pays."""

    @property
    def user_name(self) -> str:
        """Who asks."""

    @property
    def tags(self) -> Mapping[str, str]:
        """What they say of it."""


def concerns(budget: Budget, asking: Asking) -> bool:
    """Whether a picture counts towards a budget."""
    match budget.scope:
        case "all":
            return True
        case "account":
            return asking.account_id == budget.value
        case "user":
            return f"{asking.account_id}/{asking.user_name}" == budget.value
        case "profile":
            return f"{asking.account_id}/{asking.tags.get(PROFILE)}" == budget.value
        case "tag":
            name, _, value = budget.value.partition("=")
            return asking.tags.get(name) == value


def tag_of(budget: Budget) -> tuple[str, str] | None:
    """The tag and its value that all pictures have which a budget concerns, if there is one."""
    match budget.scope:
        case "profile":
            return PROFILE, budget.value.partition("/")[2]
        case "tag":
            name, _, value = budget.value.partition("=")
            return name, value
        case _:
            return None


def begins(budget: Budget, at: int) -> int:
    """When the period began that a moment is in."""
    return begins_of(budget.period, at)


def begins_of(period: Period, at: int) -> int:
    """The same of a budget of which the period alone is known."""
    moment = datetime.fromtimestamp(at, UTC)
    match period:
        case "day":
            return int(datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp())
        case "month":
            return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp())
        case "all":
            return 0


def ends(budget: Budget, since: int) -> int | None:
    """When a period ends that began then; None is never."""
    return ends_of(budget.period, since)


def ends_of(period: str, since: int) -> int | None:
    """The same of a budget of which the period alone is known."""
    moment = datetime.fromtimestamp(since, UTC)
    match period:
        case "day":
            return int((moment + timedelta(days=1)).timestamp())
        case "month":
            return int((moment + timedelta(days=32)).replace(day=1).timestamp())
        case _:
            return None


def refusal(budget: Budget, since: int, used: Micros, asked: Micros) -> str:
    """What to say to whoever would pass a budget: its name, its limit, and when it begins anew."""
    end = ends(budget, since)
    anew = (
        "it does not begin anew"
        if end is None
        else f"it begins anew on {datetime.fromtimestamp(end, UTC):%Y-%m-%d at %H:%M} UTC"
    )
    length = "in all" if budget.period == "all" else f"a {budget.period}"
    return (
        f"The budget '{budget.name}' of ${to_dollars(budget.ceiling)} {length} would be passed: "
        f"${to_dollars(used)} are used, and this request costs ${to_dollars(asked)}; {anew}."
    )


def crossed(budget: Budget, before: int, after: int) -> list[int]:
    """The warnings, in per cent of the ceiling, that lie between two uses."""
    return [part for part in budget.warn_at if before * 100 < part * budget.ceiling <= after * 100]
