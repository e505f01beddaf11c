"""Wait for pictures without holding up the event loop, and stop them when nobody waits. Knows no wire body."""

import asyncio

from starlette.types import Receive

from outcrop.api.waiting import unless_gone
from outcrop.engine.engine import Errand
from outcrop.flow import Flow, Picture, Running
from outcrop.plan import Plan


async def draw(flow: Flow, plans: list[Plan], errand: Errand, receive: Receive) -> list[Picture]:
    """Make every planned picture, in order; when the client goes or one fails, the others stop at their next step.

    The plans are taken out of their list: pictures that some keep are megabytes, which nobody needs to the end.
    `receive` is the request's channel, as `unless_gone` takes it.

    Raises: Cancelled when the client went away; whatever domain error a picture ended with.
    """
    running: list[Running] = []
    try:
        while plans:
            running.append(flow.start(plans.pop(0), errand=errand))
        pictures = asyncio.gather(*(asyncio.wrap_future(one.picture) for one in running))
        return await unless_gone(pictures, receive)
    finally:
        for one in running:  # cancelling `pictures` ends this end of them only: the engine hears of it here
            if not one.picture.done():
                one.cancel()
