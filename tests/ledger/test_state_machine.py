"""The books against a model of them: hypothesis says anything in any order, and after each word all sums agree."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from outcrop.errors import BudgetSpent, ImpossibleBooking
from outcrop.ledger.books import Books, Order
from outcrop.ledger.check import balances
from outcrop.plan import Plan
from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import all_bookings, all_entries
from outcrop.store.budgets import Budget, delete_budget, put_budget
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import FILE_NAME
from outcrop.units import Micros, ModelId
from tests.databases import Cluster, Place
from tests.ledger import oracle
from tests.ledger.test_books import core

__all__ = ["core"]

START = 1_798_718_400  # 2026-12-31, noon: a day's end, a month's and a year's are near
HOUR, DAY = 3600, 86_400
ACCOUNTS, USERS, TEAMS, MODELS = ("111111111111", "222222222222"), ("ann", "bob"), ("red", "blue"), ("small", "large")
PRICES = st.integers(0, 90_000)
SCOPES = st.one_of(
    st.just(("all", "")),
    st.sampled_from(ACCOUNTS).map(lambda value: ("account", value)),
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(USERS)).map(lambda pair: ("user", "/".join(pair))),
    st.sampled_from(TEAMS).map(lambda value: ("tag", f"team={value}")),
)
ORDERS = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(USERS), st.sampled_from(TEAMS), st.sampled_from(MODELS))
OneOf = st.SearchStrategy[tuple[str, ...]]
SUBSET: Callable[[tuple[str, ...]], OneOf] = lambda every: st.sampled_from([(), every[:1], every[1:], every])  # noqa: E731


class Saying(RuleBasedStateMachine):
    """Says the same to the books and to the oracle."""

    def __init__(self, place: Place, plan: Plan) -> None:
        super().__init__()
        self.open = ExitStack()
        self.database = self.open.enter_context(place.open())
        with self.database.writing() as connection:
            for account in ACCOUNTS:
                add_account(connection, Account(id=account, name=account, created_at=0))
        self.plan = plan
        self.oracle = oracle.Oracle()
        self.now = START
        self.prices = dict.fromkeys(MODELS, 40_000)
        self.starts = 0
        self.requests: dict[str, tuple[int, str, str]] = {}
        self.start()

    def start(self) -> None:
        """Begin as another process."""
        self.starts += 1
        self.books = Books(self.database, f"process {self.starts}", lambda: self.now)

    def teardown(self) -> None:
        """Let go of the database."""
        self.open.close()

    @rule(
        seconds=st.one_of(st.integers(1, 100), st.integers(-2, 14).map(lambda hours: hours * HOUR), st.just(31 * DAY))
    )
    def the_clock_moves(self, seconds: int) -> None:
        """Forward, or back a little when somebody sets it."""
        self.now += seconds

    @rule(model=st.sampled_from(MODELS), price=PRICES)
    def a_price_changes(self, model: str, price: int) -> None:
        """For pictures to come."""
        self.prices[model] = price

    @rule(
        name=st.sampled_from("pqrst"),
        amount=st.integers(1, 150_000),
        starts=st.sampled_from([-1, 0, 0, 1]),
        lasts=st.sampled_from([None, None, 2 * HOUR, 10 * DAY]),
        place=st.sampled_from([None, 1, 2]),
        scope=st.tuples(SUBSET(MODELS), SUBSET(ACCOUNTS)),
    )
    def credit_is_granted(
        self,
        name: str,
        amount: int,
        starts: int,
        lasts: int | None,
        place: int | None,
        scope: tuple[tuple[str, ...], ...],
    ) -> None:
        """Once under each name."""
        if name in self.oracle.pools:
            return
        begins = self.now + starts * HOUR
        ends = None if lasts is None else begins + lasts
        models, accounts = scope
        micros = Micros(amount)
        self.books.grant(
            CreditPool(
                name=name, amount=micros, left=micros, starts_at=begins, ends_at=ends, place=place,
                models=models, accounts=accounts,
            )
        )  # fmt: skip
        self.oracle.pools[name] = oracle.Pool(
            name=name, left=amount, starts=begins, ends=ends, place=place, models=models, accounts=accounts
        )

    @rule(
        name=st.sampled_from("bcd"),
        scope=SCOPES,
        period=st.sampled_from(["day", "month", "all"]),
        ceiling=st.integers(0, 400_000),
    )
    def a_budget_is_set(self, name: str, scope: tuple[str, str], period: str, ceiling: int) -> None:
        """A new one, or another ceiling, or another budget under an old name."""
        made = oracle.Budget(name=name, scope=scope[0], value=scope[1], period=period, ceiling=ceiling)
        budget = Budget(name=name, scope=scope[0], value=scope[1], period=period, ceiling=Micros(ceiling))  # type: ignore[arg-type] # one of the words
        with self.database.writing() as connection:
            put_budget(connection, budget)
        self.oracle.budgets[name] = made

    @precondition(lambda self: self.oracle.budgets)
    @rule(name=st.sampled_from("bcd"))
    def a_budget_is_deleted(self, name: str) -> None:
        """Or is not there."""
        with self.database.writing() as connection:
            assert delete_budget(connection, name) == (self.oracle.budgets.pop(name, None) is not None)

    @rule(number=st.integers(0, 40), count=st.integers(1, 3), order=ORDERS)
    def pictures_are_asked_for(self, number: int, count: int, order: tuple[str, str, str, str]) -> None:
        """Under an id that may have been used: then nothing is booked, whatever is asked."""
        request, (account, user, team, model) = f"r{number}", order
        asked = [
            oracle.Picture(account=account, user=user, team=team, model=model, price=self.prices[model], at=self.now)
            for _ in range(count)
        ]
        new = request not in self.requests
        if new:
            full = self.oracle.refusing(asked)
            expected = "booked" if full is None else f"The budget '{full}' of "
        else:
            there, *of = self.requests[request]
            expected = "booked" if count <= there and [account, model] == of else "is booked already, with other"
        assert expected in self.answer(request, order, count)
        if new and expected == "booked":
            self.requests[request] = (count, account, model)
            for place, picture in enumerate(asked):
                self.oracle.reserve(f"{request}/{place}", picture)

    def answer(self, request: str, whose: tuple[str, str, str, str], count: int) -> str:
        """What the books say when pictures are asked for."""
        account, user, team, model = whose
        order = Order(request_id=request, account_id=account, user_name=user, price_list="l", tags={"team": team})
        plan = replace(self.plan, model=ModelId(model), price=Micros(self.prices[model]))
        try:
            booked = self.books.reserve(order, [plan] * count)
        except (ImpossibleBooking, BudgetSpent) as error:
            return str(error)
        assert [booking.id for booking in booked] == [f"{request}/{place}" for place in range(count)]
        return "booked"

    @precondition(lambda self: self.oracle.pictures)
    @rule(data=st.data(), deed=st.sampled_from(["settled", "released", "refunded"]))
    def a_picture_goes_on(self, data: st.DataObject, deed: str) -> None:
        """To a state that it can come to, or not."""
        key = data.draw(st.sampled_from(sorted(self.oracle.pictures)))
        picture = self.oracle.pictures[key]
        was = {"settled": "reserved", "released": "reserved", "refunded": "settled"}[deed]
        if picture.state not in {was, deed}:
            with pytest.raises(ImpossibleBooking):
                self.do(deed, key)
            return
        self.do(deed, key)
        if picture.state == was:
            if deed == "settled":
                picture.state = "settled"
            else:
                self.oracle.give_back(picture, deed)

    def do(self, deed: str, key: str) -> None:
        """Lead a picture to a state."""
        match deed:
            case "settled":
                self.books.settle({key: 7})
            case "released":
                self.books.release([key])
            case _:
                self.books.refund([key])

    @precondition(lambda self: self.oracle.pictures)
    @rule(data=st.data())
    def an_answer_leaves(self, data: st.DataObject) -> None:
        """What is settled is nobody's any more."""
        keys = data.draw(st.lists(st.sampled_from(sorted(self.oracle.pictures)), max_size=4))
        self.books.hand_over(keys)
        for key in keys:
            if self.oracle.pictures[key].state == "settled":
                self.oracle.pictures[key].in_hand = False

    @rule()
    def pools_expire(self) -> None:
        """What is left of those that have ended."""
        self.books.expire()
        self.oracle.expire(self.now)

    @rule()
    def the_process_dies(self) -> None:
        """And another one starts."""
        self.start()
        self.books.recover()
        self.oracle.restart()

    @invariant()
    def everything_agrees(self) -> None:
        """Bookings, pools and the balance of each account; and the books prove themselves."""
        with self.database.reading() as connection:
            bookings, entries, pools = all_bookings(connection), all_entries(connection), list_pools(connection)
        booked = {booking.id: (booking.state, booking.price, booking.owner != "") for booking in bookings}
        expected = {
            key: (picture.state, picture.price, picture.in_hand) for key, picture in self.oracle.pictures.items()
        }
        assert booked == expected
        assert {pool.name: pool.left for pool in pools} == {name: pool.left for name, pool in self.oracle.pools.items()}
        assert {name: amount for name, amount in balances(entries).items() if amount} == self.oracle.balances()
        assert self.books.faults() == []


def run(made: Callable[[], Saying], examples: int) -> None:
    """Let hypothesis talk."""
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        made,  # type: ignore[arg-type] # anything that makes one
        settings=settings(max_examples=examples, stateful_step_count=25, suppress_health_check=quiet),
    )


def test_the_books_agree_with_the_model(tmp_path: Path, core: Plan) -> None:
    """On SQLite."""
    template = Place(home=tmp_path / "template")
    template.open().close()

    def made() -> Saying:
        home = Path(tempfile.mkdtemp(dir=tmp_path))
        shutil.copy(template.home / FILE_NAME, home)
        return Saying(Place(home=home), core)

    run(made, 40)


@pytest.mark.slow
def test_the_books_agree_with_the_model_on_postgresql(postgresql: Cluster, tmp_path: Path, core: Plan) -> None:
    """The same, each talk in a database of its own."""
    with ExitStack() as databases:

        def made() -> Saying:
            name = databases.enter_context(postgresql.database("migrated"))
            return Saying(Place(home=tmp_path, url=postgresql.url(name)), core)

        run(made, 25)
