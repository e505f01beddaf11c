"""That a connection is given to whoever speaks its language, and that hundreds are held at once."""

import http.client
import json
from contextlib import ExitStack, closing

import pytest

from outcrop.api.http2_frames import PREFACE
from outcrop.api.patience import GRACE_S
from tests.api.peers import Peer, run
from tests.conftest import CANVAS
from tests.serving import SIGNED, Serving

IDLE, BUSY = 500, 64
BODY = json.dumps(
    {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a red apple"},
        "imageGenerationConfig": {"width": 320, "height": 320},
    }
).encode()


@pytest.mark.parametrize("size", [1, 3, 12])
def test_the_first_bytes_tell(size: int) -> None:
    """In however many pieces they come: a preface is answered in frames, anything else in HTTP/1.1."""

    async def speaks(peer: Peer) -> None:
        await peer.send(PREFACE[:size])
        assert await peer.is_open()
        await peer.send(PREFACE[size:])
        answer = await peer.read()
        assert answer[3:9] == bytes([4, 0, 0, 0, 0, 0])  # SETTINGS

    async def does_not(peer: Peer) -> None:
        await peer.send(PREFACE[:size])
        await peer.send(b"?" * 100 + b"\r\n\r\n")
        assert (await peer.read()).startswith(b"HTTP/1.1 400 ")

    run(speaks)
    run(does_not)


@pytest.mark.parametrize("size", [0, 5])
def test_who_says_nothing_that_tells_is_given_up(size: int) -> None:
    """Without a word."""

    async def silent(peer: Peer) -> None:
        await peer.send(PREFACE[:size])
        await peer.later(GRACE_S - 1)
        assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(silent)


def test_hundreds_of_connections_are_held(server: Serving) -> None:
    """Idle ones stay usable while 64 calls arrive at once, and every call is answered."""
    with ExitStack() as stack:
        idle = [stack.enter_context(closing(server.connect())) for _ in range(IDLE)]
        for each in idle:
            assert status(each, "HEAD") == http.client.FORBIDDEN  # nobody signed it: answered at the edge
        busy = [stack.enter_context(closing(server.connect())) for _ in range(BUSY)]
        for each in busy:
            each.putrequest("POST", f"/model/{CANVAS}/invoke")
            for name, value in {**SIGNED, "Content-Length": str(len(BODY))}.items():
                each.putheader(name, value)
            each.endheaders(BODY[:20])
        sockets = [each.sock for each in idle]
        assert all(status(each, "HEAD") == http.client.FORBIDDEN for each in idle[:: IDLE // 10])
        for each in busy:
            each.send(BODY[20:])
        assert [each.getresponse().status for each in busy] == [http.client.OK] * BUSY
        assert all(status(each, "HEAD") == http.client.FORBIDDEN for each in idle)
        assert [each.sock for each in idle] == sockets, "a connection was closed and opened anew"


def status(connection: http.client.HTTPConnection, method: str) -> int:
    """The status of an answer to a request without a key."""
    connection.request(method, "/foundation-models")
    response = connection.getresponse()
    response.read()
    return response.status
