"""Read the body of a request, no more of it than the service takes. Knows bytes; knows no format."""

from io import BytesIO
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
    whole = BytesIO()  # grows in place and gives up what it holds without a copy, as a list of chunks cannot
    size = 0
    try:
        async for chunk in request.stream():
            refuse([*at_most("body", size + len(chunk), most)])
            if not size:
                whole = BytesIO(chunk)  # which it shares until something is added
                whole.seek(len(chunk))
            elif chunk:
                whole.write(chunk)
            size += len(chunk)
    except ClientDisconnect:
        raise Cancelled("The client closed the connection before its request was complete.") from None
    return whole.getvalue()
