"""Which asset a picture is: the nearest one, if it is near, of the account that asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER, Library, NewAsset
from outcrop.assets.matching import ALIKE, Sought, match
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.clock import random_bytes
from outcrop.store.accounts import Account, add_account
from tests.databases import Place

A, B = "111111111111", "222222222222"
SEEN = 0xF0F0_1234_5678_9ABC
NOW = 1_795_435_200


@pytest.fixture
def library(place: Place, tmp_path: Path) -> Iterator[Library]:
    """An empty one, with two accounts."""
    with place.open() as database:
        with database.writing() as connection:
            for account in (A, B):
                add_account(connection, Account(id=account, name=f"of {account}", created_at=0))
        store = Store(DiskObjects(tmp_path / "home"), FOLDER)
        yield Library(database, store, RenditionCache(tmp_path / "r", 1 << 20), lambda: NOW, random_bytes)


def keep(library: Library, seen: int | None, account: str = A) -> str:
    """Keep a picture of a fingerprint; returns its id."""
    phash = None if seen is None else seen - (seen >> 63 << 64)
    content = f"{seen} {account}".encode()
    new = NewAsset(
        account_id=account,
        user_name="tester",
        format="png",
        width=8,
        height=8,
        size_bytes=len(content),
        digest=library.put(content),
        phash=phash,
    )
    with library.database.writing() as connection:
        return library.keep(connection, new).id


def found(library: Library, sought: Sought, bits: int = 64) -> tuple[str, int] | None:
    """Which asset it is, and how far from it."""
    with library.database.reading() as connection:
        there = match(connection, sought, bits)
    return None if there is None else (there.asset.id, there.distance)


def test_the_nearest_is_found(library: Library) -> None:
    """Among others that are near, far, and not looked at yet."""
    keep(library, None)
    keep(library, SEEN ^ 0b111)
    nearest = keep(library, SEEN ^ 0b1)
    keep(library, ~SEEN & (1 << 64) - 1)
    assert found(library, Sought(account_id=A, fingerprint=SEEN)) == (nearest, 1)


@pytest.mark.parametrize(("apart", "near"), [(ALIKE, True), (ALIKE + 1, False)])
def test_only_what_is_near_is_found(library: Library, apart: int, *, near: bool) -> None:
    """A picture that is a little alike is another one."""
    keep(library, SEEN ^ ((1 << apart) - 1))
    assert (found(library, Sought(account_id=A, fingerprint=SEEN)) is not None) is near


def test_another_account_s_pictures_are_its_own(library: Library) -> None:
    """They are found by it, and by whoever asks for all."""
    other = keep(library, SEEN, B)
    assert found(library, Sought(account_id=A, fingerprint=SEEN)) is None
    assert found(library, Sought(account_id=B, fingerprint=SEEN)) == (other, 0)
    assert found(library, Sought(account_id=None, fingerprint=SEEN)) == (other, 0)


def test_the_first_bits_can_be_enough(library: Library) -> None:
    """Of which as large a part has to be alike."""
    asset = keep(library, SEEN)
    said = Sought(account_id=A, fingerprint=(SEEN >> 40 ^ 0b101) << 40)
    assert found(library, said) is None
    assert found(library, said, bits=24) == (asset, 2)


def test_a_time_narrows_it_down(library: Library) -> None:
    """From its begin on, before its end."""
    asset = keep(library, SEEN)
    within = Sought(account_id=A, fingerprint=SEEN, since=NOW, until=NOW + 1)
    before = Sought(account_id=A, fingerprint=SEEN, since=NOW - 9, until=NOW)
    after = Sought(account_id=A, fingerprint=SEEN, since=NOW + 1, until=NOW + 9)
    assert [found(library, each) for each in (within, before, after)] == [(asset, 0), None, None]


def test_nothing_is_found_where_nothing_is(library: Library) -> None:
    """An empty library."""
    assert found(library, Sought(account_id=A, fingerprint=SEEN)) is None
