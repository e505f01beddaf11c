"""Wait for work on behalf of a client, as long as the client waits too. Knows no work."""

import asyncio
from typing import Any, TypeVar

from starlette.types import Receive

from outcrop.errors import Cancelled

T = TypeVar("T")


async def unless_gone(work: asyncio.Future[T], receive: Receive) -> T:
    """What the work comes to; when the client goes, the work is cancelled and has ended before this does.

    `receive` is the request's channel, its body read to the end: all it can still say is that the client has gone.

    Raises: Cancelled when the client went away; whatever the work raises.
    """
    gone = asyncio.ensure_future(_gone(receive))
    either: set[asyncio.Future[Any]] = {work, gone}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise Cancelled("The client closed the connection before its picture was there.")
        return work.result()
    finally:
        gone.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
            # A gathering ends with an error in place of a cancellation, and complains when nobody has looked at it.
            _ = work.cancelled() or work.exception()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
