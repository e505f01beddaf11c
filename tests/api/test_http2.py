"""HTTP/2 on real sockets: streams side by side, patience with each, and what is said no to."""

import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import httpx2
import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes
from hpack import Encoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)
from hypothesis import given
from hypothesis import strategies as st

from outcrop.api.connection import KEEP_ALIVE_S
from outcrop.api.http2 import EMPTY_PER_MINUTE, MAX_STREAMS, STREAM_WINDOW
from outcrop.api.http2_frames import MAX_FRAME_BYTES, MAX_HEAD_BYTES
from outcrop.api.patience import GRACE_S, LEAST_RATE
from outcrop.api.problems import ERROR_TYPE_SUFFIX
from tests.api.http2_client import HEAD, Client
from tests.api.peers import Peer, run
from tests.conftest import CANVAS
from tests.serving import SIGNED, Serving

SOON_S = GRACE_S - 1
CURL = shutil.which("curl")


def talk(test: Callable[[Client, Peer], Awaitable[None]], window: int | None = None) -> None:
    """Run a test on a connection on which both sides have greeted."""

    async def greeted(peer: Peer) -> None:
        client = Client(peer)
        await client.greet(window)
        await test(client, peer)

    run(greeted)


def test_requests_are_answered_side_by_side() -> None:
    """Each in its own stream, whichever is ready first; what HTTP/1.1 would carry comes to the application."""

    async def three(client: Client, peer: Peer) -> None:
        await client.ask(1, None, [("content-length", "2"), ("x-own", "a")])
        await client.ask(3, b"three")
        await client.ask(5)
        await client.answer(3, 5)
        assert client.bodies == {3: b"three"}
        await client.say(1, b"ab", last=True)
        await client.answer(1)
        assert client.bodies == {1: b"ab", 3: b"three"}
        assert set(client.statuses.values()) == {"200"}
        assert client.headers[1]["content-length"] == "2"
        asked = peer.app.scopes[0]
        assert (asked["http_version"], asked["scheme"], asked["method"]) == ("2", "http", "POST")
        assert (asked["path"], asked["raw_path"], asked["query_string"]) == ("/a/b", b"/a%2Fb", b"c=d")
        assert asked["headers"] == [(b"host", b"here"), (b"content-length", b"2"), (b"x-own", b"a")]

    talk(three)


@pytest.mark.parametrize("window", [None, 1000, 1_000_000])
def test_bodies_are_longer_than_windows(window: int | None) -> None:
    """Both ways."""
    body = bytes(range(256)) * 12_000

    async def long(client: Client, _: Peer) -> None:
        await client.ask(1, body)
        await client.answer(1)
        assert client.bodies[1] == body

    talk(long, window)


