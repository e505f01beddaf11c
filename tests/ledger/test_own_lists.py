"""The operator's own lists in the database: what is refused, what holds when, and that nothing booked changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Prices, Rate, Work, price_list_of
from outcrop.clock import day_of, random_seed
from outcrop.errors import AlreadyThere, BadSettings, InvalidRequest, NoRoom, NoSuchModel, NoSuchResource
from outcrop.ledger import own_lists
from outcrop.ledger.books import Order, open_books
from outcrop.ledger.own_lists import OwnLists, read_document
from outcrop.ledger.price_book import PriceBook
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Database, open_database
from outcrop.store.price_lists import KeptList, add_list
from outcrop.units import Micros, ModelId, Size
from tests.conftest import CANVAS, CORE, ULTRA
from tests.databases import Place
from tests.ledger.test_books import database
from tests.serving import ACCOUNT

__all__ = ["database"]

DAY_S = 86_400
TODAY = date(2027, 3, 1)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC).timestamp()
CONTRACT: dict[str, Any] = {
    "name": "Contract",
    "holds_from": TODAY,
    "source": "ours",
    "per_image": {"core": "0.03", ULTRA: [{"max_pixels": 500_000, "price": "0.05"}, {"price": "0.1"}]},
}
MACHINE: dict[str, Any] = {
    "name": "Machine",
    "holds_from": TODAY,
    "source": "rent",
    "engine": {"dollars_per_hour": "3.6"},
}


@dataclass
class Office:
    """Lists, their book as a server has it, and a clock that the test sets."""

    database: Database
    found: Catalog
    """As it ships."""
    clock: list[float] = field(default_factory=lambda: [NOON])

    def __post_init__(self) -> None:
        self.catalog = self.found.keeping(PriceBook(self.database))
        self.lists = OwnLists(catalog=self.catalog, database=self.database, now=lambda: self.clock[0])

    def price(self, model: str = CORE, pixels: int = 0) -> tuple[str, int]:
        """The list and the price of a picture now."""
        prices = self.catalog.on(day_of(self.clock[0])).prices
        return prices.of(ModelId(model)).name, prices.price(ModelId(model), Work(pixels=pixels))

    def draw(self, request_id: str) -> None:
        """Book a picture of Core as delivered after a second of the engine."""
        today = self.catalog.on(day_of(self.clock[0]))
        request = TextToImage(prompt=plain("a fox"), size=Size(width=64, height=64))
        order = Order(
            request_id=request_id,
            account_id=ACCOUNT,
            user_name="ann",
            price_list=today.prices.of(ModelId(CORE)).name,
        )
        with open_books(self.database, lambda: self.clock[0], self.catalog.own_costs) as books:
            (booking,) = books.reserve(order, plan(request, ModelId(CORE), today, random_seed))
            books.settle({booking.id: 1000})
            books.hand_over([booking.id])

    def booked(self) -> list[tuple[str, int, int | None]]:
        """List, price and own cost of every picture."""
        with self.database.reading() as connection:
            return [(one.price_list, one.price, one.own_cost) for one in all_bookings(connection)]


@pytest.fixture
def office(database: Database, catalog: Catalog) -> Office:
    """With no list but those that ship."""
    return Office(database, catalog)


@pytest.fixture
def near(tmp_path: Path, catalog: Catalog) -> Iterator[Office]:
    """The same in a file, for what no database has a part in."""
    with open_database(tmp_path) as opened:
        yield Office(opened, catalog)


SHIPPED = "Amazon Bedrock on demand, us-west-2"


def test_a_list_holds_from_its_day_on_and_what_is_booked_stays(office: Office) -> None:
    """One for today, one that begins tomorrow; each picture keeps its list, its price and what it cost here.

    Core: $0.04 as shipped, $0.03 by the contract, $0.02 by tomorrow's. The engine: unknown, then $3.60 an hour.
    """
    office.draw("1")
    office.lists.add(CONTRACT)
    office.lists.add(MACHINE)
    office.lists.add(CONTRACT | {"name": "Later", "holds_from": date(2027, 3, 2), "per_image": {CORE: "0.02"}})
    assert office.price() == ("Contract", 30_000)
    assert office.price(ULTRA, 500_000) == ("Contract", 50_000)
    assert office.price(ULTRA, 500_001) == ("Contract", 100_000)
    office.draw("2")
    office.clock[0] = NOON + DAY_S // 2 - 1
    assert office.price() == ("Contract", 30_000)
    office.clock[0] += 1
    assert office.price() == ("Later", 20_000)
    assert office.price(ULTRA)[0] == "Contract"
    office.draw("3")
    office.lists.retire("Later")
    office.lists.retire("Machine")
    office.draw("4")
    assert office.booked() == [
        (SHIPPED, 40_000, None),
        ("Contract", 30_000, 1000),
        ("Later", 20_000, 1000),
        ("Contract", 30_000, None),
    ]


def test_every_process_sees_it(place: Place, office: Office) -> None:
    """Another one that has the database open: at its next look, and not before."""
    with place.open() as elsewhere:
        book = PriceBook(elsewhere)
        catalog = office.found.keeping(book)
        office.lists.add(CONTRACT)
        assert catalog.on(TODAY).prices.of(ModelId(CORE)).name == SHIPPED
        book.look()
        assert catalog.on(TODAY).prices.of(ModelId(CORE)).name == "Contract"
        office.lists.retire("Contract")
        book.look()
        assert catalog.on(TODAY).prices.of(ModelId(CORE)).name == SHIPPED


def test_who_asks_twice_hears_the_same(office: Office) -> None:
    """A call's prices are those of one moment: its list and its price belong together, whatever comes meanwhile."""
    today = office.catalog.on(TODAY)
    office.lists.add(CONTRACT)
    assert (today.prices.of(ModelId(CORE)).name, today.prices.price(ModelId(CORE))) == (SHIPPED, 40_000)


