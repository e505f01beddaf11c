"""Takes what pictures cost from the budgets they concern, in the transaction that books them. Knows no picture."""

from collections.abc import Sequence
from typing import final

from outcrop.errors import BudgetSpent, ImpossibleBooking
from outcrop.ledger.budgets import COUNTED, begins, concerns, crossed, ends, refusal
from outcrop.store.bookings import Booking, bookings_between
from outcrop.store.budgets import Budget, begin_use, give_back, list_budgets, use, used_of
from outcrop.store.database import Connection
from outcrop.units import Micros

FOREVER = 2**62


@final
class Allowance:
    """Every budget, for as long as a transaction lasts: asked in memory, written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._budgets = list_budgets(connection)
        self._used: dict[tuple[str, int], Micros] = {}
        self._taken: dict[tuple[str, int], Micros] = {}

    def take(self, asked: Sequence[Booking]) -> list[str]:
        """Take the price of a request's pictures, which are not booked yet, or nothing; tells what to warn of.

        Raises: BudgetSpent when a budget would be passed.
        """
        taken: dict[tuple[str, int], Micros] = {}
        warnings: list[str] = []
        for budget in self._budgets:
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
        """Take from the database what has been taken.

        Raises: ImpossibleBooking when a budget has less left than it had when the transaction began.
        """
        budgets = {budget.name: budget for budget in self._budgets}
        for (name, since), amount in self._taken.items():
            if not use(self._connection, budgets[name], since, amount):
                raise ImpossibleBooking(f"There is less left of the budget '{name}' than there was a moment ago.")

    def _used_in(self, budget: Budget, since: int) -> Micros:
        period = (budget.name, since)
        if period not in self._used:
            self._used[period] = used_in(self._connection, budget, since)
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
    if used is None:
        used = counted(budget, since, bookings_between(connection, since, ends(budget, since) or FOREVER))
    return used


def counted(budget: Budget, since: int, bookings: Sequence[Booking]) -> Micros:
    """The same by adding up bookings."""
    end = ends(budget, since) or FOREVER
    return Micros(
        sum(
            booking.price
            for booking in bookings
            if since <= booking.reserved_at < end and booking.state in COUNTED and concerns(budget, booking)
        )
    )
