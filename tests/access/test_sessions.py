"""Sessions of people: whose they are, how long they last, and that nobody makes one who has not signed in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from outcrop.access.directory import Directory
from outcrop.access.keys import create_key
from outcrop.access.sessions import LASTS_S, begin, seal, sign_in, unseal
from outcrop.errors import ExpiredKey, UnknownKey
from outcrop.store.access_keys import AccessKey, deactivate_access_key
from tests.serving import KEY_ID, SECRET, TESTER, directory_of

NOW = 1_000_000.0


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    """One with the testers' key, at a moment that stands still."""
    with directory_of(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def _key(directory: Directory) -> AccessKey:
    with directory.database.reading() as connection:
        return sign_in(directory, connection, KEY_ID, SECRET)


def _later(directory: Directory, at: float) -> Directory:
    return replace(directory, now=lambda: at)


def test_a_key_with_its_secret_signs_in(directory: Directory) -> None:
    """And a session of it comes back as it was begun."""
    with directory.database.reading() as connection:
        key = sign_in(directory, connection, KEY_ID, SECRET)
    session = begin(directory, key)
    assert (session.key_id, session.expires_at) == (KEY_ID, NOW + LASTS_S)
    assert unseal(directory, seal(directory, session)) == session


@pytest.mark.parametrize(
    ("key_id", "secret"), [(KEY_ID, "another"), (KEY_ID, ""), ("AKIANOBODYHASTHISKEY", SECRET), (KEY_ID, SECRET[:-1])]
)
def test_nothing_else_does(directory: Directory, key_id: str, secret: str) -> None:
    """And the words are the same, whichever of the two is wrong."""
    with (
        directory.database.reading() as connection,
        pytest.raises(UnknownKey, match="This access key and secret open nothing here"),
    ):
        sign_in(directory, connection, key_id, secret)


def test_a_key_that_is_switched_off_does_not(directory: Directory) -> None:
    """Whoever has its secret."""
    with directory.database.writing() as connection:
        deactivate_access_key(connection, KEY_ID)
        with pytest.raises(UnknownKey):
            sign_in(directory, connection, KEY_ID, SECRET)


def test_a_session_ends_with_its_key(directory: Directory) -> None:
    """A key of a session has a token, and an end before the day's."""
    with directory.database.writing() as connection:
        new = create_key(directory, connection, TESTER, lasts_s=60)
        with pytest.raises(UnknownKey):
            sign_in(directory, connection, new.id, new.secret)
        key = sign_in(directory, connection, new.id, new.secret, new.session_token)
    session = begin(directory, key, new.session_token)
    assert session.expires_at == NOW + 60
    assert unseal(directory, seal(directory, session)).key_token == new.session_token


def test_it_opens_nothing_after_its_end(directory: Directory) -> None:
    """To the second."""
    session = begin(directory, _key(directory))
    sealed = seal(directory, session)
    assert unseal(_later(directory, NOW + LASTS_S - 1), sealed) == session
    with pytest.raises(ExpiredKey, match="sign in again"):
        unseal(_later(directory, NOW + LASTS_S), sealed)


@pytest.mark.parametrize("broken", ["", "a", "AAAA", "é", "A" * 5000, "%%%"])
def test_what_is_no_session_opens_nothing(directory: Directory, broken: str) -> None:
    """Whatever a client sends in its place."""
    with pytest.raises(UnknownKey):
        unseal(directory, broken)


def test_a_changed_letter_opens_nothing(directory: Directory) -> None:
    """Wherever it stands: the seal covers all of it."""
    sealed = seal(directory, begin(directory, _key(directory)))
    for place in range(0, len(sealed), 7):
        other = "B" if sealed[place] == "A" else "A"
        with pytest.raises(UnknownKey):
            unseal(directory, sealed[:place] + other + sealed[place + 1 :])


def test_another_installation_s_opens_nothing(directory: Directory, tmp_path: Path) -> None:
    """It has another master key."""
    (tmp_path / "other").mkdir()
    with directory_of(tmp_path / "other", clock=lambda: NOW) as other:
        foreign = seal(other, begin(other, _key(other)))
    with pytest.raises(UnknownKey):
        unseal(directory, foreign)


def test_every_session_has_a_token_of_its_own(directory: Directory) -> None:
    """What one page may show, another may not."""
    key = _key(directory)
    assert len({begin(directory, key).csrf for _ in range(10)}) == 10
