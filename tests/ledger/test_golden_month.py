"""A month of bookings whose every figure was worked out by hand, on both databases.

November 2026, times UTC. One account, studio, with the users alice and bob. Prices of a picture in dollars:

    list "Bedrock"   from 1 Nov    Core 0.04    SD3.5 0.08    Ultra 0.14
    list "Contract"  from 16 Nov   Core 0.035   (the others stay on "Bedrock")

Own costs: $0.001 a second of the engine from 5 Nov on; $0.002 from 16 Nov on; before 5 Nov nobody said.

Credit: "trial" 1.00, ends 10 Nov; "spring" 2.00, no end. Trial goes first, as it ends sooner.
Budget: "bob" 0.50 a month, for the user bob.

  day  who    what                      price            trial    spring   bill     own cost
  ---  -----  ------------------------  ---------------  -------  -------  -------  --------------------------
   2   alice  10 Core,  2.0 s each      10 x 0.04=0.40   0.40     -        -        not known
   3   alice  5 Ultra,  7.0 s each       5 x 0.14=0.70   0.60     0.10     -        not known
              the 5th is split: 4 x 0.14 = 0.56 leaves trial 0.04; 0.04 from trial, 0.10 from spring
   6   bob    4 SD3.5,  4.5 s each       4 x 0.08=0.32   -        0.32     -        4 x 0.0045 = 0.0180
   7   alice  3 Core, none delivered     3 x 0.04=0.12   released: nothing anywhere
   8   bob    3 SD3.5                    0.32 + 0.24 = 0.56 > 0.50: stopped by his budget, nothing booked
   8   bob    2 SD3.5,  4.5 s each       2 x 0.08=0.16   -        0.16     -        2 x 0.0045 = 0.0090
  12   alice  10 Ultra, 7.0 s each      10 x 0.14=1.40   -        1.40     -        10 x 0.007 = 0.0700
  14   alice  1 Ultra,  7.0 s            1 x 0.14=0.14   -        0.02     0.12     0.0070
              spring had 2.00 - 0.10 - 0.32 - 0.16 - 1.40 = 0.02: it runs out within this picture
  15   alice  2 Core asked for at 23:59:59, delivered on the 16th at 0:00:05, 2.0 s each
                                         2 x 0.04=0.08   -        -        0.08     2 x 0.004 = 0.0080
  16   alice  20 Core,  2.0 s each     20 x 0.035=0.70   -        -        0.70     20 x 0.004 = 0.0800
  20   alice  the picture of the 14th is given back: 0.02 to spring, 0.12 to the bill
  21   bob    1 Core, 2.0 s: 0.48 + 0.035 = 0.515 > 0.50: stopped
  30   alice  1 SD3.5 asked for at 23:59:59, delivered on 1 December at 0:00:01, 3.0 s
              reserved 0.08: 0.02 from spring (the refund), 0.06 from the bill; own cost 0.0060

What November comes to, by its own entries (delivered in it, less given back in it):

    Core    0.04    10 + 2 = 12    0.48      own  0 + 0.0080, of 2 of the 12
    Core    0.035         20       0.70      own  0.0800
    SD3.5   0.08     4 + 2 =  6    0.48      own  0.0180 + 0.0090 = 0.0270
    Ultra   0.14  5 + 10 + 1= 16   2.24      own  0.0700 + 0.0070 = 0.0770, of 11 of the 16
    Ultra   0.14    given back -1 -0.14
                          --       ----
                          53       3.76      delivered 12 + 20 + 6 + 16 = 54
    from credit  trial  0.40 + 0.60                                  = 1.00
                 spring 0.10 + 0.32 + 0.16 + 1.40 + 0.02 - 0.02      = 1.98
                                                                       ----
                                                                       2.98
    to pay       3.76 - 2.98 = 0.78   ( = 0.12 + 0.08 + 0.70 - 0.12 )
    own cost     0.0080 + 0.0800 + 0.0270 + 0.0770 = 0.1920, of 2 + 20 + 6 + 11 = 39 of the 54

December: 1 SD3.5, 0.08; spring 0.02; to pay 0.06; own cost 0.0060.

At the end: spent 3.76 + 0.08 = 3.84; trial 0, spring 2.00 - 1.98 - 0.02 = 0; bill -(0.78 + 0.06) = -0.84; held 0.
Bob's budget: 0.32 + 0.16 = 0.48 used. By the day of asking, November's delivered and kept pictures are 53 + 1 = 54.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList, OwnCosts
from outcrop.catalog.prices import PriceList, Prices, Rate, to_micros
from outcrop.clock import day_of, random_seed
from outcrop.errors import BudgetSpent
from outcrop.ledger.allowance import FOREVER, used_in
from outcrop.ledger.books import Books, Order, open_books
from outcrop.ledger.entries import bill, held, spent
from outcrop.ledger.invoice import Invoice, InvoiceLine, described, invoice
from outcrop.ledger.month import read_month
from outcrop.ledger.report import report
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, list_budgets, put_budget
from outcrop.store.costs import Span
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Database
from outcrop.store.movements import balance
from outcrop.units import Micros, ModelId
from tests.conftest import CORE, SD35, ULTRA
from tests.ledger.test_books import database
from tests.serving import ACCOUNT

__all__ = ["database"]

NOVEMBER, DECEMBER = read_month("2026-11"), read_month("2026-12")
PRICES = Prices(
    lists=(
        PriceList(
            name="Bedrock",
            holds_from=date(2026, 11, 1),
            source="a test",
            rates={
                ModelId(CORE): (Rate(price=Micros(40_000)),),
                ModelId(SD35): (Rate(price=Micros(80_000)),),
                ModelId(ULTRA): (Rate(price=Micros(140_000)),),
            },
        ),
        PriceList(
            name="Contract",
            holds_from=date(2026, 11, 16),
            source="a test",
            rates={ModelId(CORE): (Rate(price=Micros(35_000)),)},
        ),
    )
)
OWN_COSTS = OwnCosts(
    lists=(
        OwnCostList(name="old", holds_from=date(2026, 11, 5), source="a test", second=Fraction("0.001")),
        OwnCostList(name="new", holds_from=date(2026, 11, 16), source="a test", second=Fraction("0.002")),
    )
)


def at(day: int, time: str = "12:00:00", month: int = 11) -> float:
    """Seconds since 1970 of a time of 2026."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{time}+00:00").timestamp()


