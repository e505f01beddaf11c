"""Wait for pictures without holding up the event loop, and stop them when nobody waits. Knows no wire body."""

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.types import Receive

from outcrop.engine.engine import Errand
from outcrop.errors import Cancelled
from outcrop.flow import Flow, Picture, Running
from outcrop.plan import Plan


async def draw(flow: Flow, plans: Sequence[Plan], errand: Errand, receive: Receive) -> list[Picture]:
    """Make every planned picture, in order; when the client goes or one fails, the others stop at their next step.

    `receive` is the request's channel, its body read to the end: all it can still say is that the client has gone.

    Raises: Cancelled when the client went away; whatever domain error a picture ended with.
    """
    running: list[Running] = []
    client_gone = asyncio.ensure_future(_client_gone(receive))
    try:
        running.extend(flow.start(plan, errand=errand) for plan in plans)
        pictures = asyncio.gather(*(asyncio.wrap_future(one.picture) for one in running))
        either: set[asyncio.Future[Any]] = {pictures, client_gone}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not pictures.done():
            pictures.cancel()  # this end of them only: the engine hears of it below
            raise Cancelled("The client closed the connection before its picture was there.")
        return pictures.result()
    finally:
        client_gone.cancel()
        for one in running:
            if not one.picture.done():
                one.cancel()


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
