"""`outcrop serve`: where it listens, when it refuses, and how it ends."""

import http.client
import re
import signal
import socket
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from outcrop.access.keys import NewKey
from outcrop.cli.calls import Reached, ready_calls
from outcrop.cli.serving import address, listen, open_callers
from outcrop.errors import BadSettings
from outcrop.settings import Settings
from outcrop.units import ModelId
from tests.cli.programs import started
from tests.signing import Signer


def get(url: str, path: str, key: dict[str, str]) -> int:
    """The status of a GET that is signed with a key."""
    host = urlsplit(url).netloc
    signer = Signer(key_id=key["AWS_ACCESS_KEY_ID"], secret=key["AWS_SECRET_ACCESS_KEY"])
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request("GET", path, headers=dict(signer.headers("GET", path, host=host)))
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_at_once_and_stops_gracefully(tmp_path: Path, stop: signal.Signals) -> None:
    """The listing is there before the engine can have loaded; a signal ends it with status 0."""
    with started(tmp_path) as (process, url, key):
        assert get(url, "/foundation-models", key) == 200
        process.send_signal(stop)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == "Outcrop has stopped.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"outcrop.db", "master.key", "audit", "ledger"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700


def test_the_one_key_stays_the_one_key(tmp_path: Path) -> None:
    """The same folder gives the same key at the next start; another one gives another."""
    other = tmp_path / "other"
    other.mkdir()
    keys = []
    for home in (tmp_path, tmp_path, other):
        with started(home) as (process, _, key):
            process.terminate()
            process.communicate(timeout=30)
        keys.append(key)
    assert keys[0] == keys[1] != keys[2]


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    """The message names port and host, and the option that helps."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSettings, match=rf"Port {port} of 127.0.0.1 is in use; .* --port 0"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org"])
@pytest.mark.parametrize("begun", [False, True])
def test_other_addresses_need_a_key_of_ones_own(tmp_path: Path, host: str, *, begun: bool) -> None:
    """The key of a first start does not count: it opens nothing to other machines."""
    if begun:
        with open_callers(Settings(home=tmp_path)):
            pass
    with (
        pytest.raises(BadSettings, match=f"The host is '{host}', .* no key for them; .*`outcrop keys create`"),
        open_callers(Settings(home=tmp_path, host=host)),
    ):
        pass
    assert begun or not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3"])
def test_loopback_gets_a_free_port(host: str) -> None:
    """Port 0 takes a free one, which the address names."""
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert address(listener, tls=False).endswith(f":{port}")
        assert address(listener, tls=True).startswith("https://")


def test_ready_calls_are_complete() -> None:
    """Every call names the server, the model and the region, curl's in its token, and leaves no blank to fill."""
    key = NewKey(id="AKIAKEY", secret="made-up")
    text = ready_calls(Reached(url="http://127.0.0.1:1", region="eu-west-1"), ModelId("a.model-v1:0"), key, 0)
    for section in text.split("\n# "):
        token = re.search(r"bedrock-api-key-([A-Za-z0-9+/=]+)", section)
        whole = section + (b64decode(token[1]).decode() if token else "")
        for part in ("http://127.0.0.1:1", "eu-west-1", "a.model-v1:0", "AKIAKEY"):
            assert part in whole
    assert "{url}" not in text
    assert "{{" not in text
