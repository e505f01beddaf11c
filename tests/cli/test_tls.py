"""TLS with nothing replaced: `outcrop serve --tls` in its own process, boto3, bearer keys and the CA bundle."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx2
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, SSLError

from outcrop.cli import keyring, people
from outcrop.cli.tls import open_tls
from outcrop.errors import BadSettings
from outcrop.settings import Settings
from tests.cli.programs import started

Output = pytest.CaptureFixture[str]
ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def environ() -> Iterator[pytest.MonkeyPatch]:
    """A patch of this process's environment, which boto3 reads."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def made(home: Path, capsys: Output, user: str = "local", *, bearer: bool = False) -> dict[str, str]:
    """The variables of a new key."""
    capsys.readouterr()
    keyring.add(Settings(home=home), user, None, lasts_s=None, bearer=bearer)
    return dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())


def count_models(url: str, bundle: str | None) -> int:
    """How many models boto3 lists, with the keys of the environment."""
    control = boto3.Session().client("bedrock", endpoint_url=url, region_name="us-west-2", verify=bundle, config=ONCE)
    try:
        return len(control.list_foundation_models()["modelSummaries"])
    finally:
        control.close()


def test_a_bearer_key_opens_over_tls(tmp_path: Path, capsys: Output, environ: pytest.MonkeyPatch) -> None:
    """As boto3 sends it, until it is switched off; and so does a signature. Without the bundle nobody calls."""
    with started(tmp_path, "--tls") as (process, url, shown):
        assert url.startswith("https://")
        environ.setenv("AWS_ACCESS_KEY_ID", shown["AWS_ACCESS_KEY_ID"])
        environ.setenv("AWS_SECRET_ACCESS_KEY", shown["AWS_SECRET_ACCESS_KEY"])
        assert count_models(url, shown["AWS_CA_BUNDLE"]) >= 3
        with pytest.raises(SSLError):
            count_models(url, None)

        token = made(tmp_path, capsys, bearer=True)["AWS_BEARER_TOKEN_BEDROCK"]
        environ.setenv("AWS_BEARER_TOKEN_BEDROCK", token)
        assert count_models(url, shown["AWS_CA_BUNDLE"]) >= 3
        keyring.show_keys(Settings(home=tmp_path))
        (key_id,) = (word for word in capsys.readouterr().out.split() if word.startswith("BedrockAPIKey"))
        keyring.switch_off(Settings(home=tmp_path), key_id)
        with pytest.raises(ClientError, match="UnrecognizedClientException"):
            count_models(url, shown["AWS_CA_BUNDLE"])
        process.terminate()
        _, log = process.communicate(timeout=30)
    for secret in (token, shown["AWS_SECRET_ACCESS_KEY"]):
        assert secret not in log


def test_http_2_is_spoken_over_tls(tmp_path: Path) -> None:
    """With whoever asks for it in the handshake; HTTP/1.1 with all others."""
    with started(tmp_path, "--tls") as (process, url, shown):
        trust = ssl.create_default_context(cafile=shown["AWS_CA_BUNDLE"])
        for wanted in (True, False):
            with httpx2.Client(http2=wanted, verify=trust, base_url=url) as client:
                answer = client.get("/foundation-models")
                assert answer.http_version == ("HTTP/2" if wanted else "HTTP/1.1")
                assert answer.status_code == 403
        process.terminate()
        process.communicate(timeout=30)


def test_a_server_for_others_knows_keys_that_were_made(
    tmp_path: Path, capsys: Output, environ: pytest.MonkeyPatch
) -> None:
    """And shows none: neither the one that was made, nor that of the first start."""
    people.add(Settings(home=tmp_path), "alice", "local")
    key = made(tmp_path, capsys, "alice")
    with started(tmp_path, "--tls", "--host", "0.0.0.0") as (process, url, shown):
        assert set(shown) == {"AWS_CA_BUNDLE"}
        for name, value in key.items():
            environ.setenv(name, value)
        assert count_models(url.replace("0.0.0.0", "localhost"), shown["AWS_CA_BUNDLE"]) >= 3
        process.terminate()
        process.communicate(timeout=30)


def test_a_certificate_of_ones_own_is_used(tmp_path: Path, environ: pytest.MonkeyPatch) -> None:
    """Whoever signed it is the clients' affair, so nothing is said of trust."""
    made_before = open_tls(Settings(home=tmp_path / "elsewhere", tls=True))
    assert made_before
    assert made_before.authority
    given = ("--certificate", str(made_before.chain), "--private-key", str(made_before.private_key))
    with started(tmp_path, *given) as (process, url, shown):
        assert set(shown) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
        for name, value in shown.items():
            environ.setenv(name, value)
        assert count_models(url, str(made_before.authority)) >= 3
        process.terminate()
        process.communicate(timeout=30)
    assert not (tmp_path / "tls").exists()


def test_files_that_are_no_certificate_are_refused(tmp_path: Path) -> None:
    """Before anything listens, and with their names."""
    for name in ("a", "b"):
        (tmp_path / name).write_text("no certificate", encoding="utf-8")
    for chain in ("a", "none"):
        with pytest.raises(BadSettings, match=f"TLS cannot use .*{chain} with .*b: .*; both must be PEM"):
            open_tls(Settings(home=tmp_path, certificate=tmp_path / chain, private_key=tmp_path / "b"))


def test_without_being_asked_there_is_no_tls(tmp_path: Path) -> None:
    """And nothing is made."""
    assert open_tls(Settings(home=tmp_path)) is None
    assert list(tmp_path.iterdir()) == []
