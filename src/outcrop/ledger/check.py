"""Proves the books: every sum that is kept against the entries it stands for. Pure; knows no database."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcrop.catalog.prices import to_dollars
from outcrop.ledger import entries as accounts
from outcrop.ledger.allowance import counted
from outcrop.store.bookings import Booking, Entry
from outcrop.store.budgets import Budget
from outcrop.store.credit_pools import CreditPool
from outcrop.units import Micros

KINDS = {
    "reserved": ["reserve"],
    "settled": ["reserve", "settle"],
    "released": ["reserve", "release"],
    "refunded": ["reserve", "settle", "refund"],
}
"""The kinds of entries that lead a booking to its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that the books hold, at once."""

    bookings: Sequence[Booking]
    entries: Sequence[Entry]
    pools: Sequence[CreditPool]
    budgets: Sequence[Budget]
    use: Sequence[tuple[str, int, Micros]]


def balances(entries: Sequence[Entry]) -> Counter[str]:
    """What moved to each account of the ledger less what moved from it."""
    found: Counter[str] = Counter()
    for entry in entries:
        found[entry.target] += entry.amount
        found[entry.source] -= entry.amount
    return found


def faults(state: Moment) -> list[str]:
    """Every contradiction in the books, in words; none is the proof."""
    return [*_of_bookings(state), *_of_sums(state), *_of_pools(state), *_of_budgets(state)]


def _of_bookings(state: Moment) -> Iterator[str]:
    entries = defaultdict(list)
    for entry in state.entries:
        entries[entry.booking_id].append(entry)
    for booking in state.bookings:
        yield from _of_booking(booking, entries[booking.id])


def _of_booking(booking: Booking, own: Sequence[Entry]) -> Iterator[str]:
    sums = Counter[str]()
    for entry in own:
        sums[entry.kind] += entry.amount
    if list(sums) != KINDS[booking.state]:
        yield f"Picture {booking.id} is {booking.state}, but its entries are {list(sums)}."
    for kind, amount in sums.items():
        if amount != booking.price:
            yield f"Picture {booking.id} costs ${to_dollars(booking.price)}, but its {kind} is {amount} micro-dollars."
    drawn = accounts.from_pools(entry for entry in own if entry.kind == "reserve")
    if drawn != booking.credit:
        yield f"Picture {booking.id} has {booking.credit} micro-dollars of credit, but its entries drew {drawn}."
    if booking.state in {"released", "refunded"} and _paid(own):
        yield f"Picture {booking.id} is {booking.state}, but somebody still paid for it: {_paid(own)}."


def _paid(own: Sequence[Entry]) -> dict[str, int]:
    """What a picture's entries have changed in the balance of each account."""
    return {account: amount for account, amount in balances(own).items() if amount}


def _of_sums(state: Moment) -> Iterator[str]:
    found = balances(state.entries)
    for name, where in (("reserved", accounts.held), ("settled", accounts.spent)):
        expected: Counter[str] = Counter()
        for booking in state.bookings:
            expected[where(booking.account_id)] += booking.price * (booking.state == name)
        every = {*expected, *(account for account in found if account.startswith(where("")))}
        yield from (
            f"{account} is {found[account]} micro-dollars, but its {name} pictures cost {expected[account]}."
            for account in sorted(every)
            if found[account] != expected[account]
        )


def _of_pools(state: Moment) -> Iterator[str]:
    found = balances(state.entries)
    for pool in state.pools:
        if found[accounts.pool(pool.name)] != pool.left or pool.left < 0:
            amount = found[accounts.pool(pool.name)]
            yield f"The credit pool '{pool.name}' has {pool.left} micro-dollars left, but its entries say {amount}."


def _of_budgets(state: Moment) -> Iterator[str]:
    budgets = {budget.name: budget for budget in state.budgets}
    for name, since, used in state.use:
        amount = counted(budgets[name], since, state.bookings)
        if used != amount:
            yield f"The budget '{name}' has {used} micro-dollars used, but its pictures cost {amount}."
