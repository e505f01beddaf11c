"""Takes what pictures cost from the budgets they concern, in the transaction that books them. Knows no picture."""

from collections.abc import Sequence
from typing import final

from outcrop.errors import BudgetSpent, ImpossibleBooking
from outcrop.ledger.budgets import COUNTED, begins, begins_of, concerns, crossed, ends, refusal, tag_of
from outcrop.store.bookings import Booking
from outcrop.store.budgets import (
    Budget,
    ask_budgets,
    begin_use,
    budgets_with_use,
    give_back,
    list_budgets,
    use,
    used_of,
)
from outcrop.store.database import Connection
from outcrop.store.pipeline import Pipeline
from outcrop.store.shares import Whose, shares
from outcrop.units import Micros

FOREVER = 2**62


class Outdated(Exception):
    """What was taken for known is not so: whoever posts has to look first."""


@final
class Allowance:
    """Every budget, for as long as a transaction lasts: asked in memory, written once."""

    def __init__(self, pipeline: Pipeline, at: int, *, look: bool) -> None:
        """`at` is when most of what is taken is asked for; without `look`, what nobody has counted yet is not counted.

        The budgets are asked for here, and read when they are needed.
        """
        self._pipeline = pipeline
        self._look = look
        self._at = at
        self._asked = ask_budgets(pipeline.connection, begins_of("day", at), begins_of("month", at))
        self._budgets: dict[str, Budget] | None = None
        self._used: dict[tuple[str, int], Micros] = {}
        self._taken: dict[tuple[str, int], Micros] = {}

    def take(self, asked: Sequence[Booking]) -> list[str]:
        """Take the price of a request's pictures, which are not booked yet, or nothing; tells what to warn of.

        Raises: BudgetSpent when a budget would be passed; Outdated when nobody has counted what is used of one yet.
        """
        taken: dict[tuple[str, int], Micros] = {}
        warnings: list[str] = []
        for budget in self._read().values():
            amount = Micros(sum(booking.price for booking in asked if concerns(budget, booking)))
            if amount:
                since = begins(budget, asked[0].reserved_at)
                before = self._used_in(budget, since)
                if before + amount > budget.ceiling:
                    raise BudgetSpent(refusal(budget, since, before, amount))
                taken[budget.name, since] = amount
                parts = crossed(budget, before, before + amount)
                warnings += [f"The budget '{budget.name}' is used up to {part} per cent." for part in parts]
        for period, amount in taken.items():
            self._used[period] = Micros(self._used[period] + amount)
            self._taken[period] = Micros(self._taken.get(period, 0) + amount)
        return warnings

    def write(self) -> None:
        """Take from the database what has been taken; it is impossible that a budget has less left than before."""
        budgets = self._read()
        for (name, since), amount in self._taken.items():
            less = f"There is less left of the budget '{name}' than there was a moment ago."
            sent = use(self._pipeline.connection, budgets[name], since, amount)
            self._pipeline.expect(sent, 1, ImpossibleBooking(less))

    def _read(self) -> dict[str, Budget]:
        if self._budgets is None:
            self._budgets = {}
            for budget, used in budgets_with_use(self._asked):
                self._budgets[budget.name] = budget
                if used is not None:
                    self._used[budget.name, begins(budget, self._at)] = used
        return self._budgets

    def _used_in(self, budget: Budget, since: int) -> Micros:
        period = (budget.name, since)
        if period not in self._used:
            if not self._look:
                raise Outdated
            self._used[period] = used_in(self._pipeline.connection, budget, since)
        return self._used[period]


def give_back_to_budgets(connection: Connection, booking: Booking) -> None:
    """Give a picture's price back to every budget it concerned."""
    for budget in list_budgets(connection):
        if concerns(budget, booking):
            give_back(connection, budget.name, begins(budget, booking.reserved_at), booking.price)


def used_in(connection: Connection, budget: Budget, since: int) -> Micros:
    """How much of a budget is used in the period that began then; counted once, from the bookings, then kept."""
    used = used_of(connection, budget.name, since)
    if used is None:
        used = used_by(connection, budget, since)
        begin_use(connection, budget.name, since, used)
    return used


def used_by(connection: Connection, budget: Budget, since: int) -> Micros:
    """The same for whoever only reads."""
    used = used_of(connection, budget.name, since)
    return _counted(connection, budget, since) if used is None else used


def _counted(connection: Connection, budget: Budget, since: int) -> Micros:
    """The same by adding up bookings."""
    whose = Whose(since=since, until=ends(budget, since) or FOREVER, states=COUNTED, tag=tag_of(budget))
    return Micros(sum(share.price for share in shares(connection, whose) if concerns(budget, share)))
