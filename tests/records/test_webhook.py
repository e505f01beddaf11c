"""A webhook's message arrives whole and signed, and goes nowhere it may not."""

import hmac
import json
import socket
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from outcrop.errors import BadSettings, Unavailable
from outcrop.records.webhook import Message, Webhook, check_url, new_secret, read_secret, send, signature

SECRET = bytes(range(32))
MESSAGE = Message(id="msg_1", at=1_700_000_000, body=b'{"type": "budget.warning"}')


@contextmanager
def receiver(status: int = 204) -> Iterator[tuple[Webhook, list[tuple[str, dict[str, str], bytes]]]]:
    """A server on loopback that keeps what it is sent, and a webhook that leads to it."""
    kept: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its parent calls it
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/hook?a=b"
            yield Webhook(url=url, secret=SECRET, private=True), kept
        finally:
            server.shutdown()
            thread.join()


def test_a_message_arrives_whole_and_signed() -> None:
    """By the standard's rule, worked out here on its own: base64 of HMAC-SHA256 over id, time and body."""
    with receiver() as (webhook, kept):
        send(webhook, MESSAGE)
    ((path, headers, body),) = kept
    assert (path, json.loads(body)) == ("/hook?a=b", {"type": "budget.warning"})
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", "1700000000")
    expected = b64encode(hmac.new(SECRET, b"msg_1.1700000000." + body, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"


def test_the_signature_is_the_standard_s() -> None:
    """Held against the example of the specification's own libraries."""
    secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    example = Message(id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=1_614_265_330, body=b'{"test": 2432232314}')
    assert signature(secret, example) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [301, 307, 400, 410, 500])
def test_what_was_not_taken_is_said(status: int) -> None:
    """A redirection is not followed."""
    with receiver(status) as (webhook, kept):
        with pytest.raises(Unavailable, match=f"answered {status}"):
            send(webhook, MESSAGE)
        assert len(kept) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_private_addresses_are_not_called(address: str) -> None:
    """Whatever name leads there, and however many others do not."""
    webhook = Webhook(url="https://hooks.example.com/", secret=SECRET)
    with pytest.raises(Unavailable, match="a private address; it was not called"):
        send(webhook, MESSAGE, resolve=lambda _host, _port: ["93.184.216.34", address])


def test_a_name_without_an_address_is_said() -> None:
    """As is one that cannot be resolved."""
    webhook = Webhook(url="https://hooks.example.com/", secret=SECRET)
    with pytest.raises(Unavailable, match="has no address"):
        send(webhook, MESSAGE, resolve=lambda _host, _port: [])

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, f"{host} and {port} are not known")

    with pytest.raises(Unavailable, match="cannot be reached: hooks"):
        send(webhook, MESSAGE, resolve=unknown)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 ok\r\n", b"x" * 2000])
def test_what_does_not_speak_http_is_said(answer: bytes) -> None:
    """And nothing is read without an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        webhook = Webhook(url=f"http://127.0.0.1:{listener.getsockname()[1]}/", secret=SECRET, private=True)
        with pytest.raises(Unavailable, match="does not speak HTTP"):
            send(webhook, MESSAGE)
        thread.join()


def test_one_that_is_silent_is_left() -> None:
    """When its time is over, by the clock; a closed port at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        webhook = Webhook(url=f"http://127.0.0.1:{port}/", secret=SECRET, private=True)
        moments = iter([0.0, 100.0, 100.0, 100.0])
        with pytest.raises(Unavailable, match="cannot be reached: timed out"):
            send(webhook, MESSAGE, clock=lambda: next(moments))
    with pytest.raises(Unavailable, match="cannot be reached"):
        send(webhook, MESSAGE)


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://hooks.example.com/", False),
        ("ftp://hooks.example.com/", True),
        ("https:///path", True),
        ("https://me@hooks.example.com/", True),
        ("https://hooks.example.com:x/", True),
        ("https://hooks.example.com/a b", True),
        ("https://hooks.example.com/\r\nhost: x", True),
        ("", False),
    ],
)
def test_what_is_no_url_is_refused(url: str, *, private: bool) -> None:
    """Before anything is sent."""
    with pytest.raises(BadSettings, match="The webhook's URL is"):
        check_url(Webhook(url=url, secret=SECRET, private=private))


def test_secrets_are_made_and_read() -> None:
    """And one that is too short is refused, without being repeated."""
    text = new_secret(lambda count: b"k" * count)
    assert read_secret(f"{text}\n") == b"k" * 32 == b64decode(text.removeprefix("whsec_"))
    for wrong in ("whsec_c2hvcnQ=", "whsec_***", ""):
        with pytest.raises(BadSettings, match="at least 24 bytes in base64"):
            read_secret(wrong)
    assert replace(MESSAGE, at=1) != MESSAGE
