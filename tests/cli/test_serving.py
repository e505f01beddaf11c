"""`outcrop serve`: where it listens, when it refuses, and how it ends."""

import http.client
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from outcrop.cli.calls import ready_calls
from outcrop.cli.serving import address, listen
from outcrop.errors import BadSettings
from outcrop.units import ModelId
from tests.cli.programs import started


def get(url: str, path: str) -> int:
    """The status of a GET."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", path, headers={"Authorization": "Bearer any"})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_at_once_and_stops_gracefully(tmp_path: Path, stop: signal.Signals) -> None:
    """The listing is there before the engine can have loaded; a signal ends it with status 0, and nothing is left."""
    with started(tmp_path) as (process, url):
        assert get(url, "/foundation-models") == 200
        process.send_signal(stop)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == "Outcrop has stopped.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    """The message names port and host, and the option that helps."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSettings, match=rf"Port {port} of 127.0.0.1 is in use; .* --port 0"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", ""])
def test_other_addresses_are_refused(host: str) -> None:
    """As long as keys are not checked, nobody else's machine may reach the server."""
    with pytest.raises(BadSettings, match="listens on loopback only"):
        listen(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3"])
def test_loopback_gets_a_free_port(host: str) -> None:
    """Port 0 takes a free one, which the address names."""
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert address(listener).endswith(f":{port}")


def test_ready_calls_are_complete() -> None:
    """Every call names the server, the model and the region, and leaves no blank to fill."""
    text = ready_calls("http://127.0.0.1:1", "eu-west-1", ModelId("a.model-v1:0"))
    for section in text.split("\n# "):
        for part in ("http://127.0.0.1:1", "eu-west-1", "a.model-v1:0"):
            assert part in section
    assert "{url}" not in text
    assert "{{" not in text
