"""HTTP/1.1 and its patience, on real sockets and a clock that the test moves."""

import json
from uuid import UUID

import pytest

from outcrop.api.connection import KEEP_ALIVE_S
from outcrop.api.patience import GRACE_S, LEAST_RATE
from outcrop.api.problems import ERROR_TYPE_SUFFIX
from tests.api.peers import Peer, run

SOON_S = GRACE_S - 1


def head(length: int) -> bytes:
    """A request's head that declares a body."""
    return f"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode()


def test_a_connection_that_says_nothing_is_closed() -> None:
    """Without a word."""

    async def silent(peer: Peer) -> None:
        await peer.later(SOON_S)
        assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(silent)


def test_a_head_that_does_not_end_is_given_up() -> None:
    """However often another byte of it comes."""

    async def drop_by_drop(peer: Peer) -> None:
        await peer.send(b"POST / HTTP/1.1\r\nHost: here\r\n")
        for _ in range(int(SOON_S)):
            await peer.later(1)
            await peer.send(b"x")
        assert await peer.is_open()
        await peer.later(2)
        answer = await peer.read()
        top, _, body = answer.partition(b"\r\n\r\n")
        status, *lines = top.decode("ascii").split("\r\n")
        assert status == "HTTP/1.1 408 Request Timeout"
        headers = dict(line.split(": ") for line in lines)
        assert headers["x-amzn-ErrorType"] == f"RequestTimeoutException{ERROR_TYPE_SUFFIX}"
        assert UUID(headers["x-amzn-RequestId"])
        assert "in time" in json.loads(body)["message"]
        assert await peer.read() == b""

    run(drop_by_drop)


def test_a_body_that_does_not_end_is_given_up() -> None:
    """And whoever reads it hears that the client has gone."""

    async def half(peer: Peer) -> None:
        await peer.send(head(100) + b"half")
        await peer.later(GRACE_S + 1)
        assert (await peer.read()).startswith(b"HTTP/1.1 408 ")
        assert await peer.read() == b""
        await peer.app.gone.wait()

    run(half)


def test_bytes_buy_time() -> None:
    """A slow line may send a large picture."""

    async def slow(peer: Peer) -> None:
        await peer.send(head(4 * LEAST_RATE) + bytes(2 * LEAST_RATE))
        await peer.later(GRACE_S + 1)
        assert await peer.is_open()
        await peer.send(bytes(2 * LEAST_RATE))
        assert (await peer.read()).startswith(b"HTTP/1.1 200 OK")

    run(slow)


def test_an_answer_may_take_its_time() -> None:
    """Pictures do; patience is for what is still to arrive."""

    async def drawing(peer: Peer) -> None:
        peer.app.gate.clear()
        await peer.send(head(2) + b"ab")
        await peer.later(100 * GRACE_S)
        assert await peer.is_open()
        peer.app.gate.set()
        assert (await peer.read()).startswith(b"HTTP/1.1 200 OK")

    run(drawing)


def test_a_connection_rests_between_requests() -> None:
    """Longer than a request may take to arrive; then it serves another one, or is closed."""

    async def pooled(peer: Peer) -> None:
        for _ in range(2):
            await peer.send(head(2) + b"ab")
            answer = await peer.read()
            assert answer.startswith(b"HTTP/1.1 200 OK")
            while not answer.endswith(b"ab"):
                answer += await peer.read()
            await peer.later(KEEP_ALIVE_S - 1)
            assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(pooled)


def test_the_rest_of_a_refused_body_must_come_in_time() -> None:
    """It is thrown away as it comes, but not for ever; it has been answered, so nothing more is said."""

    async def refused(peer: Peer) -> None:
        peer.app.reads = False
        await peer.send(head(100) + b"half")
        answer = b""
        while not answer.endswith(b"unread"):
            answer += await peer.read()
        await peer.later(SOON_S)
        await peer.send(b"x")
        assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(refused)


@pytest.mark.parametrize("sent", [b"no such thing\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nx: " + b"y" * 70_000])
def test_what_is_no_http_is_answered_in_json(sent: bytes) -> None:
    """As clients of AWS read errors; a head of more than 64 KiB is no head."""

    async def broken(peer: Peer) -> None:
        await peer.send(sent)
        answer = await peer.read()
        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: ValidationException:http://")
        assert b"\r\nx-amzn-RequestId: " in answer
        assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"message": "Invalid HTTP request received."}

    run(broken)
