"""Encryption at rest: what is sealed opens under its name and key, and under no others; plain things stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.assets.cipher import MAGIC, PLAIN, Sealed
from outcrop.assets.key_wraps import OwnKeys
from outcrop.clock import random_bytes
from outcrop.errors import StorageFailed

ONE, OTHER = b"1" * 32, b"2" * 32


def sealed(*keys: bytes) -> Sealed:
    """A cipher of the operator's own keys."""
    return Sealed(OwnKeys(keys, random_bytes), random_bytes)


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_sealed_opens(content: bytes, name: str) -> None:
    """And shows nothing of itself meanwhile."""
    kept = sealed(ONE).seal(content, name)
    assert sealed(ONE).open(kept, name) == content
    assert kept.startswith(MAGIC)
    assert len(content) < 8 or content not in kept


def test_equal_things_are_sealed_unequally() -> None:
    """Each under a key of its own."""
    cipher = sealed(ONE)
    assert cipher.seal(b"same", "a") != cipher.seal(b"same", "a")


@given(st.binary(max_size=100), st.data())
def test_what_has_changed_does_not_open(content: bytes, data: st.DataObject) -> None:
    """Any bit of it."""
    kept = bytearray(sealed(ONE).seal(content, "a"))
    place = data.draw(st.integers(len(MAGIC), len(kept) - 1))
    kept[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(StorageFailed):
        sealed(ONE).open(bytes(kept), "a")
    with pytest.raises(StorageFailed):
        sealed(ONE).open(bytes(kept)[:place], "a")


def test_it_opens_under_its_own_name_alone() -> None:
    """What is moved to another place is refused."""
    with pytest.raises(StorageFailed, match="b is damaged, or was encrypted under another name"):
        sealed(ONE).open(sealed(ONE).seal(b"x", "a"), "b")


def test_another_key_does_not_open_it() -> None:
    """Unless it is given too: so a key is replaced."""
    kept = sealed(ONE).seal(b"x", "a")
    with pytest.raises(StorageFailed, match="encrypted with another key; give that one too"):
        sealed(OTHER).open(kept, "a")
    assert sealed(OTHER, ONE).open(kept, "a") == b"x"
    assert sealed(OTHER).open(sealed(OTHER, ONE).seal(b"y", "a"), "a") == b"y"


def test_without_a_key_it_is_refused_and_plain_things_are_read() -> None:
    """By whoever has a key, too."""
    assert PLAIN.open(PLAIN.seal(b"plain", "a"), "a") == b"plain"
    assert sealed(ONE).open(b"plain", "a") == b"plain"
    with pytest.raises(StorageFailed, match="a is encrypted, and there is no key for it here; set OUTCROP_ASSET_KEY"):
        PLAIN.open(sealed(ONE).seal(b"x", "a"), "a")
