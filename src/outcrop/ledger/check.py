"""Proves the books: every sum that is kept against the entries it stands for. Pure; knows no database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from outcrop.catalog.prices import to_dollars
from outcrop.ledger import entries as accounts
from outcrop.ledger.budgets import COUNTED, begins, concerns
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
class Kept:
    """Every sum that the books hold, at one moment."""

    balances: Mapping[str, int]
    """Of each account, by its entries."""
    pools: Sequence[CreditPool]
    budgets: Sequence[Budget]
    use: Sequence[tuple[str, int, Micros]]


@final
class Sums:
    """What pictures come to, each seen once and forgotten."""

    def __init__(self, budgets: Sequence[Budget]) -> None:
        self._budgets = budgets
        self.held = Counter[str]()
        """By the ledger's accounts."""
        self.spent = Counter[str]()
        self.used = Counter[tuple[str, int]]()
        """By budget and the beginning of a period."""

    def add(self, booking: Booking) -> None:
        """Add a picture."""
        if booking.state == "reserved":
            self.held[accounts.held(booking.account_id)] += booking.price
        if booking.state == "settled":
            self.spent[accounts.spent(booking.account_id)] += booking.price
        if booking.state in COUNTED:
            for budget in self._budgets:
                if concerns(budget, booking):
                    self.used[budget.name, begins(budget, booking.reserved_at)] += booking.price


def balances(entries: Sequence[Entry]) -> Counter[str]:
    """What moved to each account of the ledger less what moved from it."""
    found: Counter[str] = Counter()
    for entry in entries:
        found[entry.target] += entry.amount
        found[entry.source] -= entry.amount
    return found


def faults(pictures: Iterable[tuple[Booking, Sequence[Entry]]], kept: Kept) -> Iterator[str]:
    """Every contradiction in the books, in words; none is the proof. Pictures come with their entries, in any order."""
    sums = Sums(kept.budgets)
    for booking, own in pictures:
        sums.add(booking)
        yield from _of_booking(booking, own)
    yield from _of_sums(sums, kept)
    yield from _of_pools(kept)
    yield from _of_budgets(sums, kept)


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


def _of_sums(sums: Sums, kept: Kept) -> Iterator[str]:
    parts = (("reserved", accounts.held, sums.held), ("settled", accounts.spent, sums.spent))
    for name, where, expected in parts:
        every = {*expected, *(account for account in kept.balances if account.startswith(where("")))}
        yield from (
            f"{account} is {kept.balances.get(account, 0)} micro-dollars, but its {name} pictures cost "
            f"{expected[account]}."
            for account in sorted(every)
            if kept.balances.get(account, 0) != expected[account]
        )


def _of_pools(kept: Kept) -> Iterator[str]:
    for pool in kept.pools:
        amount = kept.balances.get(accounts.pool(pool.name), 0)
        if amount != pool.left or pool.left < 0:
            yield f"The credit pool '{pool.name}' has {pool.left} micro-dollars left, but its entries say {amount}."


def _of_budgets(sums: Sums, kept: Kept) -> Iterator[str]:
    for name, since, used in kept.use:
        amount = sums.used[name, since]
        if used != amount:
            yield f"The budget '{name}' has {used} micro-dollars used, but its pictures cost {amount}."