def test_a_list_is_only_checked(office: Office) -> None:
    """What it would be is told, models by their ids; nothing is kept."""
    known = office.lists.check(CONTRACT)
    assert known.listed == price_list_of(
        CONTRACT | {"per_image": {CORE: "0.03", ULTRA: CONTRACT["per_image"][ULTRA]}}, "database"
    )
    assert [one.listed.name for one in office.lists.all()] == [SHIPPED]
    assert office.price() == (SHIPPED, 40_000)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "no text of 1 to 128"),
        ({"name": "a/b"}, "is no name"),
        ({"name": " a"}, "is no name"),
        ({"name": "x" * 129}, "no text of 1 to 128"),
        ({"source": 7}, "no text of 1 to 128"),
        ({"holds_from": "2027-03-01"}, "write a date"),
        ({"holds_from": datetime(2027, 3, 1, tzinfo=UTC)}, "write a date"),
        ({"holds_from": date(1999, 12, 31)}, "from 2000 to 2099"),
        ({"currency": "EUR"}, "It has currency"),
        ({"engine": {}}, "either"),
        ({"per_image": {}}, "prices no model"),
        ({"per_image": "0.03"}, "prices no model"),
        ({"per_image": {"core": 0.03}}, "cannot be used"),
        ({"per_image": {"core": "-1"}}, "non-negative"),
        ({"per_image": {"core": "0.0000001"}}, "whole, non-negative"),
        ({"per_image": {"core": []}}, "no price for large standard"),
        ({"per_image": {"core": [{"max_pixels": 5}]}}, "'price' is missing"),
        ({"per_image": {"core": [{"price": "1", "tax": "1"}]}}, "a rate has tax"),
        ({"per_image": {"core": [{"price": "1", "max_steps": "5"}]}}, "no number above 0"),
        ({"per_image": {"core": [{"price": "1", "max_pixels": 0}]}}, "no number above 0"),
        ({"per_image": {"core": [{"price": "1", "quality": "best"}]}}, "quality is 'best'"),
        ({"per_image": {"core": [{"price": "1", "max_steps": 5}]}}, "no price for large standard"),
        ({"per_image": {CANVAS: [{"price": "1", "quality": "standard"}]}}, "no price for large premium"),
        ({"per_image": {"core": [{"price": "1"}, {"price": "2", "max_steps": 5}]}}, "Rate 2 of .* never holds: rate 1"),
        ({"per_image": {"core": "0.03", CORE: "0.02"}}, "twice"),
    ],
)
def test_what_is_no_list_is_refused(near: Office, change: dict[str, Any], told: str) -> None:
    """Whatever is wrong is named, and nothing is kept."""
    with pytest.raises(InvalidRequest, match=told):
        near.lists.add(CONTRACT | change)
    assert len(near.lists.all()) == 1


