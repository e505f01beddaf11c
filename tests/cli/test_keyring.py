"""`outcrop keys` on a directory in a folder of its own: shown once, switched off, deleted, sealed anew."""

import re
from pathlib import Path

import pytest

from outcrop.access.bearer import find_bearer
from outcrop.access.directory import Directory
from outcrop.access.key_file import new_key
from outcrop.access.keys import find_key, secret_of
from outcrop.cli import keyring, people
from outcrop.cli.directory import open_directory
from outcrop.clock import random_bytes
from outcrop.errors import BadSettings, InvalidRequest, UnknownKey
from outcrop.settings import Settings
from outcrop.store.access_keys import AccessKey

Output = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home is empty."""
    return Settings(home=tmp_path)


def made(home: Settings, capsys: Output, *, lasts_s: int | None = None, bearer: bool = False) -> dict[str, str]:
    """The variables of a new key of the user local."""
    keyring.add(home, "local", None, lasts_s=lasts_s, bearer=bearer)
    return dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())


def key_of(directory: Directory, key_id: str, session_token: str | None = None) -> AccessKey:
    """An access key that opens."""
    with directory.database.reading() as connection:
        return find_key(directory, connection, key_id, session_token)


def rows(home: Settings, capsys: Output) -> list[list[str]]:
    """What `outcrop keys list` shows, by columns, without headings."""
    keyring.show_keys(home)
    lines = capsys.readouterr().out.splitlines()
    return [re.split(r" {2,}", line.strip()) for line in lines if line.strip().startswith(("AKIA", "ASIA", "Bedrock"))]


def test_a_key_is_shown_once(home: Settings, capsys: Output) -> None:
    """It opens; and neither the list nor the files show its secret again."""
    key = made(home, capsys)
    assert set(key) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert len(key["AWS_SECRET_ACCESS_KEY"]) == 40
    with open_directory(home) as directory:
        found = key_of(directory, key["AWS_ACCESS_KEY_ID"])
        assert secret_of(directory, found) == key["AWS_SECRET_ACCESS_KEY"]
    assert key["AWS_ACCESS_KEY_ID"] in str(rows(home, capsys))
    keyring.show_keys(home)
    secret = key["AWS_SECRET_ACCESS_KEY"]
    assert secret not in capsys.readouterr().out
    assert [file.name for file in home.home.iterdir() if secret.encode() in file.read_bytes()] == []


def test_a_bearer_key_is_kept_as_its_digest(home: Settings, capsys: Output) -> None:
    """So not even the master key gives it away."""
    key = made(home, capsys, bearer=True)
    (token,) = key.values()
    assert list(key) == ["AWS_BEARER_TOKEN_BEDROCK"]
    with open_directory(home) as directory, directory.database.reading() as connection:
        assert find_bearer(directory, connection, token, home.region).user.name == "local"
    assert [file.name for file in home.home.iterdir() if token.encode() in file.read_bytes()] == []


def test_a_key_that_ends_is_a_session_s(home: Settings, capsys: Output) -> None:
    """With a token that has to come with it."""
    key = made(home, capsys, lasts_s=3600)
    assert key["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    with open_directory(home) as directory:
        assert key_of(directory, key["AWS_ACCESS_KEY_ID"], key["AWS_SESSION_TOKEN"]).active
        with pytest.raises(UnknownKey):
            key_of(directory, key["AWS_ACCESS_KEY_ID"])


@pytest.mark.parametrize("bearer", [False, True])
def test_a_key_is_switched_off_and_deleted(home: Settings, capsys: Output, *, bearer: bool) -> None:
    """Off, it stays in the list; deleted, it does not; and twice is too much."""
    made(home, capsys, bearer=bearer)
    key_id = rows(home, capsys)[-1][0]
    keyring.switch_off(home, key_id)
    assert "off" in str(rows(home, capsys)[-1])
    keyring.remove(home, key_id)
    assert key_id not in str(rows(home, capsys))
    for refused in (keyring.switch_off, keyring.remove):
        with pytest.raises(InvalidRequest, match=f"There is no key '{key_id}'; `outcrop keys list`"):
            refused(home, key_id)


def test_the_list_says_what_each_key_is(home: Settings, capsys: Output) -> None:
    """The key of the first start, a lasting one, a session's and a bearer key."""
    made(home, capsys)
    made(home, capsys, lasts_s=3600)
    made(home, capsys, bearer=True)
    kinds = [row[2] for row in rows(home, capsys)]
    assert sorted(kinds) == ["access", "bearer", "session", "this machine only"]


def test_a_key_needs_its_user(home: Settings) -> None:
    """The message says how to make one, and which of two is not guessed."""
    with pytest.raises(InvalidRequest, match="no user 'alice'; `outcrop users create alice`"):
        keyring.add(home, "alice", None, lasts_s=None, bearer=False)
    people.add(home, "alice", "studio")
    people.add(home, "alice", "lab")
    with pytest.raises(InvalidRequest, match="Several accounts have a user 'alice'; say which with --account"):
        keyring.add(home, "alice", None, lasts_s=None, bearer=False)
    keyring.add(home, "alice", "lab", lasts_s=None, bearer=False)


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), ("12h", 43_200), ("30d", 2_592_000)])
def test_durations_are_read(text: str, seconds: int) -> None:
    """Minutes, hours and days."""
    assert keyring.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "12", "h", "0h", "-1h", "1.5h", "12 h", "9999d", "1w", "\u0661h"])
def test_other_durations_are_refused(text: str) -> None:
    """With the value, and three that would do."""
    with pytest.raises(InvalidRequest, match=r"--expires is '.*'; write minutes, hours or days, such as 90m, 12h"):
        keyring.seconds(text)


def test_the_master_key_can_be_replaced(home: Settings, capsys: Output) -> None:
    """A new one in front, everything sealed anew, the old one taken away: the same secrets open."""
    key = made(home, capsys)
    file = home.home / "master.key"
    old, new = file.read_text(), new_key(random_bytes)
    both, alone = (Settings(home=home.home, master_key=text) for text in (f"{new},{old}", new))
    with open_directory(alone) as directory, pytest.raises(BadSettings, match="sealed with another master key"):
        secret_of(directory, key_of(directory, key["AWS_ACCESS_KEY_ID"]))
    keyring.seal_anew(both)
    assert capsys.readouterr().out == "2 secrets sealed with the first master key.\n"
    with open_directory(alone) as directory:
        assert secret_of(directory, key_of(directory, key["AWS_ACCESS_KEY_ID"])) == key["AWS_SECRET_ACCESS_KEY"]
