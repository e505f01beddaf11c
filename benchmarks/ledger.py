"""What it costs to book: `python -m benchmarks.ledger` prints it alone.

A picture is reserved and settled in books with a budget and a credit pool that it concerns, on SQLite and, where its
programs are, on a PostgreSQL server of the benchmark's own with the settings that it has when it is installed.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.databases import Place, cluster, programs

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import new_id, random_seed, unix_time
from outcrop.ledger import entries
from outcrop.ledger.books import Books, Order, open_books
from outcrop.ledger.report import report
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import Booking as Booked
from outcrop.store.bookings import add_bookings, add_entries
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.costs import Span
from outcrop.store.credit_pools import CreditPool
from outcrop.store.database import Database
from outcrop.units import Micros, ModelId, Seed, Size

ACCOUNT = "111111111111"
CLIENTS = 8
ALONE = 300
"""Pictures of one client."""
TOGETHER = 3000
"""Pictures of all clients together."""
PLENTY = Micros(2**50)
ENTRIES = 1_000_000
"""In the books of the month that a report is made of: two for each of half as many settled pictures."""
SEEN = 3
"""How often the report is made."""
MONTH_S = 30 * 86_400
BULK = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Reserving and settling one picture, and a month's report of many.

    Units: milliseconds, the median of one client; pictures a second, of all clients; seconds, the median.
    """

    database: str
    one_ms: float
    clients: int
    a_second: float
    entries: int
    report_s: float


def measure_ledger(catalog: Catalog) -> list[Booking]:
    """Book pictures, on each database there is."""
    with places() as found:
        return [_measure(name, place, catalog) for name, place in found.items()]


@contextmanager
def places() -> Iterator[dict[str, Place]]:
    """An empty database of each kind."""
    with ExitStack() as open_ones:
        home = Path(open_ones.enter_context(tempfile.TemporaryDirectory()))
        found = {"SQLite": Place(home=home)}
        folder = programs()
        if folder is not None:
            server = open_ones.enter_context(cluster(folder, "shared_buffers=128MB"))
            name = open_ones.enter_context(server.database())
            found["PostgreSQL"] = Place(home=home, url=server.url(name))
        yield found


def _measure(name: str, place: Place, catalog: Catalog) -> Booking:
    (picture,) = plan(
        TextToImage(prompt=plain("a fox"), size=Size(width=1024, height=1024), seed=Seed(1)),
        next(iter(catalog.models)),
        catalog,
        random_seed,
    )
    with place.open() as database, open_books(database, unix_time) as books:
        _furnish(database, books)
        book(books, picture)  # opens a connection, compiles statements
        alone = [book(books, picture) for _ in range(ALONE)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda _: book(books, picture), range(CLIENTS * 10)))
            began = time.perf_counter()
            list(clients.map(lambda _: book(books, picture), range(TOGETHER)))
            lasted = time.perf_counter() - began
        faults = books.faults()
        assert faults == [], faults
        fill(database)
        report_s = statistics.median(_reported(database) for _ in range(SEEN))
    return Booking(
        database=name,
        one_ms=round(statistics.median(alone) * 1000, 2),
        clients=CLIENTS,
        a_second=round(TOGETHER / lasted),
        entries=ENTRIES,
        report_s=round(report_s, 2),
    )


def book(books: Books, picture: Plan) -> float:
    """Reserve a picture and settle it; tells how many seconds that took."""
    order = Order(request_id=new_id(), account_id=ACCOUNT, user_name="ann", price_list="list")
    began = time.perf_counter()
    (booking,) = books.reserve(order, [picture])
    books.settle({booking.id: 1}, [booking])  # as a call does, which still knows what it reserved
    return time.perf_counter() - began


def fill(database: Database) -> None:
    """Add a month of settled pictures, half of them paid by a pool, in bulk."""
    for begin in range(0, ENTRIES // 2, BULK):
        pictures = [_settled(number) for number in range(begin, begin + BULK)]
        with database.writing() as connection:
            add_bookings(connection, pictures)
            moved = [entries.reserving(one, [_leg(one)]) + entries.settling(one, one.reserved_at) for one in pictures]
            add_entries(connection, [entry for both in moved for entry in both])


def _settled(number: int) -> Booked:
    at = number * MONTH_S // (ENTRIES // 2)
    return Booked(
        id=f"filled-{number}/0",
        request_id=f"filled-{number}",
        account_id=ACCOUNT,
        user_name=f"user-{number % 20}",
        model_id=ModelId(f"model-{number % 7}"),
        operation="text_to_image",
        tags={"team": f"team-{number % 5}"},
        price=Micros(40_000),
        credit=Micros(40_000 * (number % 2)),
        price_list="list",
        state="settled",
        reserved_at=at,
        closed_at=at,
        engine_ms=1000,
        own_cost=Micros(700),
        owner="",
    )


def _leg(booking: Booked) -> entries.Leg:
    source = entries.pool("pool") if booking.credit else entries.bill(ACCOUNT)
    return entries.Leg(source=source, amount=booking.price)


def _reported(database: Database) -> float:
    began = time.perf_counter()
    with database.reading() as connection:
        found = report(connection, Span(since=0, until=MONTH_S), ["model", "user"])
    assert sum(line.pictures for line in found) == ENTRIES // 2
    return time.perf_counter() - began


def _furnish(database: Database, books: Books) -> None:
    with database.writing() as connection:
        add_account(connection, Account(id=ACCOUNT, name="bench", created_at=0))
        put_budget(connection, Budget(name="month", scope="account", value=ACCOUNT, period="month", ceiling=PLENTY))
    books.grant(CreditPool(name="pool", amount=PLENTY, left=PLENTY, starts_at=0))


if __name__ == "__main__":
    print(json.dumps([asdict(booking) for booking in measure_ledger(load_catalog())], indent=2))
