"""The proof of the books: it takes no more memory for more pictures."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

from outcrop.clock import day_of
from outcrop.ledger import entries
from outcrop.ledger.allowance import used_by
from outcrop.ledger.books import PAGE, Books
from outcrop.ledger.burn_down import burn_down
from outcrop.ledger.report import run_out
from outcrop.store.bookings import add_bookings, add_entries
from outcrop.store.budgets import Budget
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Database
from outcrop.store.movements import days_of_pool
from outcrop.units import Micros
from tests.ledger.test_books import books, database
from tests.serving import ACCOUNT
from tests.store.test_rows import booking

__all__ = ["books", "database"]

PRICE = Micros(40_000)
GRANTED = Micros(10**12)
MARGIN = 1.5
"""How much more memory four times as many pictures may take: what the libraries keep differs a little."""
NOTHING = 1 << 17
"""Bytes that are none, beside a list of so many pictures."""


def fill(database: Database, since: int, until: int) -> None:
    """Add settled pictures, paid by a pool, to books that know the pool."""
    pictures = [
        replace(booking(n), account_id=ACCOUNT, price=PRICE, credit=PRICE, state="settled", owner="")
        for n in range(since, until)
    ]
    leg = entries.Leg(source=entries.pool("p"), amount=PRICE)
    with database.writing() as connection:
        add_bookings(connection, pictures)
        moved = [[*entries.reserving(one, [leg]), *entries.settling(one, one.reserved_at)] for one in pictures]
        add_entries(connection, [entry for each in moved for entry in each])
        connection.exec_driver_sql(f'UPDATE credit_pools SET "left" = "left" - {len(pictures) * PRICE}')


def peak(do: Callable[[], object]) -> int:
    """How much memory something takes at most, in bytes."""
    do()  # what is loaded and compiled once is no matter
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_more_pictures_take_no_more_memory(books: Books, database: Database) -> None:
    """To prove the books, to count a budget that is new, and to tell how a pool was used up."""
    books.grant(CreditPool(name="p", amount=GRANTED, left=GRANTED, starts_at=0))

    def prove() -> None:
        assert books.faults() == []

    def burn() -> None:
        with database.reading() as connection:
            (pool,) = list_pools(connection)
            assert burn_down(days_of_pool(connection, entries.pool("p")), day_of(86_400))[-1].left == pool.left
            assert run_out(connection, pool, 86_400) is not None

    def count() -> None:
        budget = Budget(name="b", scope="user", value=f"{ACCOUNT}/ann", period="month", ceiling=GRANTED)
        with database.reading() as connection:
            assert used_by(connection, budget, 0) == (GRANTED - list_pools(connection)[0].left)

    fill(database, 0, 2 * PAGE)
    small = [peak(each) for each in (prove, burn, count)]
    fill(database, 2 * PAGE, 8 * PAGE)
    for each, before in zip((prove, burn, count), small, strict=True):
        assert peak(each) < max(MARGIN * before, NOTHING)
