"""Read the body of a request, no more of it than the service takes. Knows bytes; knows no format."""

from typing import Final

from starlette.requests import ClientDisconnect, Request

from outcrop.api.constraints import at_most, refuse
from outcrop.errors import Cancelled

MAX_BYTES: Final = 25_000_000


async def read_body(request: Request, most: int = MAX_BYTES) -> bytes:
    """Read the whole body, holding at most so many bytes of it.

    What a refused body has left is thrown away by the HTTP server as it comes, so that a client that sends everything
    before it listens still reads the answer.

    Raises: InvalidRequest when the body is longer, by its own declaration before a byte of it is read; Cancelled when
    the client goes away half-way.
    """
    refuse([*at_most("body", int(request.headers.get("content-length", 0)), most)])
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            refuse([*at_most("body", size, most)])
            chunks.append(chunk)
    except ClientDisconnect:
        raise Cancelled("The client closed the connection before its request was complete.") from None
    return b"".join(chunks)
