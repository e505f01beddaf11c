"""The client from a prompt to finals, on a real server: what it says, what it waits for, and what breaks on the way."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.client import Progress, Shop, connect
from outcrop.client.place import Keys, Place
from outcrop.client.wire import Wire
from outcrop.errors import BudgetSpent, InvalidRequest, ModelFailed, NoSuchResource, Unavailable, UnknownKey
from outcrop.store.budgets import Budget, delete_budget, put_budget
from outcrop.units import Micros
from tests.client.cutting import breaking_way
from tests.conftest import SD35, ULTRA
from tests.serving import KEY_ID, REGION, SECRET, TOKEN, Serving, serving
from tests.toy_engine import FAIL


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of this file's own."""
    with serving(catalog) as running:
        yield running


@pytest.fixture
def shop(own: Serving) -> Shop:
    """That server, asked with a bearer key."""
    return connect(own.url, token=TOKEN)


def test_from_a_prompt_to_finals(shop: Shop, tmp_path: Path) -> None:
    """As the package's own words say it."""
    drafts = shop.draft("a red teapot on a wooden table", count=4, seed=7)
    assert (len(drafts), drafts.price, drafts.price_if_all_ultra) == (4, Decimal("0.16"), Decimal("0.56"))
    finals = drafts.pick(4, 2, notes={4: "the light"}).finish(on="ultra")
    assert [(one.number, one.seed, one.model) for one in finals] == [(4, 10, ULTRA), (2, 8, ULTRA)]
    with Image.open(finals[0].save(tmp_path / "teapot.png")) as image:
        assert (image.format, image.size) == ("PNG", (1024, 1024))
    assert finals[0].read() != drafts[4].read()
    with Image.open(drafts.sheet(tmp_path / "sheet.webp")) as image:
        assert image.format == "WEBP"
    assert drafts.spent == Decimal("0.44")
    assert drafts.told["picks"][0] == {"number": 4, "rank": 1, "note": "the light"}
    assert "draft" in str(finals[0].lineage())


def test_a_key_that_signs_is_as_good(own: Serving) -> None:
    """Every request has a signature of its own, queries included."""
    keys = Keys(key_id=KEY_ID, secret=SECRET)
    shop = Shop(wire=Wire(Place(url=own.url, credentials=keys, region=REGION)))
    assert [draft.number for draft in shop.draft("an owl, on ice: ä", count=2)] == [1, 2]
    assert shop.wire.ask("GET", "/v1/drafts", query={"limit": "1"})["sets"]
    wrong = Shop(wire=Wire(Place(url=own.url, credentials=Keys(key_id="AKIANOBODY", secret=SECRET), region=REGION)))
    with pytest.raises(UnknownKey):
        wrong.draft("an owl")


def test_whoever_waits_hears_how_far_it_is(shop: Shop) -> None:
    """From nothing to all of them, never fewer than before."""
    heard: list[Progress] = []
    shop.draft("a fox", count=3).wait(heard.append)
    assert {one.of for one in heard} <= {1, 2, 3}
    assert (heard[-1].done, heard[-1].of) == (heard[0].of, heard[0].of)
    assert [one.done for one in heard] == sorted(one.done for one in heard)


def test_a_final_is_made_once_and_in_each_way_that_is_asked_for(shop: Shop) -> None:
    """Of several of one draft, those come back that were asked for."""
    choice = shop.draft("a fox", count=1).pick(1)
    (first,), (again,) = choice.finish(), choice.finish(on="ultra")
    assert first == again
    (bolder,), (other,) = choice.finish(strength=0.9), choice.finish(on="sd35")
    assert len({first.asset, bolder.asset, other.asset}) == 3
    assert (bolder.model, other.model) == (ULTRA, SD35)


def test_a_set_is_found_again(shop: Shop) -> None:
    """By its id; one order under one key is one set."""
    drafts = shop.draft("a fox", count=1, key="mine")
    assert shop.draft("a fox", count=1, key="mine").id == drafts.id
    assert shop.drafts(drafts.id).prompt == "a fox"
    with pytest.raises(NoSuchResource):
        shop.drafts("0" * 16)


def test_connections_that_break_are_taken_up_again(own: Serving) -> None:
    """Before anything was heard, amid an answer and amid a stream: there is one set, with all its pictures."""
    with breaking_way(own.port) as (url, way):
        shop = connect(url, token=TOKEN)
        shop = Shop(wire=Wire(shop.wire._place, rest=lambda _: None))
        way.deaf, way.breaks = 2, 2
        drafts = shop.draft("a fox in the rain", count=3)
        way.breaks = 3
        drafts.wait()
        assert [draft.number for draft in drafts] == [1, 2, 3]
        way.deaf = 2
        (final,) = drafts.pick(2).finish()
        way.breaks = 1
        assert final.read().startswith(b"\x89PNG")
        sets = shop.wire.ask("GET", "/v1/drafts")["sets"]
        assert [one["prompt"] for one in sets].count("a fox in the rain") == 1
        assert len(sets[0]["finals"]) == 1


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    """After some tries."""
    shop = Shop(wire=Wire(connect("http://127.0.0.1:1", token="x").wire._place, rest=lambda _: None))
    with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1 cannot be reached: Connection refused"):
        shop.draft("a fox")


def test_errors_are_the_server_s_own(own: Serving, shop: Shop) -> None:
    """By their kind and in their words."""
    with pytest.raises(ModelFailed, match="no numbers"):
        shop.draft(FAIL, count=1)[1].read()
    with pytest.raises(InvalidRequest, match="There is no draft 9"):
        shop.draft("a fox", count=1).pick(9)
    with pytest.raises(InvalidRequest, match="There is no draft 9"):
        shop.draft("a fox", count=1)[9].read()
    budget = Budget(name="b", scope="all", value="", period="all", ceiling=Micros(1), warn_at=())
    with own.directory.database.writing() as connection:
        put_budget(connection, budget)
    with pytest.raises(BudgetSpent):
        shop.draft("a fox")
    with own.directory.database.writing() as connection:
        delete_budget(connection, "b")
