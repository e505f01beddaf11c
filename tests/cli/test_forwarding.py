"""Which settings pass calls on, where to, and what they need."""

import http.client
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from outcrop.cli.forwarding import open_upstream
from outcrop.cli.wiring import open_catalog
from outcrop.errors import BadSettings
from outcrop.records.trail import Wanted, read_trail
from outcrop.settings import Settings, read_settings
from tests.cli.programs import started
from tests.conftest import CORE
from tests.signing import Signer
from tests.toy_engine import PATIENCE_S

ONE = f'[models."{CORE}"]\nbackend = "bedrock"\n'


def settings(folder: Path, content: str) -> Settings:
    """The settings of a file."""
    (folder / "outcrop.toml").write_text(content, encoding="utf-8")
    return read_settings(environ={"OUTCROP_HOME": str(folder)})


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's key, where AWS's programs find it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOPERATOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def test_nothing_is_passed_on_unless_asked_for(tmp_path: Path) -> None:
    """And nothing is loaded for it: no credentials are looked for."""
    chosen = settings(tmp_path, "")
    assert open_upstream(chosen, open_catalog(chosen)) is None


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("content", ['backend = "bedrock"\n', ONE])
def test_one_line_is_enough(tmp_path: Path, content: str) -> None:
    """For all models, or for one; the region is the server's own."""
    chosen = settings(tmp_path, content)
    catalog = open_catalog(chosen)
    upstream = open_upstream(chosen, catalog)
    assert upstream is not None
    assert upstream.region == "us-west-2"
    there = {card.id for card in catalog.models.values() if card.tier.backend == "bedrock"}
    assert there == ({CORE} if content == ONE else set(catalog.models))


@pytest.mark.usefixtures("_key")
def test_a_model_may_stay_while_all_others_go(tmp_path: Path) -> None:
    """What is said of one model wins over what is said of all; the region may be another."""
    chosen = settings(
        tmp_path,
        f'backend = "bedrock"\nbedrock_region = "us-east-1"\n[models."{CORE}"]\nbackend = "engine"\n',
    )
    catalog = open_catalog(chosen)
    assert [card.id for card in catalog.models.values() if card.tier.backend == "engine"] == [CORE]
    upstream = open_upstream(chosen, catalog)
    assert upstream is not None
    assert upstream.region == "us-east-1"


def test_without_credentials_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    chosen = settings(tmp_path, ONE)
    with pytest.raises(BadSettings, match="no credentials"):
        open_upstream(chosen, open_catalog(chosen))


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one command."""
    monkeypatch.setitem(sys.modules, "outcrop.forward.bedrock", None)
    chosen = settings(tmp_path, ONE)
    with pytest.raises(BadSettings, match=r"pip install 'outcrop\[aws\]'"):
        open_upstream(chosen, open_catalog(chosen))


def test_two_servers_one_behind_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are started: the first has one line, its operator's key is one of the second, and both keep a trail."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with started(second) as (_, there, operator):
        for name, value in operator.items():
            monkeypatch.setenv(name, value)
        lines = f'backend = "bedrock"\nbedrock_endpoint = "{there}"\n'
        (first / "outcrop.toml").write_text(lines, encoding="utf-8")
        with started(first) as (_, here, key):
            signer = Signer(key_id=key["AWS_ACCESS_KEY_ID"], secret=key["AWS_SECRET_ACCESS_KEY"])
            host, path, body = urlsplit(here).netloc, f"/model/{CORE}/invoke", b'{"no such field":1}'
            connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
            connection.request("POST", path, body, dict(signer.headers("POST", path, body, host=host)))
            response = connection.getresponse()
            assert (response.status, b"Invalid field in request" in response.read()) == (400, True)
            connection.close()
    (at_first,), (at_second,) = (list(read_trail(home / "audit", Wanted())) for home in (first, second))
    assert at_first is not None
    assert at_second is not None
    assert at_first["additionalEventData"]["passedOnRequestID"] == at_second["requestID"]
    assert at_first["userIdentity"]["accessKeyId"] == key["AWS_ACCESS_KEY_ID"]
    assert at_second["userIdentity"]["accessKeyId"] == operator["AWS_ACCESS_KEY_ID"]
