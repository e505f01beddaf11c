"""`outcrop users` on a directory in a folder of its own."""

from pathlib import Path

import pytest

from outcrop.cli import keyring, people
from outcrop.errors import AlreadyThere, InvalidRequest
from outcrop.settings import Settings

Output = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home is empty."""
    return Settings(home=tmp_path)


def test_a_user_is_made_with_their_account(home: Settings, capsys: Output) -> None:
    """And the next steps are said: a new account has access to nothing."""
    people.add(home, "alice", "studio")
    said = capsys.readouterr().out
    assert ":user/alice" in said
    assert "outcrop access grant all --account studio" in said
    assert "outcrop keys create alice --account studio" in said
    people.show_users(home)
    listed = capsys.readouterr().out
    assert "alice" in listed
    assert "studio" in listed


def test_a_name_is_taken_once_an_account(home: Settings) -> None:
    """Another account may have it."""
    people.add(home, "alice", "studio")
    with pytest.raises(AlreadyThere, match="has a user 'alice' already"):
        people.add(home, "alice", "studio")
    people.add(home, "alice", "lab")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "é", "a\n"])
def test_names_are_iam_s(home: Settings, name: str) -> None:
    """They stand in ARNs."""
    for user, account in ((name, "studio"), ("alice", name)):
        with pytest.raises(InvalidRequest, match=r"is no name for an? (user|account); use 1 to 64 letters"):
            people.add(home, user, account)


def test_a_user_goes_with_all_their_keys(home: Settings, capsys: Output) -> None:
    """None of them opens anything any more."""
    people.add(home, "alice", "studio")
    keyring.add(home, "alice", None, lasts_s=None, bearer=False)
    keyring.add(home, "alice", None, lasts_s=None, bearer=True)
    people.remove(home, "alice", None)
    capsys.readouterr()
    keyring.show_keys(home)
    assert "alice" not in capsys.readouterr().out
    with pytest.raises(InvalidRequest, match="There is no user 'alice'"):
        people.remove(home, "alice", None)
    with pytest.raises(InvalidRequest, match="There is no account 'nowhere'"):
        people.remove(home, "alice", "nowhere")
