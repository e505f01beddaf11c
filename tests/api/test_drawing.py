"""Waiting for pictures: in order, side by side, and not a step longer than somebody waits."""

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.types import Message

from outcrop.api.drawing import draw
from outcrop.catalog.load import Catalog
from outcrop.clock import now, random_seed
from outcrop.engine.engine import OWN
from outcrop.errors import Cancelled, ModelFailed
from outcrop.flow import Flow
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import CORE
from tests.toy_engine import FAIL, HANG, PATIENCE_S, ToyEngine


@pytest.fixture
def engine() -> ToyEngine:
    """A toy engine of the test's own; its flow closes it."""
    return ToyEngine()


@pytest.fixture
def flow(engine: ToyEngine) -> Iterator[Flow]:
    """A flow on it."""
    with Flow(engine, now) as running:
        yield running


@pytest.fixture
def some_plan(catalog: Catalog) -> Plan:
    """A small picture."""
    request = TextToImage(prompt=plain("a fox"), size=Size(width=64, height=64), seed=Seed(1))
    (only,) = plan(request, ModelId(CORE), catalog, random_seed)
    return only


async def stays() -> Message:
    """A client that waits for ever."""
    await asyncio.Event().wait()
    raise AssertionError


async def leaves() -> Message:
    """A client that has gone."""
    return {"type": "http.disconnect"}


def test_pictures_come_in_the_order_of_their_plans(flow: Flow, some_plan: Plan) -> None:
    """Whichever is ready first."""
    plans = [replace(some_plan, seed=Seed(seed)) for seed in range(5)]
    assert [picture.plan for picture in asyncio.run(draw(flow, plans.copy(), OWN, stays))] == plans


def test_a_client_that_leaves_stops_its_pictures(flow: Flow, engine: ToyEngine, some_plan: Plan) -> None:
    """All of them, at their next step."""
    plans = [replace(some_plan, prompt=plain(HANG), seed=Seed(seed)) for seed in (1, 2)]
    with pytest.raises(Cancelled, match="closed the connection"):
        asyncio.run(draw(flow, plans.copy(), OWN, leaves))
    assert {engine.stopped.get(timeout=PATIENCE_S).seed for _ in plans} == {1, 2}


def test_a_client_that_leaves_is_no_fault_in_the_log(flow: Flow, some_plan: Plan) -> None:
    """A gathering that is cancelled ends with an error, which asyncio reports when nobody has looked at it."""
    reported: list[dict[str, object]] = []

    async def left() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
        with pytest.raises(Cancelled):
            await draw(flow, [replace(some_plan, prompt=plain(HANG))], OWN, leaves)
        gc.collect()

    asyncio.run(left())
    assert reported == []


def test_one_that_fails_stops_the_others(flow: Flow, engine: ToyEngine, some_plan: Plan) -> None:
    """Nobody would see them: the request has one answer."""
    hanging = replace(some_plan, prompt=plain(HANG))
    with pytest.raises(ModelFailed):
        asyncio.run(draw(flow, [hanging, replace(some_plan, prompt=plain(FAIL))], OWN, stays))
    assert engine.stopped.get(timeout=PATIENCE_S) == hanging


def test_a_cancelled_wait_stops_its_picture(flow: Flow, engine: ToyEngine, some_plan: Plan) -> None:
    """As when the server stops and will wait no longer."""
    hanging = replace(some_plan, prompt=plain(HANG))

    async def give_up() -> None:
        waiting = asyncio.ensure_future(draw(flow, [hanging], OWN, stays))
        await asyncio.to_thread(engine.under_way.get, timeout=PATIENCE_S)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(give_up())
    assert engine.stopped.get(timeout=PATIENCE_S) == hanging
