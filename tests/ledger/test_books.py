"""The books: whatever is reserved is settled or released once, and the sums of the entries say the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList, OwnCosts
from outcrop.clock import random_seed
from outcrop.errors import ImpossibleBooking
from outcrop.ledger.books import Books, Order, open_books
from outcrop.ledger.entries import bill, held, spent
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import all_bookings, all_entries
from outcrop.store.database import Database
from outcrop.store.movements import balance
from outcrop.units import ModelId, Seed, Size
from tests.conftest import CORE
from tests.databases import Place
from tests.serving import ACCOUNT

CORE_PRICE = 40_000
ORDER = Order(request_id="request-1", account_id=ACCOUNT, user_name="tester", price_list="a list")


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    """A fresh one with one account, of each kind in turn."""
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="test", created_at=0))
        yield database


@pytest.fixture
def books(database: Database) -> Iterator[Books]:
    """The books of that database, at one moment."""
    with open_books(database, lambda: 1000.0) as books:
        yield books


@pytest.fixture
def core(catalog: Catalog) -> Plan:
    """A picture of Core."""
    request = TextToImage(prompt=plain("a fox"), size=Size(width=64, height=64), seed=Seed(1))
    (only,) = plan(request, ModelId(CORE), catalog, random_seed)
    return only


def balances(database: Database) -> tuple[int, int, int]:
    """Of the bill, of what is held and of what is spent."""
    with database.reading() as connection:
        bill_, held_, spent_ = (balance(connection, name(ACCOUNT)) for name in (bill, held, spent))
        return bill_, held_, spent_


def states(database: Database) -> list[str]:
    """Of all bookings."""
    with database.reading() as connection:
        return [booking.state for booking in all_bookings(connection)]


def test_what_is_delivered_is_spent(books: Books, database: Database, core: Plan) -> None:
    """Held while it is drawn, spent once it is there, picture by picture."""
    first, second = books.reserve(ORDER, [core, core])
    assert balances(database) == (-2 * CORE_PRICE, 2 * CORE_PRICE, 0)
    books.settle({first.id: 12})
    assert balances(database) == (-2 * CORE_PRICE, CORE_PRICE, CORE_PRICE)
    books.release([second.id])
    assert balances(database) == (-CORE_PRICE, 0, CORE_PRICE)
    with database.reading() as connection:
        settled, released = all_bookings(connection)
    assert (settled.state, settled.engine_ms, settled.closed_at) == ("settled", 12, 1000)
    assert (released.state, released.engine_ms) == ("released", None)


def test_what_a_picture_cost_here_is_kept(database: Database, core: Plan) -> None:
    """By the operator's list of the day when it was settled; a later list, or none, alters nothing."""
    lists = [
        OwnCostList(name="x", holds_from=date(1970, 1, day), source="y", second=Fraction(day, 1000)) for day in (1, 2)
    ]
    moment = [0.0]
    with open_books(database, lambda: moment[0], OwnCosts(lists=tuple(lists))) as books:
        first, second = books.reserve(ORDER, [core, core])
        books.settle({first.id: 1500})
        moment[0] = 90_000.0
        books.settle({first.id: 1500, second.id: 1500})
    with open_books(database, lambda: 90_000.0) as books:
        (third,) = books.reserve(replace(ORDER, request_id="request-2"), [core])
        books.settle({third.id: 1500})
    with database.reading() as connection:
        assert [booking.own_cost for booking in all_bookings(connection)] == [1_500, 3_000, None]


def test_what_was_bought_cost_its_price(books: Books, database: Database, core: Plan) -> None:
    """Where no list of own costs says anything; and it may be said twice."""
    bought = books.reserve(ORDER, [core, core])
    for _ in range(2):
        books.settle_bought(bought)
    assert balances(database) == (-2 * CORE_PRICE, 0, 2 * CORE_PRICE)
    with database.reading() as connection:
        assert [(one.engine_ms, one.own_cost) for one in all_bookings(connection)] == [(0, CORE_PRICE)] * 2