class Studio:
    """Its users, who ask for pictures as the server does for them, at a time that the test sets."""

    def __init__(self, books: Books, catalog: Catalog, clock: list[float]) -> None:
        self.books = books
        self.catalog = catalog
        self.clock = clock

    def ask(self, when: float, user: str, model: str, count: int) -> list[str]:
        """Reserve pictures; return their ids."""
        self.clock[0] = when
        today = replace(self.catalog, prices=PRICES).on(day_of(when))
        card = today.model(model)
        request = TextToImage(prompt=plain("a fox"), size=card.sizes["1:1"], images=count)
        order = Order(
            request_id=f"{user}-{int(when)}-{count}",
            account_id=ACCOUNT,
            user_name=user,
            price_list=today.prices.of(card.id).name,
        )
        booked = self.books.reserve(order, plan(request, card.id, today, random_seed))
        return [booking.id for booking in booked]

    def deliver(self, when: float, ids: list[str], engine_ms: int) -> None:
        """The engine has drawn them."""
        self.clock[0] = when
        self.books.settle(dict.fromkeys(ids, engine_ms))
        self.books.hand_over(ids)

    def draw(self, when: float, user: str, asked: tuple[str, int], engine_ms: int) -> list[str]:
        """Both at once."""
        ids = self.ask(when, user, *asked)
        self.deliver(when, ids, engine_ms)
        return ids


