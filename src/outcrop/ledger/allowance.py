"""Takes what pictures cost from the budgets they concern, in the transaction that books them. Knows no picture."""

from collections.abc import Sequence

from outcrop.errors import BudgetSpent
from outcrop.ledger.budgets import COUNTED, begins, concerns, crossed, ends, refusal
from outcrop.store.bookings import Booking, bookings_between
from outcrop.store.budgets import Budget, begin_use, give_back, list_budgets, use, used_of
from outcrop.store.database import Connection
from outcrop.units import Micros

FOREVER = 2**62


def take_budgets(connection: Connection, asked: Sequence[Booking]) -> list[str]:
    """Take the price of a request's pictures, which are not booked yet, from every budget; tells what to warn of.

    Raises: BudgetSpent when one would be passed.
    """
    warnings = []
    for budget in list_budgets(connection):
        amount = Micros(sum(booking.price for booking in asked if concerns(budget, booking)))
        if amount:
            since = begins(budget, asked[0].reserved_at)
            before = used_in(connection, budget, since)
            if not use(connection, budget, since, amount):
                raise BudgetSpent(refusal(budget, since, before, amount))
            parts = crossed(budget, before, before + amount)
            warnings += [f"The budget '{budget.name}' is used up to {part} per cent." for part in parts]
    return warnings


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