@pytest.mark.parametrize("remembers", [False, True])
def test_everything_may_be_said_twice(books: Books, database: Database, core: Plan, *, remembers: bool) -> None:
    """By the request's id: nothing is booked twice, even where whoever settles takes it for reserved."""
    for _ in range(2):
        (only,) = books.reserve(ORDER, [core])
    for _ in range(2):
        books.settle({only.id: 1}, [only] if remembers else [])
    assert balances(database) == (-CORE_PRICE, 0, CORE_PRICE)
    for _ in range(2):
        books.refund([only.id])
    assert balances(database) == (0, 0, 0)
    with database.reading() as connection:
        assert [entry.kind for entry in all_entries(connection)] == ["reserve", "settle", "refund"]


def test_what_contradicts_the_books_is_not_booked(books: Books, database: Database, core: Plan) -> None:
    """And is said aloud; the books stay as they were."""
    (settled,) = books.reserve(ORDER, [core])
    books.settle({settled.id: 1})
    (released,) = books.reserve(replace(ORDER, request_id="request-2"), [core])
    books.release([released.id])
    before = balances(database), states(database)
    with pytest.raises(ImpossibleBooking, match="request-1/0 is settled, so it cannot be released"):
        books.release([settled.id])
    with pytest.raises(ImpossibleBooking, match="request-2/0 is released, so it cannot be settled"):
        books.settle({released.id: 1})
    with pytest.raises(ImpossibleBooking, match="request-2/0 is released, so it cannot be settled"):
        books.settle({released.id: 1}, [released])
    with pytest.raises(ImpossibleBooking, match="request-2/0 is released, so it cannot be refunded"):
        books.refund([released.id])
    with pytest.raises(ImpossibleBooking, match="nobody/0 was never reserved"):
        books.settle({"nobody/0": 1})
    with pytest.raises(ImpossibleBooking, match="request-1 is booked already, with other pictures"):
        books.reserve(ORDER, [core, core])
    assert (balances(database), states(database)) == before


def test_entries_cannot_be_changed(books: Books, database: Database, core: Plan) -> None:
    """Not even by whoever speaks SQL."""
    books.reserve(ORDER, [core])
    for statement in ("UPDATE entries SET amount = 1", "DELETE FROM entries"):
        with pytest.raises(Exception, match="entries are added, never changed"), database.writing() as connection:
            connection.exec_driver_sql(statement)


def test_what_a_dead_process_left_is_released(database: Database, core: Plan) -> None:
    """At the next start, and nothing of a process that lives."""
    dead = Books(database, "a process that is gone", lambda: 1.0)
    dead.reserve(ORDER, [core])
    with open_books(database, lambda: 2.0) as living:
        assert states(database) == ["released"]
        living.reserve(replace(ORDER, request_id="request-2"), [core])
        with open_books(database, lambda: 3.0):
            assert states(database) == ["released", "reserved"]
    assert states(database) == ["released", "released"]
    assert balances(database) == (0, 0, 0)


def test_a_price_change_alters_nothing_that_is_booked(books: Books, database: Database, core: Plan) -> None:
    """A booking keeps the price at which it was made."""
    (only,) = books.reserve(ORDER, [core])
    books.reserve(ORDER, [replace(core, price=type(core.price)(1))])
    books.settle({only.id: 1})
    assert balances(database) == (-CORE_PRICE, 0, CORE_PRICE)


def test_what_is_set_aside_for_a_job_outlives_the_process(database: Database, books: Books, core: Plan) -> None:
    """The next one finds it, delivers it once, and what it does not deliver is given back with the job."""
    order = replace(ORDER, job="job000000001")
    with open_books(database, lambda: 1000.0) as first:
        one, other = first.reserve(order, [core, core])
    assert books.recover() == ()
    assert states(database) == ["reserved", "reserved"]
    assert [booking.id for booking in books.reserve(order, [core, core])] == [one.id, other.id]
    for _ in range(2):
        with database.writing() as connection:
            books.deliver_within(connection, {one.id: 7})
    for _ in range(2):
        with database.writing() as connection:
            books.give_up_within(connection, "job000000001")
    assert states(database) == ["settled", "released"]
    assert books.recover() == ()
    assert books.faults() == []


def test_giving_a_job_up_leaves_the_others(database: Database, books: Books, core: Plan) -> None:
    """And what processes have set aside."""
    for number in (1, 2):
        books.reserve(replace(ORDER, request_id=f"request-{number}", job=f"job{number}"), [core])
    books.reserve(replace(ORDER, request_id="request-3"), [core])
    with database.writing() as connection:
        books.give_up_within(connection, "job1")
    assert states(database) == ["released", "reserved", "reserved"]