@pytest.fixture
def studio(database: Database, catalog: Catalog) -> Iterator[Studio]:
    """The month above, booked from its first line to its last."""
    clock = [at(1)]
    with open_books(database, lambda: clock[0], OWN_COSTS) as books:
        studio = Studio(books, catalog, clock)
        for name, dollars, ends in (("trial", "1.00", at(10, "00:00:00")), ("spring", "2.00", None)):
            amount = to_micros(dollars)
            ends_at = None if ends is None else int(ends)
            books.grant(CreditPool(name=name, amount=amount, left=amount, starts_at=int(at(1)), ends_at=ends_at))
        with database.writing() as connection:
            budget = Budget(name="bob", scope="user", value=f"{ACCOUNT}/bob", period="month", ceiling=to_micros("0.50"))
            put_budget(connection, budget)
        studio.draw(at(2), "alice", (CORE, 10), 2000)
        studio.draw(at(3), "alice", (ULTRA, 5), 7000)
        studio.draw(at(6), "bob", (SD35, 4), 4500)
        books.release(studio.ask(at(7), "alice", CORE, 3))
        with pytest.raises(BudgetSpent, match=r"'bob' of \$0\.5 a month .* \$0\.32 are used, .* costs \$0\.24"):
            studio.ask(at(8), "bob", SD35, 3)
        studio.draw(at(8), "bob", (SD35, 2), 4500)
        books.expire()
        studio.draw(at(12), "alice", (ULTRA, 10), 7000)
        given_back = studio.draw(at(14), "alice", (ULTRA, 1), 7000)
        over_night = studio.ask(at(15, "23:59:59"), "alice", CORE, 2)
        studio.deliver(at(16, "00:00:05"), over_night, 2000)
        studio.draw(at(16), "alice", (CORE, 20), 2000)
        clock[0] = at(20)
        books.refund(given_back)
        with pytest.raises(BudgetSpent, match=r"\$0\.48 are used, .* costs \$0\.035"):
            studio.ask(at(21), "bob", CORE, 1)
        last = studio.ask(at(30, "23:59:59"), "alice", SD35, 1)
        studio.deliver(at(1, "00:00:01", month=12), last, 3000)
        yield studio


def of(database: Database, month: str) -> Invoice:
    """The studio's invoice."""
    with database.reading() as connection:
        return invoice(connection, read_month(month), ACCOUNT)


@pytest.mark.usefixtures("studio")
def test_november_s_lines(database: Database) -> None:
    """By model, list and price."""

    def line(model: str, price: int, pictures: int, own: int | None, listed: str = "Bedrock") -> InvoiceLine:
        return InvoiceLine(
            account_id=ACCOUNT,
            model_id=ModelId(model),
            operation="text_to_image",
            price_list=listed,
            price=Micros(price),
            pictures=pictures,
            amount=pictures * price,
            own_cost=None if own is None else Micros(own),
        )

    assert set(of(database, "2026-11").lines) == {
        line(CORE, 40_000, 12, None),
        line(CORE, 35_000, 20, 80_000, "Contract"),
        line(SD35, 80_000, 6, 27_000),
        line(ULTRA, 140_000, 16, None),
        line(ULTRA, 140_000, -1, None),
    }


@pytest.mark.usefixtures("studio")
def test_november_s_sums(database: Database) -> None:
    """What is to pay, what credit paid, what it cost here."""
    found = of(database, "2026-11")
    assert (found.pictures, found.delivered, found.total) == (53, 54, 3_760_000)
    assert found.credit == (("spring", 1_980_000), ("trial", 1_000_000))
    assert (found.from_credit, found.billed) == (2_980_000, 780_000)
    assert (found.own_cost, found.own_of) == (192_000, 39)
    told = described(found)
    assert (told["total"], told["billed"], told["pictures"]) == ("3.76", "0.78", 53)
    assert told["ownCost"] == {"amount": "0.192", "pictures": 39, "of": 54}