def test_only_as_much_is_held_as_was_promised() -> None:
    """While nobody reads a body, no window opens; others go on."""

    async def unread(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        peer.app.reads = False
        await client.ask(1, None)
        await client.say(1, bytes(STREAM_WINDOW), last=False)
        assert client.h2.local_flow_control_window(1) == 0
        peer.app.gate.set()
        await client.answer(1)
        assert client.bodies[1] == b"unread"
        while not client.h2.local_flow_control_window(1):
            await client.hear()
        await client.say(1, bytes(3 * STREAM_WINDOW), last=True)  # thrown away
        await client.ask(3)
        await client.answer(3)

    talk(unread)


def test_what_a_client_adds_is_no_matter() -> None:
    """Trailers, padding, its wish to be told to go on, and HEAD, which has no body."""

    async def odd(client: Client, _: Peer) -> None:
        await client.ask(1, None, [("expect", "100-continue")])
        await client.hear()
        assert client.interim == {1: "100"}
        client.h2.send_data(1, b"padded", pad_length=99)
        client.h2.send_headers(1, [("x-checksum", "0")], end_stream=True)
        await client.flush()
        await client.ask(3, head=[(":method", "HEAD"), *HEAD[1:3], ("host", "here")])
        await client.answer(1, 3)
        assert client.bodies == {1: b"padded"}
        assert client.statuses == {1: "200", 3: "200"}

    talk(odd)


def test_whoever_asks_no_more_still_gets_answers() -> None:
    """AWS's SDK for JavaScript says goodbye as soon as an answer begins."""

    async def leaving(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        await client.ask(1, bytes(200_000))
        await peer.send(
            GoAwayFrame(last_stream_id=0, error_code=0).serialize() + PingFrame(opaque_data=b"12345678").serialize()
        )
        peer.app.gate.set()
        await client.answer(1)
        assert len(client.bodies[1]) == 200_000
        await peer.lost()

    talk(leaving)


def test_a_server_that_stops_ends_what_it_has_begun() -> None:
    """And begins nothing more."""

    async def stopping(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        await client.ask(1, b"first")
        peer.shutdown()
        await client.hear()
        assert client.goaway == ErrorCodes.NO_ERROR
        headers = Encoder().encode(HEAD)
        await peer.send(HeadersFrame(3, headers, flags=["END_HEADERS", "END_STREAM"]).serialize())
        peer.app.gate.set()
        await client.answer(1)
        assert client.bodies == {1: b"first"}
        await peer.lost()
        assert len(peer.app.scopes) == 1

    talk(stopping)


def test_a_request_called_off_is_stopped() -> None:
    """Whoever works on it hears that the client has gone."""

    async def off(client: Client, peer: Peer) -> None:
        await client.ask(1, None)
        client.h2.reset_stream(1, ErrorCodes.CANCEL)
        await client.flush()
        await peer.app.gone.wait()
        await client.ask(3)
        await client.answer(3)

    talk(off)


def test_an_application_that_fails_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Its stream is reset."""

    async def failing(client: Client, peer: Peer) -> None:
        peer.app.fails = True
        await client.ask(1)
        await client.answer(1)
        assert client.reset == {1: ErrorCodes.INTERNAL_ERROR}
        assert "LookupError" in caplog.text
        peer.app.fails = False
        await client.ask(3)
        await client.answer(3)
        assert client.statuses == {3: "200"}

    talk(failing)


def test_a_connection_without_requests_is_closed() -> None:
    """Soon when there was none yet, later when there was one; a ping is none."""

    async def silent(client: Client, peer: Peer) -> None:
        await peer.later(SOON_S)
        client.h2.ping(b"still up")
        await client.flush()
        await client.hear()
        assert not client.closed
        await peer.later(2)
        await client.end()
        assert client.goaway == ErrorCodes.NO_ERROR

    async def pooled(client: Client, peer: Peer) -> None:
        for number in (1, 3):
            await client.ask(number)
            await client.answer(number)
            await peer.later(KEEP_ALIVE_S - 1)
            assert await peer.is_open()
        await peer.later(2)
        await client.end()
        assert client.goaway == ErrorCodes.NO_ERROR

    talk(silent)
    talk(pooled)


def test_a_body_that_does_not_end_is_given_up() -> None:
    """Alone: whoever reads it hears that the client has gone, and other streams do not."""

    async def half(client: Client, peer: Peer) -> None:
        await client.ask(1, None)
        await peer.later(SOON_S)
        await client.say(1, bytes(LEAST_RATE), last=False)
        await client.ask(3, None)
        await peer.later(1.5)
        assert await peer.is_open()
        await peer.later(1)
        await client.answer(1)
        assert client.statuses == {1: "408"}
        assert client.headers[1]["x-amzn-errortype"] == f"RequestTimeoutException{ERROR_TYPE_SUFFIX}"
        assert UUID(client.headers[1]["x-amzn-requestid"])
        assert "in time" in json.loads(client.bodies[1])["message"]
        await peer.app.gone.wait()
        await client.say(3, b"in time", last=True)
        await client.answer(3)
        assert client.bodies[3] == b"in time"

    talk(half)


def test_an_answer_may_take_its_time() -> None:
    """Pictures do; patience is for what is still to arrive."""

    async def drawing(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        await client.ask(1, b"ab")
        await peer.later(100 * GRACE_S)
        assert await peer.is_open()
        peer.app.gate.set()
        await client.answer(1)
        assert client.bodies[1] == b"ab"

    talk(drawing)


def test_an_answer_that_nobody_takes_is_thrown_away() -> None:
    """The client has had a second for every 16 KiB of it, and more; other streams go on."""
    size = 10 * LEAST_RATE

    async def stalled(client: Client, peer: Peer) -> None:
        client.takes = False
        await client.ask(1, bytes(size))
        while len(client.bodies[1]) < 1000:
            await client.hear()
        await peer.later(SOON_S + 10)
        assert await peer.is_open()
        await peer.later(2)
        await client.answer(1)
        assert client.reset == {1: ErrorCodes.CANCEL}
        assert client.bodies[1] == bytes(1000)

    talk(stalled, window=1000)


def test_a_client_that_does_not_read_is_cut_off() -> None:
    """When its windows are wide but its socket is full."""

    async def deaf(client: Client, peer: Peer) -> None:
        client.h2.increment_flow_control_window(2**30)
        peer.app.answer = bytes(50_000_000)
        await client.ask(1)
        await peer.lost()

    talk(deaf, window=2**30)


# ------------------------------------------------------------------------------------------------ what is said no to


def header(length: int, kind: int, flags: int = 0, stream: int = 0) -> bytes:
    """The head of a frame."""
    return length.to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")


def head_frame(stream: int = 1, fields: tuple[tuple[str, str], ...] = HEAD, *flags: str) -> bytes:
    """A whole request's head."""
    return HeadersFrame(stream, Encoder().encode(fields), flags=["END_HEADERS", *flags]).serialize()


def repeated(frame: Frame, count: int) -> bytes:
    """The same frame many times."""
    return frame.serialize() * count


def bomb() -> bytes:
    """A head of 4 KB that names one of its fields four thousand times."""
    encoder = Encoder()
    once = encoder.encode([*HEAD, ("x-bomb", "y" * 4000)])
    again = encoder.encode([("x-bomb", "y" * 4000)])
    assert len(again) == 1
    return HeadersFrame(1, once + again * 4000, flags=["END_HEADERS", "END_STREAM"]).serialize()


def continued(parts: int, size: int) -> bytes:
    """A head in many frames, which does not end."""
    first = HeadersFrame(1, Encoder().encode(HEAD)).serialize()
    return first + ContinuationFrame(1, bytes(size)).serialize() * parts


MANY = EMPTY_PER_MINUTE + 1
HOSTILE: dict[str, tuple[bytes, ErrorCodes]] = {
    "a frame of sixteen megabytes that is only begun": (header(2**24 - 1, 0, 0, 1), ErrorCodes.FRAME_SIZE_ERROR),
    "a frame that is a byte too long": (header(MAX_FRAME_BYTES + 1, 0x77), ErrorCodes.FRAME_SIZE_ERROR),
    "a head that never ends": (continued(5, MAX_HEAD_BYTES // 4), ErrorCodes.FRAME_SIZE_ERROR),
    "a head in crumbs": (continued(100, 0), ErrorCodes.PROTOCOL_ERROR),
    "a head that unfolds": (bomb(), ErrorCodes.ENHANCE_YOUR_CALM),
    "a head that is no head": (
        HeadersFrame(1, b"\xff" * 50, flags=["END_HEADERS"]).serialize(),
        ErrorCodes.PROTOCOL_ERROR,
    ),
    "another frame within a head": (
        HeadersFrame(1, b"").serialize() + PingFrame(opaque_data=bytes(8)).serialize(),
        ErrorCodes.PROTOCOL_ERROR,
    ),
    "a body before its request": (DataFrame(1, b"x").serialize(), ErrorCodes.PROTOCOL_ERROR),
    "a body of no stream": (header(1, 0) + b"x", ErrorCodes.PROTOCOL_ERROR),
    "a stream of the server's": (head_frame(2), ErrorCodes.PROTOCOL_ERROR),
    "a stream that was passed over": (head_frame(5) + head_frame(3), ErrorCodes.PROTOCOL_ERROR),
    "a window that overflows": (
        repeated(WindowUpdateFrame(0, window_increment=2**31 - 1), 2),
        ErrorCodes.FLOW_CONTROL_ERROR,
    ),
    "a window of nothing": (header(4, 8) + bytes(4), ErrorCodes.PROTOCOL_ERROR),
    "settings of half a length": (header(3, 4) + bytes(3), ErrorCodes.FRAME_SIZE_ERROR),
    "settings that cannot be": (
        SettingsFrame(0, {SettingCodes.MAX_FRAME_SIZE: 1}).serialize(),
        ErrorCodes.PROTOCOL_ERROR,
    ),
    "settings without end": (repeated(SettingsFrame(0, {}), MANY), ErrorCodes.ENHANCE_YOUR_CALM),
    "pings without end": (repeated(PingFrame(opaque_data=bytes(8)), MANY), ErrorCodes.ENHANCE_YOUR_CALM),
    "priorities without end": (repeated(PriorityFrame(1), MANY), ErrorCodes.ENHANCE_YOUR_CALM),
    "unknown frames without end": (header(0, 0x77) * MANY, ErrorCodes.ENHANCE_YOUR_CALM),
    "a body of nothing, without end": (head_frame() + repeated(DataFrame(1), MANY), ErrorCodes.ENHANCE_YOUR_CALM),
    "a connection header": (head_frame(1, (*HEAD, ("connection", "close"))), ErrorCodes.PROTOCOL_ERROR),
    "a length that is none": (head_frame(1, (*HEAD, ("content-length", "x"))), ErrorCodes.PROTOCOL_ERROR),
    "two hosts": (head_frame(1, (*HEAD, ("host", "elsewhere"))), ErrorCodes.PROTOCOL_ERROR),
    "a body longer than it says": (
        head_frame(1, (*HEAD, ("content-length", "1"))) + DataFrame(1, b"xyz", flags=["END_STREAM"]).serialize(),
        ErrorCodes.PROTOCOL_ERROR,
    ),
    "more than the window": (
        head_frame() + repeated(DataFrame(1, bytes(MAX_FRAME_BYTES)), STREAM_WINDOW // MAX_FRAME_BYTES + 1),
        ErrorCodes.FLOW_CONTROL_ERROR,
    ),
}


@pytest.mark.parametrize(("sent", "code"), HOSTILE.values(), ids=HOSTILE)
def test_nonsense_ends_the_connection(sent: bytes, code: ErrorCodes) -> None:
    """With the reason, and whoever was at work hears that the client has gone."""

    async def broken(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        peer.app.reads = False
        await peer.send(sent)
        await client.end()
        assert client.goaway == code

    talk(broken)


@pytest.mark.parametrize(
    ("method", "path"), [("GE T", "/"), ("GET", "/a b"), ("GET", "/\u00e9"), ("GET", "/a\tb"), ("", "/")]
)
def test_a_head_that_no_request_can_have_is_refused(method: str, path: str) -> None:
    """Alone."""

    async def odd(client: Client, peer: Peer) -> None:
        await peer.send(head_frame(1, ((":method", method), (":path", path), *HEAD[2:]), "END_STREAM"))
        client.h2.state_machine.state = client.h2.state_machine.state.CLIENT_OPEN
        await client.ask(3)
        await client.answer(3)
        assert client.statuses == {3: "200"}
        assert len(peer.app.scopes) == 1

    talk(odd)


def test_streams_are_limited() -> None:
    """Those that were called off count for as long as somebody works on them."""

    async def many(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        peer.app.reads = False
        last = 2 * MAX_STREAMS + 1
        for number in range(1, last, 2):
            await client.ask(number, None)
            client.h2.reset_stream(number)
        await client.flush()
        await client.ask(last)
        await client.answer(last)
        assert client.reset == {last: ErrorCodes.REFUSED_STREAM}
        assert len(peer.app.scopes) == MAX_STREAMS
        peer.app.gate.set()
        await client.ask(last + 2)
        await client.answer(last + 2)
        assert client.statuses == {last + 2: "200"}

    async def too_many(client: Client, peer: Peer) -> None:
        peer.app.gate.clear()
        await peer.send(b"".join(head_frame(2 * number + 1) for number in range(MAX_STREAMS + 1)))
        await client.end()
        assert client.goaway == ErrorCodes.PROTOCOL_ERROR

    talk(many)
    talk(too_many)


def test_calling_off_is_limited() -> None:
    """Whoever makes requests only to call them off is sent away."""

    async def rapid(client: Client, peer: Peer) -> None:
        encoder = Encoder()
        for number in range(1, 3 * MANY, 2):  # some are forgiven, for time goes by
            frame = HeadersFrame(number, encoder.encode(HEAD), flags=["END_HEADERS"]).serialize()
            with suppress(ConnectionError):
                await peer.send(frame + RstStreamFrame(number).serialize())
        await client.end()
        assert client.goaway == ErrorCodes.ENHANCE_YOUR_CALM
        assert len(peer.app.scopes) < 1.5 * MANY

    talk(rapid)


def test_a_client_s_memory_is_not_the_server_s() -> None:
    """Whatever it offers to remember of headers, and however many of its pings it leaves unread."""

    async def table(client: Client, peer: Peer) -> None:
        client.h2.update_settings({SettingCodes.HEADER_TABLE_SIZE: 2**30})
        await client.flush()
        for number in range(1, 400, 2):
            peer.app.headers = {f"x-{number}": "y" * 200}
            await client.ask(number)
            await client.answer(number)
        assert client.h2.decoder.header_table_size <= 4096

    talk(table)


@given(st.lists(st.binary(max_size=60), max_size=12), st.booleans())
def test_any_bytes_are_borne(pieces: list[bytes], whole: bool) -> None:  # noqa: FBT001
    """As frames of their own, or as they are: the connection goes on or ends, and nothing else happens."""

    async def noise(_: Client, peer: Peer) -> None:
        for piece in pieces:
            sent = piece if whole else header(len(piece), piece[0] % 11 if piece else 0, 5, len(piece) % 4) + piece
            await peer.send(sent)
        peer.hang_up()
        await peer.lost()

    talk(noise)


# ---------------------------------------------------------------------------------------- clients that others have made

CALL = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a red apple"},
    "imageGenerationConfig": {"width": 320, "height": 320},
}


def test_a_python_client_draws(server: Serving) -> None:
    """Over one connection, one call after the other."""
    with httpx2.Client(http1=False, http2=True, base_url=server.url, headers=SIGNED) as client:
        for _ in range(3):
            answer = client.post(f"/model/{CANVAS}/invoke", json=CALL)
            assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
            assert answer.json()["images"]


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_curl_draws(server: Serving) -> None:
    """As it is told to speak HTTP/2 at once."""
    command = [str(CURL), "--silent", "--http2-prior-knowledge", "--write-out", "\n%{http_version} %{http_code}"]
    command += ["--header", f"Authorization: {SIGNED['Authorization']}", "--json", json.dumps(CALL)]
    done = subprocess.run(
        [*command, f"{server.url}/model/{CANVAS}/invoke"], capture_output=True, text=True, check=True, timeout=60
    )
    body, _, said = done.stdout.rpartition("\n")
    assert said == "2 200"
    assert json.loads(body)["images"]