@pytest.mark.parametrize("missing", list(CONTRACT))
def test_every_part_is_needed(near: Office, missing: str) -> None:
    """The one that is missing is named."""
    with pytest.raises(InvalidRequest, match=r"either \[per_image\] or \[engine\]"):
        near.lists.check({name: part for name, part in CONTRACT.items() if name != missing})


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=4))
def test_rates_of_any_kind_are_read_or_refused(rate: dict[str, Any]) -> None:
    """Never another error, and what is read covers only what it says."""
    try:
        (read,) = price_list_of(CONTRACT | {"per_image": {CORE: [rate]}}).rates[ModelId(CORE)]
    except (ValueError, KeyError, TypeError):
        return
    assert read.price >= 0


def test_conflicts_are_named(office: Office) -> None:
    """A name that is taken, wherever; another of the operator's own of that day with a model in common."""
    with pytest.raises(NoSuchModel, match="did you mean"):
        office.lists.add(CONTRACT | {"per_image": {"cora": "0.03"}})
    with pytest.raises(AlreadyThere, match="which comes with Outcrop; choose another name"):
        office.lists.add(CONTRACT | {"name": SHIPPED})
    office.lists.add(CONTRACT)
    with pytest.raises(AlreadyThere, match="already, in the database; choose another name"):
        office.lists.add(MACHINE | {"name": "Contract"})
    second = CONTRACT | {"name": "Second", "per_image": {ULTRA: "0.2", CANVAS: "0.1"}}
    with pytest.raises(AlreadyThere, match=f"'Contract', in the database, begins on 2027-03-01 .* prices {ULTRA};"):
        office.lists.add(second)
    office.lists.add(second | {"per_image": {CANVAS: "0.1"}})
    office.lists.add(MACHINE)
    with pytest.raises(AlreadyThere, match="prices the engine"):
        office.lists.add(MACHINE | {"name": "Another"})
    office.lists.retire("Contract")
    with pytest.raises(AlreadyThere, match="in the database and retired"):
        office.lists.add(CONTRACT)
    office.lists.add(CONTRACT | {"name": "Third"})
    assert office.price() == ("Third", 30_000)


def test_lists_in_files_are_held_against_as_well(office: Office) -> None:
    """And cannot be ended here."""
    ours = price_list_of(CONTRACT | {"per_image": {CORE: "0.01"}})
    prices = Prices(lists=(*office.catalog.prices.lists, ours), kept=office.catalog.prices.kept)
    lists = replace(office.lists, catalog=replace(office.catalog, prices=prices))
    with pytest.raises(AlreadyThere, match="in a file, begins on"):
        lists.add(CONTRACT | {"name": "New"})
    for end in (lists.retire, lists.remove):
        with pytest.raises(InvalidRequest, match="comes from a file"):
            end("Contract")
        with pytest.raises(NoSuchResource, match="no list 'Other'"):
            end("Other")


