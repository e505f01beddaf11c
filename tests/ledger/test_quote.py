"""A quote says what a booking then does: the same price, the same pools, the same budgets and the same refusal."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Work
from outcrop.clock import random_seed
from outcrop.errors import BudgetSpent, NoSuchModel
from outcrop.ledger.books import Books
from outcrop.ledger.quote import Payer, Wanted, described, quote, wanted
from outcrop.ledger.standing import Standing, standing
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import Effort, TextToImage
from outcrop.store.budgets import Budget, put_budget, used_of
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Database
from outcrop.units import Micros, ModelId
from tests.conftest import CORE, SD35, SDXL, ULTRA
from tests.ledger.test_books import CORE_PRICE, ORDER, balances, books, core, database
from tests.serving import ACCOUNT

__all__ = ["books", "core", "database"]

PAYER = Payer(account_id=ACCOUNT, user_name="tester")
NOTHING = Standing(at=1000, pools=(), budgets=())


def ask(model: str, pictures: int = 1, steps: int = 0) -> Wanted:
    """Pictures of a megapixel from words."""
    return Wanted(
        model=ModelId(model), operation="text_to_image", work=Work(pixels=2**20, steps=steps), pictures=pictures
    )


def test_what_is_quoted_is_what_is_booked(books: Books, database: Database, core: Plan, catalog: Catalog) -> None:
    """From the same pools and budgets, of which one ends within a picture; the last picture is billed in part."""
    pools = {"a": 30_000, "b": 55_000, "c": 1_000_000}
    for name, amount in pools.items():
        models = (ModelId(ULTRA),) if name == "c" else ()
        books.grant(CreditPool(name=name, amount=Micros(amount), left=Micros(amount), starts_at=0, models=models))
    with database.writing() as connection:
        put_budget(connection, Budget(name="all", scope="all", period="month", ceiling=Micros(400_000)))
        put_budget(connection, Budget(name="red", scope="tag", value="team=red", period="day", ceiling=Micros(1)))
    books.reserve(replace(ORDER, request_id="before"), [core])
    with database.reading() as connection:
        found = quote(wanted([core] * 3), PAYER, catalog, standing(connection, 1000))
    books.reserve(ORDER, [core] * 3)
    with database.reading() as connection:
        left = {pool.name: pool.left for pool in list_pools(connection)}
        used = used_of(connection, "all", 0)
    assert found.offer.total == 3 * CORE_PRICE
    assert [(each.pool, each.amount, each.left) for each in found.credit] == [("b", 45_000, 0)]
    assert left == {"a": 0, "b": 0, "c": 1_000_000}
    assert found.billed == 75_000 == -balances(database)[0]
    (charged,) = found.budgets
    assert (charged.budget, charged.left, charged.pictures) == ("all", 400_000 - (used or 0), 9)
    assert found.refusal == ""


def test_reading_how_things_stand_counts_nothing(database: Database) -> None:
    """A budget that nobody has used yet stays uncounted: whoever asks for a price may not write."""
    with database.writing() as connection:
        put_budget(connection, Budget(name="b", scope="all", period="day", ceiling=Micros(9)))
    with database.reading() as connection:
        ((_, used),) = standing(connection, 1000).budgets
        assert used == 0
        assert used_of(connection, "b", 0) is None


def test_a_refusal_is_foretold_in_its_own_words(books: Books, database: Database, core: Plan, catalog: Catalog) -> None:
    """The budget that would be passed, and how many pictures it still allows."""
    with database.writing() as connection:
        put_budget(connection, Budget(name="b", scope="account", value=ACCOUNT, period="day", ceiling=Micros(100_000)))
    with database.reading() as connection:
        found = quote(wanted([core] * 3), PAYER, catalog, standing(connection, 1000))
    (charged,) = found.budgets
    assert (charged.left, charged.pictures, charged.begins_anew) == (-20_000, 2, 86_400)
    with pytest.raises(BudgetSpent) as told:
        books.reserve(ORDER, [core] * 3)
    assert str(told.value) == found.refusal


def test_tiers_stand_side_by_side(catalog: Catalog) -> None:
    """The cheapest first; one that AWS has retired only when it was asked for."""
    found = quote(ask(CORE, pictures=4), PAYER, catalog, NOTHING)
    assert [(offer.model, offer.total) for offer in found.offers] == [
        (CORE, 160_000),
        (SD35, 320_000),
        (ULTRA, 560_000),
    ]
    retired = quote(ask(SDXL, steps=51), PAYER, catalog, NOTHING)
    assert (SDXL, 80_000) in [(offer.model, offer.price) for offer in retired.offers]


def test_every_planned_price_is_the_quoted_one(catalog: Catalog) -> None:
    """On every model that draws from words, by steps and quality where those count."""
    drawing = [card for card in catalog.models.values() if "text_to_image" in card.operations]
    assert len(drawing) > 9
    for card in drawing:
        for effort in (Effort(), Effort(steps=50), Effort(steps=51), Effort(quality="premium")):
            for size in card.sizes.values():
                request = TextToImage(prompt=plain("a fox"), size=size, images=2, effort=effort)
                plans = plan(request, card.id, catalog, random_seed)
                found = quote(wanted(plans), PAYER, catalog, NOTHING)
                assert found.offer.price == plans[0].price
                assert found.offer.total == sum(each.price for each in plans) == found.billed


def test_what_has_no_price_has_no_quote(catalog: Catalog) -> None:
    """Nor has a model that there is not."""
    with pytest.raises(NoSuchModel):
        quote(ask("a.model"), PAYER, catalog, NOTHING)
    without = replace(catalog, prices=replace(catalog.prices, lists=()))
    with pytest.raises(NoSuchModel, match="No price list"):
        quote(ask(CORE), PAYER, without, NOTHING)


@given(
    left=st.lists(st.integers(0, 200_000), max_size=5),
    places=st.lists(st.none() | st.integers(0, 3), min_size=5, max_size=5),
    pictures=st.integers(1, 30),
)
def test_all_at_once_is_one_by_one(catalog: Catalog, left: list[int], places: list[int | None], pictures: int) -> None:
    """Whatever the pools: the whole request draws as its pictures do, each after the other."""
    pools = [
        CreditPool(name=str(number), amount=Micros(amount), left=Micros(amount), starts_at=0, place=place)
        for number, (amount, place) in enumerate(zip(left, places, strict=False))
    ]
    found = quote(ask(CORE, pictures), PAYER, catalog, replace(NOTHING, pools=pools))
    billed = 0
    for _ in range(pictures):
        one = quote(ask(CORE), PAYER, catalog, replace(NOTHING, pools=pools))
        drawn = {each.pool: each.left for each in one.credit}
        pools = [replace(pool, left=drawn.get(pool.name, pool.left)) for pool in pools]
        billed += one.billed
    assert found.billed == billed
    assert {each.pool: each.left for each in found.credit}.items() <= {pool.name: pool.left for pool in pools}.items()


def test_a_quote_is_json(catalog: Catalog) -> None:
    """With amounts as exact texts, and the price of variation."""
    told = described(quote(ask(CORE, pictures=2), PAYER, catalog, NOTHING), candidates=4)
    assert json.loads(json.dumps(told)) == told
    assert (told["price"], told["total"], told["candidates"]) == ("0.04", "0.08", {"each": 4, "total": "0.32"})
    assert (told["billed"], told["refusal"], told["budgets"]) == ("0.08", None, [])