@pytest.mark.usefixtures("studio")
def test_december_and_october(database: Database) -> None:
    """What was delivered after midnight belongs to the month that had begun; before all of it there is nothing."""
    found = of(database, "2026-12")
    assert (found.pictures, found.total, found.billed, found.own_cost) == (1, 80_000, 60_000, 6_000)
    assert found.credit == (("spring", 20_000),)
    assert of(database, "2026-10").lines == ()


def test_the_books_at_the_end(studio: Studio, database: Database) -> None:
    """Every balance, and no contradiction."""
    with database.reading() as connection:
        balances = [balance(connection, name(ACCOUNT)) for name in (spent, held, bill)]
        pools = {pool.name: pool.left for pool in list_pools(connection)}
    assert balances == [3_840_000, 0, -840_000]
    assert pools == {"trial": 0, "spring": 0}
    with database.writing() as connection:
        (budget,) = list_budgets(connection)
        assert used_in(connection, budget, int(at(1, "00:00:00"))) == 480_000
    assert studio.books.faults() == []


@pytest.mark.usefixtures("studio")
def test_the_report_of_the_days_of_asking(database: Database) -> None:
    """`outcrop costs` goes by when pictures were asked for, and leaves out what was given back."""
    with database.reading() as connection:
        found = {line.key[0]: line for line in report(connection, Span(since=0, until=FOREVER), ["user"])}
    alice, bob = found[f"{ACCOUNT}/alice"], found[f"{ACCOUNT}/bob"]
    assert (bob.pictures, bob.cost, bob.credit, bob.engine_ms, bob.own) == (6, 480_000, 480_000, 27_000, 27_000)
    # Alice: 10 + 5 + 10 + 2 + 20 + 1 = 48 pictures, 0.40 + 0.70 + 1.40 + 0.08 + 0.70 + 0.08 = 3.36.
    # Credit: 0.40 + 0.70 + 1.40 + 0.02 = 2.52. Engine: 20 + 35 + 70 + 4 + 40 + 3 = 172 s.
    # Own cost: 0.0700 + 0.0080 + 0.0800 + 0.0060 = 0.1640, of 10 + 2 + 20 + 1 = 33.
    assert (alice.pictures, alice.cost, alice.credit, alice.engine_ms) == (48, 3_360_000, 2_520_000, 172_000)
    assert (alice.own, alice.own_of) == (164_000, 33)


def test_a_month_that_is_over_changes_no_more(studio: Studio, database: Database) -> None:
    """A refund, a new price list and a new list of own costs, all later, leave November as it was."""
    before = of(database, "2026-11")
    dearer = replace(PRICES.lists[0], holds_from=date(2026, 11, 2), rates={ModelId(CORE): (Rate(price=Micros(1)),)})
    with database.reading() as connection:
        first = all_bookings(connection)[0].id
    studio.clock[0] = at(5, month=12)
    costs = OwnCosts(lists=(replace(OWN_COSTS.lists[0], second=Fraction(9)),))
    with open_books(database, lambda: studio.clock[0], costs) as later:
        later.refund([first])
    studio.catalog = replace(studio.catalog, prices=Prices(lists=(dearer,)))
    assert of(database, "2026-11") == before
    december = of(database, "2026-12")
    # One Core of 2 November, which trial had paid in full: December is 0.08 - 0.04, trial has its 0.04 back.
    assert (december.pictures, december.total, december.billed) == (0, 40_000, 60_000)
    assert december.credit == (("spring", 20_000), ("trial", -40_000))


def test_invoices_of_accounts_add_up_to_that_of_all(studio: Studio, database: Database) -> None:
    """All together is what each comes to, as there is one."""
    with database.reading() as connection:
        whole = invoice(connection, NOVEMBER, None)
    assert whole == replace(of(database, "2026-11"), account_id=None)
    assert datetime.fromtimestamp(DECEMBER.since, UTC) == datetime(2026, 12, 1, tzinfo=UTC)
    assert studio.books.faults() == []
