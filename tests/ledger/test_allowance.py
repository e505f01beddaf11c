"""Budgets and credit at their edges: not one picture over, nothing below zero, however many ask at once."""

import multiprocessing
from dataclasses import replace

import pytest

from outcrop.errors import BudgetSpent
from outcrop.ledger.books import Books, open_books
from outcrop.plan import Plan
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, Period, Scope, put_budget
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Database
from outcrop.units import Micros
from tests.databases import Place
from tests.ledger.test_books import CORE_PRICE, ORDER, balances, books, core, database
from tests.serving import ACCOUNT

__all__ = ["books", "core", "database"]


def budget(database: Database, pictures: int, scope: Scope = "all", value: str = "", period: Period = "month") -> None:
    """Make a budget of so many pictures of Core."""
    ceiling = Micros(pictures * CORE_PRICE)
    made = Budget(name="b", scope=scope, value=value, period=period, ceiling=ceiling)
    with database.writing() as connection:
        put_budget(connection, made)


def reserve(books: Books, plan: Plan, *numbers: int) -> int:
    """Ask for pictures, one a request; return how many are allowed."""
    allowed = 0
    for number in numbers:
        try:
            books.reserve(replace(ORDER, request_id=f"r{number}"), [plan])
        except BudgetSpent:
            continue
        allowed += 1
    return allowed


def test_a_budget_is_used_to_its_last_picture(books: Books, database: Database, core: Plan) -> None:
    """And not one further, until one is given back."""
    reserve(books, core, 0)
    budget(database, 3)
    assert reserve(books, core, 1, 2, 3, 4) == 2
    books.release(["r1/0"])
    assert reserve(books, core, 5, 6) == 1
    assert books.faults() == []


def test_a_request_passes_whole_or_not_at_all(books: Books, database: Database, core: Plan) -> None:
    """The refusal names the budget, its limit, what is used, and when it begins anew."""
    budget(database, 2)
    text = r"'b' of \$0.08 a month would be passed: \$0 are used, and this request costs \$0.12; it begins anew on 1970"
    with pytest.raises(BudgetSpent, match=text):
        books.reserve(ORDER, [core] * 3)
    assert balances(database) == (0, 0, 0)


@pytest.mark.parametrize(
    ("scope", "value", "allowed"),
    [
        ("account", ACCOUNT, 1),
        ("account", "999999999999", 2),
        ("user", f"{ACCOUNT}/tester", 1),
        ("user", f"{ACCOUNT}/other", 2),
        ("tag", "team=red", 2),
    ],
)
def test_a_budget_concerns_those_it_is_for(
    books: Books, database: Database, core: Plan, scope: Scope, value: str, allowed: int
) -> None:
    """And nobody else."""
    budget(database, 1, scope, value)
    assert reserve(books, core, 1, 2) == allowed


def test_a_tag_counts(books: Books, database: Database, core: Plan) -> None:
    """As the request says it."""
    budget(database, 1, "tag", "team=red")
    books.reserve(replace(ORDER, tags={"team": "red"}), [core])
    with pytest.raises(BudgetSpent):
        books.reserve(replace(ORDER, request_id="2", tags={"team": "red"}), [core])


def test_what_is_booked_does_not_stand_in_its_own_way(books: Books, database: Database, core: Plan) -> None:
    """A request that is said again where it fills the budget itself is as good as the first."""
    budget(database, 1)
    first = books.reserve(ORDER, [core])
    assert books.reserve(ORDER, [core]) == first


def test_a_day_begins_anew(database: Database, core: Plan) -> None:
    """At midnight, UTC."""
    budget(database, 1, period="day")
    moments = iter([86_399.0] * 6 + [86_400.0] * 9)
    with open_books(database, lambda: next(moments)) as books:
        assert reserve(books, core, 1, 2) == 1
    with open_books(database, lambda: 86_400.0) as books:
        assert reserve(books, core, 3, 4) == 1


def test_credit_is_drawn_in_order_and_split_within_a_picture(books: Books, database: Database, core: Plan) -> None:
    """First what has a place, then what ends soonest; the rest is billed, and all of it comes back."""

    def grant(name: str, amount: int, ends_at: int | None, place: int | None = None) -> None:
        micros = Micros(amount)
        books.grant(CreditPool(name=name, amount=micros, left=micros, starts_at=0, ends_at=ends_at, place=place))

    grant("late", 15_000, 9_000)
    grant("soon", 10_000, 5_000)
    grant("first", 5_000, None, 1)
    grant("over", 90_000, 900)
    (booking,) = books.reserve(ORDER, [core])
    with database.reading() as connection:
        left = {pool.name: pool.left for pool in list_pools(connection)}
    assert left == {"first": 0, "soon": 0, "late": 0, "over": 90_000}
    assert balances(database) == (-10_000, 40_000, 0)
    books.release([booking.id])
    books.expire()
    with database.reading() as connection:
        left = {pool.name: pool.left for pool in list_pools(connection)}
    assert left == {"first": 5_000, "soon": 10_000, "late": 15_000, "over": 0}
    assert books.faults() == []


def test_the_check_finds_what_is_wrong(books: Books, database: Database, core: Plan) -> None:
    """A balance that somebody changed behind the books."""
    budget(database, 3)
    books.grant(CreditPool(name="p", amount=Micros(9), left=Micros(9), starts_at=0))
    reserve(books, core, 1)
    assert books.faults() == []
    with database.writing() as connection:
        for statement in (
            'UPDATE credit_pools SET "left" = 1',
            "UPDATE budget_use SET used = 2",
            "UPDATE bookings SET price = 1, credit = 2",
        ):
            connection.exec_driver_sql(statement)
    assert len(books.faults()) == 5


def race(place: Place, plan: Plan, worker: int, requests: int) -> None:
    """Ask for pictures, in a process of its own."""
    with place.open() as database, open_books(database, lambda: 1000.0) as books:
        reserve(books, plan, *range(worker * requests, (worker + 1) * requests))
        with database.reading() as connection:
            own = [booking.id for booking in all_bookings(connection) if booking.owner == books._owner]
        books.settle(dict.fromkeys(own, 1))
        books.hand_over(own)


@pytest.mark.parametrize(
    ("workers", "requests"), [(4, 25), pytest.param(8, 1250, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_processes_that_race_pass_no_budget(
    database: Database, place: Place, core: Plan, workers: int, requests: int
) -> None:
    """All of it is spent, and not one picture more."""
    ceiling = workers * requests // 2
    budget(database, ceiling)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=race, args=(place, core, worker, requests)) for worker in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * workers
    with database.reading() as connection:
        states = [booking.state for booking in all_bookings(connection)]
    assert states == ["settled"] * ceiling
    with open_books(database, lambda: 1000.0) as books:
        assert books.faults() == []
