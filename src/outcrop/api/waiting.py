"""Wait for work on behalf of a client, as long as the client waits too. Knows no work."""

import asyncio
from typing import TypeVar

from starlette.types import Receive

from outcrop.errors import Cancelled

T = TypeVar("T")


async def unless_gone(work: asyncio.Future[T], receive: Receive) -> T:
    """What the work comes to; when the client goes, the work is cancelled and has ended before this does.

    `receive` is the request's channel, its body read to the end: all it can still say is that the client has gone.

    Raises: Cancelled when the client went away; whatever the work raises.
    """
    gone = asyncio.ensure_future(_gone(receive))
    gone.add_done_callback(lambda _: work.cancel())
    try:
        return await work
    except asyncio.CancelledError:
        if not gone.done():  # whoever waits here is told to stop
            raise
        raise Cancelled("The client closed the connection before its picture was there.") from None
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