def test_only_what_was_never_used_is_removed(office: Office) -> None:
    """And only where no server can still go by it: it has not begun, or was retired an hour ago."""
    office.lists.add(CONTRACT | {"name": "Future", "holds_from": date(2027, 3, 2)})
    office.lists.remove("Future")
    office.lists.add(CONTRACT)
    with pytest.raises(AlreadyThere, match="holds; retire it"):
        office.lists.remove("Contract")
    office.lists.retire("Contract")
    with pytest.raises(AlreadyThere, match="retired just now"):
        office.lists.remove("Contract")
    office.clock[0] += 3600
    office.lists.remove("Contract")
    assert [one.listed.name for one in office.lists.all()] == [SHIPPED]
    office.lists.add(CONTRACT)
    office.lists.add(MACHINE)
    office.draw("used")
    office.lists.retire("Contract")
    office.lists.retire("Machine")
    office.clock[0] += 10 * DAY_S
    for name in ("Contract", "Machine"):
        with pytest.raises(AlreadyThere, match="it stays, so that they can be explained"):
            office.lists.remove(name)


def test_what_begins_within_the_hour_may_be_in_use(office: Office) -> None:
    """Another server's clock is ahead: it is not removed at once."""
    office.clock[0] = NOON + DAY_S // 2 - 1800
    office.lists.add(CONTRACT | {"holds_from": date(2027, 3, 2)})
    with pytest.raises(AlreadyThere, match="retire it"):
        office.lists.remove("Contract")


def test_retiring_again_changes_nothing(office: Office) -> None:
    """It keeps the moment at which it ended."""
    office.lists.add(CONTRACT)
    ended = office.lists.retire("Contract").retired_at
    office.clock[0] += 60
    assert office.lists.retire("Contract").retired_at == ended == int(NOON)


def test_there_is_an_end_of_lists(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as may be, and no more."""
    monkeypatch.setattr(own_lists, "MOST", 1)
    office.lists.add(CONTRACT)
    with pytest.raises(NoRoom, match="the most there may be"):
        office.lists.add(MACHINE)


def test_a_row_that_cannot_be_read_is_named(database: Database, office: Office) -> None:
    """And leaves a server what it knew."""
    office.lists.add(CONTRACT)
    book = PriceBook(database)
    with database.writing() as connection:
        add_list(connection, KeptList(id="x", kind="prices", name="Odd", content='{"name": 7}', added_at=0))
    with pytest.raises(BadSettings, match="The list 'Odd' in the database cannot be used"):
        book.look()
    assert [one.name for one in book.price_lists()] == ["Contract"]
    with pytest.raises(BadSettings, match="'Odd'"):
        PriceBook(database)


@pytest.mark.parametrize(
    ("text", "told"),
    [("name = ", "no TOML"), ("x = 1\n" * 20_000, "more than 65,536"), ("a = " + "[" * 5000, "no TOML")],
)
def test_a_text_that_is_no_document(text: str, told: str) -> None:
    """Named before anything is looked at."""
    with pytest.raises(InvalidRequest, match=told):
        read_document(text)


def covering(rates: list[Rate], work: Work) -> Rate:
    """The first that fits."""
    return next(rate for rate in rates if rate.covers(work))


@given(
    st.lists(
        st.builds(
            Rate,
            price=st.integers(0, 10**6).map(Micros),
            max_pixels=st.none() | st.integers(1, 4),
            max_steps=st.none() | st.integers(1, 4),
            quality=st.sampled_from([None, "standard", "premium"]),
        ),
        max_size=5,
    )
)
def test_rates_that_are_taken_price_every_picture_and_each_of_them_some(rates: list[Rate]) -> None:
    """By trying every kind of picture that could tell them apart."""
    kinds = [
        Work(pixels=pixels, steps=steps, quality=quality)
        for pixels in range(6)
        for steps in range(6)
        for quality in ("standard", "premium")
    ]
    try:
        own_lists._refuse_gaps("m", rates)
    except InvalidRequest:
        shadowed = any(
            all(before.covers(kind) for kind in kinds if rate.covers(kind))
            for place, rate in enumerate(rates)
            for before in rates[:place]
        )
        assert shadowed or not all(any(rate.covers(kind) for rate in rates) for kind in kinds)
    else:
        for kind in kinds:
            assert covering(rates, kind) in rates
