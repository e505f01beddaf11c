"""How much of a body is read, and no more."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.types import Message

from outcrop.api.body import MAX_BYTES, read_body
from outcrop.errors import Cancelled, InvalidRequest


def read(messages: list[Message], declared: int | None = None) -> tuple[bytes | type[Exception], int]:
    """What `read_body` returns or raises, and how many messages it took from the channel."""
    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    taken = 0

    async def arrivals() -> AsyncIterator[Message]:
        nonlocal taken
        for message in messages:
            taken += 1
            yield message

    async def run() -> bytes | type[Exception]:
        channel = arrivals()
        try:
            return await read_body(Request({"type": "http", "headers": headers}, channel.__anext__))
        except (InvalidRequest, Cancelled) as error:
            return type(error)

    return asyncio.run(run()), taken


def part(body: bytes, *, more: bool) -> Message:
    """A piece of a body as an ASGI server hands it over."""
    return {"type": "http.request", "body": body, "more_body": more}


def test_the_pieces_are_put_together() -> None:
    """In their order, whether or not the length was declared."""
    pieces = [part(b"ab", more=True), part(b"", more=True), part(b"c", more=False)]
    assert read(pieces) == (b"abc", 3)
    assert read(pieces, 3) == (b"abc", 3)


def test_a_declared_excess_is_refused_unread() -> None:
    """Not a byte of it is taken."""
    assert read([part(b"a", more=False)], MAX_BYTES + 1) == (InvalidRequest, 0)


def test_an_undeclared_excess_is_refused_where_it_begins() -> None:
    """Not a piece more is taken than shows that it is too long."""
    pieces = [part(b"a" * (MAX_BYTES // 2), more=True)] * 9
    assert read(pieces) == (InvalidRequest, 3)


def test_a_client_that_leaves_half_way_is_no_defect() -> None:
    """It gets no answer and the log no traceback."""
    assert read([part(b"a", more=True), {"type": "http.disconnect"}]) == (Cancelled, 2)
